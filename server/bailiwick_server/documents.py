r"""What editors hold: texts with a version, and the positions in them.

Lines end at ``\n``, ``\r\n`` and ``\r``, as the protocol says, and at nothing else: neither a
form feed nor U+2028 ends one. Positions of the protocol count units of the encoding that was
negotiated; spans of findings count characters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bailiwick import Span
from lsprotocol.types import Position, PositionEncodingKind, Range

from bailiwick_server.line_starts import Starts

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINE_END = re.compile(r"\r\n|\r|\n")
_WIDEST_OF_ONE_UNIT = "\uffff"


@dataclass(frozen=True, slots=True)
class Text:
    """A text with the offsets at which its lines start; it is never changed, only followed."""

    content: str
    starts: Starts = field(compare=False)
    encoding: PositionEncodingKind

    @classmethod
    def of(cls, content: str, encoding: PositionEncodingKind) -> Text:
        """A text whose lines are still to be found."""
        starts = [0, *(end.end() for end in _LINE_END.finditer(content))]
        return cls(content, Starts.of(starts), encoding)

    def line(self, number: int) -> str:
        """A line, 0-based, without its line end; "" behind the last."""
        start, end = self._bounds(number)
        return self.content[start:end]

    def _bounds(self, number: int) -> tuple[int, int]:
        """Where a line starts and ends, without its line end."""
        if number >= len(self.starts):
            return len(self.content), len(self.content)
        start = self.starts[number]
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.content)
        while end > start and self.content[end - 1] in "\r\n":
            end -= 1
        return start, end

    def offset(self, position: Position) -> int:
        """The offset of a position; one outside of its line or the text is taken for its end."""
        if position.line < 0:
            return 0
        start, end = self._bounds(position.line)
        return start + characters(self.content[start:end], position.character, self.encoding)

    def position(self, offset: int) -> Position:
        """The position of an offset; within a line end it is that of the line's end."""
        offset = max(0, min(offset, len(self.content)))
        number = bisect_right(self.starts, offset) - 1
        start, end = self._bounds(number)
        before = self.content[start : min(offset, end)]
        return Position(number, units(before, self.encoding))

    def range(self, span: Span) -> Range:
        """The range of a finding's span, which counts lines and characters from 1 on.

        A byte order mark at the start is no character to a finding.
        """
        return Range(
            self._place(span.line - 1, span.column - 1),
            self._place(span.end_line - 1, span.end_column - 1),
        )

    def _place(self, number: int, column: int) -> Position:
        if number >= len(self.starts):
            return self.position(len(self.content))
        line = self.line(number)
        if number == 0 and line.startswith("\ufeff"):
            column += 1
        return Position(number, units(line[: max(column, 0)], self.encoding))

    def span(self, range_: Range) -> Span:
        """The span of a range, as findings have it."""
        first, last = self.offset(range_.start), self.offset(range_.end)
        return Span(*self._counted(first), *self._counted(last))

    def _counted(self, offset: int) -> tuple[int, int]:
        number = bisect_right(self.starts, offset) - 1
        column = offset - self.starts[number]
        marked = number == 0 and column > 0 and self.content.startswith("\ufeff")
        return number + 1, column + (0 if marked else 1)

    def edited(self, start: int, end: int, new: str) -> Text:
        """The text with what stands between two offsets replaced."""
        start, end = min(start, end), max(start, end)
        # At once: each copy of a long text takes its time.
        content = "".join((self.content[:start], new, self.content[end:]))
        # A line end may be made of what stood there and of what is new: look from the line before.
        first = max(bisect_right(self.starts, start) - 2, 0)
        last = min(bisect_right(self.starts, end) + 1, len(self.starts))
        begin, shift = self.starts[first], len(new) - (end - start)
        stop = self.starts[last] + shift if last < len(self.starts) else len(content)
        middle = [found.end() for found in _LINE_END.finditer(content, begin, stop)]
        if middle and last < len(self.starts) and middle[-1] == stop:
            middle.pop()
        starts = self.starts.edited(first + 1, last, middle, shift)
        return Text(content, starts, self.encoding)


def units(text: str, encoding: PositionEncodingKind) -> int:
    """How many units of an encoding a piece of text takes."""
    if text.isascii() or encoding == PositionEncodingKind.Utf32:
        return len(text)
    if encoding == PositionEncodingKind.Utf8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(character > _WIDEST_OF_ONE_UNIT for character in text)


def characters(line: str, wanted: int, encoding: PositionEncodingKind) -> int:
    """How many characters so many units are; a unit within a character counts for its start."""
    if wanted <= 0:
        return 0
    if line.isascii() or encoding == PositionEncodingKind.Utf32:
        return min(wanted, len(line))
    taken = 0
    for index, character in enumerate(line):
        taken += units(character, encoding)
        if taken > wanted:
            return index
    return len(line)


@dataclass(frozen=True, slots=True)
class Document:
    """A text as an editor holds it.

    notebook: the address of the notebook whose cell it is, "" if it is none
    """

    uri: str
    version: int
    text: Text
    language: str = ""
    notebook: str = ""

    def changed(self, version: int, edits: Iterable[tuple[Range | None, str]]) -> Document:
        """The document after some edits, in their order; one without a range is the whole text."""
        text = self.text
        for range_, new in edits:
            if range_ is None:
                text = Text.of(new, text.encoding)
            else:
                text = text.edited(text.offset(range_.start), text.offset(range_.end), new)
        return Document(self.uri, version, text, self.language, self.notebook)
