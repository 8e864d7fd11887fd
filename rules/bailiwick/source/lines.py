"""Statements found in text without a parser: logical lines, strings, and what encloses them.

A scanner of this kind can be fooled (a string continued by a backslash, nested quotes inside
an f-string). Whoever parses what it cuts out notices, and reads the whole file instead.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Runs of plain characters are taken as wholes: the engine remembers each turn of a loop.
STRING_OR_COMMENT = re.compile(
    r'''"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""|"[^"\\\n]*(?:\\.[^"\\\n]*)*"'''
    r"""|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''|'[^'\\\n]*(?:\\.[^'\\\n]*)*'|\#[^\n]*""",
    re.DOTALL,
)
_QUOTE_OR_COMMENT = re.compile(r"[\"'#]")
_TOKEN = re.compile(STRING_OR_COMMENT.pattern + r"|[()\[\]{}]|\\\n|\n", re.DOTALL)
# A statement that ends with a line, with brackets in each other as deep as they mostly are. Each
# part can be read in one way only, so where this does not match nothing else has been tried.
_PART = (
    r'''"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""|"(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*"'''
    r"""|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''|'(?!'')[^'\\\n]*(?:\\.[^'\\\n]*)*'"""
    r"|\#[^\n]*(?=\n)"
)
_INSIDE = _PART
for _ in range(3):
    _INSIDE = rf"{_PART}|[(\[{{][^\"'#()\[\]{{}}\\]*(?:(?:{_INSIDE})[^\"'#()\[\]{{}}\\]*)*[)\]}}]"
_STATEMENT = re.compile(
    rf"[^\"'#()\[\]{{}}\\\n]*(?:(?:{_INSIDE})[^\"'#()\[\]{{}}\\\n]*)*\n", re.DOTALL
)
# What stands before and behind `def` and `class` in the line that they begin.
_MARGIN = re.compile(r"([ \t\f]*)(?:async[ \t]+)?")
_BEHIND_WORD = (" ", "\t", "\\")
_BLANK = re.compile(r"(?:[ \t\f]*(?:#[^\n]*)?\n)*([ \t\f]*)")
_FAR = 5_000
_TRIPLES = ('"""', "'''")
_OPENERS, _CLOSERS = "([{", ")]}"


class Line(NamedTuple):
    """A logical line: a statement, or the header of a compound one.

    `start` is the offset of its first token, `end` that of its line end, `indent` the column.
    """

    start: int
    end: int
    indent: int


class Lines:
    """The logical lines of one text, found on demand from the nearest place that is sure."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._read: dict[int, tuple[list[Line], Iterator[Line]]] = {}
        self._ends: dict[int, int] = {}

    @cached_property
    def strings(self) -> list[tuple[int, int]]:
        """Start and end offset of every string in triple quotes, in order."""
        text, position = self.text, 0
        spans: list[tuple[int, int]] = []
        following = dict.fromkeys(_TRIPLES, -1)
        while True:
            for quotes, found in following.items():
                if found < position:
                    next_one = text.find(quotes, position)
                    following[quotes] = next_one if next_one >= 0 else len(text)
            start = min(following.values())
            if start == len(text):
                return spans
            line = max(text.rfind("\n", 0, start) + 1, position)
            if not _QUOTE_OR_COMMENT.search(text, line, start):
                position = _closing(text, start)
                spans.append((start, position))
                continue
            tokens = STRING_OR_COMMENT.finditer(text, line)
            token = next((token for token in tokens if token.end() > start), None)
            position = token.end() if token else len(text)
            if token is None or text.startswith(_TRIPLES, token.start()):
                spans.append((token.start() if token else start, position))

    @cached_property
    def _string_starts(self) -> list[int]:
        return [start for start, _ in self.strings]

    def in_string(self, offset: int) -> bool:
        """Whether the offset lies in a string in triple quotes."""
        found = bisect_right(self._string_starts, offset) - 1
        return found >= 0 and offset < self.strings[found][1]

    def is_code(self, offset: int) -> bool:
        """Whether an offset may lie in code, not plainly in a comment or a string.

        The text in a triple-quoted string is none, unless it is formatted; in other strings
        nobody looks.
        """
        found = bisect_right(self._string_starts, offset) - 1
        if found >= 0 and offset < self.strings[found][1]:
            prefix = self.text[max(0, self.strings[found][0] - 2) : self.strings[found][0]]
            return bool(set("fFtT") & set(prefix))
        before = self.text[self.text.rfind("\n", 0, offset) + 1 : offset].lstrip()
        return "#" not in before or (before[0] != "#" and ("'" in before or '"' in before))

    def in_comment(self, line: Line, offset: int) -> bool:
        """Whether an offset in a logical line lies in a comment."""
        tokens = STRING_OR_COMMENT.finditer(self.text, line.start, line.end)
        token = next((token for token in tokens if token.end() > offset), None)
        return token is not None and token.start() <= offset and token[0].startswith("#")

    @cached_property
    def headers(self) -> list[Line]:
        """The starts of the `def` and `class` lines, in order; their ends are not looked for."""
        found = []
        strings = iter(self.strings)
        string = next(strings, None)
        for start, indent in sorted((*self._starting("def"), *self._starting("class"))):
            while string is not None and string[1] <= start:
                string = next(strings, None)
            if string is None or start < string[0]:
                found.append(Line(start, start, indent))
        return found

    def _starting(self, word: str) -> Iterator[tuple[int, int]]:
        """Where lines start with `def` or `class`, if only in a string, and their indents."""
        text, position, size = self.text, -1, len(word)
        while (position := text.find(word, position + 1)) >= 0:
            if text.startswith(_BEHIND_WORD, position + size):
                margin = _MARGIN.fullmatch(text, line_start(text, position), position)
                if margin is not None:
                    yield margin.end(1), _indent(margin[1])

    @cached_property
    def header_starts(self) -> list[int]:
        """The offsets of `headers`, for bisection."""
        return [header.start for header in self.headers]

    def enclosing(self, offset: int, indent: int) -> list[Line]:
        """The `def` and `class` headers around a line that starts at offset, outermost first."""
        chain: list[Line] = []
        for position in range(bisect_right(self.header_starts, offset - 1) - 1, -1, -1):
            if indent == 0:
                break
            header = self.headers[position]
            if header.indent < indent:
                indent = header.indent
                if offset < self.end(header):
                    chain.append(header)
        return chain[::-1]

    def between_blocks(self, header: Line) -> Iterator[tuple[int, int]]:
        """The stretches of a header's block that lie in no `def` or `class` in it: start, end.

        Each starts where a line of text does.
        """
        start, stop = header.start, self.end(header)
        for position in range(bisect_right(self.header_starts, header.start), len(self.headers)):
            inner = self.headers[position]
            if inner.start >= stop:
                break
            if inner.start >= start:
                yield start, inner.start
                start = line_start(self.text, self.end(inner))
        if start < stop:
            yield start, stop

    def end(self, header: Line) -> int:
        """Where the first line after a header's block starts, or the text ends."""
        if header.start not in self._ends:
            self._ends[header.start] = self._find_end(header)
        return self._ends[header.start]

    def _find_end(self, header: Line) -> int:
        text, limit = self.text, self.block_end(header)
        outdented = re.compile(rf"\n([ \t\f]{{0,{header.indent}}})[^\s#)\]}}]")
        for match in outdented.finditer(text, header.start, limit):
            start = match.end() - 1
            outside = _indent(match[1]) <= header.indent and not self.in_string(start)
            if outside and self.line_at(start).start == start:
                return start
        return limit

    def header_at(self, start: int) -> Line | None:
        """The `def` or `class` header that starts at an offset."""
        position = bisect_right(self.header_starts, start) - 1
        header = self.headers[position] if position >= 0 else None
        return header if header is not None and header.start == start else None

    def line_at(self, offset: int) -> Line:
        """The logical line that holds the offset."""
        nearest = bisect_right(self.header_starts, offset) - 1
        start = self.headers[nearest].start if nearest >= 0 else 0
        if start not in self._read:
            self._read[start] = [], self.scan(start)
        lines, following = self._read[start]
        while not lines or lines[-1].end < offset:
            lines.append(next(following))
        return lines[bisect_left(lines, offset, key=_end)]

    def line_around(self, offset: int) -> Line:
        """The same, and the line of text where no statement holds it: in a comment at the end."""
        try:
            return self.line_at(offset)
        except StopIteration:
            end = self.text.find("\n", offset)
            start = self.text.rfind("\n", 0, offset) + 1
            return Line(start, end if end >= 0 else len(self.text), 0)

    def block(self, header: Line) -> list[Line]:
        """The logical lines of a header and of all that stands below it."""
        found: list[Line] = []
        for line in self.scan(header.start):
            if found and line.indent <= header.indent:
                break
            found.append(line)
        return found

    def block_end(self, header: Line) -> int:
        """An offset at or after the end of a header's block, found without reading it."""
        nearest = bisect_right(self.header_starts, header.start)
        for other in self.headers[nearest:]:
            if other.indent <= header.indent:
                return other.start
        return len(self.text)

    def scan(self, start: int) -> Iterator[Line]:
        """The logical lines from an offset on at which one starts."""
        text, size = self.text, len(self.text)
        # Where a line starts that begins with white space, and with it what is scanned.
        at = text.rfind("\n", 0, start) + 1
        at = at if text[at:start].isspace() else start
        while blank := _BLANK.match(text, at):
            start = blank.end()
            if start >= size or text[start] == "#":
                return
            plain = _STATEMENT.match(text, start, start + _FAR)
            at = plain.end() - 1 if plain else self._statement_end(start)
            yield Line(start, at, _indent(blank[1]))

    def _statement_end(self, start: int) -> int:
        depth = 0
        for token in _TOKEN.finditer(self.text, start):
            character = self.text[token.start()]
            if character == "\n":
                if depth <= 0:
                    return token.start()
            elif character in _OPENERS:
                depth += 1
            elif character in _CLOSERS:
                depth -= 1
        return len(self.text)


def line_start(text: str, offset: int) -> int:
    """Where the line around an offset starts, or as far back as is worth looking.

    In a line of megabytes, to look for its start from each of its words would take for ever.
    """
    near = max(offset - _FAR, 0)
    return text.rfind("\n", near, offset) + 1 or near


def _end(line: Line) -> int:
    return line.end


def _indent(blank: str) -> int:
    return len(blank.expandtabs()) if "\t" in blank else len(blank)


def _closing(text: str, start: int) -> int:
    """The end of the string in triple quotes that starts at an offset."""
    quotes, end = text[start : start + 3], start
    while (end := text.find(quotes, end + 3 if end == start else end + 1)) >= 0:
        escapes = len(text[start + 3 : end]) - len(text[start + 3 : end].rstrip("\\"))
        if escapes % 2 == 0:
            return end + 3
    return len(text)
