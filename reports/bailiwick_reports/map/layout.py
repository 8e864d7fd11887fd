"""Where the areas of a map lie: those that refer to each other much lie near each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bailiwick_reports.placing import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick_reports.map.nouns import Area, Atlas, Link

WIDTH, HEIGHT = 1000, 680
# Radii: of the largest area, and of one that has hardly any code.
_LARGEST, _SMALLEST = 84, 13
# Arrows and names need room between two rings.
_SHEET = Sheet(WIDTH, HEIGHT, between=64, margin=26)
# How far arrows leave the straight way: at their ends, and in their middle by their length.
_ASIDE, _BEND = 10, 0.12


@dataclass(slots=True)
class Spot:
    """A place on the map, in its units: the centre, the radius of code, that of code and tests."""

    x: float
    y: float
    code: float
    whole: float


def laid_out(atlas: Atlas) -> Mapping[str, Spot]:
    """A spot for each area, by name; the same tree is always laid out alike."""
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(area.name for area in atlas.areas)
    for link in atlas.links:
        if link.user != link.target and {link.user, link.target} <= graph.nodes:
            weight = graph.get_edge_data(link.user, link.target, {"weight": 0.0})["weight"]
            pull = weight + math.log1p(len(link.places))
            graph.add_edge(link.user, link.target, weight=pull)
    count = len(atlas.areas)
    # The circle to start from makes the outcome depend on nothing but the tree.
    start = networkx.circular_layout(graph)
    found = networkx.spring_layout(
        graph, pos=start, k=1.9 / math.sqrt(count), iterations=200, weight="weight", seed=1
    )
    found = _SHEET.stretched(found)
    most = max((area.code for area in atlas.areas), default=1) or 1
    spots = {
        area.name: Spot(
            x=found[area.name][0],
            y=found[area.name][1],
            code=(radius := max(_SMALLEST, _LARGEST * math.sqrt(area.code / most))),
            whole=_with_tests(radius, area),
        )
        for area in atlas.areas
    }
    _SHEET.part(list(spots.values()))
    return spots


def _with_tests(radius: float, area: Area) -> float:
    """The radius of the ring that has the tests beside the code, as far as it stays a ring."""
    grown = radius * math.sqrt((area.code + area.tests) / max(1, area.code))
    return max(radius + 3, min(grown, radius * 1.6, radius + 40))


def arrow(link: Link, spots: Mapping[str, Spot]) -> str:
    """The path of a link's arrow, from ring to ring, bent so that the way back is another."""
    one, other = spots[link.user], spots[link.target]
    if one is other:
        return _loop(one)
    straight = math.atan2(other.y - one.y, other.x - one.x)
    ax, ay = _edge(one, straight, 1, gap=2)
    cx, cy = _edge(other, straight + math.pi, -1, gap=6)
    bx, by = (ax + cx) / 2 - (cy - ay) * _BEND, (ay + cy) / 2 + (cx - ax) * _BEND
    return f"M{ax:.1f} {ay:.1f}Q{bx:.1f} {by:.1f} {cx:.1f} {cy:.1f}"


def _edge(spot: Spot, towards: float, side: int, gap: float) -> tuple[float, float]:
    """A point just outside a ring, a little to one side of the way straight to somewhere."""
    aside = side * math.asin(min(0.5, _ASIDE / spot.whole))
    reach = spot.whole + gap
    return spot.x + math.cos(towards + aside) * reach, spot.y + math.sin(towards + aside) * reach


def _loop(spot: Spot) -> str:
    """An arrow from an area to itself, over its top."""
    x, top = round(spot.x, 1), round(spot.y - spot.whole, 1)
    left, right = round(x - 9, 1), round(x + 9, 1)
    high = round(top - 30, 1)
    return f"M{left} {top}C{left - 10} {high} {right + 10} {high} {right} {round(top - 4, 1)}"


def thickness(count: int) -> float:
    """How thick the arrow of so many references is."""
    return round(0.6 + 0.62 * math.log2(1 + count), 2) if count else 0.0
