"""A comment put in by an editor allows what it was asked to allow, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bailiwick
import pytest
from bailiwick.catalogue import RULES
from bailiwick.fixes.allowing import allowing
from bailiwick.source.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _pytest.mark.structures import ParameterSet
    from bailiwick import Edit, Finding, Policy
    from bailiwick.rules.rule import Example

POLICY = """
unclaimed = "error"
[subsystem.own]
modules = ["own"]
[subsystem.other]
modules = ["other"]
public = ["other:Thing"]
"""


def examples() -> Iterator[ParameterSet]:
    for rule in RULES:
        for number, example in enumerate(rule.INVALID, start=1):
            yield pytest.param(example, id=f"{rule.CODE}-{number}")


def edited(text: str, edit: Edit, reason: str) -> str:
    """The text with the edit made and a reason typed where the cursor is."""
    lines = text.split("\n")
    line, column = edit.span.line - 1, edit.span.column - 1
    new = edit.text
    if new.endswith((" ", " \n")):
        new = f"{new.rstrip()} {reason}" + ("\n" if new.endswith("\n") else "")
    lines[line] = lines[line][:column] + new + lines[line][column:]
    return "\n".join(lines)


def judged(policy: Policy, path: str) -> list[Finding]:
    return [f for f in bailiwick.check(policy, cache=False, jobs=1).findings if f.path == path]


def keys(findings: list[Finding]) -> list[tuple[str, str]]:
    return sorted((f.code, f.target) for f in findings)


@pytest.mark.parametrize("example", list(examples()))
def test_the_finding_goes_and_nothing_else_does_or_comes(example: Example, tmp_path: Path) -> None:
    for path, text in example.tree().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(text.encode())
    (tmp_path / "bailiwick.toml").write_bytes(example.policy_text().encode())
    policy = bailiwick.load_policy(tmp_path / "bailiwick.toml")
    before = bailiwick.check(policy, cache=False, jobs=1).findings
    for finding in before:
        file = tmp_path / finding.path
        if file.suffix != ".py" or finding.code == "BW901":
            continue
        data = file.read_bytes()
        text = decode(data)
        edit = allowing(text, finding)
        if edit is None:
            assert finding.code in ("BW902", "BW903")
            continue
        file.write_bytes(edited(text, edit, "the reason").encode())
        left = judged(policy, finding.path)
        had = [f for f in before if f.path == finding.path]
        gone = [key for key in keys(had) if keys(left).count(key) < keys(had).count(key)]
        assert (finding.code, finding.target) in gone, (text, edit)
        assert {code for code, _ in gone} == {finding.code}
        assert set(keys(left)) <= set(keys(had)), (text, edit)
        file.write_bytes(data)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import other\n", "import other  # bailiwick: allow[BW102] |\n"),
        ("import other  # noqa\n", "import other  # noqa  # bailiwick: allow[BW102] |\n"),
        (
            "if True:\n    from other import Secret, " + "Thing, " * 8 + "Thing\n",
            "if True:\n    # bailiwick: allow[BW102] |\n    from other import Secret, "
            + "Thing, " * 8
            + "Thing\n",
        ),
        (
            "from other import (\n    Thing,\n    Secret,\n)\n",
            "from other import (\n    Thing,\n    Secret,  # bailiwick: allow[BW102] |\n)\n",
        ),
        (
            "from other import \\\n    Secret\n",
            "from other import \\\n    Secret  # bailiwick: allow[BW102] |\n",
        ),
        (
            "from other import Secret, \\\n    Thing\n",
            "# bailiwick: allow[BW102] |\nfrom other import Secret, \\\n    Thing\n",
        ),
        (
            "# bailiwick: allow[BW999, BW101] a reason\nimport other\n",
            "# bailiwick: allow[BW999, BW101, BW102] a reason\nimport other\n",
        ),
        ("import other; x = 1\n", "import other; x = 1  # bailiwick: allow[BW102] |\n"),
    ],
)
def test_the_comment_stands_where_a_human_would_put_it(
    before: str, after: str, tmp_path: Path
) -> None:
    (tmp_path / "bailiwick.toml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "other.py").write_text("class Thing: ...\nclass Secret: ...\n", encoding="utf-8")
    (tmp_path / "own.py").write_text(before, encoding="utf-8")
    policy = bailiwick.load_policy(tmp_path / "bailiwick.toml")
    finding = next(f for f in judged(policy, "own.py") if f.code == "BW102")
    edit = allowing(before, finding)
    assert edit is not None
    assert edited(before, edit, "|") == after


@pytest.mark.parametrize(
    ("before", "row"),
    [
        ("x = 1\n", 1),
        ("#!/usr/bin/env python\nx = 1\n", 2),
        ("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nx = 1\n", 3),
        ('"""Says what it is."""\n', 1),
    ],
)
def test_a_comment_on_a_whole_file_stands_above_its_first_statement(
    before: str, row: int, tmp_path: Path
) -> None:
    (tmp_path / "bailiwick.toml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "own.py").touch()
    (tmp_path / "other.py").touch()
    file = tmp_path / "nobody.py"
    file.write_text(before, encoding="utf-8")
    policy = bailiwick.load_policy(tmp_path / "bailiwick.toml")
    (finding,) = judged(policy, "nobody.py")
    edit = allowing(before, finding)
    assert edit is not None
    assert edit.span.line == row
    file.write_text(edited(before, edit, "not ours yet"), encoding="utf-8")
    assert judged(policy, "nobody.py") == []
