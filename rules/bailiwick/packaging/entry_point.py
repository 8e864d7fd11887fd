"""An entry point: the name of an object, given to whoever looks for it in an installed project."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# As https://packaging.python.org/en/latest/specifications/entry-points/ has it.
_VALUE = re.compile(r"([\w.]+)[ \t]*(?::[ \t]*([\w.]+)[ \t]*)?(?:\[[^\]\n]*\][ \t]*)?\Z")
_DECLARED = re.compile(r"[ \t]*([^\s=#;\[][^=\n]*?)[ \t]*=[ \t]*([^\n]*?)[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """One declared object.

    target: `package.module`, or `package.module:Name.attribute`
    group:  what it is offered as, such as `console_scripts`
    start, end: offsets, in characters, of its value in the text that declares it
    """

    group: str
    name: str
    target: str
    start: int
    end: int


def entry_point(group: str, name: str, value: str, start: int, end: int) -> EntryPoint | None:
    """The entry point that a value declares; None if nobody can read it as one."""
    found = _VALUE.match(value.strip())
    if found is None:
        return None
    module, attribute = found.groups()
    return EntryPoint(group, name, f"{module}:{attribute}" if attribute else module, start, end)


def declared(group: str, lines: Iterable[tuple[int, str]]) -> Iterator[EntryPoint]:
    """The entry points in lines of `name = package.module:Name`, each with its offset."""
    for offset, line in lines:
        found = _DECLARED.match(line)
        if found is not None:
            start, end = (offset + place for place in found.span(2))
            point = entry_point(group, found[1], found[2], start, end)
            if point is not None:
                yield point


def lines_of(text: str, offset: int = 0) -> Iterator[tuple[int, str]]:
    """The lines of a text, each with its offset; `offset` is that of the text."""
    for line in text.split("\n"):
        yield offset, line
        offset += len(line) + 1


class Places:
    """Lines and columns in a text."""

    def __init__(self, text: str) -> None:
        self._starts = [start for start, _ in lines_of(text)]

    def span(self, start: int, end: int) -> Span:
        """The stretch between two offsets."""
        return Span(*self._place(start), *self._place(end))

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
