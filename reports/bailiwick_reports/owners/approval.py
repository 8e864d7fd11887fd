"""The smallest set of people who can approve a change."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from bailiwick_reports.owners.nouns import Approval, Need

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bailiwick import Policy, Subsystem

    from bailiwick_reports.owners.nouns import Ground

# So many choices of people are tried for the smallest; beyond, the next best is good enough.
_PATIENCE = 200_000


def approval(ground: Ground, paths: Iterable[str]) -> Approval:
    """Who has to approve a change of these files."""
    needs = []
    for name, touched in ground.by_subsystem(dict.fromkeys(paths)).items():
        subsystem = ground.owner(touched[0]) if name else None
        needs.append(_need(ground.policy, name, touched, subsystem))
    needs.sort(key=lambda need: (-len(need.paths), need.subsystem))
    people, others = smallest([need.people for need in needs if need.people])
    asked = tuple(
        (person, tuple(need.subsystem for need in needs if person in need.people))
        for person in people
    )
    return Approval(tuple(needs), asked, others)


def _need(policy: Policy, name: str, paths: Sequence[str], subsystem: Subsystem | None) -> Need:
    if subsystem is None:
        return Need(name, tuple(sorted(paths)), (), ())
    own = {person for owner in subsystem.owners for person in policy.people(owner)}
    people = policy.approvers(subsystem)
    trusted = tuple(person for person in people if person not in own)
    return Need(name, tuple(sorted(paths)), subsystem.owners, people, trusted)


def smallest(choices: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], int]:
    """Fewest people with one of each choice among them, and how many other such sets there are.

    Of several, that whose people stand earliest in their choices: leads come first there.
    """
    covers: dict[str, frozenset[int]] = {}
    rank: dict[str, int] = {}
    for number, people in enumerate(choices):
        for place, person in enumerate(people):
            covers[person] = covers.get(person, frozenset()) | {number}
            rank[person] = rank.get(person, 0) + place
    everybody = sorted(covers, key=lambda person: (-len(covers[person]), rank[person], person))
    fallback = _greedy(everybody, covers, len(choices))
    tried = 0
    for size in range(len(fallback)):
        found = []
        for people in combinations(everybody, size):
            tried += 1
            if tried > _PATIENCE:
                return fallback, 0
            if len(frozenset().union(*(covers[person] for person in people))) == len(choices):
                found.append(people)
        if found:
            best = min(found, key=lambda people: sum(rank[person] for person in people))
            return best, len(found) - 1
    alike = _alike(everybody, covers, len(fallback), len(choices), _PATIENCE - tried)
    best = min([fallback, *alike], key=lambda people: sum(rank[person] for person in people))
    return best, max(len(alike) - 1, 0)


def _greedy(
    everybody: Sequence[str], covers: Mapping[str, frozenset[int]], count: int
) -> tuple[str, ...]:
    """People who cover every choice: each time whoever covers most of what is left."""
    left, found = set(range(count)), []
    while left:
        best = max(everybody, key=lambda person: len(covers[person] & left))
        found.append(best)
        left -= covers[best]
    return tuple(found)


def _alike(
    everybody: Sequence[str],
    covers: Mapping[str, frozenset[int]],
    size: int,
    count: int,
    patience: int,
) -> list[tuple[str, ...]]:
    """The sets of that size that cover every choice, as far as patience goes."""
    found = []
    for people in combinations(everybody, size):
        patience -= 1
        if patience < 0:
            break
        if len(frozenset().union(*(covers[person] for person in people))) == count:
            found.append(people)
    return found
