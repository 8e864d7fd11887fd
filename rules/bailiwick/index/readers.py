"""Two ways to get at another module's syntax: cut down to what is asked, or whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from bailiwick.syntax.parsing import UnparsedError, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import libcst as cst

    from bailiwick.sieve.texts import ModuleText


class Reader(Protocol):
    """Gives the syntax that an answer about a module can be read from; None if it has none."""

    # Whether the same tree is given for every question about a module.
    keeps: bool

    def top(self, text: ModuleText, name: str) -> cst.Module | None:
        """A module that binds a name at its top as the text does."""

    def may_define(self, text: ModuleText, path: str, member: str) -> bool:
        """Whether a class of that path may define a member at all."""

    def member(
        self, text: ModuleText, path: str, member: str, *, values: bool
    ) -> cst.Module | None:
        """A module with a class of that path, which defines the member as the text does.

        With `values` it also says what the member is given, not only that there is one.
        """


class CutReader:
    """Parses only the statements that bear on the question."""

    keeps = False

    def __init__(self, whole: WholeReader) -> None:
        self.whole = whole

    def top(self, text: ModuleText, name: str) -> cst.Module | None:
        """See `Reader`."""
        return self._parse(text, _tops(text, name))

    def member(
        self, text: ModuleText, path: str, member: str, *, values: bool
    ) -> cst.Module | None:
        """See `Reader`."""
        headers = [header.start for header in text.class_headers(path)]
        members = list(self._members(text, path, member)) if member else []
        if values:
            return self._parse(text, [*headers, *members])
        return self._parse(text, headers, members)

    def may_define(self, text: ModuleText, path: str, member: str) -> bool:
        """See `Reader`."""
        return next(self._members(text, path, member), None) is not None

    def _members(self, text: ModuleText, path: str, member: str) -> Iterator[int]:
        for header in text.class_headers(path):
            end = text.lines.block_end(header)
            yield from _definitions(text, member, header.start, end)

    def _parse(
        self, text: ModuleText, offsets: Iterable[int], bare: Iterable[int] = ()
    ) -> cst.Module | None:
        try:
            return parse(text.cutter.cut(offsets, bare).text)
        except (UnparsedError, StopIteration):
            return self.whole.top(text, "")


class WholeReader:
    """Parses whole modules, each once: the oracle, and the way out where cutting fails."""

    keeps = True

    def __init__(self) -> None:
        self._trees: dict[str, cst.Module | None] = {}

    def top(self, text: ModuleText, name: str) -> cst.Module | None:  # noqa: ARG002
        """See `Reader`."""
        module = text.file.module
        if module not in self._trees:
            try:
                self._trees[module] = parse(text.text)
            except UnparsedError:
                self._trees[module] = None
        return self._trees[module]

    def may_define(self, text: ModuleText, path: str, member: str) -> bool:  # noqa: ARG002
        """See `Reader`."""
        return True

    def member(
        self,
        text: ModuleText,
        path: str,  # noqa: ARG002
        member: str,  # noqa: ARG002
        *,
        values: bool,  # noqa: ARG002
    ) -> cst.Module | None:
        """See `Reader`."""
        return self.top(text, "")


def _tops(text: ModuleText, name: str) -> Iterator[int]:
    """Where a name may be bound at the top of a module, perhaps inside an `if` or `try`."""
    for _, statement in text.bound.get(name, ()):
        yield statement.start
    for offset in _definitions(text, name, 0, len(text.text)):
        line = text.text.rfind("\n", 0, offset) + 1
        start = offset - len(text.text[line:offset].lstrip()) if line < offset else offset
        indent = len(text.text[line:start].expandtabs())
        if not text.lines.enclosing(start, indent) and not text.lines.in_string(offset):
            yield offset


def _definitions(text: ModuleText, name: str, start: int, end: int) -> Iterator[int]:
    """Where a name stands so that it may be being defined."""
    source, size = text.text, len(name)
    while (start := source.find(name, start, end)) >= 0:
        before, after = source[start - 1 : start], source[start + size : start + size + 1]
        if not (before.isalnum() or before == "_" or after.isalnum() or after == "_"):
            words = source[max(start - 12, 0) : start].split()
            if words[-1:] in (["def"], ["class"]) or _TARGET.match(source, start + size):
                yield start
        start += size


_TARGET = re.compile(r"[ \t\f\\\n]*(?:=(?!=)|[:,)\]]|[-+*/%&|^@]=|\*\*=|//=|>>=|<<=|in\b)")
