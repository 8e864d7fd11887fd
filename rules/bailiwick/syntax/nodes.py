"""libcst trees, walked and measured without its metadata providers, which are too slow here."""

from __future__ import annotations

import warnings
from bisect import bisect_right
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

import libcst as cst
from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LAYOUT = ("whitespace", "leading_lines", "lines_after", "lpar", "rpar", "comma", "semicolon")
# Whether something is a node takes longer to tell.
_NO_NODES = frozenset({str, type(None), cst.MaybeSentinel})


@cache
def _parts(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    names = (field.name for field in fields(kind))
    return tuple(name for name in names if not any(word in name for word in _LAYOUT))


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes directly below, without those of layout."""
    for name in _parts(type(node)):
        value = getattr(node, name)
        if isinstance(value, (list, tuple)):
            yield from value
        elif type(value) not in _NO_NODES and isinstance(value, cst.CSTNode):
            yield value


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


def offsets(
    tree: cst.Module, wanted: Iterable[cst.CSTNode], text: str
) -> dict[int, tuple[int, int]]:
    """Start and end of nodes in the text that a tree was parsed from, by their `id`.

    One pass that only counts characters. Meant for names, which carry no layout of their own.
    """
    state = _Measure(tree, {id(node) for node in wanted})
    tree._codegen(state)
    return _placed(state.found, tree, text)


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


def extents(tree: cst.Module, text: str) -> dict[int, tuple[int, int]]:
    """Start and end of every node in the text that a tree was parsed from, by their `id`.

    What only lays out is left out where libcst knows: the blanks, comments, commas and
    semicolons around a node, and the parentheses of an expression.
    """
    state = _Extents(tree)
    tree._codegen(state)
    return _placed(state.found, tree, text)


def _placed(
    found: dict[int, tuple[int, int]], tree: cst.Module, text: str
) -> dict[int, tuple[int, int]]:
    """Offsets in the code that libcst would write, as offsets in the text that it has read.

    It leaves out a form feed before a statement, or writes it again before the next.
    """
    if "\f" not in text or (code := tree.code) == text:
        return found
    read, written = _line_starts(text), _line_starts(code)

    def place(offset: int) -> int:
        line = bisect_right(written, offset) - 1
        before_end = written[line + 1 : line + 2] or [len(code) + 1]
        # What is otherwise is so before the first word of a line: its end is sure.
        end = read[line + 1 : line + 2] or [len(text) + 1]
        return end[0] - (before_end[0] - offset)

    if len(read) != len(written):
        return found
    return {node: (place(start), place(end)) for node, (start, end) in found.items()}


def _line_starts(text: str) -> list[int]:
    starts = [0]
    while (end := text.find("\n", starts[-1]) + 1) > 0:
        starts.append(end)
    return starts


class _Extents(_Measure):
    """Notes of each node how far the code has got before and after what it says."""

    def __init__(self, tree: cst.Module) -> None:
        super().__init__(tree, set())
        self.begun: list[int] = []

    def before_codegen(self, node: cst.CSTNode) -> None:  # noqa: ARG002
        self.begun.append(self.length)

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.found.setdefault(id(node), (self.begun.pop(), self.length))

    @contextmanager
    def record_syntactic_position(
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> Iterator[None]:
        start = self.length
        yield
        start = self.found[id(start_node)][0] if start_node is not None else start
        end = self.found[id(end_node)][1] if end_node is not None else self.length
        self.found[id(node)] = start, end
