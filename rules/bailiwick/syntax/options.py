"""Config options: the groups that a module reaches through a config object, or names in a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import libcst as cst

from bailiwick.syntax.nodes import dotted, literal
from bailiwick.syntax.values import Options
from bailiwick.vocabulary.options import CONFIG, GROUP_CALLS

if TYPE_CHECKING:
    from bailiwick.syntax.interpret import Scope
    from bailiwick.syntax.strings import Naming
    from bailiwick.syntax.values import Values
    from bailiwick.vocabulary.reference import Kind


class Reading(Protocol):
    """What the reading of a module offers here."""

    naming: Naming | None

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
        registered_by: str = "",
    ) -> None:
        """Add a reference."""


def read_attribute(reading: Reading, node: cst.Attribute, scope: Scope, option: str) -> None:
    """Find the group in `CONF.group`; `option` is what is asked of it, "" if nothing."""
    if _is_config(reading, node.value, scope):
        _refer(reading, node.attr, node.attr.value, option)


def read_subscript(reading: Reading, node: cst.Subscript, scope: Scope, option: str) -> None:
    """Find the group in `CONF["group"]`."""
    index = node.slice[0].slice if len(node.slice) == 1 else None
    name = literal(index.value) if isinstance(index, cst.Index) else None
    if name and isinstance(index, cst.Index) and _is_config(reading, node.value, scope):
        _refer(reading, index.value, name, option)


def read_call(reading: Reading, node: cst.Call, scope: Scope, option: str) -> None:
    """Find the group in `getattr(CONF, "group")`, and in `set_override("x", 1, group="group")`."""
    callee = dotted(node.func).rpartition(".")[2]
    if callee == "getattr" and len(node.args) > 1:
        name = literal(node.args[1].value)
        if name and _is_config(reading, node.args[0].value, scope):
            _refer(reading, node.args[1].value, name, option)
    elif callee in GROUP_CALLS:
        _read_group(reading, node, GROUP_CALLS[callee], callee)


def _read_group(reading: Reading, node: cst.Call, position: int, callee: str) -> None:
    names = [each.keyword.value for each in node.args if each.keyword is not None]
    positional = [each.value for each in node.args if each.keyword is None and not each.star]
    options = [name for name in names if name != "group"] if not position else []
    option = (literal(positional[0]) if position and positional else None) or next(
        iter(options), ""
    )
    for number, argument in enumerate(node.args):
        by_keyword = argument.keyword is not None and argument.keyword.value == "group"
        in_place = argument.keyword is None and 0 < position == number
        name = literal(argument.value) if by_keyword or in_place else None
        if name:
            _refer(reading, argument.value, name, option, f"{callee}() is given the group")


def _refer(reading: Reading, node: cst.CSTNode, group: str, option: str, how: str = "") -> None:
    naming = reading.naming
    if naming is not None and group in naming.groups and not naming.registers(group):
        how = how or f"`{group}` is a group of options, reached through a config object"
        module = naming.groups[group]
        how += f"; {module} registers it" if module else ""
        reading.add("option", node, group, option, how, registered_by=module)


def _is_config(reading: Reading, node: cst.CSTNode, scope: Scope) -> bool:
    """Whether an expression is a config object: by its name, or by an assignment of one."""
    name = dotted(node).rpartition(".")[2]
    if name == CONFIG:
        return True
    naming = reading.naming
    if not name or naming is None or not naming.is_config_name(name):
        return False
    return any(isinstance(value, Options) for value in reading.value(node, scope))
