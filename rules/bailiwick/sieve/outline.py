"""The members of a class as its text shows them: where each is defined, and how it begins."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from bailiwick.sieve.values import NO_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.sieve.texts import ModuleText
    from bailiwick.source.lines import Line

_NAMED = re.compile(r"(?:async[ \t]+def|def|class)[ \t\\\n]+(\w+)")
_ASSIGNED = re.compile(r"\n[ \t]+(\w+)[ \t]*(?:=(?!=)|:|,)")


class Defined(NamedTuple):
    """A member's definition: its name, the offset of its first decorator or of itself, its text.

    The text is that of the header, without its layout; "" for what is decorated or assigned.
    `name_at` is the offset of the name.
    """

    name: str
    start: int
    text: str
    name_at: int


def defined(text: ModuleText, header: Line, names: frozenset[str] | None = None) -> list[Defined]:
    """What may be defined by the class with this header, but for what its methods assign.

    With `names` only these. More than there is: also what a class or function in it defines.
    """
    end = text.lines.block_end(header)
    return [*_methods(text, header, end, names), *_assigned(text, header, end, names)]


def _methods(
    text: ModuleText, header: Line, end: int, names: frozenset[str] | None
) -> Iterator[Defined]:
    lines = text.lines
    for position in range(bisect_right(lines.header_starts, header.start), len(lines.headers)):
        line = lines.headers[position]
        if line.start >= end:
            return
        found = _NAMED.match(text.text, line.start)
        if found and (names is None or found[1] in names):
            start = decorated(text, line)
            whole = next(lines.scan(line.start))
            plain = start == line.start
            code = " ".join(text.text[line.start : whole.end].split()) if plain else ""
            yield Defined(found[1], start, code, found.start(1))


def _assigned(
    text: ModuleText, header: Line, end: int, names: frozenset[str] | None
) -> Iterator[Defined]:
    for found in _ASSIGNED.finditer(text.text, header.start, end):
        if (names is None or found[1] in names) and found[1] not in NO_NAMES:
            start = found.start(1)
            if not _is_in_function(text, found) and not text.lines.in_string(start):
                yield Defined(found[1], start, "", start)


def _is_in_function(text: ModuleText, line: re.Match[str]) -> bool:
    """Whether the header around an indented line is that of a function."""
    starts, headers = text.lines.header_starts, text.lines.headers
    margin = line[0][1 : line.start(1) - line.start()]
    indent = len(margin.expandtabs())
    position = bisect_right(starts, line.start(1)) - 1
    while position >= 0 and headers[position].indent >= indent:
        position -= 1
    return position >= 0 and not text.text.startswith("class", headers[position].start)


def decorated(text: ModuleText, header: Line) -> int:
    """Where a definition starts with its decorators."""
    source, start = text.text, header.start
    while True:
        before = _line_before(source, start)
        if before is None:
            return start
        begin, end = before
        if source[begin] != "@" and source[end - 1] in ")]}\\\"'" and _has_sign(text, end):
            # It may be the end of a decorator on several lines.
            begin = text.lines.line_at(end - 1).start
        if source[begin] != "@":
            return start
        start = begin


def _has_sign(text: ModuleText, end: int) -> bool:
    """Whether an `@` stands between an offset and the header before it."""
    position = bisect_right(text.lines.header_starts, end - 1) - 1
    start = text.lines.header_starts[position] if position >= 0 else 0
    return "@" in text.text[start:end]


def _line_before(source: str, start: int) -> tuple[int, int] | None:
    """The line before that is neither empty nor a comment: its first character, and its end."""
    line = source.rfind("\n", 0, start) + 1
    while line > 0:
        previous = source.rfind("\n", 0, line - 1) + 1
        code = source[previous : line - 1]
        if code.strip() and code.lstrip()[0] != "#":
            return previous + len(code) - len(code.lstrip()), previous + len(code.rstrip())
        line = previous
    return None
