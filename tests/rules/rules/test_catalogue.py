"""The catalogue is complete, every rule is whole, and the pages in docs/ are its pages."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from bailiwick import rules
from bailiwick.catalogue import BY_CODE, REFERENCE_RULES, RULES
from bailiwick.rulebook import rulebook

if TYPE_CHECKING:
    from types import ModuleType

    from bailiwick.rules.rule import Rule

PAGES = Path(__file__).parents[3] / "docs" / "rules"
NO_RULES = {"__init__", "rule", "page"}

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.CODE)


def test_every_rule_file_is_in_the_catalogue_once() -> None:
    files = {path.stem for path in Path(rules.__path__[0]).glob("*.py")} - NO_RULES
    modules = [cast("ModuleType", rule).__name__ for rule in RULES]
    assert sorted(name.rpartition(".")[2] for name in modules) == sorted(files)


def test_codes_and_names_are_unique() -> None:
    assert len(RULES) == len(BY_CODE) == len({rule.NAME for rule in RULES})


def test_what_is_reserved_or_forbidden_is_said_before_what_is_private() -> None:
    codes = [rule.CODE for rule in REFERENCE_RULES]
    assert codes[:5] == ["BW104", "BW101", "BW102", "BW201", "BW202"]


@each_rule
def test_the_docstring_is_a_page(rule: Rule) -> None:
    assert re.fullmatch(r"BW\d{3}", rule.CODE)
    assert (rule.__doc__ or "").startswith(f"{rule.CODE} {rule.NAME}: {rule.SUMMARY}\n\n")
    assert re.findall("^## (.+)$", rule.__doc__ or "", re.MULTILINE) == [
        "What it says",
        "Why",
        "What to do instead",
        "What it does not see",
    ]


@each_rule
def test_there_are_examples_of_both_kinds(rule: Rule) -> None:
    assert rule.VALID
    assert rule.INVALID
    assert not any(example.breaches for example in rule.VALID)
    assert all(example.breaches for example in rule.INVALID)
    titles = [example.title for example in rule.VALID + rule.INVALID]
    assert len(titles) == len(set(titles))


@each_rule
def test_a_breach_stands_at_a_token(rule: Rule) -> None:
    for example in rule.INVALID:
        for breach in example.breaches:
            path, line, column = breach.rsplit(":", 2)
            text = example.tree()[path].splitlines()[int(line) - 1]
            before, after = text[: int(column) - 1], text[int(column) - 1 :]
            assert re.match(r"""\w|\*|#|["'{]""", after)
            assert not re.search(r"\w$", before)


@each_rule
def test_the_page_shows_every_breach(rule: Rule) -> None:
    shown = rulebook()[f"{rule.CODE}.md"]
    lines = {b.rpartition(":")[0] for example in rule.INVALID for b in example.breaches}
    assert len(re.findall(rf"^# *\^[ ^]* {rule.CODE}$", shown, re.MULTILINE)) >= len(lines)


def test_the_pages_in_docs_are_current() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in PAGES.iterdir()}
    assert written == rulebook(), "run: python -m bailiwick.rulebook docs/rules"


def test_the_rulebook_is_written_into_the_folder_that_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bailiwick.rulebook", str(tmp_path / "new")]
    subprocess.run(command, check=True)
    assert {path.name for path in (tmp_path / "new").iterdir()} == set(rulebook())


def test_the_catalogue_is_light() -> None:
    heavy = "{'argparse', 'asyncio', 'libcst', 'rich', 'textwrap'}"
    code = f"import bailiwick.catalogue, sys; print(*{heavy} & set(sys.modules))"
    output = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert output.stdout.split() == []
