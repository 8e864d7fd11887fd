"""The words of a split: ties, what they tie, what is to become of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick import Crossing

# takes: the subsystem refers to the rest. gives: the rest refers to it.
Direction = Literal["takes", "gives"]
# What a tie is made of, the worst last.
Standing = Literal["public", "promotable", "string", "option", "private", "contract", "missing"]
# keep:    is public API already
# promote: has to become public API
# move:    changes sides, and the tie is gone
# go:      has to be undone
Remedy = Literal["keep", "promote", "move", "go"]

STANDINGS: dict[Standing, str] = {
    "public": "already public API",
    "promotable": "public if promoted",
    "private": "private",
    "option": "option",
    "string": "string",
    "contract": "contract drift",
    "missing": "not there",
}
DIRECTIONS: dict[Direction, str] = {
    "takes": "takes from the rest",
    "gives": "the rest takes from it",
}


@dataclass(frozen=True, slots=True)
class Tie:
    """All places in one direction at which one symbol of one subsystem is referred to in one way.

    symbol:    `module:name`, `module`, or `[group] option`
    other:     the subsystem on the other side, "" for nobody's modules
    places:    in the subsystem's code, tests left out
    in_tests:  in tests
    why:       the reason for the remedy, in words
    """

    direction: Direction
    standing: Standing
    symbol: str
    other: str
    places: tuple[Crossing, ...]
    in_tests: tuple[Crossing, ...]
    remedy: Remedy
    why: str = ""

    @property
    def count(self) -> int:
        """How many places, tests included."""
        return len(self.places) + len(self.in_tests)

    @property
    def module(self) -> str:
        """The module of the symbol, "" for an option."""
        return "" if self.symbol.startswith("[") else self.symbol.partition(":")[0]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is known by in another state of the tree."""
        return self.direction, self.standing, self.other, self.symbol


@dataclass(frozen=True, slots=True)
class Edge:
    """One subsystem's imports of another, executed at run time: how many, and one of them."""

    user: str
    used: str
    count: int
    witness: Crossing


@dataclass(frozen=True, slots=True)
class Move:
    """A module on the other side that, tests aside, nobody uses but the subsystem and such modules.

    ties:  how many places would no longer cross
    needs: how many modules of its own side it imports, that would be used across then
    """

    module: str
    owner: str
    ties: int
    needs: int


@dataclass(frozen=True, slots=True)
class Change:
    """A tie before and now, as counts of places; 0 where there is none."""

    tie: Tie
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class Split:
    """What stands between a subsystem and a repository of its own.

    surface: by module of the others, the names in it that have to be, or to stay, public API for
             the subsystem's code; "" for the module itself
    offers:  the same, of the subsystem's own for the code of the others
    circles: each a way from the subsystem through others and back to it
    since:   the revision that `changes` are told of, "" for none
    unread:  files that could not be read, with the reason
    """

    subsystem: str
    owners: tuple[str, ...]
    modules: int
    test_modules: int
    ties: tuple[Tie, ...]
    moves: tuple[Move, ...]
    circles: tuple[tuple[Edge, ...], ...]
    surface: Mapping[str, tuple[str, ...]]
    offers: Mapping[str, tuple[str, ...]]
    since: str = ""
    changes: tuple[Change, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)

    def of(self, direction: Direction, standing: Standing) -> tuple[Tie, ...]:
        """The ties of one direction and standing, the most frequent first."""
        return tuple(
            tie for tie in self.ties if (tie.direction, tie.standing) == (direction, standing)
        )

    @property
    def is_separable(self) -> bool:
        """Whether nothing has to be done before it can leave."""
        return not self.circles and all(tie.remedy == "keep" for tie in self.ties)
