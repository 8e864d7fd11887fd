"""What a map shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick import Crossing

UNCLAIMED = "(unclaimed)"
"""The area of the modules that no subsystem claims."""


@dataclass(frozen=True, slots=True)
class Part:
    """A module: its lines, and whether it is a test of its subsystem."""

    module: str
    path: str
    lines: int
    is_test: bool


@dataclass(frozen=True)
class Area:
    """A subsystem as it lies on the map; lines of code and of tests are counted apart."""

    name: str
    owners: tuple[str, ...]
    parts: tuple[Part, ...]

    @cached_property
    def code(self) -> int:
        """Lines of all modules that are no tests."""
        return sum(part.lines for part in self.parts if not part.is_test)

    @cached_property
    def tests(self) -> int:
        """Lines of all tests."""
        return sum(part.lines for part in self.parts if part.is_test)


@dataclass(frozen=True)
class Link:
    """All references from one area to another, or those inside one that break a rule."""

    user: str
    target: str
    places: tuple[Crossing, ...]

    @cached_property
    def forbidden(self) -> int:
        """How many of them break a rule."""
        return sum(1 for place in self.places if place.rule)

    @cached_property
    def in_tests(self) -> int:
        """How many of them stand in tests."""
        return sum(1 for place in self.places if place.in_test)


@dataclass(frozen=True, slots=True)
class Atlas:
    """Everything that a map is drawn from.

    title:  what the tree is called
    areas:  largest first
    links:  those with most references first
    inside: pairs of modules of one area of which the first imports the second
    lines:  the code at each place that a link has, by path and line
    unread: files that could not be read, with the reason
    """

    title: str
    areas: tuple[Area, ...]
    links: tuple[Link, ...]
    inside: tuple[tuple[str, str], ...]
    lines: Mapping[tuple[str, int], str]
    unread: Mapping[str, str]
