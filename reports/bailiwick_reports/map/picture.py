"""The map as a picture: what is drawn where, for the SVG and for the page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick_hooks.terminal.wording import many

from bailiwick_reports.map.layout import HEIGHT, WIDTH, arrow, laid_out, thickness
from bailiwick_reports.templates import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick_reports.map.layout import Spot
    from bailiwick_reports.map.nouns import Area, Atlas, Link

FOLDER = Path(__file__).parent / "page"
# How many hues the style sheet has; owners beyond share the last, which is grey.
HUES = 8
# Width of a character of a name, in the units of the map.
_CHARACTER = 8.2


@dataclass(frozen=True, slots=True)
class Disc:
    """An area as it is drawn; `says` is the same in words."""

    area: Area
    spot: Spot
    hue: int
    is_named_inside: bool
    says: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """A link as it is drawn: its path, how thick it is, and how thick its forbidden part."""

    index: int
    link: Link
    path: str
    width: float
    red: float
    says: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is drawn, and whose colour is whose."""

    title: str
    width: int
    height: int
    discs: tuple[Disc, ...]
    arrows: tuple[Arrow, ...]
    legend: tuple[tuple[str, int], ...]
    says: str


def drawn(atlas: Atlas) -> Picture:
    """Lay out a map and give what is drawn of it."""
    spots, hues = laid_out(atlas), _hues(atlas)
    arrows = tuple(
        Arrow(
            index=index,
            link=link,
            path=arrow(link, spots),
            width=thickness(len(link.places)),
            red=thickness(link.forbidden),
            says=in_words(link),
        )
        for index, link in enumerate(atlas.links)
        if link.user in spots and link.target in spots
    )
    total = sum(len(link.places) for link in atlas.links)
    forbidden = sum(link.forbidden for link in atlas.links)
    return Picture(
        title=atlas.title,
        width=WIDTH,
        height=HEIGHT,
        discs=tuple(_disc(area, spots[area.name], hues) for area in atlas.areas),
        arrows=arrows,
        legend=tuple(dict.fromkeys((_owned(area), hues[_owned(area)]) for area in atlas.areas)),
        says=f"{many(len(atlas.areas), 'subsystem')} of {atlas.title}, "
        f"{many(total, 'reference')} between them, {forbidden:,} forbidden",
    )


def svg(picture: Picture) -> str:
    """The picture as a document of its own."""
    return filled(FOLDER, "map.svg", picture=picture)


def in_words(link: Link) -> str:
    """`libvirt uses core 5,052 times, 11 of them forbidden`."""
    count = len(link.places)
    times = "once" if count == 1 else f"{count:,} times"
    bad = f", {link.forbidden:,} of them forbidden" if link.forbidden else ""
    return f"{link.user} uses {link.target} {times}{bad}"


def _owned(area: Area) -> str:
    return ", ".join(area.owners) or "no owner"


def _hues(atlas: Atlas) -> Mapping[str, int]:
    """A hue for each set of owners, in the order of how much they own."""
    found: dict[str, int] = {}
    for area in atlas.areas:
        name = _owned(area)
        if name not in found:
            taken = sum(1 for hue in found.values() if hue != HUES - 1)
            found[name] = HUES - 1 if name == "no owner" else min(taken, HUES - 1)
    return found


def _disc(area: Area, spot: Spot, hues: Mapping[str, int]) -> Disc:
    says = (
        f"{area.name}: {many(area.code, 'line')} of code and {area.tests:,} of tests "
        f"in {many(len(area.parts), 'module')}; {_owned(area)}"
    )
    fits = len(area.name) * _CHARACTER < spot.code * 1.85
    return Disc(area, spot, hues[_owned(area)], fits, says)
