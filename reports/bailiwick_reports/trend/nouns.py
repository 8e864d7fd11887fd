"""What a trend is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Edge:
    """How many references there are from one subsystem to another, and how many are forbidden."""

    references: int
    forbidden: int


@dataclass(frozen=True, slots=True)
class Point:
    """A tree under the policy: how much there is of what.

    findings: by rule, whatever allows them
    edges:    by the subsystem that refers and the one that is referred to; "" for nobody's
    unparsed: files that are not Python 3, or no text; what can be read of them is counted
    submodules: folders that are other repositories, and not looked into
    """

    name: str
    commit: str
    date: datetime
    modules: int
    lines: int
    findings: Mapping[str, int]
    edges: Mapping[tuple[str, str], Edge]
    unparsed: int
    submodules: tuple[str, ...]

    @property
    def debt(self) -> int:
        """All findings."""
        return sum(self.findings.values())

    @property
    def references(self) -> int:
        """All references between subsystems."""
        return sum(edge.references for edge in self.edges.values())

    @property
    def forbidden(self) -> int:
        """Those of them that break a rule."""
        return sum(edge.forbidden for edge in self.edges.values())


@dataclass(frozen=True, slots=True)
class Trend:
    """Points in order, with what of the history is not as it seems.

    worked_out: texts that had to be read for this; of all others it was known what they name
    dated:      whether the points have dates of their own, and not merely those of files
    """

    title: str
    points: tuple[Point, ...]
    notes: tuple[str, ...]
    worked_out: int
    dated: bool = True
