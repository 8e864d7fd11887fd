"""From text to libcst's tree, or to the place at which nobody can read it, and why."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import libcst as cst

from bailiwick.source.nesting import deepest, is_too_deep
from bailiwick.syntax.trouble import misread, misspelt

if TYPE_CHECKING:
    from collections.abc import Iterator

# Calls upon calls, at five for a level: what walking the deepest tree takes that `parse` gives.
_CALLS = 4000
_TOO_DEEP = "nested too deeply"
# libcst says there where the token after the one that it could not take begins; what it says of
# other places is one line too far now and then. Lines are 1-based, columns 0-based characters.
_PLACE = re.compile(r"parser error: error at (\d+):(\d+): expected (?:one of )?(.*)")


class UnparsedError(Exception):
    """A text that is not Python; line and column are 1-based."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.column, self.reason = line, column, reason


def parse(text: str) -> cst.Module:
    """A text parsed by libcst.

    Raises:
        UnparsedError: if it is not Python of any version that libcst knows, or too deep for it.
    """
    if is_too_deep(text):
        raise _unparsed(text, deepest(text)[1], _TOO_DEEP)
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise _explained(text, error.message) from None
    except UnicodeEncodeError as error:
        raise _unparsed(text, error.start, "half a character (a lone surrogate)") from None


@contextmanager
def room_for(text: str) -> Iterator[None]:
    """Lets the tree of a text be walked, as deep as it may be.

    Raises:
        UnparsedError: in place of a RecursionError.
    """
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(max(usual, _CALLS))
    try:
        yield
    except RecursionError:
        raise _unparsed(text, deepest(text)[1], _TOO_DEEP) from None
    finally:
        sys.setrecursionlimit(usual)


def parse_annotation(text: str) -> cst.BaseExpression | None:
    """The expression that a string annotation holds, None if it holds none."""
    if is_too_deep(text):
        return None
    try:
        return cst.parse_expression(text)
    except (cst.ParserSyntaxError, UnicodeEncodeError):
        return None


def _explained(text: str, message: str) -> UnparsedError:
    found = _PLACE.match(message)
    if found is None:
        return _unparsed(text, *misspelt(text, message.partition(": ")[2]))
    before = _offset_of_line(text, int(found[1])) + int(found[2])
    return _unparsed(text, *misread(text, before, found[3].split(", ")))


def _unparsed(text: str, offset: int, reason: str) -> UnparsedError:
    begin = text.rfind("\n", 0, offset) + 1
    return UnparsedError(text.count("\n", 0, begin) + 1, offset - begin + 1, reason)


def _offset_of_line(text: str, line: int) -> int:
    offset = 0
    for _ in range(line - 1):
        offset = text.find("\n", offset) + 1 or len(text)
    return offset
