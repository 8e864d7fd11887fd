"""A finding: a reference that breaks a rule, with all that a reader needs to act on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bailiwick.vocabulary.policy import Severity
    from bailiwick.vocabulary.reference import Span

    Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """A reference that breaks a rule.

    path:             relative to the policy's folder, `/` on every system
    span:             1-based, columns in characters; line 1, column 1 where a whole file is meant
    subsystem:        the one that the file belongs to, "" if unclaimed
    target:           `package.module` or `package.module:Name`, "" if nothing is referred to
    target_subsystem: the one that the target belongs to, "" if none
    known_by:         how we know, in words
    decided_by:       `file:line  what it says`, "" where no line decides
    instead:          the nearest public way, "" if there is none
    owners:           whom to ask about the target
    excerpt:          the text of the span's first line, without its line end
    subject:          what is wrong where no single place is: the circle of subsystems, else ""
    detail:           lines that show more of it, as they stand; they belong to no place
    """

    code: str
    name: str
    severity: Severity
    path: str
    span: Span
    message: str
    subsystem: str = ""
    target: str = ""
    target_subsystem: str = ""
    known_by: str = ""
    decided_by: str = ""
    instead: str = ""
    owners: tuple[str, ...] = ()
    excerpt: str = ""
    detail: tuple[str, ...] = ()
    subject: str = ""

    @property
    def deciding_line(self) -> tuple[str, int, str] | None:
        """What decides, in parts: file, line, what it says. A shipped policy's file is `<name>`."""
        before, gap, says = self.decided_by.partition("  ")
        file, _, line = before.rpartition(":")
        return (file, int(line), says) if gap and line.isdecimal() else None

    @property
    def place(self) -> tuple[str, int, int, str]:
        """By what findings are put in order."""
        return self.path, self.span.line, self.span.column, self.code

    @property
    def key(self) -> Key:
        """What it is whatever line it stands on: code, path and target.

        Several findings may share it. Of a subject that no single place bears, such as a circle,
        the key is code, "" and subject, wherever it is shown. Characters of a path that no text
        can hold are written out.
        """
        if self.subject:
            return self.code, "", self.subject
        path = self.path
        if not path.isascii():
            path = path.encode("utf-8", "backslashreplace").decode()
        return self.code, path, self.target
