"""What the classes of a module have in place of a contract's members, as references to those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.syntax.interpret import Found
from bailiwick.syntax.signatures import outlines
from bailiwick.vocabulary.policy import is_private
from bailiwick.vocabulary.signature import Implementing, Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import libcst as cst

    from bailiwick.index.index import Index
    from bailiwick.syntax.interpret import Target
    from bailiwick.syntax.signatures import Definition
    from bailiwick.vocabulary.policy import Contract, Policy

    Class = tuple[str, str]
    # A member of an interface: the class that defines it, and each of its definitions.
    Declared = tuple[Class, Sequence[Definition]]


class Implementations:
    """Finds the members of classes that stand in place of a contract's."""

    def __init__(self, index: Index, policy: Policy) -> None:
        self.index, self.policy = index, policy

    def interface(self, contract: Contract) -> Target | None:
        """The class that a contract's interface leads to; None if it is none of the tree's."""
        module, _, name = contract.interface.partition(":")
        found = self.index.find(module, name) if self.index.is_module(module) else None
        return found if found is not None and found.kind == "class" else None

    def members(self, contract: Contract, interface: Class) -> Mapping[str, Declared]:
        """The members of a contract: the public ones of its class, and those it protects."""
        protected = {entry.rpartition(".")[2] for entry in contract.protected}
        found: dict[str, Declared] = {}
        for cls in self.index.order(*interface):
            for name, definitions in self.index.outline(*cls).definitions.items():
                public = name in protected or not is_private(name)
                if public and not name.startswith("__"):
                    found.setdefault(name, (cls, definitions))
        return found

    def pairs(
        self, contract: Contract, interface: Class, cls: Class, name: str
    ) -> list[Implementing]:
        """Each definition of a member in a class beside the contract's, which must declare it.

        Of several that the contract has, in branches, the one that is nearest.
        """
        _, declared = self.members(contract, interface)[name]
        return [
            nearest(contract.name, f"{cls[1]}.{name}", declared, each.member)
            for each in self.index.outline(*cls).definitions[name]
        ]

    def references(self, module: str, tree: cst.Module, paths: Iterable[str]) -> Iterator[Found]:
        """What these classes of a module, read from its tree, have in place of such members."""
        if self.policy.is_test(module):
            return
        for path in paths:
            family = self.index.family(module, path)
            for contract in self.policy.contracts.values() if len(family) > 1 else ():
                target = self.interface(contract)
                here = (target.module, target.name) if target else None
                if here is not None and here in family and here != (module, path):
                    yield from _Implementer(self, contract, here, (module, path)).references(tree)


class _Implementer:
    """One class that is derived from a contract's interface."""

    def __init__(
        self, all_of_them: Implementations, contract: Contract, interface: Class, own: Class
    ) -> None:
        self.index, self.contract, self.interface, self.own = (
            all_of_them.index,
            contract,
            interface,
            own,
        )
        self.declared = all_of_them.members(contract, interface)

    def references(self, tree: cst.Module) -> Iterator[Found]:
        module, path = self.own
        read = outlines(tree)
        if path not in read:
            return
        how = f"{path} is derived from {self.interface[0]}:{self.interface[1]}"
        for name, definitions in read[path].definitions.items():
            for definition in definitions if name in self.declared else ():
                yield self._found(name, path, definition.member, definition.node, how)
        for (where, cls), name, definition in self._from_elsewhere():
            nodes = read[cls].definitions.get(name) if where == module and cls in read else None
            node = nodes[0].node if nodes else read[path].node
            how = (
                f"{path} has it from {where}:{cls}, before {self.interface[0]}:{self.interface[1]}"
            )
            if node is not None:
                yield self._found(name, cls, definition.member, node, how)

    def _from_elsewhere(self) -> Iterator[tuple[Class, str, Definition]]:
        """The members that bases put before the interface which are not derived from it."""
        order = self.index.order(*self.own)
        before = order[: order.index(self.interface)] if self.interface in order else order
        brought = {
            cls
            for base in before[1:]
            if self.interface in self.index.family(*base)
            for cls in self.index.order(*base)
        }
        for place, cls in enumerate(before[1:], start=1):
            if cls in brought or self.interface in self.index.family(*cls):
                continue
            nearer = [self.index.outline(*other).definitions for other in before[:place]]
            for name, definitions in self.index.outline(*cls).definitions.items():
                if name in self.declared and not any(name in names for names in nearer):
                    for definition in definitions:
                        yield cls, name, definition

    def _found(self, name: str, path: str, given: Member, node: cst.CSTNode, how: str) -> Found:
        (module, cls), definitions = self.declared[name]
        return Found(
            "implementation",
            node,
            node,
            module,
            f"{cls}.{name}",
            "deferred",
            how,
            implementing=nearest(self.contract.name, f"{path}.{name}", definitions, given),
        )


def nearest(
    contract: str, owner: str, declared: Sequence[Definition], given: Member
) -> Implementing:
    """A member beside the contract's; who is like one of its branches does as it says."""
    pairs = [Implementing(contract, owner, each.member, given) for each in declared]
    return min(pairs, key=lambda pair: len(pair.differences()))
