"""libcst trees, walked and measured without its metadata providers, which are too slow here."""

from __future__ import annotations

import warnings
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

import libcst as cst
from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LAYOUT = ("whitespace", "leading_lines", "lines_after", "lpar", "rpar", "comma", "semicolon")


@cache
def _parts(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    names = (field.name for field in fields(kind))
    return tuple(name for name in names if not any(word in name for word in _LAYOUT))


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes directly below, without those of layout."""
    for name in _parts(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from value


def dotted(node: cst.CSTNode | None) -> str:
    """`a.b.c` of a chain of names, "" for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute) and (head := dotted(node.value)):
        return f"{head}.{node.attr.value}"
    return ""


def literal(node: cst.CSTNode | None) -> str | None:
    """The text of a string literal, None for anything else and for one with a wrong escape."""
    if not isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = node.evaluated_value
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, str) else None


def offsets(tree: cst.Module, wanted: Iterable[cst.CSTNode]) -> dict[int, tuple[int, int]]:
    """Start and end of nodes in the tree's text, by their `id`.

    One pass that only counts characters. Meant for names, which carry no layout of their own.
    """
    state = _Measure(tree, {id(node) for node in wanted})
    tree._codegen(state)
    return state.found


class _Measure(CodegenState):
    """Generates no code, but notes how far it would have got."""

    def __init__(self, tree: cst.Module, wanted: set[int]) -> None:
        super().__init__(tree.default_indent, tree.default_newline)
        self.wanted, self.length = wanted, 0
        self.indents: list[int] = []
        self.found: dict[int, tuple[int, int]] = {}

    def increase_indent(self, value: str) -> None:
        self.indents.append(len(value))

    def decrease_indent(self) -> None:
        self.indents.pop()

    def add_indent_tokens(self) -> None:
        self.length += sum(self.indents)

    def add_token(self, value: str) -> None:
        self.length += len(value)

    def pop_trailing_newline(self) -> None:
        self.length -= 1

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self.wanted:
            self.found[id(node)] = (self.length, self.length)

    def after_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self.wanted:
            self.found[id(node)] = (self.found[id(node)][0], self.length)
