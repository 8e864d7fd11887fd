"""The part of a history that says who works where: without bots and mass edits."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bailiwick_reports.discover.nouns import LeftOut

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from bailiwick import Commit

    from bailiwick_reports.discover.nouns import Terms

# Names under which programs commit, as whole words.
_BOT = re.compile(
    r"\[bot\]|\bbot\b|\b(?:jenkins|zuul|dependabot|renovate|transifex|weblate|github-actions)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Deed:
    """One commit as it counts: who, in which month, and the modules that it changed."""

    person: str
    month: str
    modules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What counts of a history, and what does not."""

    deeds: tuple[Deed, ...]
    left_out: LeftOut


def told(
    commits: Iterable[Commit],
    named: Callable[[str], str | None],
    modules: Collection[str],
    terms: Terms,
    unwanted: Collection[str] = (),
) -> Chronicle:
    """Read a history; `named` gives the module of a path, `modules` are those that there are.

    unwanted: names or addresses whose commits do not count, beside those of bots
    """
    deeds = []
    bots: Counter[str] = Counter()
    bulk = []
    elsewhere = 0
    names: dict[str, str] = {}
    for commit in commits:
        person = _person(commit, names)
        if is_bot(commit) or person in unwanted or commit.email in unwanted:
            bots[person] += 1
            continue
        if commit.touched > terms.bulk:
            bulk.append((commit.name[:12], commit.touched, commit.subject))
            continue
        changed = {named(path) for path in commit.files if path.endswith(".py")}
        present = frozenset(module for module in changed if module in modules)
        if not present:
            elsewhere += 1
            continue
        deeds.append(Deed(person, f"{commit.date:%Y-%m}", frozenset(filter(None, present))))
    return Chronicle(tuple(deeds), LeftOut(dict(bots.most_common()), tuple(bulk), elsewhere))


def is_bot(commit: Commit) -> bool:
    """Whether a program made it, by the name it goes by."""
    return _BOT.search(commit.author) is not None or "[bot]" in commit.email


def _person(commit: Commit, names: dict[str, str]) -> str:
    """One name for all commits with an address, and for all addresses with a name."""
    known = names.get(commit.email.casefold()) or names.get(commit.author.casefold())
    person = known or commit.author or commit.email
    names.setdefault(commit.email.casefold(), person)
    names.setdefault(commit.author.casefold(), person)
    return person
