"""A text cut down to the statements that matter, still a module, line by line what it was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from bailiwick.sieve.values import NO_NAMES, WORD, deciding_roots, receiver_roots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Set

    from bailiwick.source.lines import Line, Lines

_OPENS_BLOCK = re.compile(r":[ \t\f\\]*(?:#[^\n]*)?$")
_CLAUSE = re.compile(r"(?:else|elif|except|finally|case)\b")
_MARGIN = re.compile(r"\n([^\W\d][^\n]*|[(\[*][^\n]*)")
_ANY_WORD = re.compile(r"\w+")
_CALLED = re.compile(r"(?<![\w.])(\w+)[ \t]*\(")
_BARE_SELF = re.compile(r"(?<![\w.])(?:self|cls)(?![\w.])")
_ATTRIBUTE = re.compile(r"\.[ \t]*(\w+)")
_BINDING = re.compile(r"^[ \t\f]*([^\W\d]\w*)[ \t]*(?:=(?!=)|[:,])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cut:
    """Text of a module with statements left out, and the line (1-based) each of its lines was."""

    text: str
    lines: tuple[int, ...]

    def place(self, line: int) -> int:
        """The original line of a line of the cut, both 1-based."""
        return self.lines[line - 1] if line <= len(self.lines) else line


class Piece(NamedTuple):
    """Lines that stay, with the number of the first, 1-based, their indent, and the space there."""

    text: str
    number: int
    indent: int
    margin: str


def assemble(pieces: Iterable[Piece], *, closed: bool = True) -> Cut:
    """A module of some pieces; a block that has lost all of its lines gets one.

    Unless it is `closed`, the last block is left open.
    """
    texts: list[str] = []
    numbers: list[int] = []
    opened: Piece | None = None
    for piece in pieces:
        if opened and piece.indent <= opened.indent:
            texts.append(opened.margin + " pass")
            numbers.append(numbers[-1])
        texts.append(piece.text)
        numbers.extend(range(piece.number, piece.number + piece.text.count("\n") + 1))
        opened = piece if _OPENS_BLOCK.search(piece.text) else None
    if opened and closed:
        texts.append(opened.margin + " pass")
        numbers.append(numbers[-1])
    return Cut("\n".join(texts) + "\n" if texts else "", tuple(numbers))


def _outermost(chain: Iterable[Line], is_class: Callable[[Line], bool]) -> Line | None:
    """The first of these headers that is a function's."""
    return next((header for header in chain if not is_class(header)), None)


def whole(text: str) -> Cut:
    """The text uncut."""
    return Cut(text, tuple(range(1, text.count("\n") + 2)))


class Region:
    """Statements that stand together, and how they hang together."""

    def __init__(self, text: str, lines: list[Line], deciding: Callable[[Line], Set[str]]) -> None:
        """`deciding` gives the names that decide what a statement binds."""
        self.lines, self.deciding = lines, deciding
        self.texts = [text[line.start : line.end] for line in lines]
        self.position = {line.start: position for position, line in enumerate(lines)}
        # For each line the positions of the headers around it, and of what it cannot lack.
        self.parents: list[tuple[int, ...]] = []
        self.companions: dict[int, list[int]] = {}
        self._arrange()

    def _arrange(self) -> None:
        stack: list[int] = []
        family: dict[int, list[int]] = {}
        for position, line in enumerate(self.lines):
            clause = _CLAUSE.match(self.texts[position])
            while stack and self.lines[stack[-1]].indent >= line.indent:
                last = stack.pop()
                if clause and self.lines[last].indent == line.indent:
                    family[position] = family.setdefault(last, [last])
                    family[position].append(position)
            self.parents.append(tuple(stack))
            if self.texts[position].startswith("case") and stack:
                self.companions.setdefault(stack[-1], []).append(position)
            stack.append(position)
        for position, members in family.items():
            self.companions.setdefault(position, []).extend(members)
        for position in range(len(self.lines) - 1, 0, -1):
            if self.texts[position - 1].startswith("@"):
                self.companions.setdefault(position - 1, []).append(position)

    @cached_property
    def binders(self) -> dict[str, list[int]]:
        """By name, the statements that may bind it."""
        found: dict[str, list[int]] = {}
        for position, text in enumerate(self.texts):
            for name in _bound_names(text):
                found.setdefault(name, []).append(position)
        return found

    @cached_property
    def setters(self) -> dict[str, list[int]]:
        """By name of an attribute, the statements that may assign it."""
        found: dict[str, list[int]] = {}
        for position, text in enumerate(self.texts):
            target, equals, _ = text.partition("=")
            if equals and "." in target and "(" not in target:
                for name in _ATTRIBUTE.findall(target):
                    found.setdefault(name, []).append(position)
        return found

    def close(
        self, positions: set[int], is_imported: Callable[[str], bool], chosen: frozenset[str]
    ) -> set[str]:
        """Add what decides the values of the names that matter here, or are chosen; all such."""
        names: set[str] = set()
        positions.update(*map(self._decorated_class, tuple(positions)))
        new = set(positions)
        fresh = set().union(*(receiver_roots(self.texts[p], is_imported) for p in new))
        if chosen:
            for position in new:
                text = self.texts[position]
                met = chosen & set(_ANY_WORD.findall(text))
                # What is chosen may be reached through what a call gives.
                fresh |= met.union(_CALLED.findall(text)) if met else met
        while new or fresh:
            fresh |= set().union(*(self.deciding(self.lines[position]) for position in new))
            fresh -= names
            names |= fresh
            new = {p for name in fresh for p in self.binders.get(name, ())}
            new.update(p for name in fresh & chosen for p in self.setters.get(name, ()))
            new -= positions
            positions |= new
            fresh = set()
        return names - NO_NAMES

    def _decorated_class(self, position: int) -> Iterator[int]:
        """The lines from a decorator to the header of its class."""
        last = position
        while self.texts[last].startswith("@") and last + 1 < len(self.texts):
            last += 1
        if self.texts[last].startswith("class"):
            yield from range(position, last + 1)

    def complete(self, positions: set[int]) -> None:
        """Add the headers around these statements, and what they cannot stand without."""
        waiting = list(positions)
        while waiting:
            position = waiting.pop()
            for other in (*self.parents[position], *self.companions.get(position, ())):
                if other not in positions:
                    positions.add(other)
                    waiting.append(other)


