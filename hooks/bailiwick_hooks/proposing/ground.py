"""The tree for which a policy is to be proposed: its modules, its imports, its files."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bailiwick import Policy, Tree, import_graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class Ground:
    """A folder without a policy, seen as a tree with some source roots."""

    def __init__(self, root: Path, source_roots: tuple[str, ...], exclude: tuple[str, ...]) -> None:
        self.root, self.source_roots, self.exclude = root, source_roots, exclude
        nothing = Policy(root, root, (), "", {}, source_roots=source_roots, exclude=exclude)
        self.tree = Tree.of(nothing)

    @cached_property
    def modules(self) -> dict[str, str]:
        """The path of each module that is judged, `""` for a package without an `__init__`.

        A script whose path nobody can write as a dotted name is none.
        """
        judged = {
            file.module: file.path
            for file in self.tree.files
            if file.judged and all(map(str.isidentifier, file.module.split(".")))
        }
        folders: dict[str, str] = {}
        for module in judged:
            package = module.rpartition(".")[0]
            while package and package not in judged:
                folders[package] = ""
                package = package.rpartition(".")[0]
        return judged | folders

    @cached_property
    def packages(self) -> frozenset[str]:
        """All modules that have modules below them, or an `__init__`."""
        above = {module.rpartition(".")[0] for module in self.modules}
        inits = {file.module for file in self.tree.files if file.is_package and file.judged}
        return frozenset((above | inits) - {""})

    @cached_property
    def imports(self) -> Mapping[str, frozenset[str]]:
        """By module the dotted names that it imports."""
        return import_graph(self.tree)

    def children(self, package: str) -> list[str]:
        """The modules directly below a package, or at the top for `""`."""
        return sorted(m for m in self.modules if m.rpartition(".")[0] == package)

    def below(self, module: str) -> list[str]:
        """A module and all that is below it."""
        return [m for m in self.modules if m == module or m.startswith(f"{module}.")]

    def matching(self, expression: str) -> list[str]:
        """The modules of a dotted expression in which `*` is one part and `**` one or more."""
        if "*" not in expression:
            return [expression] if expression in self.modules else []
        parts = re.split(r"(\*\*|\*)", expression)
        glob = {"**": r"\w+(?:\.\w+)*", "*": r"\w+"}
        pattern = re.compile("".join(glob.get(part) or re.escape(part) for part in parts) + r"\Z")
        return sorted(module for module in self.modules if pattern.match(module))

    def text(self, path: str) -> str | None:
        """A file of the folder, None if there is none that can be read."""
        try:
            return (self.root / path).read_bytes().decode("utf-8-sig", "replace")
        except OSError:
            return None


@dataclass(frozen=True, slots=True)
class Claims:
    """Who claims which module: the longest prefix does."""

    owners: Mapping[str, str]

    def of(self, module: str) -> str | None:
        """The subsystem of a module."""
        while module and module not in self.owners:
            module = module.rpartition(".")[0]
        return self.owners.get(module)

    def used(self, ground: Ground) -> dict[tuple[str, str], Counter[str]]:
        """By (user, used) the modules that are imported across, with how often."""
        found: dict[tuple[str, str], Counter[str]] = {}
        for module, named in self._edges(ground):
            user, used = self.of(module), self.of(named)
            if user and used and user != used:
                found.setdefault((user, used), Counter())[named] += 1
        return found

    def foreign(self, ground: Ground) -> dict[str, set[str]]:
        """By third-party package the subsystems that import it."""
        found: dict[str, set[str]] = {}
        for module, names in ground.imports.items():
            user = self.of(module)
            for name in names:
                if user and not ground.tree.split(name)[0]:
                    found.setdefault(name.partition(".")[0], set()).add(user)
        return found

    @staticmethod
    def _edges(ground: Ground) -> Iterator[tuple[str, str]]:
        for module, names in ground.imports.items():
            for name in names:
                target = ground.tree.split(name)[0]
                if target:
                    yield module, target


def line_of(text: str, wanted: str, start: int = 0) -> int:
    """The 1-based line on which some words first stand, 1 if they do not."""
    offset = text.find(wanted, start)
    return text.count("\n", 0, offset) + 1 if offset >= 0 else 1
