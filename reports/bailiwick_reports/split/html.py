"""A split as one page of HTML that needs nothing else: its ties to be filtered and unfolded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bailiwick_hooks.terminal.wording import many

from bailiwick_reports.split.nouns import DIRECTIONS, STANDINGS
from bailiwick_reports.templates import filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick_reports.split.nouns import Remedy, Split

_FOLDER = Path(__file__).parent / "page"
_REMEDIES: dict[Remedy, str] = {
    "go": "has to go",
    "promote": "become API",
    "move": "may move",
    "keep": "may stay",
}


class Sum(NamedTuple):
    """A row of the table of numbers."""

    direction: str
    kind: str
    symbols: int
    places: int
    in_tests: int


def html(split: Split) -> str:
    """Return the page; whatever has to be done comes first."""
    order = list(_REMEDIES)
    ties = sorted(split.ties, key=lambda tie: (order.index(tie.remedy), not tie.places, -tie.count))
    present = {tie.remedy for tie in ties}
    to_do = [(remedy, words) for remedy, words in _REMEDIES.items() if remedy in present]
    others = sorted({tie.other for tie in ties} - {""})
    return filled(
        _FOLDER,
        "page.html",
        split=split,
        ties=ties,
        size=f"{many(split.modules, 'module')} and {many(split.test_modules, 'module')} of tests",
        verdict=_verdict(split),
        sums=list(_sums(split)),
        directions=DIRECTIONS,
        standings=STANDINGS,
        remedies=_REMEDIES,
        filters=[
            (
                "remedy",
                "what to do",
                to_do,
            ),
            ("direction", "direction", list(DIRECTIONS.items())),
            ("standing", "kind", list(STANDINGS.items())),
            ("other", "whose", [(name, name) for name in others]),
        ],
        surfaces=[
            ("What it needs of the others", split.surface),
            ("What the others need of it", split.offers),
        ],
    )


def _verdict(split: Split) -> str:
    if split.is_separable:
        return "Nothing has to be done before it can leave."
    undone = sum(tie.remedy == "go" for tie in split.ties)
    promoted = sum(tie.remedy == "promote" for tie in split.ties)
    parts = [
        f"{many(undone, 'symbol')} to be undone" if undone else "",
        f"{many(promoted, 'symbol')} to become API" if promoted else "",
        f"{many(len(split.circles), 'circle')} to be cut" if split.circles else "",
    ]
    return f"Before it can leave: {', '.join(filter(None, parts))}."


def _sums(split: Split) -> Iterator[Sum]:
    for direction, words in DIRECTIONS.items():
        for standing, meaning in STANDINGS.items():
            ties = split.of(direction, standing)
            if ties:
                code = sum(len(tie.places) for tie in ties)
                yield Sum(words, meaning, len(ties), code, sum(len(tie.in_tests) for tie in ties))