class Cutter:
    """Cuts one text: keeps statements, what binds their names, and what encloses them."""

    def __init__(self, lines: Lines, imports: Callable[[str], Iterable[int]]) -> None:
        """`imports` gives the offsets of the import statements that bind a name."""
        self.lines, self.text, self.imports = lines, lines.text, imports
        self._regions: dict[int, Region] = {}
        # By the start of a header, how far in the first line below it is.
        self._margins: dict[int, int] = {}
        self._decided: dict[int, frozenset[str]] = {}
        # By the start of a class, and by name, where its body binds that.
        self._class_bindings: dict[int, dict[str, list[int]]] = {}

    def cut(
        self, offsets: Iterable[int], bare: Iterable[int] = (), chosen: frozenset[str] = frozenset()
    ) -> Cut:
        """Keep the statements at these offsets, and what binds the names that they use.

        Those at `bare` are kept without what binds their names. A name through which nothing is
        reached matters only if it is `chosen`.
        """
        kept: dict[int, Line] = {}
        self._keep(bare, kept, follow=False)
        names = self._keep(offsets, kept, follow=True, chosen=chosen)
        self._keep_bindings(names, kept)
        return self._emit(sorted(kept.values(), key=lambda line: line.start))

    def _keep_bindings(self, names: set[str], kept: dict[int, Line]) -> None:
        """Keep what binds these names at the top of the module, and the names in that."""
        done: set[str] = set()
        while fresh := names - done:
            done |= fresh
            found = {offset for name in fresh for offset in self._global_bindings(name)}
            names = names | self._keep(found, kept, follow=True)

    def _keep(
        self,
        offsets: Iterable[int],
        kept: dict[int, Line],
        *,
        follow: bool,
        chosen: frozenset[str] = frozenset(),
    ) -> set[str]:
        """Keep statements with their surroundings; the names that they use."""
        names: set[str] = set()
        regions: dict[int, tuple[Region, set[int], Line | None]] = {}
        for line in sorted({self.lines.line_at(offset) for offset in sorted(offsets)}):
            chain = self.lines.enclosing(line.start, line.indent)
            scope = chain[-1] if chain and _outermost(chain, self._is_class) is None else None
            if (own := self.lines.header_at(line.start)) is not None:
                chain.append(own)
            self._keep_branches(chain, kept)
            for header in chain:
                whole_header = self._keep_header(header, kept)
                if follow and self._is_class(header):
                    names |= self._deciding(whole_header) - NO_NAMES
            if own is not None and not follow and _outermost(chain, self._is_class) in (None, own):
                # What is kept already is all: nothing of its block bears on it.
                continue
            region = self._region(line, chain)
            regions.setdefault(id(region), (region, set(), scope))[1].add(
                region.position[line.start]
            )
        bound: set[int] = set()
        for region, positions, scope in regions.values():
            if follow:
                used = region.close(positions, self._is_imported, chosen)
                names |= used
                if scope is not None:
                    bound.update(self._bound_in_class(scope, used))
            region.complete(positions)
            for position in positions:
                line = region.lines[position]
                kept[line.start] = line
        if bound := bound - kept.keys():
            names |= self._keep(bound, kept, follow=True)
        return names

    def _bound_in_class(self, header: Line, names: Iterable[str]) -> Iterator[int]:
        """Where the body of a class, but for its functions, may bind one of these names."""
        if header.start not in self._class_bindings:
            found = self._class_bindings[header.start] = {}
            for start, end in self.lines.between_blocks(header):
                for binding in _BINDING.finditer(self.text, start, end):
                    place = binding.start(1)
                    if self.lines.is_code(place) and self.lines.line_at(place).start == place:
                        found.setdefault(binding[1], []).append(place)
        for name in names:
            yield from self._class_bindings[header.start].get(name, ())

    def _keep_branches(self, chain: list[Line], kept: dict[int, Line]) -> None:
        """Keep the `if`, `try`, `with` or loop that one of these headers may stand in.

        What stands in a function is left to that function's own region.
        """
        container: Line | None = None
        for header in chain:
            if self._is_nested(header, container):
                region = self._compound_region(container, header)
                positions = {region.position[header.start]}
                region.complete(positions)
                kept.update((region.lines[p].start, region.lines[p]) for p in positions)
            container = header
            if not self._is_class(header):
                return

    def _compound_region(self, container: Line | None, line: Line) -> Region:
        key = -1 - line.start
        if key not in self._regions:
            self._regions[key] = Region(self.text, self._compound(container, line), self._deciding)
        return self._regions[key]

    def _is_imported(self, name: str) -> bool:
        return bool(list(self.imports(name)))

    def _is_class(self, header: Line) -> bool:
        return self.text.startswith("class", header.start)

    def _deciding(self, line: Line) -> frozenset[str]:
        if line.start not in self._decided:
            statement = self.text[line.start : line.end]
            self._decided[line.start] = frozenset(deciding_roots(statement))
        return self._decided[line.start]

    def _keep_header(self, header: Line, kept: dict[int, Line]) -> Line:
        if header.start not in kept:
            kept[header.start] = next(self.lines.scan(header.start))
        return kept[header.start]

    def _region(self, line: Line, chain: list[Line]) -> Region:
        """The statements among which a line's names are bound: its outermost function's."""
        function = _outermost(chain, self._is_class)
        container = chain[-1] if chain else None
        if function is not None:
            start = function.start
            if start not in self._regions:
                self._regions[start] = Region(self.text, self.lines.block(function), self._deciding)
        else:
            nested = self._is_nested(line, container)
            lines = self._compound(container, line) if nested else self._decorated(line)
            start = lines[0].start
            if line.start not in getattr(self._regions.get(start), "position", ()):
                self._regions[start] = Region(self.text, lines, self._deciding)
        return self._regions[start]

    def _is_nested(self, line: Line, container: Line | None) -> bool:
        """Whether an `if`, `try`, `with` or loop stands between a line and its container."""
        if container is None or container.start == line.start:
            return container is None and line.indent > 0
        if container.start not in self._margins:
            first = list(islice(self.lines.scan(container.start), 2))[-1]
            self._margins[container.start] = first.indent
        return line.indent > self._margins[container.start]

    def _decorated(self, line: Line) -> list[Line]:
        """A line, after a decorator with all up to the header that it decorates."""
        found: list[Line] = []
        for other in self.lines.scan(line.start):
            found.append(other)
            if not self.text.startswith("@", other.start):
                break
        return found

    def _compound(self, container: Line | None, line: Line) -> list[Line]:
        """The statement, one step inside its container, that a nested line belongs to."""
        found: list[Line] = []
        base = -1 if container is None else container.indent
        level: int | None = None
        for other in self.lines.scan(container.start if container else 0):
            if container is not None and other.start == container.start:
                continue
            if other.indent <= base:
                break
            level = other.indent if level is None else level
            if other.indent <= level and not _CLAUSE.match(self.text, other.start):
                if other.start > line.start:
                    break
                found = []
            found.append(other)
        return found

    def _global_bindings(self, name: str) -> list[int]:
        """Where a name is bound at the top of the module, or by any import."""
        return [*self.imports(name), *self.globals.get(name, ())]

    @cached_property
    def globals(self) -> dict[str, list[int]]:
        """By name, the lines at the left margin that may bind it."""
        found: dict[str, list[int]] = {}
        text = f"\n{self.text}"
        for line in _MARGIN.finditer(text):
            if not self.lines.in_string(line.start()):
                for name in _bound_at_margin(line[1]):
                    found.setdefault(name, []).append(line.start())
        return found

    def _emit(self, kept: list[Line]) -> Cut:
        return assemble(self.pieces(kept))

    def pieces(self, kept: list[Line]) -> Iterator[Piece]:
        """These logical lines, in order, as pieces of the text."""
        text, number, at = self.text, 1, 0
        for line in kept:
            begin = text.rfind("\n", 0, line.start) + 1
            number += text.count("\n", at, begin)
            at = begin
            yield Piece(text[begin : line.end], number, line.indent, text[begin : line.start])

    def around(self, start: int, names: set[str], offsets: Iterable[int]) -> dict[int, Line]:
        """What else bears on a stretch that starts at a line's first token, by its offset.

        That is the headers around it, and whatever binds `names`, or stands at `offsets`, with
        what binds the names in that.
        """
        kept: dict[int, Line] = {}
        names = names | self._keep_around(start, kept)
        names |= self._keep(offsets, kept, follow=True)
        self._keep_bindings(names, kept)
        return kept

    def _keep_around(self, start: int, kept: dict[int, Line]) -> set[str]:
        """Keep the headers around an offset; the names that the classes among them are made of."""
        names: set[str] = set()
        begin = self.text.rfind("\n", 0, start) + 1
        chain = self.lines.enclosing(start, len(self.text[begin:start].expandtabs()))
        self._keep_branches(chain, kept)
        for header in chain:
            whole_header = self._keep_header(header, kept)
            if self._is_class(header):
                names |= self._deciding(whole_header) - NO_NAMES
        return names


