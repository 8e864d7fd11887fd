"""From bytes and edits to bytes: whatever no edit names stays as it is, to the byte."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from bailiwick.source.text import NotTextError, encoding_of
from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bailiwick.fixes.fix import Edit, Fix

_LINE_END = re.compile(r"\r\n|\r|\n")


class UnfitError(Exception):
    """Bytes that the edits cannot be written into; the message says why."""


def applied(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes of a file with edits carried out; none of them may overlap.

    Encoding, byte order mark and line ends are kept. What is inserted takes the line end of the
    line where it begins.

    Raises:
        UnfitError: if the encoding has no characters for an edit, or would write the rest of the
            file otherwise than it is.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    body = data[len(mark) :]
    try:
        encoding = "utf-8" if mark else encoding_of(data)
        text = body.decode(encoding)
        if text.encode(encoding) != body:
            raise UnfitError(f"{encoding} has several ways to write what stands there")
        return mark + _edited(text, edits).encode(encoding)
    except UnicodeEncodeError as error:
        raise UnfitError(f"{error.encoding} has no {error.object[error.start]!r}") from None
    except (NotTextError, ValueError) as error:
        raise UnfitError(str(error)) from None


def _edited(text: str, edits: Iterable[Edit]) -> str:
    ends = [(found.start(), found.end()) for found in _LINE_END.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    pieces, done = [], 0
    for edit in sorted(edits, key=_place):
        span = edit.span
        begin = starts[span.line - 1] + span.column - 1
        end = starts[span.end_line - 1] + span.end_column - 1
        pieces += [text[done:begin], edit.text.replace("\n", _line_end(text, ends, span.line))]
        done = end
    return "".join([*pieces, text[done:]])


def _line_end(text: str, ends: Sequence[tuple[int, int]], line: int) -> str:
    """How a line ends; where the file ends with it, how the one before does."""
    if not ends:
        return "\n"
    begin, end = ends[min(line, len(ends)) - 1]
    return text[begin:end]


def _place(edit: Edit) -> tuple[int, int, int, int]:
    return _place_of(edit.span)


def _place_of(span: Span) -> tuple[int, int, int, int]:
    return span.line, span.column, span.end_line, span.end_column


def shifted(span: Span, edits: Iterable[Edit]) -> Span | None:
    """Where a stretch of text is after edits; None if one of them meets it."""
    place = _place_of(span)
    start, end = place[:2], place[2:]
    for edit in sorted(edits, key=_place, reverse=True):
        first, last = _place(edit)[:2], _place(edit)[2:]
        if last <= place[:2]:
            start, end = _after(start, last, edit), _after(end, last, edit)
        elif first < place[2:]:
            return None
    return Span(*start, *end)


def _after(place: tuple[int, int], last: tuple[int, int], edit: Edit) -> tuple[int, int]:
    """Where a place behind an edit is after it."""
    line, column = place
    lines = edit.text.split("\n")
    begun = len(lines[-1]) + (edit.span.column if len(lines) == 1 else 1)
    if line == last[0]:
        column += begun - last[1]
    return line + edit.span.line + len(lines) - 1 - last[0], column


def compatible(fixes: Iterable[Fix]) -> list[Fix]:
    """Those of the fixes that can be applied together; of two that meet, the first."""
    chosen: list[Fix] = []
    taken: dict[str, list[Edit]] = {}
    for fix in fixes:
        others = taken.setdefault(fix.path, [])
        if not any(_meet(edit, other) for edit in fix.edits for other in others):
            others.extend(fix.edits)
            chosen.append(fix)
    return chosen


def _meet(one: Edit, other: Edit) -> bool:
    """Whether two edits overlap or touch, so that their order would matter."""
    first, second = sorted((_place(one), _place(other)))
    return second[:2] <= first[2:]
