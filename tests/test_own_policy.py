"""The project's own policy holds: the tree keeps it, and each of its lines can be broken."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from bailiwick import check, load_policy

ROOT = Path(__file__).parent.parent
POLICY = load_policy(ROOT / "bailiwick.toml")

BREACHES = {
    "hooks know the front door only": (
        "hooks/bailiwick_hooks/unborn.py",
        "from bailiwick.vocabulary import policy",
        "BW101",
    ),
    "hooks do not know the server": (
        "hooks/bailiwick_hooks/unborn.py",
        "import bailiwick_server",
        "BW101",
    ),
    "the server does not know the hooks": (
        "server/bailiwick_server/unborn.py",
        "from bailiwick_hooks import cli",
        "BW101",
    ),
    "reports know the front door only": (
        "reports/bailiwick_reports/unborn.py",
        "from bailiwick.engine.run import check",
        "BW101",
    ),
    "the hooks do not know the reports": (
        "hooks/bailiwick_hooks/unborn.py",
        "import bailiwick_reports",
        "BW101",
    ),
    "the sieve does not know libcst": (
        "rules/bailiwick/sieve/unborn.py",
        "import libcst",
        "BW104",
    ),
    "the engine does not know the terminal": (
        "rules/bailiwick/engine/unborn.py",
        "import rich.console",
        "BW104",
    ),
    "rules do not know what asks them": (
        "rules/bailiwick/rules/unborn.py",
        "from bailiwick.catalogue import RULES",
        "BW101",
    ),
    "the vocabulary knows nothing": (
        "rules/bailiwick/vocabulary/unborn.py",
        "from bailiwick.source.tree import Tree",
        "BW101",
    ),
    "nothing is nobody's": ("unborn.py", "", "BW904"),
}


def test_the_project_keeps_its_own_policy() -> None:
    assert check(POLICY, cache=False).findings == ()


@pytest.mark.parametrize("line", BREACHES)
def test_a_line_of_its_policy_can_be_broken(line: str) -> None:
    path, text, code = BREACHES[line]
    report = check(POLICY, stdin=(ROOT / path, f"{text}\n".encode()), cache=False)
    assert [finding.code for finding in report.findings] == [code]


def house() -> list[str]:
    """A module of each layer below hooks and server, highest first."""
    layers = POLICY.layers["house"].layers[1:]
    return [POLICY.subsystems[name].modules[0] for (name,) in layers]


@pytest.mark.parametrize(("upper", "lower"), list(combinations(house(), 2)))
def test_nothing_is_imported_from_a_higher_layer(upper: str, lower: str) -> None:
    path = ROOT / "rules" / lower.replace(".", "/") / "unborn.py"
    report = check(POLICY, stdin=(path, f"import {upper}\n".encode()), cache=False)
    assert [finding.code for finding in report.findings] == ["BW101"]
