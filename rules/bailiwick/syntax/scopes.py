"""What names stand for by the imports that bind them, in Python's scopes.

Functions, lambdas and comprehensions have names of their own. In a class or a module a name that is
bound twice may be either, and what a class imports is taken to be seen around it, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from bailiwick.syntax.nodes import children, dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(eq=False)
class Scope:
    """The names of a module, function, lambda or comprehension.

    paths: by name, the dotted paths that imports bind it to
    own:   the names that are bound otherwise
    """

    parent: Scope | None = None
    paths: dict[str, list[str]] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    is_comprehension: bool = False

    def lookup(self, name: str) -> Sequence[str]:
        """The paths that a name may stand for here."""
        if name in self.paths:
            return self.paths[name]
        if self.parent is None:
            return ()
        return () if name in self.own else self.parent.lookup(name)

    @property
    def around_comprehensions(self) -> Scope:
        """The scope in which `:=` binds."""
        scope = self
        while scope.is_comprehension and scope.parent is not None:
            scope = scope.parent
        return scope


class Uses:
    """Reads a tree; afterwards it tells of the names that imports bind.

    package: the one that relative imports start from
    around:  by name, the paths that imports around the tree bind it to
    """

    def __init__(
        self, tree: cst.Module, package: str, around: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.package = package
        self._imports: list[tuple[cst.CSTNode, str]] = []
        self._loads: list[tuple[cst.Name, str, Scope]] = []
        top = Scope(paths={name: list(paths) for name, paths in (around or {}).items()})
        self._visit(tree, top)

    def imports(self) -> Iterator[tuple[cst.CSTNode, str]]:
        """Each name in an import statement, with its dotted path; a star ends it."""
        yield from self._imports

    def uses(self) -> Iterator[tuple[cst.CSTNode, str]]:
        """Each use of a name that an import binds, with the dotted path that its chain makes."""
        for node, chain, scope in self._loads:
            for path in dict.fromkeys(scope.lookup(node.value)):
                yield node, f"{path}.{chain}" if chain else path

    def _visit(self, node: cst.CSTNode, scope: Scope) -> None:
        method = getattr(self, f"_{type(node).__name__}", None)
        if method is not None:
            method(node, scope)
        else:
            for child in children(node):
                self._visit(child, scope)

    def _each(self, scope: Scope, *nodes: cst.CSTNode | None) -> None:
        for node in nodes:
            if node is not None:
                self._visit(node, scope)

    # -- names -------------------------------------------------------------------------------

    def _Name(self, node: cst.Name, scope: Scope) -> None:  # noqa: N802
        self._loads.append((node, "", scope))

    def _Attribute(self, node: cst.Attribute, scope: Scope) -> None:  # noqa: N802
        parts: list[str] = []
        base: cst.BaseExpression = node
        while isinstance(base, cst.Attribute):
            parts.insert(0, base.attr.value)
            base = base.value
        if isinstance(base, cst.Name):
            self._loads.append((base, ".".join(parts), scope))
        else:
            self._visit(base, scope)

    def _bind(self, target: cst.CSTNode, scope: Scope) -> None:
        if isinstance(target, cst.Name):
            scope.own.add(target.value)
        elif isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self._bind(element.value, scope)
        else:
            self._visit(target, scope)

    def _Arg(self, node: cst.Arg, scope: Scope) -> None:  # noqa: N802
        self._visit(node.value, scope)

    def _AssignTarget(self, node: cst.AssignTarget, scope: Scope) -> None:  # noqa: N802
        self._bind(node.target, scope)

    def _AnnAssign(self, node: cst.AnnAssign, scope: Scope) -> None:  # noqa: N802
        self._bind(node.target, scope)
        self._each(scope, node.annotation, node.value)

    def _AugAssign(self, node: cst.AugAssign, scope: Scope) -> None:  # noqa: N802
        self._bind(node.target, scope)
        self._visit(node.value, scope)

    def _NamedExpr(self, node: cst.NamedExpr, scope: Scope) -> None:  # noqa: N802
        self._bind(node.target, scope.around_comprehensions)
        self._visit(node.value, scope)

    def _AsName(self, node: cst.AsName, scope: Scope) -> None:  # noqa: N802
        self._bind(node.name, scope)

    def _For(self, node: cst.For, scope: Scope) -> None:  # noqa: N802
        self._bind(node.target, scope)
        self._each(scope, node.iter, node.body, node.orelse)

    # -- imports -----------------------------------------------------------------------------

    def _Import(self, node: cst.Import, scope: Scope) -> None:  # noqa: N802
        for alias in node.names:
            path = dotted(alias.name)
            self._imports.append((alias.name, path))
            name = dotted(alias.asname.name) if alias.asname else path.partition(".")[0]
            scope.paths.setdefault(name, []).append(path if alias.asname else name)

    def _ImportFrom(self, node: cst.ImportFrom, scope: Scope) -> None:  # noqa: N802
        base = self._base(node)
        if base is None:
            return
        if isinstance(node.names, cst.ImportStar):
            self._imports.append((node.names, f"{base}.*"))
            return
        for alias in node.names:
            path = f"{base}.{dotted(alias.name)}"
            self._imports.append((alias.name, path))
            name = dotted(alias.asname.name) if alias.asname else dotted(alias.name)
            scope.paths.setdefault(name, []).append(path)

    def _base(self, node: cst.ImportFrom) -> str | None:
        module, level = dotted(node.module), len(node.relative)
        if not level:
            return module
        parts = self.package.split(".") if self.package else []
        if level > len(parts):
            return None
        return ".".join([*parts[: len(parts) - level + 1], *filter(None, [module])])

    # -- scopes ------------------------------------------------------------------------------

    def _FunctionDef(self, node: cst.FunctionDef, scope: Scope) -> None:  # noqa: N802
        scope.own.add(node.name.value)
        self._each(scope, *node.decorators, node.returns)
        inner = Scope(scope)
        self._parameters(node.params, scope, inner)
        self._visit(node.body, inner)

    def _Lambda(self, node: cst.Lambda, scope: Scope) -> None:  # noqa: N802
        inner = Scope(scope)
        self._parameters(node.params, scope, inner)
        self._visit(node.body, inner)

    def _parameters(self, node: cst.Parameters, scope: Scope, inner: Scope) -> None:
        every = [*node.posonly_params, *node.params, *node.kwonly_params]
        for param in (*every, node.star_arg, node.star_kwarg):
            if isinstance(param, cst.Param):
                inner.own.add(param.name.value)
                self._each(scope, param.annotation, param.default)

    def _ClassDef(self, node: cst.ClassDef, scope: Scope) -> None:  # noqa: N802
        scope.own.add(node.name.value)
        self._each(scope, *node.decorators, *node.bases, *node.keywords)
        self._visit(node.body, _Body(scope))

    def _GeneratorExp(self, node: cst.BaseComp, scope: Scope) -> None:  # noqa: N802
        inner = Scope(scope, is_comprehension=True)
        loop: cst.CompFor | None = node.for_in
        around = scope
        while loop is not None:
            self._visit(loop.iter, around)
            around = inner
            self._bind(loop.target, inner)
            self._each(inner, *loop.ifs)
            loop = loop.inner_for_in
        if isinstance(node, cst.BaseSimpleComp):
            self._visit(node.elt, inner)
        elif isinstance(node, cst.DictComp):
            self._each(inner, node.key, node.value)

    _ListComp = _SetComp = _DictComp = _GeneratorExp


class _Body(Scope):
    """The body of a class: what it imports is seen around it, what it assigns by nobody."""

    def __init__(self, around: Scope) -> None:
        super().__init__(around.parent, around.paths)
        self.around = around

    def lookup(self, name: str) -> Sequence[str]:
        """The paths that a name may stand for here."""
        return self.around.lookup(name)
