"""Where a module uses a name: in annotations that nothing evaluates, or in what is executed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from bailiwick.syntax.nodes import children, dotted, literal
from bailiwick.syntax.parsing import parse_annotation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick.fixes.source import Source

# What decorates without a look at annotations.
_BLIND = frozenset(
    [
        "abstractmethod",
        "asynccontextmanager",
        "cache",
        "cached_property",
        "classmethod",
        "contextmanager",
        "dataclass",
        "deleter",
        "final",
        "getter",
        "lru_cache",
        "overload",
        "override",
        "property",
        "setter",
        "staticmethod",
        "total_ordering",
        "wraps",
    ]
)
# Classes whose children's annotations nobody evaluates when the child is made.
_PLAIN = frozenset(
    [
        "ABC",
        "Enum",
        "Exception",
        "Generic",
        "IntEnum",
        "NamedTuple",
        "Protocol",
        "TypedDict",
        "object",
    ]
)


@dataclass(slots=True)
class Uses:
    """How often one name stands in a module, in whatever scope.

    imported:    as what an import binds
    annotations: in annotations that are not evaluated where they stand
    executed:    anywhere else, also as the whole of a string, as in `__all__`
    watched:     whether something may evaluate one of the annotations later
    """

    imported: int = 0
    annotations: int = 0
    executed: int = 0
    watched: bool = False


def uses_of_imports(source: Source) -> Mapping[str, Uses]:
    """The uses of each name that an import at the margin binds. Raises UnparsedError."""
    names = {item.bound for each in source.statements_at_margin() for item in each.items}
    words = ("get_type_hints", "__annotations__", "get_annotations", "eval_str")
    watched = any(word in source.text for word in words)
    found = {name: Uses(watched=watched) for name in names}
    _Reading(found, postponed=_postponed(source.tree)).visit(source.tree, _Around())
    return found


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a node: whether a function does, an annotation, and who watches those."""

    in_function: bool = False
    in_annotation: bool = False
    watched: bool = False
    decorated: bool = False


@dataclass(slots=True)
class _Reading:
    found: dict[str, Uses]
    postponed: bool

    def visit(self, node: cst.CSTNode, around: _Around) -> None:
        if isinstance(node, cst.Name):
            self._name(node, around)
        elif isinstance(node, cst.Attribute):
            self.visit(node.value, around)
        elif isinstance(node, (cst.Import, cst.ImportFrom)):
            self._import(node)
        elif isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
            self._string(node, around)
        elif isinstance(node, cst.Arg):
            self.visit(node.value, around)
        elif isinstance(node, cst.ClassDef):
            self._class(node, around)
        elif isinstance(node, cst.FunctionDef):
            self._function(node, around)
        elif isinstance(node, cst.AnnAssign):
            self._annotated(node, around)
        elif isinstance(node, cst.Call) and dotted(node.func).rpartition(".")[2] == "cast":
            self._cast(node, around)
        else:
            for child in children(node):
                self.visit(child, around)

    def _name(self, node: cst.Name, around: _Around) -> None:
        found = self.found.get(node.value)
        if found is None:
            return
        if around.in_annotation:
            found.annotations += 1
            found.watched |= around.watched
        else:
            found.executed += 1

    def _import(self, node: cst.Import | cst.ImportFrom) -> None:
        for alias in () if isinstance(node.names, cst.ImportStar) else node.names:
            bound = alias.evaluated_alias or alias.evaluated_name.partition(".")[0]
            if bound in self.found:
                self.found[bound].imported += 1

    def _string(self, node: cst.CSTNode, around: _Around) -> None:
        text = literal(node)
        if text is None:
            for child in children(node):
                self.visit(child, around)
        elif around.in_annotation:
            self._quoted(text, around)
        elif text in self.found:
            self.found[text].executed += 1

    def _quoted(self, text: str, around: _Around) -> None:
        expression = parse_annotation(text) if any(map(text.__contains__, self.found)) else None
        if expression is not None:
            self.visit(expression, around)

    def _class(self, node: cst.ClassDef, around: _Around) -> None:
        bases = {dotted(base.value).rpartition(".")[2] for base in node.bases}
        watched = _is_decorated(node) or bool(bases - _PLAIN) or bool(node.keywords)
        for part in (node.name, *node.decorators, *node.bases, *node.keywords):
            self.visit(part, around)
        if node.type_parameters is not None:
            self.visit(node.type_parameters, around)
        self.visit(node.body, _Around(watched=watched, decorated=_is_decorated(node)))

    def _function(self, node: cst.FunctionDef, around: _Around) -> None:
        watched = _is_decorated(node) or around.decorated
        for part in (node.name, *node.decorators):
            self.visit(part, around)
        if node.type_parameters is not None:
            self.visit(node.type_parameters, around)
        signature = _Around(around.in_function, watched=watched)
        self._signature(node.params, signature)
        if node.returns is not None:
            self._signature(node.returns, signature)
        self.visit(node.body, _Around(in_function=True))

    def _signature(self, node: cst.CSTNode, around: _Around) -> None:
        if isinstance(node, cst.Annotation):
            self._annotation(node, around, evaluated=not self.postponed)
        elif isinstance(node, (cst.Parameters, cst.Param, cst.ParamStar)):
            for child in children(node):
                self._signature(child, around)
        else:
            self.visit(node, around)

    def _annotated(self, node: cst.AnnAssign, around: _Around) -> None:
        # In a function nothing evaluates it, whatever the target.
        evaluated = not around.in_function and not self.postponed
        self._annotation(node.annotation, around, evaluated=evaluated)
        for part in (node.target, node.value):
            if part is not None:
                self.visit(part, around)

    def _annotation(self, node: cst.Annotation, around: _Around, *, evaluated: bool) -> None:
        if not evaluated:
            self.visit(node.annotation, _Around(in_annotation=True, watched=around.watched))
            return
        # Only what is quoted in it is not evaluated.
        self._outside_quotes(node.annotation, around)

    def _outside_quotes(self, node: cst.CSTNode, around: _Around) -> None:
        text = literal(node)
        if text is not None:
            self._quoted(text, _Around(in_annotation=True, watched=around.watched))
        elif isinstance(node, (cst.Name, cst.Attribute)):
            self.visit(node, around)
        else:
            for child in children(node):
                self._outside_quotes(child, around)

    def _cast(self, node: cst.Call, around: _Around) -> None:
        self.visit(node.func, around)
        for position, argument in enumerate(node.args):
            text = literal(argument.value) if position == 0 else None
            if text is not None:
                self._quoted(text, _Around(in_annotation=True))
            else:
                self.visit(argument, around)


def _is_decorated(node: cst.ClassDef | cst.FunctionDef) -> bool:
    """Whether a decorator may look at annotations."""
    names = set()
    for decorator in node.decorators:
        call = decorator.decorator
        names.add(dotted(call.func if isinstance(call, cst.Call) else call).rpartition(".")[2])
    return bool(names - _BLIND)


def _postponed(tree: cst.Module) -> bool:
    """Whether `from __future__ import annotations` keeps annotations from being evaluated."""
    for line in tree.body:
        for part in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(part, cst.ImportFrom) and dotted(part.module) == "__future__":
                names = () if isinstance(part.names, cst.ImportStar) else part.names
                if any(alias.evaluated_name == "annotations" for alias in names):
                    return True
    return False
