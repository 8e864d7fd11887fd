"""The words of a review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick import Crossing, Finding, Series

    from bailiwick_reports.api.comparing import Change
    from bailiwick_reports.owners.nouns import Approval


@dataclass(frozen=True, slots=True)
class Share:
    """What a series changes of one subsystem, "" for nobody's: files, lines that came and went."""

    subsystem: str
    owners: tuple[str, ...]
    files: tuple[str, ...]
    came: int
    went: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A symbol of one subsystem that another refers to in more, or fewer, places than before.

    places: those of now where there are more, those of before where there are fewer
    before, now: how many there were, and are
    rules:  the codes of the rules that they break
    """

    user: str
    target: str
    symbol: str
    in_tests: bool
    before: int
    now: int
    places: tuple[Crossing, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A key of a table of the policy that says otherwise than before."""

    table: str
    key: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exemption:
    """What allows a finding: a comment (`path:line` and its text), or an entry of the baseline."""

    kind: str
    where: str
    words: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Review:
    """A series of commits, seen from the subsystem that it comes from.

    home:     that subsystem
    guessed:  whether nobody said so, and it is the one with the most changed lines
    inside:   what it changes of its own
    outside:  what it changes of others, the most first
    more, fewer: references across boundaries
    api:      what is offered otherwise than before
    introduced: findings that there were not before, in whatever file
    approval: who has to approve what is outside, and what breaks others
    """

    series: Series
    home: str
    guessed: bool
    inside: Share | None
    outside: tuple[Share, ...]
    more: tuple[Reference, ...]
    fewer: tuple[Reference, ...]
    api: tuple[Change, ...]
    introduced: tuple[Finding, ...]
    policy: tuple[PolicyChange, ...]
    exemptions: tuple[Exemption, ...]
    approval: Approval
    unread: Mapping[str, str]

    def touches(self, path: str) -> bool:
        """Whether a file is among those that the series changes."""
        return path in self.series.changed

    @property
    def is_own_affair(self) -> bool:
        """Whether all of it stays within the subsystem's own bailiwick."""
        others = (self.outside, self.more, self.introduced, self.policy, self.exemptions)
        breaking = any(change.verdict == "breaks" for change in self.api)
        return not any(others) and not breaking
