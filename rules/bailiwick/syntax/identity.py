"""Questions for the class behind a handle, as an expression may put them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from bailiwick.syntax.nodes import dotted
from bailiwick.syntax.values import Called, Named, Product, Selector, Value, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bailiwick.syntax.interpret import Names
    from bailiwick.vocabulary.reference import Kind

    # What an expression stands for, where it stands.
    Valued = Callable[[cst.CSTNode | None], Values]

STRING_METHODS = frozenset(
    {"lower", "upper", "casefold", "strip", "split", "rsplit", "partition", "rpartition", "replace"}
)
_STRING_TESTS = frozenset({"startswith", "endswith", "find", "index", "count"})
_CLASS_TESTS = frozenset({"isinstance", "issubclass"})
_CLASS_NAMES = frozenset({"__name__", "__qualname__", "__module__"})


class Asked(NamedTuple):
    """Which class is asked for, at which token, and how we know; of an interface, its name is."""

    kind: Kind
    node: cst.CSTNode
    module: str
    name: str
    contract: str
    how: str


class Inquiry:
    """Finds such questions in the expressions of one module."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def in_call(self, node: cst.Call, value: Valued) -> Iterator[Asked]:
        """`isinstance(handle, Class)`, and methods that compare the option that selects one."""
        function = dotted(node.func)
        if function in _CLASS_TESTS and len(node.args) > 1:
            subject = node.args[0].value
            yield from self._classes(subject, node.args[1].value, value)
        elif isinstance(node.func, cst.Attribute) and node.func.attr.value in _STRING_TESTS:
            yield from self._selection(node.func.value, value)

    def in_comparison(self, node: cst.Comparison, value: Valued) -> Iterator[Asked]:
        """`type(handle) is Class`, `"libvirt" in CONF.compute_driver`."""
        sides = [node.left, *(target.comparator for target in node.comparisons)]
        if any(_is_nothing(side) for side in sides):
            return
        for side in sides:
            yield from self._selection(side, value)
            subject = _class_asked(side)
            if subject is not None:
                for other in sides:
                    if other is not side:
                        yield from self._classes(subject, other, value)

    def in_match(self, node: cst.Match, value: Valued) -> Iterator[Asked]:
        """`match CONF.compute_driver:`."""
        yield from self._selection(node.subject, value)

    def in_attribute(self, node: cst.Attribute, value: Valued) -> Iterator[Asked]:
        """`handle.__class__.__name__`, `type(handle).__name__`."""
        subject = _class_asked(node.value) if node.attr.value in _CLASS_NAMES else None
        for each in value(subject) if subject is not None else ():
            contract = self._contract(each)
            if contract and not isinstance(each, Product):
                module, name = self.names.interface_of(contract)
                how = f"`{_code(subject)}` is a handle of contract {contract}"
                yield Asked("selection", node.attr, module, name, contract, how)

    def _classes(self, subject: cst.CSTNode, asked: cst.CSTNode, value: Valued) -> Iterator[Asked]:
        if isinstance(asked, cst.Tuple):
            for element in asked.elements:
                yield from self._classes(subject, element.value, value)
            return
        if isinstance(asked, cst.BinaryOperation) and isinstance(asked.operator, cst.BitOr):
            yield from self._classes(subject, asked.left, value)
            yield from self._classes(subject, asked.right, value)
            return
        behind = [contract for each in value(subject) if (contract := self._contract(each))]
        for each in value(asked):
            target = self.names.find(each.module, each.name) if isinstance(each, Named) else None
            if target is None or target.kind != "class":
                continue
            if behind:
                contract = behind[0]
                how = f"`{_code(subject)}` is a handle of contract {contract}, or comes from one"
            else:
                family = self.names.family(target.module, target.name)
                contract = next(iter(self.names.contracts_in(family)), "")
                how = f"{target.name} implements contract {contract}"
            if contract:
                last = asked.attr if isinstance(asked, cst.Attribute) else asked
                yield Asked("identity", last, target.module, target.name, contract, how)

    def _selection(self, node: cst.CSTNode, value: Valued) -> Iterator[Asked]:
        for each in value(node):
            if isinstance(each, Selector):
                module, name = self.names.interface_of(each.contract)
                how = f"the option {each.option} selects the implementer of {each.contract}"
                yield Asked("selection", _token(node), module, name, each.contract, how)

    def _contract(self, value: Value) -> str:
        """The contract that a value is a handle of, or comes from; "" for none."""
        if isinstance(value, Product):
            return value.contract
        if not isinstance(value, Called):
            return ""
        interface = self.names.interface(value.module, value.name)
        return interface.contract if interface else ""


def _class_asked(node: cst.CSTNode) -> cst.CSTNode | None:
    """The expression whose class `type(x)` or `x.__class__` gives."""
    if isinstance(node, cst.Call) and dotted(node.func) == "type" and len(node.args) == 1:
        return node.args[0].value
    if isinstance(node, cst.Attribute) and node.attr.value == "__class__":
        return node.value
    return None


def _is_nothing(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Name):
        return node.value == "None"
    return isinstance(node, cst.SimpleString) and node.raw_value == ""


def _token(node: cst.CSTNode) -> cst.CSTNode:
    """The name by which an expression reaches what it compares."""
    while not isinstance(node, (cst.Name, cst.Attribute)):
        inner = next(
            (getattr(node, part) for part in ("func", "value", "left") if hasattr(node, part)), None
        )
        if inner is None:
            return node
        node = inner
    while isinstance(node, cst.Attribute) and node.attr.value in STRING_METHODS:
        return _token(node.value)
    return node.attr if isinstance(node, cst.Attribute) else node


def _code(node: cst.CSTNode | None) -> str:
    return dotted(node) or "it"
