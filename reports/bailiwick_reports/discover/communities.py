"""Which areas belong together: by who changes them, by what changes together, by imports."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bailiwick_reports.discover.nouns import Area

# What each kind of tie counts. People first: boundaries are to follow their interests.
PEOPLE, TOGETHER, IMPORTS = 0.6, 0.2, 0.2
# Each area is tied to so many others at most, those it is nearest to.
_NEAREST = 5
# Above 1: a few people in common count less than in proportion.
_CONTRAST = 1.5
Ties = dict[tuple[str, str], float]


def ties(
    areas: Sequence[Area],
    together: Mapping[tuple[str, str], int],
    imports: Mapping[tuple[str, str], int],
) -> Ties:
    """How strongly areas belong together, 0 to 1, by their names in order; no tie, no entry."""
    found: Ties = {}
    for kind, weight in ((_by_people(areas), PEOPLE), (_by_changes(areas, together), TOGETHER)):
        for pair, value in kind.items():
            found[pair] = found.get(pair, 0.0) + weight * value
    for pair, value in _by_imports(imports).items():
        found[pair] = found.get(pair, 0.0) + IMPORTS * value
    return _nearest(found)


def _by_people(areas: Sequence[Area]) -> Ties:
    """How much the people of two areas are the same, those who work on little else counting most.

    The cosine of who changes what, where somebody's commits in an area count by the share that
    they are of all that they do.
    """
    total: Counter[str] = Counter()
    for area in areas:
        total.update(area.people)
    vectors = {
        area.name: {
            person: count / math.sqrt(total[person]) for person, count in area.people.items()
        }
        for area in areas
    }
    lengths = {
        name: math.sqrt(sum(value * value for value in vector.values())) or 1.0
        for name, vector in vectors.items()
    }
    found = {}
    for one, other in combinations(sorted(vectors), 2):
        small, large = sorted((vectors[one], vectors[other]), key=len)
        product = sum(value * large.get(person, 0.0) for person, value in small.items())
        if product:
            found[one, other] = (product / lengths[one] / lengths[other]) ** _CONTRAST
    return found


def _by_changes(areas: Sequence[Area], together: Mapping[tuple[str, str], int]) -> Ties:
    """The share of their changes that two areas have in common."""
    commits = {area.name: area.commits for area in areas}
    return {
        pair: count / math.sqrt(commits[pair[0]] * commits[pair[1]])
        for pair, count in together.items()
    }


def _by_imports(imports: Mapping[tuple[str, str], int]) -> Ties:
    """The share of what two areas import and offer that goes from one to the other."""
    both: Counter[tuple[str, str]] = Counter()
    total: Counter[str] = Counter()
    for (user, used), count in imports.items():
        if user != used:
            both[min(user, used), max(user, used)] += count
            total[user] += count
            total[used] += count
    return {
        (one, other): count / math.sqrt(total[one] * total[other])
        for (one, other), count in both.items()
    }


def _nearest(found: Ties) -> Ties:
    strongest: dict[str, list[tuple[float, tuple[str, str]]]] = {}
    for pair, value in found.items():
        for name in pair:
            strongest.setdefault(name, []).append((value, pair))
    kept = {
        pair
        for several in strongest.values()
        for _, pair in sorted(several, reverse=True)[:_NEAREST]
    }
    return {pair: found[pair] for pair in sorted(kept)}


def grouped(areas: Sequence[Area], found: Ties, grain: float) -> list[list[str]]:
    """The areas in communities, by Louvain's method; the same ties give the same communities."""
    from networkx import Graph
    from networkx.algorithms.community import louvain_communities

    graph = Graph()
    graph.add_nodes_from(area.name for area in areas)
    graph.add_weighted_edges_from((one, other, value) for (one, other), value in found.items())
    communities = louvain_communities(graph, weight="weight", resolution=grain, seed=1)
    return sorted((sorted(names) for names in communities), key=lambda names: (-len(names), names))
