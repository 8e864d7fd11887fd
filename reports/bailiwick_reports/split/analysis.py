"""From what crosses between subsystems to the ties of one, and what is to become of them."""

from __future__ import annotations

from collections import Counter, deque
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from bailiwick_reports.split.nouns import Change, Edge, Move, Split, Tie

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bailiwick import Crossing, Crossings, Policy, Subsystem

    from bailiwick_reports.split.nouns import Direction, Remedy, Standing

_ORDER: dict[Standing, int] = {
    "missing": -1,
    "contract": 0,
    "private": 1,
    "option": 2,
    "promotable": 3,
    "string": 4,
    "public": 5,
}


def split(policy: Policy, subsystem: Subsystem, found: Crossings) -> Split:
    """What ties a subsystem to the rest of a tree."""
    return _Analysis(policy, subsystem, found).split()


def changes(before: Split, now: Split) -> tuple[Change, ...]:
    """The ties that there are more or fewer places of than before, by how much they changed."""
    old = {tie.key: tie for tie in before.ties}
    new = {tie.key: tie for tie in now.ties}
    changed = [
        Change(new.get(key) or old[key], _count(old.get(key)), _count(new.get(key)))
        for key in {**old, **new}
        if _count(old.get(key)) != _count(new.get(key))
    ]
    return tuple(sorted(changed, key=lambda each: (each.now - each.before, each.tie.key)))


def _count(tie: Tie | None) -> int:
    return tie.count if tie is not None else 0


class _Analysis:
    def __init__(self, policy: Policy, subsystem: Subsystem, found: Crossings) -> None:
        self.policy, self.subsystem, self.found = policy, subsystem, found
        self.name = subsystem.name
        self.near = [each for each in found.places if self.name in (each.subsystem, each.target)]
        self.edges = _edges(found.places)
        self.ways = _ways(self.name, self.edges)
        self._owners: dict[str, Subsystem | None] = {}

    def split(self) -> Split:
        own = [
            file.module for file in self.found.tree.files if self._owner(file.module) == self.name
        ]
        moves = {move.module: move for move in self._moves()}
        ties = sorted(self._ties(moves), key=_importance)
        return Split(
            subsystem=self.name,
            owners=self.subsystem.owners,
            modules=sum(not self.policy.is_test(module) for module in own),
            test_modules=sum(map(self.policy.is_test, own)),
            ties=tuple(ties),
            moves=tuple(sorted(moves.values(), key=lambda each: (-each.ties, each.module))),
            circles=tuple(self._circles()),
            surface=_surface(tie for tie in ties if tie.direction == "takes"),
            offers=_surface(tie for tie in ties if tie.direction == "gives"),
            unread=self.found.unread,
        )

    def _claim(self, module: str) -> Subsystem | None:
        if module not in self._owners:
            file = self.found.tree.modules.get(module)
            is_package = file is None or file.is_package
            self._owners[module] = self.policy.subsystem_of(module, is_package)
        return self._owners[module]

    def _owner(self, module: str) -> str:
        claim = self._claim(module)
        return claim.name if claim else ""

    # -- ties --------------------------------------------------------------------------------

    def _ties(self, moves: Mapping[str, Move]) -> Iterator[Tie]:
        groups: dict[tuple[Direction, Standing, str, str], list[Crossing]] = {}
        for each in self.near:
            direction: Direction = "takes" if each.subsystem == self.name else "gives"
            other = each.target if direction == "takes" else each.subsystem
            key = direction, self._standing(each), other, each.symbol
            groups.setdefault(key, []).append(each)
        for (direction, standing, other, symbol), places in groups.items():
            code = tuple(each for each in places if not each.in_test)
            tests = tuple(each for each in places if each.in_test)
            module = places[0].module
            remedy, why = self._remedy(direction, standing, places, module in moves)
            yield Tie(direction, standing, symbol, other, code, tests, remedy, why)

    def _standing(self, each: Crossing) -> Standing:
        if not each.exists:
            return "missing"
        if each.way in ("option", "contract"):
            return "option" if each.way == "option" else "contract"
        if each.way == "member":
            return "private"
        if each.way == "string":
            return "string"
        target, user = self._claim(each.module), self._claim(each.user)
        if target is None or self.policy.is_public(target, each.module, each.name, user):
            return "public"
        return "private" if _is_private(each.module, each.name) else "promotable"

    def _remedy(
        self, direction: Direction, standing: Standing, places: list[Crossing], moves: bool
    ) -> tuple[Remedy, str]:
        if standing == "missing":
            return "go", "the tree has nothing of that name"
        if moves:
            return "move", "nobody else uses its module"
        if standing == "contract":
            return "go", "the contract and its implementation have to agree"
        if standing == "option":
            return "go", "whoever owns the option hands over its value"
        if standing == "string":
            if any(each.rule for each in places):
                return "go", "it names what is not public"
            return "keep", "it names public API"
        users = {each.subsystem for each in places if not each.in_test}
        if direction == "gives" and not users.isdisjoint(self.ways):
            return "go", "what it stands on cannot import it"
        if standing == "private":
            return "go", "it is private: use or offer a public way"
        return ("promote", "") if standing == "promotable" else ("keep", "")

    # -- moves -------------------------------------------------------------------------------

    def _moves(self) -> Iterator[Move]:
        """Modules of others that, tests aside, only this subsystem and such modules use."""
        taken = Counter(
            each.module
            for each in self.near
            if each.subsystem == self.name and each.way != "option" and not each.in_test
        )
        uses: dict[str, set[str]] = {}
        for module, users in self.found.users.items():
            for user in users:
                uses.setdefault(user, set()).add(module)
        moved: set[str] = set()
        fresh = {module for module in taken if self._is_free(module, moved)}
        while fresh:
            moved |= fresh
            reached = set().union(*(uses.get(module, set()) for module in fresh)) - moved
            fresh = {each for each in {*reached, *taken} - moved if self._is_free(each, moved)}
        for module in moved:
            own = {
                used for used in uses.get(module, set()) - moved if self._owner(used) != self.name
            }
            yield Move(module, self._owner(module), taken[module], len(own))

    def _is_free(self, module: str, moved: set[str]) -> bool:
        """Whether a module has no user that would be left behind."""
        if self._owner(module) == self.name or self.policy.is_test(module):
            return False
        users = self.found.users.get(module, frozenset())
        code = [user for user in users if not self.policy.is_test(user)]
        if not code or self._is_declared(module) or module in self._packages:
            return False
        return all(user in moved or self._owner(user) == self.name for user in code)

    def _is_declared(self, module: str) -> bool:
        """Whether it has the class of a contract, which is for several to implement."""
        contracts = (each.interface.partition(":")[0] for each in self.policy.contracts.values())
        return module in contracts

    @cached_property
    def _packages(self) -> frozenset[str]:
        """The modules that others lie in."""
        return frozenset(
            package
            for module in self.found.tree.modules
            for package in accumulate(module.split(".")[:-1], "{}.{}".format)
        )

    # -- circles -----------------------------------------------------------------------------

    def _circles(self) -> Iterator[tuple[Edge, ...]]:
        """For each subsystem whose code imports this one, the shortest way from here to it."""
        for user, used in sorted(self.edges.items()):
            if self.name in used and user in self.ways:
                yield tuple(
                    Edge(
                        first, second, len(self.edges[first][second]), self.edges[first][second][0]
                    )
                    for first, second in pairwise([*self.ways[user], self.name])
                )


