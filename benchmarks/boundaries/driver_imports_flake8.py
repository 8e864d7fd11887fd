"""The line between Nova's drivers as a local flake8 check: imports alone."""

from __future__ import annotations

import ast
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

DRIVERS = frozenset({"ironic", "libvirt", "vmwareapi", "zvm"})
PACKAGE = "nova.virt."


class DriverImports:
    """A driver is imported by itself and by tests alone."""

    name: ClassVar[str] = "driver-imports"
    version: ClassVar[str] = "1"

    def __init__(self, tree: ast.AST, filename: str) -> None:
        self.tree = tree
        self.folders = PurePath(filename).parts

    def run(self) -> Iterator[tuple[int, int, str, type[DriverImports]]]:
        """Yield line, column, message and checker for each foreign driver that is imported."""
        if "tests" in self.folders:
            return
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                for driver in _drivers(node).difference(self.folders):
                    yield (
                        node.lineno,
                        node.col_offset,
                        f"BWB1 imports {driver}",
                        type(self),
                    )


def _drivers(node: ast.Import | ast.ImportFrom) -> frozenset[str]:
    """The drivers that an import statement leads into."""
    package = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
    names = [f"{package}{alias.name}" for alias in node.names]
    return DRIVERS & {
        name.removeprefix(PACKAGE).partition(".")[0] for name in names if name.startswith(PACKAGE)
    }
