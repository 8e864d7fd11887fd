"""Strings that name objects: what calls are given, and what stands in constants and lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import libcst as cst

from bailiwick.syntax.nodes import dotted, literal
from bailiwick.syntax.values import Called, Module, Named, Text, is_private
from bailiwick.vocabulary.naming import MAY_BE_MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bailiwick.syntax.interpret import Names, Scope
    from bailiwick.syntax.values import Value, Values
    from bailiwick.vocabulary.naming import NamingCall
    from bailiwick.vocabulary.reference import Kind

_FIELD = re.compile(r"\{\w*\}")
# Characters of the longest string that is still taken for a name.
_LONGEST = 300
_SELF = frozenset({"self", "cls"})


@dataclass(frozen=True, slots=True)
class Naming:
    """How a module names objects by strings.

    calls:    the callables that are given names, by the last part of their own
    paths:    the dotted paths that a chain of names stands for by an import or class of its first
    groups:   the groups of options that belong to somebody, each with the module that registers
              it where no subsystem lists it
    is_config_name: whether the module gives a config object to a name
    registers: whether the module itself registers options in a group
    """

    calls: Mapping[str, Sequence[NamingCall]]
    paths: Callable[[str], Iterator[str]]
    groups: Mapping[str, str]
    is_config_name: Callable[[str], bool]
    registers: Callable[[str], bool]


class Lead(Protocol):
    """What a string names: an object of a module, or the module.

    `exists` is False where nothing is there for sure, `sure` is True where something is. `ends` is
    False where the string goes on behind something whose attributes nobody knows. `via` says in
    words how it is known.
    """

    @property
    def module(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def exists(self) -> bool: ...  # noqa: D102
    @property
    def sure(self) -> bool: ...  # noqa: D102
    @property
    def via(self) -> str: ...  # noqa: D102
    @property
    def ends(self) -> bool: ...  # noqa: D102


class Reading(Protocol):
    """What the reading of a module offers here."""

    module: str
    names: Names
    naming: Naming | None
    # Inside a `try` that catches something.
    is_guarded: bool

    def value(self, node: cst.CSTNode | None, scope: Scope) -> Values:
        """What an expression stands for."""

    def add(
        self,
        kind: Kind,
        first: cst.CSTNode,
        module: str,
        name: str,
        how: str = "",
        *,
        exists: bool = True,
    ) -> None:
        """Add a reference."""


def text_value(node: cst.SimpleString | cst.ConcatenatedString) -> Values:
    """What a string literal stands for."""
    text = plain(node)
    return (Text(text),) if text is not None and len(text) <= _LONGEST else ()


def plain(node: cst.CSTNode | None) -> str | None:
    """The text of a string literal in single quotes, of whatever sort; else None."""
    if isinstance(node, cst.ConcatenatedString):
        parts = plain(node.left), plain(node.right)
        return None if None in parts else literal(node)
    if isinstance(node, cst.SimpleString) and len(node.quote) == 1:
        return literal(node)
    return None


def read_call(reading: Reading, node: cst.Call, scope: Scope) -> None:
    """Find the objects that a call is given the names of."""
    if reading.naming is None:
        return
    callee = _callee(node.func)
    for call in reading.naming.calls.get(callee.rpartition(".")[2], ()):
        if callee == call.callee or callee.endswith(f".{call.callee}"):
            _Given(reading, node, scope, call).read()


def read_constant(reading: Reading, node: cst.CSTNode) -> None:
    """Find the object that a string names which stands anywhere."""
    text = plain(node)
    lead = reading.names.lead(text) if text and "." in text else None
    if lead is not None and lead.sure and lead.ends and lead.name:
        reading.add("string", node, lead.module, lead.name, f"a string names it{lead.via}")


def read_list(reading: Reading, node: cst.List | cst.Tuple | cst.Set) -> None:
    """Find the strings that name nothing among others that name objects of the tree."""
    texts = [(part.value, plain(part.value)) for part in node.elements]
    leads = [(n, reading.names.lead(text)) for n, text in texts if text and "." in text]
    if not any(lead is not None and lead.sure and lead.name for _, lead in leads):
        return
    for element, lead in leads:
        if lead is not None and not lead.exists:
            how = "other strings beside it name objects of the tree"
            reading.add("string", element, lead.module, lead.name, how, exists=False)


class _Given:
    """One call, and one form of it that a policy lists."""

    def __init__(self, reading: Reading, node: cst.Call, scope: Scope, call: NamingCall) -> None:
        self.reading, self.scope, self.call = reading, scope, call
        self.paths: list[cst.BaseExpression] = []
        self.objects: list[cst.BaseExpression] = []
        # The attributes that are named, and the nodes that name them.
        self.attributes: list[tuple[cst.CSTNode, str]] = []
        self.may_be_missing = reading.is_guarded
        # Only an object that stands before its attribute's name is sought by the sieve.
        self.in_order = False
        for position, argument in enumerate(node.args):
            self._argument(argument, position)

    def _argument(self, argument: cst.Arg, position: int) -> None:
        keyword = argument.keyword.value if argument.keyword else ""
        if argument.star or MAY_BE_MISSING.get(keyword) == dotted(argument.value):
            self.may_be_missing = True
        parameter = None if argument.star else self.call.parameter(position, keyword)
        if parameter is None:
            return
        if parameter.every and argument.keyword is not None:
            self.attributes.append((argument.keyword, keyword))
        elif parameter.part == "path":
            self.paths.append(argument.value)
        elif parameter.part == "object":
            self.objects.append(argument.value)
        elif parameter.part == "name" and (name := plain(argument.value)):
            self.in_order = bool(self.objects)
            self.attributes.append((argument.value, name))

    def read(self) -> None:
        for node in self.paths:
            text = written(self.reading, node, self.scope)
            if text is not None:
                self._path(node, text)
        for node in self.objects:
            root = dotted(node).partition(".")[0]
            if root in _SELF and not any(is_private(name) for _, name in self.attributes):
                continue
            values = self.reading.value(node, self.scope)
            for value in values:
                for place, name in self.attributes:
                    self._attribute(node, value, place, name, sure=len(values) == 1)

    def _path(self, node: cst.CSTNode, text: str) -> None:
        if self.call.spreads:
            for place, name in self.attributes:
                self._name(place, f"{text}.{name}", f"{self.call.callee}() is given {text!r}")
        else:
            self._name(node, text, f"{self.call.callee}() is given {text!r}")

    def _name(self, node: cst.CSTNode, text: str, how: str) -> None:
        lead = self.reading.names.lead(text)
        if lead is not None and (lead.exists or not self.may_be_missing):
            known = f"{how}{lead.via}"
            add = self.reading.add
            add("string", node, lead.module, lead.name, known, exists=lead.exists)

    def _attribute(
        self, node: cst.CSTNode, value: Value, place: cst.CSTNode, name: str, *, sure: bool
    ) -> None:
        if isinstance(value, Called):
            if is_private(name):
                self._of_instance(node, value, place, name)
            return
        if isinstance(value, Module):
            path = value.name
        elif isinstance(value, Named):
            path = f"{value.module}.{value.name}"
        else:
            return
        lead = self.reading.names.lead(f"{path}.{name}")
        if lead is None or not lead.ends:
            return
        stale = not lead.exists and sure and not self.may_be_missing
        if stale and self._is_sought(node, path):
            how = f"`{dotted(node)}` is {_holder(lead.module, lead.name)}{lead.via}"
            self.reading.add("string", place, lead.module, lead.name, how, exists=False)
        elif lead.exists and is_private(name):
            how = f"`{_code(node)}` is {_holder(lead.module, lead.name)}{lead.via}"
            self.reading.add("string", place, lead.module, lead.name, how)

    def _is_sought(self, node: cst.CSTNode, path: str) -> bool:
        """Whether the sieve seeks the object: it knows imports and classes, but no other names."""
        naming, chain = self.reading.naming, dotted(node)
        in_order = self.in_order or self.call.spreads
        return bool(chain) and in_order and naming is not None and path in naming.paths(chain)

    def _of_instance(self, node: cst.CSTNode, value: Called, place: cst.CSTNode, name: str) -> None:
        names = self.reading.names
        target = names.find(value.module, value.name)
        if target is None or target.kind != "class":
            return
        found = names.definer(target.module, target.name, name)
        if found is not None:
            how = f"`{_code(node)}` is an instance of {target.module}:{target.name}{target.via}"
            self.reading.add("string", place, found.module, f"{found.name}.{name}", how)


def written(reading: Reading, node: cst.CSTNode, scope: Scope) -> str | None:
    """The text that an expression gives, joined of literals and constants; None if unknown.

    A text whose first piece has no dot is not followed: any string could be one.
    """
    pieces = _pieces(reading, node, scope)
    if pieces is None:
        return None
    first = next(filter(None, pieces), "")
    text = "".join(pieces)
    return text if "." in first and len(text) <= _LONGEST else None


def _pieces(reading: Reading, node: cst.CSTNode, scope: Scope) -> list[str] | None:
    if isinstance(node, cst.SimpleString):
        return _one(plain(node))
    if isinstance(node, cst.ConcatenatedString):
        return _all(reading, (node.left, node.right), scope)
    if isinstance(node, cst.FormattedString):
        return _formatted(reading, node, scope)
    if isinstance(node, cst.BinaryOperation):
        if isinstance(node.operator, cst.Add):
            return _all(reading, (node.left, node.right), scope)
        return _filled(reading, node, scope) if isinstance(node.operator, cst.Modulo) else None
    if isinstance(node, cst.Call):
        return _method(reading, node, scope)
    if isinstance(node, (cst.Name, cst.Attribute)):
        return _constant(reading, node, scope)
    return None


def _one(text: str | None) -> list[str] | None:
    return None if text is None else [text]


def _all(reading: Reading, nodes: Sequence[cst.CSTNode], scope: Scope) -> list[str] | None:
    found: list[str] = []
    for node in nodes:
        pieces = _pieces(reading, node, scope)
        if pieces is None:
            return None
        found += pieces
    return found


def _formatted(reading: Reading, node: cst.FormattedString, scope: Scope) -> list[str] | None:
    found: list[str] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            found.append(part.value)
            continue
        if not isinstance(part, cst.FormattedStringExpression) or part.format_spec is not None:
            return None
        pieces = None if part.conversion else _pieces(reading, part.expression, scope)
        if pieces is None:
            return None
        found += pieces
    return None if any("\\" in piece or "{{" in piece for piece in found) else found


def _filled(reading: Reading, node: cst.BinaryOperation, scope: Scope) -> list[str] | None:
    """What `"%s.x" % name` gives."""
    template = plain(node.left)
    right = node.right
    nodes = [e.value for e in right.elements] if isinstance(right, cst.Tuple) else [right]
    if template is None or template.count("%") != template.count("%s"):
        return None
    return _between(reading, template.split("%s"), nodes, scope)


def _between(
    reading: Reading, parts: Sequence[str], nodes: Sequence[cst.CSTNode], scope: Scope
) -> list[str] | None:
    if len(parts) != len(nodes) + 1:
        return None
    found = [parts[0]]
    for node, part in zip(nodes, parts[1:], strict=True):
        pieces = _pieces(reading, node, scope)
        if pieces is None:
            return None
        found += [*pieces, part]
    return found


def _method(reading: Reading, node: cst.Call, scope: Scope) -> list[str] | None:
    """What `"{}.x".format(name)` and `".".join((a, b))` give."""
    if not isinstance(node.func, cst.Attribute):
        return None
    text = plain(node.func.value)
    if text is None or any(argument.keyword or argument.star for argument in node.args):
        return None
    nodes = [argument.value for argument in node.args]
    if node.func.attr.value == "format":
        fields = _FIELD.findall(text)
        simple = all(field == "{}" for field in fields) and text.count("{") == len(fields)
        return _between(reading, text.split("{}"), nodes, scope) if simple else None
    if node.func.attr.value == "join" and len(nodes) == 1:
        listed = nodes[0]
        if isinstance(listed, (cst.List, cst.Tuple)) and listed.elements:
            parts = ["", *[text] * (len(listed.elements) - 1), ""]
            return _between(reading, parts, [each.value for each in listed.elements], scope)
    return None


def _constant(reading: Reading, node: cst.Name | cst.Attribute, scope: Scope) -> list[str] | None:
    if isinstance(node, cst.Name) and node.value == "__name__":
        return [reading.module]
    if isinstance(node, cst.Attribute) and node.attr.value == "__name__":
        modules = reading.value(node.value, scope)
        return [modules[0].name] if len(modules) == 1 and isinstance(modules[0], Module) else None
    values = reading.value(node, scope)
    return [values[0].text] if len(values) == 1 and isinstance(values[0], Text) else None


def _callee(node: cst.CSTNode) -> str:
    """The names at the end of what is called, with dots between them."""
    return ".".join(reversed(list(_from_the_end(node))))


def _from_the_end(node: cst.CSTNode) -> Iterator[str]:
    while isinstance(node, cst.Attribute):
        yield node.attr.value
        node = node.value
    if isinstance(node, cst.Name):
        yield node.value


def _holder(module: str, name: str) -> str:
    """Of a named object, the class or module that holds it."""
    holder = name.rpartition(".")[0]
    return f"{module}:{holder}" if holder else module


def _code(node: cst.CSTNode) -> str:
    """An expression as it is written, in short."""
    text = " ".join(cst.Module([]).code_for_node(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