def _edges(places: Iterable[Crossing]) -> dict[str, dict[str, list[Crossing]]]:
    """By user and used, the imports that tie subsystems at run time, tests aside."""
    found: dict[str, dict[str, list[Crossing]]] = {}
    for each in places:
        counts = each.way == "import" and each.grade == "runtime" and not each.in_test
        if counts and each.subsystem and each.target:
            found.setdefault(each.subsystem, {}).setdefault(each.target, []).append(each)
    return found


def _ways(start: str, edges: Mapping[str, Mapping[str, object]]) -> dict[str, list[str]]:
    """The shortest way from a subsystem to each that it reaches, itself left out."""
    ways: dict[str, list[str]] = {}
    waiting = deque([[start]])
    while waiting:
        way = waiting.popleft()
        for following in sorted(edges.get(way[-1], ())):
            if following != start and following not in ways:
                ways[following] = [*way, following]
                waiting.append(ways[following])
    return ways


def _surface(ties: Iterable[Tie]) -> dict[str, tuple[str, ...]]:
    """By module, the names that code refers to and that stay where they are."""
    found: dict[str, set[str]] = {}
    for tie in ties:
        if tie.places and tie.module and tie.remedy in ("keep", "promote"):
            module, _, name = tie.symbol.partition(":")
            found.setdefault(module, set()).add(name)
    return {module: tuple(sorted(names - {""})) or ("",) for module, names in sorted(found.items())}


def _importance(tie: Tie) -> tuple[str, int, int, str]:
    return tie.direction, _ORDER[tie.standing], -tie.count, tie.symbol


def _is_private(module: str, name: str) -> bool:
    parts = [*module.split("."), *name.split(".")]
    return any(part.startswith("_") and not part.endswith("__") for part in parts)
