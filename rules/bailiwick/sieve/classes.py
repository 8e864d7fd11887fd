"""Where a module may ask which class stands behind a contract."""

from __future__ import annotations

import builtins
import re
from typing import TYPE_CHECKING, NamedTuple

from bailiwick.sieve.flow import closure, occurrences, products, receivers
from bailiwick.sieve.values import CHAIN, NO_NAMES, root
from bailiwick.source.ledger import Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick.sieve.implementers import Implementers
    from bailiwick.sieve.reach import Reach
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.policy import Contract, Policy

# What a class is compared by, or asked for.
_MORE = re.compile(r"[=!]=|\b(?:is|in|__name__|__qualname__|__module__)\b")
# With what a question begins, and what else its statement has.
_SIGNS = (
    (re.compile(r"isinstance\b"), None),
    (re.compile(r"issubclass\b"), None),
    (re.compile(r"type[ \t\\\n]*\("), _MORE),
    (re.compile(r"__class__"), _MORE),
)
# What follows a class that is passed on, and not called.
_UNCALLED = re.compile(r"(?![ \t\\\n]*\()")


class Asked(NamedTuple):
    """A question for a class: where it is put, and the chains of names in its statement.

    classes: of these chains those that may be the class that is asked for
    """

    offset: int
    chains: frozenset[str]
    classes: frozenset[str]

    @property
    def words(self) -> set[str]:
        """All names in its statement."""
        return {word for chain in self.chains for word in chain.split(".")}


class ClassQuestions:
    """Finds them in one module after another.

    One matters if it is about a handle or what came from one, or if a class of which it asks may
    implement the contract, whatever name it goes by.
    """

    def __init__(self, reach: Reach, policy: Policy, implementers: Implementers) -> None:
        self.reach, self.policy, self.implementers = reach, policy, implementers
        ledger = reach.texts.ledger
        self._implementing = Told(ledger, "implementing", self._find_implementing, frozenset[str]())
        self._known: tuple[ModuleText, list[Asked]] | None = None

    def asked(
        self, text: ModuleText, contract: Contract, handles: frozenset[str]
    ) -> Iterator[tuple[int, set[str]]]:
        """Where a question may matter, and the names that stand there; `handles` by name."""
        questions = self._questions(text)
        if not questions:
            return
        sources = [name for name in text.bound if self._may_be(text, name, contract)]
        if not sources and not handles:
            return
        matter = handles
        if sources and any(_is_of_its_own(text, question) for question in questions):
            matter |= self._aliases(text, sources, contract)
        if handles and self._knows_implementers(text, contract):
            matter |= products(text, handles)
        for question in questions:
            words = question.words
            if not words.isdisjoint(matter) or any(
                self._may_be(text, chain, contract)
                for chain in question.classes
                if root(chain) in sources
            ):
                yield question.offset, words

    def _questions(self, text: ModuleText) -> list[Asked]:
        if self._known is None or self._known[0] is not text:
            self._known = text, list(_questions(text))
        return self._known[1]

    def _aliases(
        self, text: ModuleText, sources: Iterable[str], contract: Contract
    ) -> frozenset[str]:
        """The names that a module may give to classes that implement a contract."""
        found: set[str] = set()
        for name in sources:
            for start in occurrences(text.text, name):
                chain = CHAIN.match(text.text, start)
                if (
                    chain is not None
                    and _UNCALLED.match(text.text, chain.end())
                    and self._may_be(text, chain[0], contract)
                ):
                    found |= receivers(text, start)
        return closure(text, found, _UNCALLED) if found else frozenset()

    def _may_be(self, text: ModuleText, chain: str, contract: Contract) -> bool:
        """Whether a chain that begins with an import may stand for, or lead to, such a class."""
        first, _, rest = chain.partition(".")
        return any(
            contract.name in self._implementing(f"{path}.{rest}" if rest else path)
            for imported, _ in text.bound.get(first, ())
            if (path := imported.path(text.package))
        )

    def _find_implementing(self, path: str) -> frozenset[str]:
        """The contracts that a class may implement which a path leads to."""
        module, rest = self.reach.tree.split(path)
        contracts = self.policy.contracts.values() if module else ()
        return frozenset(each.name for each in contracts if self._leads_to(module, rest, each))

    def _leads_to(self, module: str, rest: str, contract: Contract) -> bool:
        interface = self.implementers.leads(contract.interface)
        if rest:
            lineage = self.reach.lineage(f"{module}.{rest}")
            return any((where, name) in interface for where, name, _ in lineage)
        below = self.reach.below.get(module, ())
        if not interface or any(self._implements(owner, contract) for owner in below):
            return bool(interface)
        homes = {home for home, _ in interface}
        return any(
            self._implements(self.reach.owner(where), contract)
            and not homes.isdisjoint(self.reach.base_modules(where))
            for where in self.reach.origins(module)
        )

    def _knows_implementers(self, text: ModuleText, contract: Contract) -> bool:
        """Whether an import leads to those who implement a contract."""
        return any(
            self._implements(owner, contract)
            for entries in text.bound.values()
            for imported, _ in entries
            if (path := imported.path(text.package))
            for owner in self.reach.leads(path)
        )

    def _implements(self, owner: str, contract: Contract) -> bool:
        names = self.policy.names_of(owner) if owner else ()
        return any(name in contract.implemented_by for name in names)


def _questions(text: ModuleText) -> Iterator[Asked]:
    source = text.text
    for sign, more in _SIGNS:
        for found in sign.finditer(source):
            position = found.start()
            before = source[position - 1 : position]
            if found[0] != "__class__" and (before.isalnum() or before in ("_", ".")):
                continue
            line = text.lines.line_around(position)
            if more is None or more.search(source, line.start, line.end):
                chains = frozenset(CHAIN.findall(source, line.start, line.end))
                comma = source.find(",", position, line.end) if more is None else -1
                asked = frozenset(CHAIN.findall(source, comma, line.end)) if comma > 0 else chains
                yield Asked(position, chains, asked)


def _is_of_its_own(text: ModuleText, question: Asked) -> bool:
    """Whether a question may be for a class under a name that no import and no builtin has."""
    words = {word for chain in question.classes for word in chain.split(".")}
    return any(
        not hasattr(builtins, word) and (word not in text.bound or f"{word} =" in text.text)
        for word in words - NO_NAMES
    )
