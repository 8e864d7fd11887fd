"""Entry points in `setup.py`, as far as they are written out: it is read, never run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from bailiwick.packaging.entry_point import declared, lines_of
from bailiwick.syntax.nodes import children, dotted, extents, literal
from bailiwick.syntax.parsing import UnparsedError, parse, room_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bailiwick.packaging.entry_point import EntryPoint

_KEYWORD = "entry_points"


def entry_points(text: str) -> Iterator[EntryPoint]:
    """The entry points that the call of `setup` is given; none if the text is no Python."""
    if _KEYWORD not in text:
        return
    try:
        tree = parse(text)
        with room_for(text):
            places = extents(tree, text)
            found = [each for node in _given(tree) for each in _read(node, places, text)]
    except UnparsedError:
        return
    yield from found


def _given(tree: cst.Module) -> Iterator[cst.CSTNode]:
    """What a call of `setup` is given as entry points: written there, or bound to a name once."""
    calls: list[cst.Call] = []
    bound: dict[str, list[cst.CSTNode]] = {}
    waiting: list[cst.CSTNode] = [tree]
    while waiting:
        node = waiting.pop()
        waiting += children(node)
        if isinstance(node, cst.Call) and dotted(node.func).rpartition(".")[2] == "setup":
            calls.append(node)
        elif isinstance(node, cst.Assign):
            for target in node.targets:
                bound.setdefault(dotted(target.target), []).append(node.value)
    for argument in (argument for call in calls for argument in call.args):
        if argument.keyword is not None and argument.keyword.value == _KEYWORD:
            values = bound.get(dotted(argument.value), [argument.value])
            yield from values if len(values) == 1 else ()


def _read(
    node: cst.CSTNode, places: Mapping[int, tuple[int, int]], text: str
) -> Iterator[EntryPoint]:
    """The entry points of a dictionary by group, or of a text with a section for each."""
    if not isinstance(node, cst.Dict):
        yield from _sections(node, places, text)
        return
    for element in node.elements:
        if not isinstance(element, cst.DictElement) or (group := literal(element.key)) is None:
            continue
        listed = element.value
        parts: list[cst.BaseExpression] = [listed]
        if isinstance(listed, (cst.List, cst.Tuple, cst.Set)):
            parts = [each.value for each in listed.elements]
        for part in parts:
            yield from declared(group, _lines(part, places, text))


def _sections(
    node: cst.CSTNode, places: Mapping[int, tuple[int, int]], text: str
) -> Iterator[EntryPoint]:
    group = ""
    for offset, line in _lines(node, places, text):
        words = line.strip()
        if words.startswith("[") and words.endswith("]"):
            group = words[1:-1].strip()
        elif group:
            yield from declared(group, [(offset, line)])


def _lines(
    node: cst.CSTNode, places: Mapping[int, tuple[int, int]], text: str
) -> Iterator[tuple[int, str]]:
    """The lines of a string that stand in the text as they are, with their offsets there."""
    if not isinstance(node, cst.SimpleString) or literal(node) is None:
        return
    start, end = places[id(node)]
    lead = len(node.prefix) + len(node.quote)
    for offset, line in lines_of(text[start + lead : end - len(node.quote)], start + lead):
        # Behind an escape nobody knows the place, or where a line ends.
        if "\\" not in line:
            yield offset, line
