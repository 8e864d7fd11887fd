"""The line between Nova's drivers as a Fixit rule: imports alone."""

from __future__ import annotations

import libcst as cst
from fixit import LintRule
from libcst.helpers import get_full_name_for_node

DRIVERS = tuple(f"nova.virt.{name}." for name in ("ironic", "libvirt", "vmwareapi", "zvm"))


class DriverImports(LintRule):
    """A driver is imported by itself and by its tests alone; its own folder switches this off."""

    MESSAGE = "imports a driver"

    def visit_Import(self, node: cst.Import) -> None:  # noqa: N802, D102
        for alias in node.names:
            self._judge(alias, alias.evaluated_name)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802, D102
        module = get_full_name_for_node(node.module) if node.module else None
        if module and not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                self._judge(alias, f"{module}.{alias.evaluated_name}")

    def _judge(self, alias: cst.ImportAlias, name: str) -> None:
        if f"{name}.".startswith(DRIVERS):
            self.report(alias)
