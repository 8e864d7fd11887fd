"""What one name of a module stands for at the place where it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from bailiwick.syntax.interpret import Interpreter
from bailiwick.syntax.nodes import children, dotted
from bailiwick.syntax.values import Own

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.syntax.interpret import Names, Scope
    from bailiwick.syntax.values import Value, Values


class Pointing(Interpreter):
    """Notes what a name stands for at the place where it is read.

    imported: the module and name that it is imported from
    members:  of an attribute, what it is an attribute of
    values:   what it stands for, else
    """

    def __init__(self, module: str, package: str, names: Names, node: cst.Name) -> None:
        super().__init__(module, package, names, lambda _: False)
        self.node = node
        self.imported: list[tuple[str, str]] = []
        self.members: list[tuple[Value, str]] = []
        self.values: Values = ()

    def _visit(self, node: cst.CSTNode, scope: Scope) -> None:
        if node is self.node:
            self.values = self.value(node, scope)
        elif isinstance(node, cst.Attribute) and node.attr is self.node:
            self.members += [(each, self.node.value) for each in self.value(node.value, scope)]
            self.values = self.value(node, scope)
        super()._visit(node, scope)

    def _bind(
        self, target: cst.CSTNode, values: Values, scope: Scope, source: cst.CSTNode | None = None
    ) -> None:
        if target is self.node:
            self.values = values
        super()._bind(target, values, scope, source)

    def _statement(self, node: cst.CSTNode, scope: Scope) -> None:
        if isinstance(node, cst.Import):
            self._of_import(node)
        elif isinstance(node, cst.ImportFrom):
            self._of_import_from(node)
        elif isinstance(node, cst.FunctionDef) and node.name is self.node and scope.cls:
            self.members.append((Own(self.module, scope.cls), self.node.value))
        super()._statement(node, scope)
        if isinstance(node, cst.ClassDef) and node.name is self.node:
            self.values = scope.lookup(node.name.value)

    def _of_import(self, node: cst.Import) -> None:
        for alias in node.names:
            if alias.asname is not None and alias.asname.name is self.node:
                self._note(dotted(alias.name), "")
            part: cst.BaseExpression = alias.name
            while isinstance(part, cst.Attribute) and part.attr is not self.node:
                part = part.value
            if part is self.node or (isinstance(part, cst.Attribute) and part.attr is self.node):
                self._note(dotted(part), "")

    def _of_import_from(self, node: cst.ImportFrom) -> None:
        base = self._base(node)
        if base is None:
            return
        if self.node in _inside(node.module):
            self._note(base, "")
        for alias in () if isinstance(node.names, cst.ImportStar) else node.names:
            if self.node in _inside(alias):
                name = dotted(alias.name)
                is_module = self.names.is_module(f"{base}.{name}")
                self._note(*((f"{base}.{name}", "") if is_module else (base, name)))

    def _note(self, module: str, name: str) -> None:
        if self.names.is_module(module):
            self.imported.append((module, name))


def _inside(node: cst.CSTNode | None) -> Iterator[cst.CSTNode]:
    if node is not None:
        yield node
        for child in children(node):
            yield from _inside(child)
