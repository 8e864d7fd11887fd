"""What the text of a class declares: its members with kinds and parameters, and what hides some."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from bailiwick.syntax.nodes import dotted
from bailiwick.vocabulary.signature import Member, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bailiwick.vocabulary.signature import MemberKind, ParameterKind

# Decorators by their last name: those that decide what kind a member is of, ...
_KINDS: dict[str, MemberKind] = {
    "staticmethod": "static method",
    "abstractstaticmethod": "static method",
    "classmethod": "class method",
    "abstractclassmethod": "class method",
    "property": "property",
    "abstractproperty": "property",
    "cached_property": "property",
}
# ... those that change a property, and those that take and give what the function does:
# of abc, contextlib, functools, typing; of oslo and tenacity, which pass all arguments on.
_ON_PROPERTIES = frozenset({"setter", "getter", "deleter"})
_KEEPERS = frozenset(
    {
        "abstractmethod",
        "asynccontextmanager",
        "cache",
        "contextmanager",
        "deprecated",
        "final",
        "lru_cache",
        "no_type_check",
        "override",
        "retry",
        "synchronized",
        "wrap_exception",
    }
)
_GIVES_NOT_TO_AWAIT = frozenset({"asynccontextmanager"})
# Classes of classes, and decorators of classes, that take no member away and add no public one.
_METACLASSES = frozenset({"ABCMeta", "type"})
_CLASS_DECORATORS = frozenset(
    {"add_metaclass", "dataclass", "final", "runtime_checkable", "python_2_unicode_compatible"}
)
_HOOKS = ("__getattr__", "__getattribute__")
_AWAITABLE = frozenset(
    {"Awaitable", "Coroutine", "AsyncIterator", "AsyncIterable", "AsyncGenerator", "Future", "Task"}
)


@dataclass(frozen=True, slots=True)
class Definition:
    """One place in a class at which a member is defined; `node` is its name there."""

    member: Member
    node: cst.CSTNode


@dataclass(slots=True)
class Outline:
    """What the text of one class declares.

    node:        its name in its header
    definitions: by name; several where branches define it differently
    hides:       why it may have members that are not declared, in words; "" if nothing says so
    """

    node: cst.CSTNode | None = None
    definitions: dict[str, list[Definition]] = field(default_factory=dict)
    hides: str = ""


def outlines(tree: cst.Module) -> dict[str, Outline]:
    """The classes of a module, and those inside them, by dotted name."""
    found: dict[str, Outline] = {}
    for node, prefix in _classes(tree.body, ""):
        path = f"{prefix}{node.name.value}"
        outline = found.setdefault(path, Outline(node.name))
        for name, definitions in _Body().read(node.body.body).items():
            outline.definitions.setdefault(name, []).extend(definitions)
        outline.hides = outline.hides or _hides(node, outline)
    return found


def _classes(body: Sequence[cst.CSTNode], prefix: str) -> Iterator[tuple[cst.ClassDef, str]]:
    for node in _flat(body):
        if isinstance(node, cst.ClassDef):
            yield node, prefix
            yield from _classes(node.body.body, f"{prefix}{node.name.value}.")


def _flat(body: Sequence[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """Statements and those in branches, but not those of functions and classes."""
    for node in body:
        yield node
        for branch in _branches(node):
            yield from _flat(branch)


def _branches(node: cst.CSTNode) -> Iterator[Sequence[cst.CSTNode]]:
    """What a compound statement may execute, one way or another."""
    if isinstance(node, (cst.If, cst.For, cst.While, cst.Try, cst.TryStar, cst.With)):
        yield node.body.body
    if isinstance(node, (cst.Try, cst.TryStar)):
        for handler in node.handlers:
            yield handler.body.body
        if node.finalbody is not None:
            yield node.finalbody.body.body
    orelse = getattr(node, "orelse", None)
    if isinstance(orelse, cst.Else):
        yield orelse.body.body
    elif orelse is not None:
        yield from _branches(orelse)


class _Body:
    """Reads the statements of a class: what comes later wins, and branches stand side by side."""

    def __init__(self) -> None:
        self.found: dict[str, list[Definition]] = {}

    def read(self, body: Sequence[cst.CSTNode]) -> dict[str, list[Definition]]:
        for node in body:
            if isinstance(node, cst.FunctionDef):
                self._function(node)
            elif isinstance(node, cst.ClassDef):
                self.found[node.name.value] = [Definition(Member("unknown"), node.name)]
            elif isinstance(node, cst.SimpleStatementLine):
                for part in node.body:
                    self._assignment(part)
            else:
                self._compound(node)
        return self.found

    def _compound(self, node: cst.CSTNode) -> None:
        before = dict(self.found)
        merged: dict[str, list[Definition]] = {}
        for branch in _branches(node):
            self.found = dict(before)
            for name, definitions in self.read(branch).items():
                if definitions is not before.get(name):
                    merged.setdefault(name, []).extend(definitions)
        self.found = {**before, **merged}

    def _function(self, node: cst.FunctionDef) -> None:
        name = node.name.value
        decorators = [_last_name(each.decorator) for each in node.decorators]
        if "overload" in decorators:
            return
        known = self.found.get(name, [])
        if not _ON_PROPERTIES.isdisjoint(decorators):
            member = Member("property", settable=_is_settable(decorators, known))
            self.found[name] = [Definition(member, known[0].node if known else node.name)]
        else:
            self.found[name] = [Definition(_member(node, decorators), node.name)]

    def _assignment(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.Assign):
            targets: list[cst.CSTNode] = [each.target for each in node.targets]
        elif isinstance(node, cst.AnnAssign):
            targets = [node.target]
        else:
            return
        for target in targets:
            if isinstance(target, cst.Name):
                self.found[target.value] = [Definition(_data(node.value), target)]
            elif isinstance(target, (cst.Tuple, cst.List)):
                for element in target.elements:
                    if isinstance(element.value, cst.Name):
                        given = Definition(Member("unknown"), element.value)
                        self.found[element.value.value] = [given]


def _is_settable(decorators: Sequence[str], known: Sequence[Definition]) -> bool:
    return "setter" in decorators or any(each.member.settable for each in known)


def _data(value: cst.CSTNode | None) -> Member:
    """A class attribute; what may be called after all, or filled in later, is unknown."""
    plain = (cst.BaseNumber, cst.BaseString, cst.BaseList, cst.BaseDict, cst.Tuple, cst.BaseSet)
    named = isinstance(value, cst.Name) and value.value in ("True", "False")
    return Member("data" if named or isinstance(value, plain) else "unknown")


def _member(node: cst.FunctionDef, decorators: Sequence[str]) -> Member:
    kind: MemberKind = "class method" if node.name.value == "__init_subclass__" else "method"
    for name in decorators:
        kind = _KINDS.get(name, kind)
        if name not in _KINDS and name not in _KEEPERS:
            return Member("unknown")
    if kind == "property":
        return Member(kind)
    parameters = list(_parameters(node.params))
    if kind != "static method":
        if not parameters or parameters[0].kind in ("keyword", "**"):
            return Member("unknown")
        if parameters[0].kind != "*":
            del parameters[0]
    is_async = node.asynchronous is not None and _GIVES_NOT_TO_AWAIT.isdisjoint(decorators)
    returns = node.returns.annotation if node.returns else None
    return Member(kind, tuple(parameters), is_async, may_await=_may_await(returns))


def _may_await(annotation: cst.CSTNode | None) -> bool:
    if annotation is None:
        return False
    head = annotation.value if isinstance(annotation, cst.Subscript) else annotation
    return _last_name(head) in _AWAITABLE


def _parameters(node: cst.Parameters) -> Iterator[Parameter]:
    kinds: tuple[tuple[Sequence[cst.Param], ParameterKind], ...] = (
        (node.posonly_params, "positional"),
        (node.params, "plain"),
        ((node.star_arg,) if isinstance(node.star_arg, cst.Param) else (), "*"),
        (node.kwonly_params, "keyword"),
        ((node.star_kwarg,) if node.star_kwarg else (), "**"),
    )
    for parameters, kind in kinds:
        for each in parameters:
            code = None if each.default is None else _code(each.default)
            yield Parameter(each.name.value, kind, code, _constant(code))


def _code(node: cst.CSTNode) -> str:
    return " ".join(cst.Module([]).code_for_node(node).split())


def _constant(code: str | None) -> str:
    try:
        return repr(ast.literal_eval(code)) if code is not None else ""
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ""


def _last_name(node: cst.CSTNode) -> str:
    """`c` of `a.b.c`, and of a call of that."""
    while isinstance(node, cst.Call):
        node = node.func
    return dotted(node).rpartition(".")[2]


def _hides(node: cst.ClassDef, outline: Outline) -> str:
    """Why a class may have members that its text does not show."""
    for hook in _HOOKS:
        if hook in outline.definitions:
            return f"it has {hook}"
    for keyword in node.keywords:
        if keyword.keyword is not None and keyword.keyword.value == "metaclass":
            name = _last_name(keyword.value)
            if name not in _METACLASSES:
                return f"its metaclass is {name or _code(keyword.value)}"
    for decorator in node.decorators:
        name = _last_name(decorator.decorator)
        if name not in _CLASS_DECORATORS:
            return f"it is decorated with {name or _code(decorator.decorator)}"
    return ""
