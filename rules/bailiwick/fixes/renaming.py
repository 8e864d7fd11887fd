"""Where a function's own parameters are used in it, as Python's scopes have it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from bailiwick.syntax.nodes import children, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    _Function = cst.FunctionDef | cst.Lambda

# What sees the names of local variables.
_REVEALING = frozenset({"locals", "vars", "dir", "exec", "eval", "currentframe", "_getframe"})
_TARGETING = (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.NamedExpr, cst.Del)
_COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp)


class UnsureError(Exception):
    """A function in which a parameter cannot be renamed without changing what it does."""


def uses(function: cst.FunctionDef, names: Mapping[str, str]) -> list[cst.Name]:
    """The nodes to rename if these parameters get these names: in the signature, in the body.

    Raises:
        UnsureError: where a new name is in use already, in whatever way, where something may see
            what local variables are called, or where an old name is bound by what cannot follow.
    """
    own = list(_parameters(function.params))
    new = frozenset(names.values())
    if not new.isdisjoint(each.name.value for each in own):
        raise UnsureError
    if any(name.startswith("__") for name in (*names, *new)):
        raise UnsureError
    walk = _Walk(frozenset(names), new, takes_others=function.params.star_kwarg is not None)
    walk.found += [each.name for each in own if each.name.value in names]
    walk.visit(function.body, frozenset(names))
    return walk.found


@dataclass(slots=True)
class _Walk:
    # The names that are to go, hidden or not, and those that come.
    old: frozenset[str]
    new: frozenset[str]
    takes_others: bool
    found: list[cst.Name] = field(default_factory=list)

    def visit(self, node: cst.CSTNode, old: frozenset[str]) -> None:
        """Note the uses of old names; of all that are the function's those that are not hidden."""
        if isinstance(node, cst.Name):
            self._name(node, old)
        elif isinstance(node, cst.Attribute):
            self.visit(node.value, old)
            self._refuse(_REVEALING.intersection([node.attr.value]))
        elif isinstance(node, cst.Arg):
            self.visit(node.value, old)
        elif isinstance(node, cst.MatchKeywordElement):
            self.visit(node.pattern, old)
        elif isinstance(node, (cst.Import, cst.ImportFrom)):
            self._refuse((old | self.new).intersection(_imported(node)))
        elif isinstance(node, (cst.Global, cst.Nonlocal)):
            self._refuse((self.old | self.new).intersection(each.name.value for each in node.names))
        elif isinstance(node, cst.FunctionDef):
            self._function(node, old)
        elif isinstance(node, cst.Lambda):
            self._inner(node, old)
        elif isinstance(node, cst.ClassDef):
            self._class(node, old)
        elif isinstance(node, _COMPREHENSIONS):
            self._comprehension(node, old)
        else:
            self._other(node, old)

    def _refuse(self, names: Iterable[str]) -> None:
        if any(names):
            raise UnsureError

    def _all(self, nodes: Iterable[cst.CSTNode | None], old: frozenset[str]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node, old)

    def _name(self, node: cst.Name, old: frozenset[str]) -> None:
        self._refuse((self.new | _REVEALING).intersection([node.value]))
        if node.value in old:
            self.found.append(node)

    def _other(self, node: cst.CSTNode, old: frozenset[str]) -> None:
        if self.takes_others and literal(node) in self.new:
            # It may look for the contract's name among all others.
            raise UnsureError
        known = len(self.found)
        self._all(children(node), old)
        if getattr(node, "equal", None) is not None and _shows(node) and len(self.found) > known:
            raise UnsureError

    def _function(self, node: cst.FunctionDef, old: frozenset[str]) -> None:
        self._refuse((old | self.new).intersection([node.name.value]))
        self._all([*node.decorators, node.returns], old)
        self._inner(node, old)

    def _inner(self, node: _Function, old: frozenset[str]) -> None:
        for each in _parameters(node.params):
            self._refuse(self.new.intersection([each.name.value]))
            self._all([each.annotation, each.default], old)
        if isinstance(node, cst.FunctionDef) and node.type_parameters is not None:
            raise UnsureError
        hidden = {each.name.value for each in _parameters(node.params)} | set(_bound(node.body))
        self.visit(node.body, old - hidden)

    def _class(self, node: cst.ClassDef, old: frozenset[str]) -> None:
        self._refuse((old | self.new).intersection([node.name.value, *_bound(node.body)]))
        if node.type_parameters is not None:
            raise UnsureError
        self._all([*node.decorators, *node.bases, *node.keywords, node.body], old)

    def _comprehension(self, node: cst.BaseComp, old: frozenset[str]) -> None:
        first = node.for_in
        loops = [first]
        while loops[-1].inner_for_in is not None:
            loops.append(loops[-1].inner_for_in)
        inside = old.difference(*(_targets(loop.target) for loop in loops))
        self.visit(first.iter, old)
        for loop in loops:
            self._all([loop.target, *loop.ifs], inside)
        self._all([loop.iter for loop in loops[1:]], inside)
        if isinstance(node, cst.DictComp):
            self._all([node.key, node.value], inside)
        else:
            self._all([each for each in children(node) if each is not first], inside)


def _shows(node: cst.CSTNode) -> bool:
    """Whether it is `{name=}` in a string."""
    return type(node).__name__ in ("FormattedStringExpression", "TemplatedStringExpression")


def _parameters(parameters: cst.Parameters) -> Iterator[cst.Param]:
    yield from parameters.posonly_params
    yield from parameters.params
    yield from parameters.kwonly_params
    for star in (parameters.star_arg, parameters.star_kwarg):
        if isinstance(star, cst.Param):
            yield star


def _imported(node: cst.Import | cst.ImportFrom) -> Iterator[str]:
    for alias in () if isinstance(node.names, cst.ImportStar) else node.names:
        yield alias.evaluated_alias or alias.evaluated_name.partition(".")[0]


def _bound(node: cst.CSTNode) -> Iterator[str]:
    """The names that a stretch of code binds in its own scope."""
    if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
        yield node.name.value
        return
    if isinstance(node, cst.Lambda):
        return
    if isinstance(node, (cst.Import, cst.ImportFrom)):
        yield from _imported(node)
        return
    if isinstance(node, _TARGETING):
        yield from _targets(node.target)
    elif isinstance(node, (cst.AsName, cst.MatchAs, cst.MatchStar)):
        yield from _targets(node.name)
    elif isinstance(node, cst.MatchMapping):
        yield from _targets(node.rest)
    for child in children(node):
        yield from _bound(child)


def _targets(node: cst.CSTNode | None) -> Iterator[str]:
    if isinstance(node, cst.Name):
        yield node.value
    elif isinstance(node, (cst.Tuple, cst.List)):
        for element in node.elements:
            yield from _targets(element.value)
