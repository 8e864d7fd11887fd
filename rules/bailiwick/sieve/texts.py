"""The texts of the tree, each read once and sieved as far as it has been asked about."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick.sieve.cut import Cutter
from bailiwick.sieve.imports import Imported, ImportText, import_statements, parse_import
from bailiwick.source.lines import Line, Lines
from bailiwick.source.text import NotText, decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick.source.ledger import Ledger
    from bailiwick.source.tree import File, Tree

_CLASS = re.compile(r"(?:\A|\n)[ \t\f]*class[ \t\f\\\n]+(\w+)")


class ModuleText:
    """One module's text, and what can be said of it without a parser."""

    def __init__(self, file: File, text: str) -> None:
        self.file, self.text = file, text
        self.package = file.module if file.is_package else file.module.rpartition(".")[0]

    @cached_property
    def lines(self) -> Lines:
        """Its logical lines."""
        return Lines(self.text)

    @cached_property
    def cutter(self) -> Cutter:
        """What cuts it down to chosen statements."""
        return Cutter(
            self.lines, lambda name: [found.start for _, found in self.bound.get(name, ())]
        )

    @cached_property
    def _found(self) -> tuple[list[ImportText], list[int]]:
        return import_statements(self.text)

    @property
    def imports(self) -> list[ImportText]:
        """Its import statements, in order."""
        return self._found[0]

    @property
    def importing_calls(self) -> list[int]:
        """The offsets of calls that import a module by a string."""
        return self._found[1]

    @cached_property
    def bound(self) -> dict[str, list[tuple[Imported, ImportText]]]:
        """The imports by the name that they bind, whatever scope they stand in."""
        found: dict[str, list[tuple[Imported, ImportText]]] = {}
        for statement in self.imports:
            for imported in parse_import(statement.text):
                found.setdefault(imported.bound, []).append((imported, statement))
        return found

    @cached_property
    def named_modules(self) -> frozenset[str]:
        """The dotted names that its imports name, modules or not."""
        found = set()
        for entries in self.bound.values():
            for imported, _ in entries:
                base = imported.absolute(self.package)
                if base is not None:
                    found.add(f"{base}.{imported.name}" if imported.name else base)
        return frozenset(found)

    @cached_property
    def class_starts(self) -> dict[str, list[int]]:
        """By name, where the name of a class ends in its header."""
        found: dict[str, list[int]] = {}
        for header in _CLASS.finditer(self.text):
            found.setdefault(header[1], []).append(header.end())
        return found

    def class_headers(self, path: str) -> list[Line]:
        """Where the class of that dotted name starts; several if it is defined conditionally."""
        return [header for header in self.lines.headers if self._class_path(header) == path]

    def _class_path(self, header: Line) -> str | None:
        chain = [*self.lines.enclosing(header.start, header.indent), header]
        names = [_class_name(self.text, part.start) for part in chain]
        return ".".join(name for name in names if name) if all(names) else None


class Texts:
    """The texts of a tree by module; `buffers` gives unsaved text by path, in place of files."""

    def __init__(self, tree: Tree, ledger: Ledger, buffers: Mapping[str, bytes]) -> None:
        self.tree, self.ledger, self.buffers = tree, ledger, buffers
        self._texts: dict[str, ModuleText | None] = {}

    def of(self, module: str) -> ModuleText | None:
        """A module's text, None where there is none that can be read."""
        self.ledger.note(module)
        if module not in self._texts:
            file = self.tree.modules.get(module)
            try:
                self._texts[module] = ModuleText(file, self.read(file)) if file else None
            except (OSError, NotText):
                self._texts[module] = None
        return self._texts[module]

    def keep(self, text: ModuleText) -> None:
        """Remember a text that was read elsewhere."""
        self._texts[text.file.module] = text

    def read(self, file: File) -> str:
        """The text of a file. Raises OSError or NotText."""
        data = self.buffers.get(file.path)
        return decode(data if data is not None else self.data(file))

    def data(self, file: File) -> bytes:
        """The bytes of a file as they are stored."""
        return Path(self.tree.root, file.path).read_bytes()


def _class_name(text: str, start: int) -> str:
    if not text.startswith("class", start):
        return ""
    end = start = start + 5
    while text[start] in " \t\f\\\n":
        start += 1
    end = start
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return text[start:end]
