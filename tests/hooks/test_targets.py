"""From paths to the policies that govern them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bailiwick import UserError
from bailiwick_hooks.targets import by_policy

if TYPE_CHECKING:
    from pathlib import Path

FILES = [
    "top/bailiwick.toml",
    "top/pkg/a.py",
    "top/pkg/b.py",
    "top/inner/bailiwick.toml",
    "top/inner/c.py",
    "mono/one/bailiwick.toml",
    "mono/one/deep/bailiwick.toml",
    "mono/.hidden/bailiwick.toml",
    "mono/two/pyproject.toml",
    "mono/three/pyproject.toml",
    "bare/d.py",
]
TEXTS = {"mono/two/pyproject.toml": "[tool.bailiwick]\n", "mono/three/pyproject.toml": "[tool.x]\n"}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in FILES:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TEXTS.get(name, ""), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


GROUPS: dict[tuple[str, ...], dict[str, list[str]]] = {
    ("top",): {"top/bailiwick.toml": ["top"]},
    ("top/pkg/a.py", "top/pkg"): {"top/bailiwick.toml": ["top/pkg/a.py", "top/pkg"]},
    ("top/inner/c.py", "top/pkg/../pkg/a.py"): {
        "top/inner/bailiwick.toml": ["top/inner/c.py"],
        "top/bailiwick.toml": ["top/pkg/a.py"],
    },
    ("mono",): {
        "mono/one/bailiwick.toml": ["mono/one"],
        "mono/two/pyproject.toml": ["mono/two"],
    },
}


@pytest.mark.parametrize("paths", GROUPS, ids=" ".join)
def test_the_nearest_policy_governs(tree: Path, paths: tuple[str, ...]) -> None:
    found = by_policy(paths, None)
    assert found == {
        tree / policy: [tree / path for path in governed]
        for policy, governed in GROUPS[paths].items()
    }


def test_a_policy_that_is_named_governs_all(tree: Path) -> None:
    assert by_policy(["top/inner/c.py", "top/pkg"], "top/bailiwick.toml") == {
        tree / "top/bailiwick.toml": [tree / "top/inner/c.py", tree / "top/pkg"]
    }


REFUSALS: dict[tuple[tuple[str, ...], str | None], str] = {
    (("top/pkg/aa.py",), None): "there is no file or folder top/pkg/aa.py. Did you mean",
    (("nowhere/x.py", "tpo"), None): "there is no file or folder tpo. Did you mean top?",
    (("bare/d.py",), None): "no policy governs",
    (("bare",), None): 'extends = ["nova"]',
    (("top",), "top/bailiwick.tml"): "--policy: there is no file or folder top/bailiwick.tml.",
    (("bare",), "top/bailiwick.toml"): "the folder that top/bailiwick.toml governs",
    (("top",), "top"): "--policy names the policy file itself; top is a folder.",
}


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("call", REFUSALS)
def test_what_cannot_be_judged_is_refused_with_the_next_step(
    call: tuple[tuple[str, ...], str | None],
) -> None:
    with pytest.raises(UserError) as refused:
        by_policy(*call)
    assert REFUSALS[call] in str(refused.value)
