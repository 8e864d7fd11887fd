"""A module whose text is to be changed: its tree, and where each part of that stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst

from bailiwick.fixes.fix import Edit
from bailiwick.fixes.uses import uses_of_imports
from bailiwick.syntax.nodes import dotted, extents
from bailiwick.syntax.parsing import UnparsedError, parse
from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bailiwick.fixes.uses import Uses
    from bailiwick.sieve.imports import ImportText
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
    module:     the offsets of what stands behind `from`, dots and all
    at_margin:  whether it stands in no other statement, and first in its line
    alone:      whether it has its line to itself
    """

    node: cst.Import | cst.ImportFrom
    start: int
    end: int
    items: tuple[Item, ...]
    module: tuple[int, int]
    at_margin: bool
    alone: bool

    @property
    def is_from(self) -> bool:
        """Whether it is `from … import …`."""
        return isinstance(self.node, cst.ImportFrom)


class Source:
    """One module's text, of which as much is parsed as is asked for."""

    def __init__(self, module: ModuleText) -> None:
        self.module, self.file, self.text = module, module.file, module.text
        self.starts = [0]
        for line in self.text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self._known: dict[int, Statement | None] = {}

    @cached_property
    def tree(self) -> cst.Module:
        """The whole module. Raises UnparsedError."""
        return parse(self.text)

    @cached_property
    def extents(self) -> dict[int, tuple[int, int]]:
        """Where each node of the whole module starts and ends. Raises UnparsedError."""
        return extents(self.tree, self.text)

    @cached_property
    def uses(self) -> Mapping[str, Uses]:
        """The uses of each name that an import at the margin binds. Raises UnparsedError."""
        return uses_of_imports(self)

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
        offset = self.offset(finding.span.line, finding.span.column)
        imports = self.module.imports
        position = bisect_right(imports, offset, key=lambda found: found.start) - 1
        statement = self._statement(imports[position]) if position >= 0 else None
        for item in statement.items if statement is not None else ():
            if statement is not None and item.start == offset:
                return statement, item
        return None

    def statements_at_margin(self) -> Iterator[Statement]:
        """The import statements that stand in no other statement, in order; stars are none."""
        for found in self.module.imports:
            if not self.indent(found.start) and not self.module.lines.in_string(found.start):
                statement = self._statement(found)
                if statement is not None:
                    yield statement

    def _statement(self, found: ImportText) -> Statement | None:
        if found.start not in self._known:
            try:
                self._known[found.start] = self._read(found)
            except UnparsedError:
                self._known[found.start] = None
        return self._known[found.start]

    def _read(self, found: ImportText) -> Statement | None:
        """The statement parsed by itself; a text of a docstring may look like one and be none."""
        tree = parse(f"{found.text}\n")
        line = tree.body[0] if tree.body else None
        node = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        if not isinstance(node, (cst.Import, cst.ImportFrom)) or _is_star(node):
            return None
        places = extents(tree, f"{found.text}\n")
        here = {node: (found.start + a, found.start + b) for node, (a, b) in places.items()}
        start, end = here[id(node)]
        prefix = self.indent(start)
        alone = not prefix.strip(" \t") and ";" not in self._rest(end)
        names = [] if isinstance(node.names, cst.ImportStar) else node.names
        items = tuple(_item(alias, here) for alias in names)
        module = _module_extent(node, here, self.text)
        return Statement(node, start, end, items, module, at_margin=not prefix, alone=alone)

    def _rest(self, end: int) -> str:
        """What stands behind a statement on its line, up to a comment."""
        return self.text[end : self.next_line(end)].partition("#")[0]


def _is_star(node: cst.Import | cst.ImportFrom) -> bool:
    return isinstance(node.names, cst.ImportStar)


def _item(alias: cst.ImportAlias, places: dict[int, tuple[int, int]]) -> Item:
    start, end = places[id(alias)]
    asname = dotted(alias.asname.name) if alias.asname is not None else ""
    # Also a dotted name may be written with blanks in it.
    last = alias.name.attr if isinstance(alias.name, cst.Attribute) else alias.name
    return Item(dotted(alias.name), asname, start, places[id(last)][1], end)


def _module_extent(
    node: cst.Import | cst.ImportFrom, places: dict[int, tuple[int, int]], text: str
) -> tuple[int, int]:
    parts: list[cst.CSTNode] = []
    if isinstance(node, cst.ImportFrom):
        parts = [*node.relative, *([node.module] if node.module else [])]
    if not parts:
        return 0, 0
    begin, end = places[id(parts[0])][0], places[id(parts[-1])][1]
    whole = text[begin:end]
    return end - len(whole.lstrip(_BLANK)), begin + len(whole.rstrip(_BLANK))


_BLANK = " \t\f\\\n"
_TYPING = re.compile(r"if[ \t]+(?:\w+\.)*TYPE_CHECKING[ \t]*:")


def grade_at(text: str, offset: int) -> Grade:
    """When the statement at an offset is executed, told by the less indented lines before it."""
    start = text.rfind("\n", 0, offset) + 1
    if start == offset:
        return "runtime"
    lines = text[:start].split("\n")[:-1]
    within = text[start:offset]
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
