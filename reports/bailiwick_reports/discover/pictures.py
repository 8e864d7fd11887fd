"""A discovery as pictures: people by areas, and the communities."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick_reports.placing import Sheet
from bailiwick_reports.templates import filled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bailiwick_reports.discover.nouns import Area, Community, Discovery

FOLDER = Path(__file__).parent / "pictures"
HUES = 8
_PEOPLE = 60
_CELL, _LEFT, _TOP = 17, 190, 210
_WIDTH, _HEIGHT = 1100, 760
# Names stand below the dots.
_SHEET = Sheet(_WIDTH, _HEIGHT - 80, between=18, margin=52)


@dataclass(frozen=True, slots=True)
class Column:
    """An area in the heat map; `gap` is how far communities push it to the right."""

    area: Area
    hue: int
    x: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What somebody did in an area; `depth` is 0 to 1."""

    x: int
    y: int
    hue: int
    depth: float
    says: str


@dataclass(frozen=True, slots=True)
class Row:
    """A person, with a mark in the colour of where they are at home; -1 where nowhere."""

    person: str
    hue: int
    y: int


def heat_map(found: Discovery) -> str:
    """People by areas, each area beside others of its community, as SVG."""
    columns, x = [], _LEFT
    for index, community in enumerate(found.communities):
        for area in community.areas:
            columns.append(Column(area, index % HUES, x))
            x += _CELL
        x += 7
    people = _people(found)
    most = max((count for area in _areas(found) for count in area.people.values()), default=1)
    rows, cells = [], []
    for line, (person, hue) in enumerate(people):
        y = _TOP + line * _CELL
        rows.append(Row(person, hue, y))
        for column in columns:
            count = column.area.people.get(person, 0)
            if count:
                depth = 0.15 + 0.85 * math.log1p(count) / math.log1p(most)
                says = f"{person}: {count} in {column.area.name}"
                cells.append(Cell(column.x, y, column.hue, round(depth, 2), says))
    return filled(
        FOLDER,
        "heatmap.svg",
        found=found,
        columns=columns,
        rows=rows,
        cells=cells,
        cell=_CELL,
        left=_LEFT,
        top=_TOP,
        width=x + 120,
        height=_TOP + len(rows) * _CELL + 30,
        hues=HUES,
    )


def _areas(found: Discovery) -> list[Area]:
    return [area for community in found.communities for area in community.areas]


def _people(found: Discovery) -> list[tuple[str, int]]:
    """The busiest regulars, by the community that they are at home in, or else do most in."""
    totals: Counter[str] = Counter()
    places: dict[str, Counter[int]] = {}
    for index, community in enumerate(found.communities):
        for area in community.areas:
            for person, count in area.people.items():
                totals[person] += count
                places.setdefault(person, Counter())[index] += count
    regulars = {person for community in found.communities for person in community.regulars}
    chosen = [person for person, _ in totals.most_common() if person in regulars][:_PEOPLE]
    homes = {
        person: index
        for index, community in enumerate(found.communities)
        for person in community.residents
    }
    most = {person: places[person].most_common(1)[0][0] for person in chosen}
    chosen.sort(key=lambda person: (most[person], -totals[person]))
    return [(person, homes[person] % HUES if person in homes else -1) for person in chosen]


@dataclass(frozen=True, slots=True)
class Dot:
    """An area in the picture of communities."""

    x: float
    y: float
    radius: float
    hue: int
    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie between two of them; `hue` is -1 where it leads from one community to another."""

    ends: tuple[float, float, float, float]
    width: float
    hue: int


@dataclass(slots=True)
class _Spot:
    x: float
    y: float
    whole: float

    @property
    def place(self) -> tuple[float, float]:
        return round(self.x, 1), round(self.y, 1)


def communities(found: Discovery) -> str:
    """The areas, near each other as they belong together, in the colours of their communities."""
    most = max(area.commits for area in _areas(found))
    places = _laid_out(found)
    spots = {
        area.name: _Spot(*places[area.name], 4 + 26 * math.sqrt(area.commits / most))
        for area in _areas(found)
    }
    _SHEET.part(list(spots.values()))
    hues = {
        area.name: index % HUES
        for index, community in enumerate(found.communities)
        for area in community.areas
    }
    dots = [
        Dot(
            *spots[area.name].place,
            radius=round(spots[area.name].whole, 1),
            hue=hues[area.name],
            name=_short(area.name),
            says=f"{area.name}: {area.commits:,} commits, {len(area.regulars)} regular",
        )
        for area in sorted(_areas(found), key=lambda area: -area.commits)
    ]
    ties = [
        Tie(
            (*spots[one].place, *spots[other].place),
            round(0.5 + 7 * value, 2),
            hues[one] if hues[one] == hues[other] else -1,
        )
        for (one, other), value in sorted(found.ties.items(), key=lambda item: item[1])
    ]
    return filled(
        FOLDER,
        "communities.svg",
        found=found,
        dots=dots,
        ties=ties,
        legend=list(enumerate(found.communities)),
        width=_WIDTH,
        height=_HEIGHT,
        hues=HUES,
    )


def _short(name: str) -> str:
    words = name.split(".")
    return ".".join(words[1:]) or name if len(words) < 4 else f"…{'.'.join(words[-2:])}"


def _laid_out(found: Discovery) -> Mapping[str, tuple[float, float]]:
    from networkx import Graph, spring_layout

    graph = Graph()
    start = _start(found.communities)
    graph.add_nodes_from(start)
    home = {
        area.name: community.name for community in found.communities for area in community.areas
    }
    for (one, other), value in found.ties.items():
        # A community lies together, also where its ties to others are strong.
        pull = value * (3.0 if home[one] == home[other] else 0.5)
        graph.add_edge(one, other, weight=pull)
    count = max(1, len(start))
    places = spring_layout(
        graph, pos=start, k=2.4 / math.sqrt(count), iterations=150, weight="weight", seed=1
    )
    return _SHEET.stretched(places)


def _start(several: Sequence[Community]) -> dict[str, tuple[float, float]]:
    """Each community around a point of its own, these in a circle."""
    places = {}
    for index, community in enumerate(several):
        turn = 2 * math.pi * index / len(several)
        for number, area in enumerate(community.areas):
            around = 2 * math.pi * number / len(community.areas)
            places[area.name] = (
                math.cos(turn) + 0.3 * math.cos(around),
                math.sin(turn) + 0.3 * math.sin(around),
            )
    return places
