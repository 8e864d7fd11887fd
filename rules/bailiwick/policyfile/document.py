"""One policy file as a tree of values that know where they stand."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import tomli

from bailiwick.policyfile import PYPROJECT
from bailiwick.policyfile.positions import positions
from bailiwick.vocabulary.errors import Mistake

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TABLE_IN_PYPROJECT = ("tool", "bailiwick")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    r"""A policy file.

    shown: how a place names it: relative to the governing folder, `<nova>` for a shipped one
    named: how a message names it: as the user can open it from where they stand
    text:  without a byte order mark, with `\n` line ends
    """

    path: Path
    shown: str
    named: str
    shipped: bool
    text: str = ""
    _line_starts: list[int] = field(default_factory=list)

    def at(self, offset: int) -> tuple[int, int]:
        """The line and the column, both 1-based, of an offset in characters."""
        if not self._line_starts:
            self._line_starts.append(0)
            self._line_starts.extend(match.end() for match in re.finditer("\n", self.text))
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1


class Node(NamedTuple):
    """A value in a policy file: text, a number, a date, a list of nodes, or nodes by their keys.

    None stands for a value of the wrong kind, which has been reported.
    """

    value: Any
    source: Source
    key: int  # offset of the key; of the value where there is none
    start: int  # offset of the value; of the header for a table that has one

    @property
    def line(self) -> int:
        """Where its key stands, 1-based."""
        return self.source.at(self.key)[0]

    @property
    def table(self) -> Mapping[str, Node]:
        """What stands in it, if it is a table."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """What stands in it, if it is a list."""
        return self.value if isinstance(self.value, list) else []

    @property
    def texts(self) -> tuple[str, ...]:
        """The pieces of text in it, if it is a list."""
        return tuple(item.value for item in self.items if isinstance(item.value, str))

    def get(self, *keys: str) -> Node:
        """What stands under these keys; a node without a value where nothing does."""
        node = self
        for key in keys:
            node = node.table.get(key, _nothing(self))
        return node


def _nothing(node: Node) -> Node:
    return Node(None, node.source, node.key, node.start)


class Mistakes:
    """The mistakes found so far, in the order in which the files are read by a person."""

    def __init__(self) -> None:
        self._found: list[tuple[Source, int, Mistake]] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, source: Source, offset: int | None, message: str, hint: str = "") -> None:
        """Notes a mistake at an offset; None means the whole file."""
        line, column = (0, 0) if offset is None else source.at(offset)
        mistake = Mistake(source.named, line, column, message, hint)
        self._found.append((source, -1 if offset is None else offset, mistake))

    def in_order(self, sources: list[Source]) -> list[Mistake]:
        """File by file, each from its first line to its last."""
        found = sorted(self._found, key=lambda each: (sources.index(each[0]), each[1]))
        return list(dict.fromkeys(mistake for _, _, mistake in found))


def parse(source: Source, mistakes: Mistakes) -> Node | None:
    """The policy in a file; None if it holds none, which has been reported."""
    try:
        data = tomli.loads(source.text)
    except (ValueError, RecursionError) as error:
        offset, message = _blame(source, str(error))
        mistakes.add(source, offset, f"not valid TOML: {message}")
        return None
    where = positions(source.text)
    path = _TABLE_IN_PYPROJECT if source.path.name == PYPROJECT else ()
    for key in path:
        if not isinstance(data, dict) or key not in data:
            mistakes.add(source, None, "there is no table [tool.bailiwick] in it")
            return None
        data = data[key]
    return _node(data, source, path, where)


def _node(
    data: Any, source: Source, path: tuple[Any, ...], where: Mapping[Any, tuple[int, int]]
) -> Node:
    key, start = where[path] if path else (0, 0)
    if isinstance(data, dict):
        data = {name: _node(each, source, (*path, name), where) for name, each in data.items()}
    elif isinstance(data, list):
        data = [_node(each, source, (*path, i), where) for i, each in enumerate(data)]
    return Node(data, source, key, start)


def _blame(source: Source, message: str) -> tuple[int, str]:
    """The offset and the words of a message of tomli, whose old versions give no numbers."""
    place = re.search(r" \((?:at line (\d+), column (\d+)|at end of document)\)$", message)
    if place is None:
        return 0, message
    words = message[: place.start()]
    if place[1] is None:
        return len(source.text), words
    before = source.text.split("\n")[: int(place[1]) - 1]
    return sum(len(line) + 1 for line in before) + int(place[2]) - 1, words


def declares_policy(pyproject: Path) -> bool:
    """Whether a `pyproject.toml` holds a policy; one that cannot be parsed may well do so."""
    try:
        raw = pyproject.read_bytes()
    except OSError:
        return False
    if b"bailiwick" not in raw:
        return False
    try:
        tool = tomli.loads(raw.decode("utf-8-sig")).get("tool")
    except (ValueError, RecursionError):
        return re.search(rb"\[\s*tool\s*\.\s*bailiwick", raw) is not None
    return isinstance(tool, dict) and "bailiwick" in tool


def kind_of(value: object) -> str:
    """What a value is, in the words of TOML's own description."""
    for kind, words in _KINDS:
        if isinstance(value, kind):
            return words
    return "a time"


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (str, "text"),
    (bool, "true or false"),
    ((int, float), "a number"),
    (list, "a list"),
    (dict, "a table"),
    (datetime.datetime, "a date with a time"),
    (datetime.date, "a date"),
)