def _words(text: str) -> set[str]:
    return set(WORD.findall(text)) - NO_NAMES


def _targets(text: str) -> set[str]:
    """The names to which something is assigned, `self` and `cls` if they are not just met."""
    return _words(text).union(_BARE_SELF.findall(text))


def _bound_names(text: str) -> set[str]:
    """The names that a statement may bind; more than it does, never fewer."""
    first = _FIRST.match(text)
    kind = first[1] if first else ""
    if ":=" in text or ";" in text:
        return _words(text)
    if kind in _BINDERS:
        return _BINDERS[kind](text)
    if kind in _NO_BINDERS:
        return set()
    if kind in _HEADERS and _IS_HEADER.search(text):
        return set()
    target, equals, _ = text.partition("=")
    if not equals:
        target, colon, _ = text.partition(":")
        return _targets(target) if colon else set()
    if "(" in target and not target.startswith(("(", "[", "*")):
        target = text[: text.index("(")]
        return _targets(target) if ":" in target else set()
    if text.count("=") > 1:
        target = text.rpartition("=")[0]
    return _targets(target)


def _bound_at_margin(text: str) -> set[str]:
    """The same for a line at the left margin: what a function is given is not bound there."""
    function = _FUNCTION_NAME.match(text)
    if function is None or ":=" in text or ";" in text:
        return _bound_names(text)
    return {function[1]}


