"""What is found out about who works where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Mass = Literal["enough", "few", "none"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts.

    commits, months: a person is regular where they made so many changes in so many months
    mass:   how many people make a community that can stand by itself
    bulk:   a commit that touches more files is a mass edit
    detail: how large an area may be, as a share of all changes
    grain:  more for more and smaller proposals, less for fewer
    """

    commits: int = 5
    months: int = 3
    mass: int = 3
    bulk: int = 50
    detail: float = 0.05
    grain: float = 1.3


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of the history is not counted: commits of bots, by their names, and mass edits."""

    bots: Mapping[str, int]
    bulk: tuple[tuple[str, int, str], ...]
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Area:
    """A package or module as a whole, with the tests of what is in it.

    name:     the dotted prefix
    modules:  those of the tree that belong to it, tests too
    commits:  how many commits changed it
    people:   by person, their commits here
    regulars: those who are regular here, busiest first
    """

    name: str
    modules: tuple[str, ...]
    commits: int
    people: Mapping[str, int]
    regulars: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another community: what ties it to one.

    shared:  the people who are regular in both
    imports: names that this one imports of the other, and the other of this one
    """

    name: str
    shared: tuple[str, ...]
    imports: int
    imported: int


@dataclass(frozen=True, slots=True)
class Community:
    """Areas that belong together, as a proposal for a subsystem.

    commits:    how many commits changed it
    regulars:   who regularly changes it, busiest first
    residents:  those of them who make most of their changes here
    mass:       whether the residents are enough to stand by themselves
    alone:      the share of its commits that change nothing outside of it
    neighbours: the other communities, those with most in common first
    declared:   by subsystem of the policy, how many of its modules are that's; "" for nobody's
    """

    name: str
    areas: tuple[Area, ...]
    modules: int
    commits: int
    regulars: tuple[str, ...]
    residents: tuple[str, ...]
    mass: Mass
    alone: float
    neighbours: tuple[Neighbour, ...]
    declared: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a declared subsystem compares.

    communities: by proposal, how many of its modules lie in it
    regulars:    how many people are regular in its modules
    agrees:      0 to 1: what it and the proposal that is most like it have in common, of all
                 that either has
    """

    name: str
    modules: int
    communities: Mapping[str, int]
    agrees: float


@dataclass(frozen=True, slots=True)
class Discovery:
    """All that was found.

    ties: between areas by name: how strongly they belong together, 0 to 1
    """

    revision: str
    first: datetime
    last: datetime
    commits: int
    people: int
    terms: Terms
    left_out: LeftOut
    communities: tuple[Community, ...]
    ties: Mapping[tuple[str, str], float]
    declared: tuple[Standing, ...]
    notes: tuple[str, ...]

    @property
    def crossing(self) -> int:
        """How many imported names would cross between the proposals."""
        return sum(each.imports for one in self.communities for each in one.neighbours)
