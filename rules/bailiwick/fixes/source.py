"""A module whose text is to be changed: its tree, and where each part of that stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst

from bailiwick.fixes.fix import Edit
from bailiwick.syntax.nodes import children, dotted, extents
from bailiwick.syntax.parsing import parse, room_for
from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Grade

# A stretch of the text, by offsets, and what is to stand there.
Change = tuple[int, int, str]


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One name of an import statement.

    name:  dotted, as it is written
    alias: what it is called from here on, "" where nothing else than `name`
    start: offset of its first character; `name_end` that after the name, `end` after the alias
    """

    name: str
    alias: str
    start: int
    name_end: int
    end: int

    @property
    def bound(self) -> str:
        """The name that is bound here; of `import a.b` that is `a`."""
        return self.alias or self.name.partition(".")[0]

    @property
    def code(self) -> str:
        """As it would be written alone."""
        return f"{self.name} as {self.alias}" if self.alias else self.name


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """An import statement; a star is none.

    start, end: offsets of its first character, and after its last
    depth:      how many statements stand around it
    alone:      whether it has its line to itself
    """

    node: cst.Import | cst.ImportFrom
    start: int
    end: int
    items: tuple[Item, ...]
    depth: int
    alone: bool


class Source:
    """One module's text, parsed whole.

    Raises:
        UnparsedError: if it is not Python.
    """

    def __init__(self, module: ModuleText) -> None:
        self.file, self.package, self.text = module.file, module.package, module.text
        with room_for(self.text):
            self.tree = parse(self.text)
            self.extents = extents(self.tree, self.text)
        self.starts = [0]
        for line in self.text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)

    # -- places ------------------------------------------------------------------------------

    def offset(self, line: int, column: int) -> int:
        """The offset of a place, both 1-based."""
        return self.starts[line - 1] + column - 1

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        return Span(*self._place(start), *self._place(end))

    def grade(self, offset: int) -> Grade:
        """When the statement at an offset is executed."""
        return grade_at(self.text, offset)

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset, hi=len(self.starts) - 1)
        return line, offset - self.starts[line - 1] + 1

    def edits(self, changes: Iterable[Change]) -> tuple[Edit, ...]:
        """Changes as edits, in order."""
        ordered = sorted(changes, key=lambda change: change[:2])
        return tuple(Edit(self.span(start, end), text) for start, end, text in ordered)

    def line_start(self, offset: int) -> int:
        """Where the line of an offset starts."""
        return self.text.rfind("\n", 0, offset) + 1

    def next_line(self, offset: int) -> int:
        """Where the line after that of an offset starts, or the text ends."""
        return self.text.find("\n", offset) + 1 or len(self.text)

    def indent(self, offset: int) -> str:
        """What stands between the start of the line and an offset."""
        return self.text[self.line_start(offset) : offset]

    # -- imports -----------------------------------------------------------------------------

    def imported(self, finding: Finding) -> tuple[Statement, Item] | None:
        """The name in an import statement at which a finding points, if it points at one."""
        return self._items.get(self.offset(finding.span.line, finding.span.column))

    @cached_property
    def statements(self) -> list[Statement]:
        """The import statements, in order, wherever they stand."""
        return list(self._statements(self.tree, 0))

    @cached_property
    def _items(self) -> dict[int, tuple[Statement, Item]]:
        return {
            item.start: (statement, item)
            for statement in self.statements
            for item in statement.items
        }

    def _statements(self, node: cst.CSTNode, depth: int) -> Iterator[Statement]:
        deeper = depth + isinstance(node, cst.BaseSuite)
        for child in children(node):
            if isinstance(child, (cst.Import, cst.ImportFrom)):
                if not isinstance(child.names, cst.ImportStar):
                    line = isinstance(node, cst.SimpleStatementLine) and len(node.body) == 1
                    yield self._statement(child, deeper, line)
            elif isinstance(child, (cst.BaseStatement, cst.BaseSuite, *_CLAUSES)):
                yield from self._statements(child, deeper)

    def _statement(self, node: cst.Import | cst.ImportFrom, depth: int, line: bool) -> Statement:
        start, end = self.extents[id(node)]
        names = [] if isinstance(node.names, cst.ImportStar) else node.names
        alone = line and not self.indent(start).strip(" \t") and ";" not in self._rest(end)
        return Statement(node, start, end, tuple(map(self._item, names)), depth, alone)

    def _rest(self, end: int) -> str:
        """What stands behind a statement on its line, up to a comment."""
        return self.text[end : self.next_line(end)].partition("#")[0]

    def _item(self, alias: cst.ImportAlias) -> Item:
        start, end = self.extents[id(alias)]
        asname = dotted(alias.asname.name) if alias.asname is not None else ""
        # Also a dotted name may be written with blanks in it.
        last = alias.name.attr if isinstance(alias.name, cst.Attribute) else alias.name
        return Item(dotted(alias.name), asname, start, self.extents[id(last)][1], end)


_CLAUSES = (
    cst.Else,
    cst.Finally,
    cst.ExceptHandler,
    cst.ExceptStarHandler,
    cst.MatchCase,
)


_TYPING = re.compile(r"if[ \t]+(?:\w+\.)*TYPE_CHECKING[ \t]*:")


def grade_at(text: str, offset: int) -> Grade:
    """When the statement at an offset is executed, told by the less indented lines before it."""
    lines = text[:offset].split("\n")
    within = lines.pop()
    indent = _width(within)
    if _TYPING.match(within.strip()):
        return "typing"
    while indent and lines:
        words = lines[-1].strip()
        width = _width(lines.pop())
        if not words or words.startswith("#") or width >= indent:
            continue
        if words.startswith(("def ", "async def ")):
            return "deferred"
        if _TYPING.match(words):
            return "typing"
        indent = width
    return "runtime"


def _width(line: str) -> int:
    line = line.expandtabs()
    return len(line) - len(line.lstrip())
