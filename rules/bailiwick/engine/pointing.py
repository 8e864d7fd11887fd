"""What the name at a place refers to, found in the few statements that decide it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from bailiwick.syntax.nodes import children, offsets
from bailiwick.syntax.parsing import UnparsedError, parse, room_for
from bailiwick.syntax.pointing import Pointing
from bailiwick.syntax.values import Called, Module, Named, Own, Super
from bailiwick.vocabulary.pointed import Pointed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.engine.court import Court
    from bailiwick.sieve.cut import Cut
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.syntax.values import Value
    from bailiwick.vocabulary.pointed import Sort

_WORD = re.compile(r"[^\W\d]\w*")
_CHAIN_BEFORE = re.compile(r"(?:[^\W\d]\w*(?:\([^()\n]*\))?[ \t]*\.[ \t]*)+\Z")
_FAR = 300


def point(court: Court, text: ModuleText, offset: int) -> Pointed | None:
    """What the name at an offset refers to; None if there is no name, or nobody knows."""
    word = _word_at(text.text, offset)
    if word is None or not text.lines.is_code(word.start()):
        return None
    before = _CHAIN_BEFORE.search(text.text, max(0, word.start() - _FAR), word.start())
    chain = text.text[before.start() if before else word.start() : word.end()]
    chosen = frozenset(_WORD.findall(chain))
    try:
        cut = text.cutter.cut([word.start()], chosen=chosen)
        with room_for(cut.text):
            return _Reader(court, text, cut).pointed(word.start(), word[0])
    except (UnparsedError, StopIteration):
        return None


def _word_at(text: str, offset: int) -> re.Match[str] | None:
    """The name around an offset, or that ends there."""
    start = offset
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    return _WORD.match(text, start)


class _Reader:
    """Reads a cut up to the name that is pointed at."""

    def __init__(self, court: Court, text: ModuleText, cut: Cut) -> None:
        self.court, self.text, self.cut, self.index = court, text, cut, court.index

    def pointed(self, offset: int, word: str) -> Pointed | None:
        tree = parse(self.cut.text)
        node = self._node(tree, offset, word)
        if node is None:
            return None
        reading = Pointing(self.text.file.module, self.text.package, self.index, node)
        reading.read(tree)
        return next(self._meanings(reading), None)

    def _node(self, tree: cst.Module, offset: int, word: str) -> cst.Name | None:
        """The node of the name, by its line and column."""
        whole = self.text.text
        line = whole.count("\n", 0, offset) + 1
        column = offset - (whole.rfind("\n", 0, offset) + 1)
        rows = [row for row, number in enumerate(self.cut.lines) if number == line]
        names = [each for each in _names(tree) if each.value == word]
        if len(names) == 1 and len(re.findall(rf"\b{word}\b", self.cut.text)) == 1:
            return names[0]
        places = offsets(tree, names, self.cut.text)
        starts = [0]
        for each in self.cut.text.split("\n"):
            starts.append(starts[-1] + len(each) + 1)
        wanted = {starts[row] + column for row in rows}
        return next((each for each in names if places[id(each)][0] in wanted), None)

    def _meanings(self, reading: Pointing) -> Iterator[Pointed]:
        for module, name in reading.imported:
            yield self._object(module, name)
        found = (self._value(value) for value in reading.values)
        yield from (each for each in found if each is not None and each.handle)
        for receiver, member in reading.members:
            of = self._member(receiver, member)
            if of is not None:
                yield of
        yield from filter(None, map(self._value, reading.values))

    def _value(self, value: Value) -> Pointed | None:
        if isinstance(value, Module):
            return self._object(value.name, "")
        if isinstance(value, Named):
            return self._object(value.module, value.name)
        if isinstance(value, Called):
            found = self.index.find(value.module, value.name)
            if found is None or found.kind != "class":
                return None
            contract = self.index.interface(value.module, value.name)
            handle = contract.contract if contract else ""
            home = f"{found.module}:{found.name}"
            return Pointed("instance", value.module, value.name, home, handle, bool(handle))
        return None

    def _object(self, module: str, name: str) -> Pointed:
        if not name or name == "*":
            return Pointed("module", module, name, module)
        found = self.index.find(module, name)
        if found is None:
            home = self.court.remedies.goal(module, name) or (module, name)
            return Pointed("other", module, name, _joined(*home))
        sort: Sort = "class" if found.kind == "class" else "other"
        if found.kind == "module":
            return Pointed("module", module, name, found.module)
        contracts = self.index.contracts_in(frozenset({(found.module, found.name)}))
        contract = contracts[0] if contracts and sort == "class" else ""
        return Pointed(sort, module, name, _joined(found.module, found.name), contract)

    def _member(self, receiver: Value, member: str) -> Pointed | None:
        if isinstance(receiver, Module):
            if self.index.is_module(f"{receiver.name}.{member}"):
                return self._object(f"{receiver.name}.{member}", "")
            return self._object(receiver.name, member)
        if isinstance(receiver, Named):
            return self._object(receiver.module, f"{receiver.name}.{member}")
        if isinstance(receiver, Called):
            handle = self.index.interface(receiver.module, receiver.name)
            if handle is not None:
                return self._of_contract(handle.contract, member, handle=True)
            found = self.index.find(receiver.module, receiver.name)
            return self._of_class(found.module, found.name, member) if found else None
        if isinstance(receiver, Own | Super):
            family = self.index.family(receiver.module, receiver.name)
            for contract in self.index.contracts_in(family):
                of_contract = self._of_contract(contract, member, handle=False)
                if of_contract is not None and of_contract.shown:
                    return of_contract
            return self._of_class(receiver.module, receiver.name, member)
        return None

    def _of_class(self, module: str, name: str, member: str) -> Pointed | None:
        definer = self.index.definer(module, name, member)
        if definer is None:
            return None
        path = f"{definer.name}.{member}"
        return Pointed("member", definer.module, path, _joined(definer.module, path))

    def _of_contract(self, contract: str, member: str, *, handle: bool) -> Pointed | None:
        declared = self.court.bench.policy.contracts[contract]
        interface = self.index.interface_of(contract)
        members = self.court.implementations.members(declared, interface)
        if member not in members:
            path = f"{interface[1]}.{member}"
            there = _joined(interface[0], path)
            return Pointed("member", interface[0], path, there, contract, handle)
        (module, cls), definitions = members[member]
        shown = definitions[0].member.shown(member)
        path = f"{cls}.{member}"
        return Pointed("member", module, path, _joined(module, path), contract, handle, shown)


def _names(tree: cst.CSTNode) -> Iterator[cst.Name]:
    waiting: list[cst.CSTNode] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.Name):
            yield node
        waiting.extend(children(node))


def _joined(module: str, name: str) -> str:
    return f"{module}:{name}" if name else module
