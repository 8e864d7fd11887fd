"""Where a contract's members are used through its handles, and how they are called there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from bailiwick.sieve.cut import whole
from bailiwick.syntax.interpret import Interpreter
from bailiwick.syntax.nodes import children, offsets
from bailiwick.syntax.parsing import UnparsedError, parse, room_for
from bailiwick.vocabulary.signature import Call
from bailiwick.vocabulary.survey import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.engine.judge import Judge
    from bailiwick.sieve.cut import Cut
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.policy import Contract

_LONGEST = 100


class Seen(NamedTuple):
    """A member used through a handle; `call` and `code` say how it is called, if it is."""

    member: str
    site: Site
    subsystem: str
    call: Call | None
    code: str


def uses(
    judge: Judge, text: ModuleText, contract: Contract, only: frozenset[str] | None = None
) -> list[Seen]:
    """What a module uses of a contract through a handle; with `only` these members alone."""
    handled = judge.sieve.handles.uses(text, contract, only)
    code = {offset for offset in handled.offsets if text.lines.is_code(offset)}
    if not code:
        return []
    for cut in (text.cutter.cut(code, chosen=frozenset(handled.names)), whole(text.text)):
        try:
            with room_for(cut.text):
                found = _read(judge, text, contract, cut)
        except UnparsedError:
            continue
        return [seen for seen in found if only is None or seen.member in only]
    return []


def _read(judge: Judge, text: ModuleText, contract: Contract, cut: Cut) -> list[Seen]:
    tree, index = parse(cut.text), judge.court.index
    reading = Interpreter(text.file.module, text.package, index, lambda _: False)
    reading.read(tree)
    prefix = f"{index.interface_of(contract.name)[1]}."
    used = {
        id(found.first): found
        for found in reading.references
        if found.contract == contract.name and found.name.startswith(prefix)
    }
    calls = dict(_calls(tree))
    starts = offsets(tree, [found.first for found in used.values()], cut.text)
    subsystem = judge.bench.subsystem(text.file.module)
    rows = []
    for key, found in used.items():
        start = starts[key][0]
        line = cut.text.count("\n", 0, start) + 1
        column = start - (cut.text.rfind("\n", 0, start) + 1) + 1
        site, call = Site(text.file.path, cut.place(line), column), calls.get(key)
        whose = subsystem.name if subsystem else ""
        shape, code = (_shape(call), _in_short(call)) if call else (None, "")
        rows.append(Seen(found.name[len(prefix) :], site, whose, shape, code))
    return rows


def _calls(tree: cst.CSTNode) -> Iterator[tuple[int, cst.Call]]:
    """Each call of an attribute, by the `id` of the attribute's name."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            yield id(node.func.attr), node
        waiting.extend(children(node))


def _shape(node: cst.Call) -> Call:
    keywords = tuple(each.keyword.value for each in node.args if each.keyword is not None)
    starred = any(each.star for each in node.args)
    positional = sum(not each.star and each.keyword is None for each in node.args)
    return Call(positional, keywords, starred)


def _in_short(node: cst.Call) -> str:
    """A call as it is written, on one line and not too long."""
    text = " ".join(cst.Module([]).code_for_node(node).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
