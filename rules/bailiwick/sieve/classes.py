"""Where a module may ask which class stands behind a contract."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bailiwick.sieve.flow import closure, occurrences, products, receivers
from bailiwick.sieve.values import CHAIN, root
from bailiwick.source.ledger import Memo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick.sieve.implementers import Implementers
    from bailiwick.sieve.reach import Reach
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.policy import Contract, Policy

_ASKS = re.compile(r"isinstance[ \t]*\(|issubclass[ \t]*\(|type[ \t]*\(|__class__")
_SIGNS = ("isinstance", "issubclass", "type(", "type (", "type\t", "__class__")
# What follows a class that is passed on, and not called.
_UNCALLED = re.compile(r"(?![ \t\\\n]*\()")


class Asked(NamedTuple):
    """A question for a class: where it is put, and the chains of names in its statement."""

    offset: int
    chains: frozenset[str]

    @property
    def words(self) -> set[str]:
        """All names in these chains."""
        return {word for chain in self.chains for word in chain.split(".")}


class ClassQuestions:
    """Finds them in one module after another.

    One matters if it is about a handle or what came from one, or if a class of which it asks may
    implement the contract, whatever name it goes by.
    """

    def __init__(self, reach: Reach, policy: Policy, implementers: Implementers) -> None:
        self.reach, self.policy, self.implementers = reach, policy, implementers
        self._implementing: Memo[bool] = Memo(reach.texts.ledger, False)
        self._known: tuple[ModuleText, list[Asked]] | None = None

    def asked(
        self, text: ModuleText, contract: Contract, handles: frozenset[str]
    ) -> Iterator[tuple[int, set[str]]]:
        """Where a question may matter, and the names that stand there; `handles` by name."""
        own = self.reach.owner(text.file.module)
        sources = [name for name in text.bound if self._may_be(text, name, contract, own)]
        if not sources and not handles:
            return
        questions = self._questions(text)
        if not questions:
            return
        matter = handles | self._aliases(text, sources, contract, own)
        if handles and self._knows_implementers(text, contract, own):
            matter |= products(text, handles)
        for question in questions:
            words = question.words
            if not words.isdisjoint(matter) or any(
                self._may_be(text, chain, contract, own)
                for chain in question.chains
                if root(chain) in sources
            ):
                yield question.offset, words

    def _questions(self, text: ModuleText) -> list[Asked]:
        if self._known is None or self._known[0] is not text:
            self._known = text, list(_questions(text))
        return self._known[1]

    def _aliases(
        self, text: ModuleText, sources: Iterable[str], contract: Contract, own: str
    ) -> frozenset[str]:
        """The names that a module may give to classes that implement a contract."""
        found: set[str] = set()
        for name in sources:
            for start in occurrences(text.text, name):
                chain = CHAIN.match(text.text, start)
                if (
                    chain is not None
                    and _UNCALLED.match(text.text, chain.end())
                    and self._may_be(text, chain[0], contract, own)
                ):
                    found |= receivers(text, start)
        return closure(text, found, _UNCALLED) if found else frozenset()

    def _may_be(self, text: ModuleText, chain: str, contract: Contract, own: str) -> bool:
        """Whether a chain of names may stand for an implementing class, or lead to one."""
        return any(
            self._implements_at(path, contract, own) for path in self.reach.paths(text, chain)
        )

    def _implements_at(self, path: str, contract: Contract, own: str) -> bool:
        key = path, contract.name, own
        return self._implementing(key, lambda: self._find_implementing(path, contract, own))

    def _find_implementing(self, path: str, contract: Contract, own: str) -> bool:
        module, rest = self.reach.tree.split(path)
        interface = self.implementers.leads(contract.interface) if module else frozenset()
        if not interface:
            return False
        if rest:
            return any((where, name) in interface for where, name, _ in self.reach.lineage(path))
        if any(
            owner != own and self._implements(owner, contract)
            for owner in self.reach.below.get(module, ())
        ):
            return True
        return any(
            self._implements(self.reach.owner(where), contract)
            and not self.reach.base_modules(where).isdisjoint({home for home, _ in interface})
            for where in self.reach.origins(module)
        )

    def _knows_implementers(self, text: ModuleText, contract: Contract, own: str) -> bool:
        """Whether an import leads to those who implement a contract."""
        return any(
            owner != own and self._implements(owner, contract)
            for entries in text.bound.values()
            for imported, _ in entries
            if (path := imported.path(text.package))
            for owner in self.reach.leads(path)
        )

    def _implements(self, owner: str, contract: Contract) -> bool:
        names = self.policy.names_of(owner) if owner else ()
        return any(name in contract.implemented_by for name in names)


def _questions(text: ModuleText) -> Iterator[Asked]:
    if not any(sign in text.text for sign in _SIGNS):
        return
    for found in _ASKS.finditer(text.text):
        line = text.lines.line_at(found.start())
        yield Asked(found.start(), frozenset(CHAIN.findall(text.text, line.start, line.end)))
