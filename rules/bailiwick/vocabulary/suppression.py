"""A suppression: a comment in the code that allows a finding, with a reason."""

from __future__ import annotations

import datetime  # noqa: TC003 - a comment's date is made from it
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.reference import Span

# The lines that a suppression of a whole file covers.
WHOLE_FILE = (0, 0)
# Those of one that stands above no statement.
NOWHERE = (-1, -1)


class Allowed(NamedTuple):
    """One word between the brackets: the code or the name of a rule.

    column: where the word stands, 1-based, in characters
    code:   of the rule, "" if there is no such rule
    fault:  why the word allows nothing, "" if it does
    """

    word: str
    column: int
    code: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment `# bailiwick: allow[CODE, …] until DATE reason`.

    span:    of the comment, up to another tool's behind it
    lines:   first and last line of the statement that it covers, `WHOLE_FILE` for all of them
    near:    the line that it covers before all others of the statement, 0 if none comes first
    allowed: the rules that it names
    until:   the last day on which it holds
    fault:   why the whole comment allows nothing, "" if it may
    excerpt: the text of its line
    """

    span: Span
    lines: tuple[int, int]
    near: int = 0
    allowed: tuple[Allowed, ...] = ()
    until: datetime.date | None = None
    reason: str = ""
    fault: str = ""
    excerpt: str = ""

    def expired(self, today: datetime.date) -> bool:
        """Whether its last day is over."""
        return self.until is not None and self.until < today

    def covers(self, finding: Finding) -> bool:
        """Whether a finding stands in its statement or file."""
        first, last = self.lines
        return self.lines == WHOLE_FILE or first <= finding.span.line <= last

    def covers_first(self, finding: Finding) -> bool:
        """Whether a finding stands on the line that comes before all others."""
        return finding.span.line <= self.near <= finding.span.end_line


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that a comment in the code allows; `until` is the last day of that."""

    finding: Finding
    reason: str
    until: datetime.date | None = None
