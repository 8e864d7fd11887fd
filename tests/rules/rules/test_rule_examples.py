"""Every example of every rule, through the front door: exactly its places, exactly its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bailiwick
import pytest
from bailiwick.catalogue import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _pytest.mark.structures import ParameterSet
    from bailiwick.rules.rule import Example, Rule


def examples() -> Iterator[ParameterSet]:
    for rule in RULES:
        for kind, table in (("valid", rule.VALID), ("invalid", rule.INVALID)):
            for number, example in enumerate(table, start=1):
                yield pytest.param(rule, example, id=f"{rule.CODE}-{kind}-{number}")


EXAMPLES = list(examples())


def write(example: Example, root: Path) -> None:
    for path, text in example.tree().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())


def write_missing_inits(root: Path) -> None:
    for path in list(root.rglob("*.py")):
        for folder in path.relative_to(root).parents[:-1]:
            (root / folder / "__init__.py").touch()


def found(example: Example, root: Path, exhaustive: bool) -> list[str]:
    """What is found in the files of the example, as `code path:line:column`."""
    (root / "bailiwick.toml").write_bytes(example.policy_text().encode())
    policy = bailiwick.load_policy(root / "bailiwick.toml")
    report = bailiwick.check(policy, cache=False, jobs=1, exhaustive=exhaustive)
    return [
        f"{f.code} {f.path}:{f.span.line}:{f.span.column}"
        for f in report.findings
        if f.path in example.files
    ]


def expected(rule: Rule, example: Example) -> list[str]:
    every = [*example.also, *(f"{rule.CODE} {breach}" for breach in example.breaches)]
    return sorted(every, key=by_place)


def by_place(found: str) -> tuple[str, int, int]:
    path, line, column = found.partition(" ")[2].split(":")
    return path, int(line), int(column)


@pytest.mark.parametrize("exhaustive", [False, True], ids=["sieved", "exhaustive"])
@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_a_rule_speaks_where_its_example_says_and_nowhere_else(
    rule: Rule, example: Example, exhaustive: bool, tmp_path: Path
) -> None:
    write(example, tmp_path)
    assert found(example, tmp_path, exhaustive) == expected(rule, example)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_empty_init_in_every_folder_changes_nothing(
    rule: Rule, example: Example, tmp_path: Path
) -> None:
    write(example, tmp_path)
    write_missing_inits(tmp_path)
    assert found(example, tmp_path, False) == expected(rule, example)