def _of_class(text: str) -> set[str]:
    name = _CLASS_NAME.match(text)
    # What stands on the same line as the header may bind more.
    return {name[1]} if name and _IS_HEADER.search(text) else _words(text)


def _of_loop(text: str) -> set[str]:
    target, found, _ = text.partition(" in ")
    return _words(target) if found and _IS_HEADER.search(text) else _words(text)


def _of_context(text: str) -> set[str]:
    """Of what binds by `as`, perhaps."""
    if not _IS_HEADER.search(text):
        return _words(text)
    found = _AS.search(text)
    return _words(text[found.end() :]) if found else set()


def _of_import(text: str) -> set[str]:
    found = _IMPORT.search(text)
    return _words(text[found.end() :]) if found else _words(text)


_FIRST = re.compile(r"(?:async[ \t]+)?(\w+)")
_FUNCTION_NAME = re.compile(r"(?:async[ \t]+)?def[ \t\f]+(\w+)")
_CLASS_NAME = re.compile(r"class[ \t\f\\\n]+(\w+)")
_AS = re.compile(r"\bas\b")
_IMPORT = re.compile(r"\bimport\b")
# Nothing else stands on the line; a quote could hide that.
_IS_HEADER = re.compile(r":[ \t\f\\]*(?:#[^\n\"']*)?\Z")
_BINDERS: dict[str, Callable[[str], set[str]]] = {
    "def": _words,
    "class": _of_class,
    "import": _words,
    "from": _of_import,
    "for": _of_loop,
    "with": _of_context,
    "except": _of_context,
    "global": _words,
    "nonlocal": _words,
    "del": _words,
    "case": _words,
}
# Statements that bind nothing, and headers that bind nothing themselves.
_NO_BINDERS = frozenset({"return", "raise", "assert", "await", "pass", "break", "continue"})
_HEADERS = frozenset({"if", "elif", "else", "while", "try", "finally"})
