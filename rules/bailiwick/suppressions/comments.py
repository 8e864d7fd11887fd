"""The suppressions in a text: `# bailiwick: allow[BW101] until 2027-01-01 reason`.

A comment at the end of a statement's first or last line, or on a line of its own directly above
it, covers the statement; of a compound statement that is the header. On a line in between it covers
that line, and the rest of the statement only where that line has nothing to allow.
`allow-file[…]`, on a line of its own above the first statement, covers the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bailiwick.suppressions.wording import Wording
from bailiwick.vocabulary.reference import Span
from bailiwick.vocabulary.suppression import NOWHERE, WHOLE_FILE, Suppression

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bailiwick.source.lines import Line, Lines

# Looked for as a plain word, which is fast; only its first letter may be a capital.
_SIGN = "ailiwick"
_COMMENT = re.compile(r"#[ \t]*[Bb]ailiwick[ \t]*:[ \t]*")
# Another tool's comment may stand behind ours; `#123` in a reason is an issue.
_END = re.compile(r"[ \t]+#(?!\d)|[ \t]*$", re.MULTILINE)
_OWN_LINES = re.compile(r"(?:\n[ \t\f]*#[^\n]*)*\n[ \t\f]*")
_NEXT_CODE = re.compile(r"(?:[ \t\f]*(?:#[^\n]*)?\n)*")
_STRING = re.compile(r"[A-Za-z]{0,2}[\"']")
_MISPLACED = "allow-file stands on a line of its own above the first statement"
# Characters of a line that is still shown.
_PAGE = 5000


def suppressions(lines: Lines, rules: Mapping[str, str]) -> tuple[Suppression, ...]:
    """The suppressions in a text, in order; `rules` gives each rule's name by its code."""
    return tuple(_Reader(lines, rules).all()) if _SIGN in lines.text else ()


class _Ground(NamedTuple):
    """The lines that a comment covers, as in a Suppression; `heads`: it may speak for the file."""

    lines: tuple[int, int]
    near: int = 0
    heads: bool = False


class _Reader:
    """Reads the suppressions of one text."""

    def __init__(self, lines: Lines, rules: Mapping[str, str]) -> None:
        self.lines, self.text, self.rules = lines, lines.text, rules

    def all(self) -> Iterator[Suppression]:
        """One for each comment that is ours."""
        end = 0
        while (found := self.text.find(_SIGN, end)) >= 0:
            start = self.text.rfind("\n", 0, found) + 1
            end = self.text.find("\n", found)
            end = len(self.text) if end < 0 else end
            for comment in _COMMENT.finditer(self.text, start, end):
                ground = self._ground(comment.start())
                if ground is not None:
                    yield self._read(comment, ground, start, end)

    def _ground(self, offset: int) -> _Ground | None:
        """What a comment with its `#` at an offset covers; None if that is no comment."""
        statement = self._statement(offset)
        if statement is None:
            return _Ground(NOWHERE, heads=self._heads(offset))
        if offset < statement.start:
            end = self.text.find("\n", offset)
            above = _OWN_LINES.fullmatch(self.text, end, statement.start)
            lines = self._covered(statement) if above else NOWHERE
            return _Ground(lines, heads=self._heads(offset))
        if not self.lines.in_comment(statement, offset):
            return None
        first, last = self._number(statement.start), self._number(statement.end)
        line = self._number(offset)
        if line in (first, last):
            return _Ground((first, last))
        start = self.text.rfind("\n", 0, offset) + 1
        if not self.text[start:offset].strip():
            following = _NEXT_CODE.match(self.text, start)
            line = self._number(following.end()) if following else line
        return _Ground((first, last), near=line)

    def _statement(self, offset: int) -> Line | None:
        """The statement around an offset, or the next one; None where there is none."""
        try:
            return self.lines.line_at(offset)
        except StopIteration:
            return None

    def _covered(self, statement: Line) -> tuple[int, int]:
        """The lines of a statement; of a decorated one, with those of its header."""
        last: Line = statement
        following: Line | None = statement
        while following is not None and self.text[following.start] == "@":
            last, following = following, self._statement(following.end + 1)
        last = following or last
        return self._number(statement.start), self._number(last.end)

    def _heads(self, offset: int) -> bool:
        """Whether nothing but comments and a docstring stands above an offset."""
        first = self._statement(0)
        if first is None or offset < first.start:
            return True
        after = self._statement(first.end + 1)
        is_string = _STRING.match(self.text, first.start) is not None
        return is_string and first.end < offset and (after is None or offset < after.start)

    def _number(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def _read(self, comment: re.Match[str], ground: _Ground, start: int, end: int) -> Suppression:
        """A comment on the line between two offsets."""
        closing = _END.search(self.text, comment.end(), end)
        stop = closing.start() if closing else end
        said = Wording.of(self.text[comment.end() : stop], self.rules)
        line, shift = self._number(start), comment.end() - start + 1
        misplaced = said.of_file and not ground.heads
        return Suppression(
            span=Span(line, comment.start() - start + 1, line, stop - start + 1),
            lines=WHOLE_FILE if said.of_file else ground.lines,
            near=0 if said.of_file else ground.near,
            allowed=tuple(each._replace(column=each.column + shift) for each in said.allowed),
            until=said.until,
            reason=said.reason,
            fault=said.fault or (_MISPLACED if misplaced else ""),
            excerpt=self.text[start:end] if end - start <= _PAGE else "",
        )
