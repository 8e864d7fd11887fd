"""Where a module may ask which class stands behind a contract."""

from __future__ import annotations

import builtins
import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from bailiwick.sieve.flow import closure, occurrences, products, receivers
from bailiwick.sieve.values import CHAIN, NO_NAMES, root
from bailiwick.source.ledger import Told
from bailiwick.source.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from bailiwick.sieve.implementers import Implementers
    from bailiwick.sieve.reach import Reach
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.policy import Contract, Policy

# What a class is compared by, or asked for.
_MORE = re.compile(r"[=!]=|\b(?:is|in|__name__|__qualname__|__module__)\b")
# With what a question begins, what comes with it, and what else its statement has.
_SIGNS = (
    ("isinstance", re.compile(r"isinstance\b"), None),
    ("issubclass", re.compile(r"issubclass\b"), None),
    ("type", re.compile(r"type[ \t\\\n]*\("), _MORE),
    ("__class__", re.compile("__class__"), _MORE),
)
_CALLED = re.compile(r"\w+[ \t\\\n]*\(")
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
        self._implementing = Told(
            ledger, "implementing", self._find_implementing, frozenset[str](), frozenset[str]
        )

    def asked(
        self,
        text: ModuleText,
        handles: Mapping[str, frozenset[str]],
        may_come_to: Callable[[ModuleText, Contract], bool],
    ) -> Iterator[tuple[int, set[str]]]:
        """Where a question may matter, and the names that stand there.

        `handles`: by contract, the names that its handles go by
        `may_come_to`: whether any of a contract may be met in a module
        """
        signs = list(_signs(text.text)) if handles else ()
        sources = self._sources(text) if signs else {}
        matter = {
            contract: names
            for contract, names in (handles.items() if signs else ())
            if names or (contract in sources and may_come_to(text, self.policy.contracts[contract]))
        }
        questions = list(_questions(text, signs)) if matter else ()
        for contract, names in matter.items() if questions else ():
            yield from self._of_contract(
                text, questions, contract, names, sources.get(contract, ())
            )

    def _sources(self, text: ModuleText) -> dict[str, list[str]]:
        """By contract, the names of imports that may be, or lead to, classes that implement it."""
        found: dict[str, list[str]] = {}
        for name, paths in text.paths.items():
            for path in paths:
                for contract in self._implementing(path) if self.reach.split(path)[0] else ():
                    found.setdefault(contract, []).append(name)
        return found

    def _of_contract(
        self,
        text: ModuleText,
        questions: Sequence[Asked],
        contract: str,
        handles: frozenset[str],
        sources: Collection[str],
    ) -> Iterator[tuple[int, set[str]]]:
        matter = handles
        if sources and any(_is_of_its_own(text, question) for question in questions):
            matter |= self._aliases(text, sources, contract)
        if handles and self._knows_implementers(text, self.policy.contracts[contract]):
            matter |= products(text, handles)
        for question in questions:
            words = question.words
            if not words.isdisjoint(matter) or any(
                self._may_be(text, chain, contract)
                for chain in question.classes
                if root(chain) in sources
            ):
                yield question.offset, words

    def _aliases(self, text: ModuleText, sources: Iterable[str], contract: str) -> frozenset[str]:
        """The names that a module may give to classes that implement a contract."""
        found: set[str] = set()
        may_be: dict[str, bool] = {}
        for name in dict.fromkeys(sources):
            for start in occurrences(text.text, name):
                chain = CHAIN.match(text.text, start)
                if chain is None or not _UNCALLED.match(text.text, chain.end()):
                    continue
                given = receivers(text, start) - found if may_be.get(chain[0], True) else ()
                if given and chain[0] not in may_be:
                    may_be[chain[0]] = self._may_be(text, chain[0], contract)
                if given and may_be[chain[0]]:
                    found.update(given)
        return closure(text, found, _UNCALLED) if found else frozenset()

    def _may_be(self, text: ModuleText, chain: str, contract: str) -> bool:
        """Whether a chain that begins with an import may stand for, or lead to, such a class."""
        first, _, rest = chain.partition(".")
        return any(
            contract in self._implementing(f"{path}.{rest}" if rest else path)
            for path in text.paths.get(first, ())
        )

    def _find_implementing(self, path: str) -> frozenset[str]:
        """The contracts that a class may implement which a path leads to."""
        module, rest = self.reach.split(path)
        contracts = self.policy.contracts.values() if module else ()
        return frozenset(each.name for each in contracts if self._leads_to(module, rest, each))

    def _leads_to(self, module: str, rest: str, contract: Contract) -> bool:
        # The interface is read last, for most paths lead to nothing that could implement it.
        interface = partial(self.implementers.leads, contract.interface)
        if rest:
            lineage = self.reach.lineage(f"{module}.{rest}")
            return any((where, name) in interface() for where, name, _ in lineage)
        if any(self._implements(owner, contract) for owner in self.reach.below.get(module, ())):
            return bool(interface())
        implementers = [
            where
            for where in self.reach.origins(module)
            if self._implements(self.reach.owner(where), contract)
        ]
        homes = {home for home, _ in interface()} if implementers else set()
        return any(not homes.isdisjoint(self.reach.base_modules(each)) for each in implementers)

    def _knows_implementers(self, text: ModuleText, contract: Contract) -> bool:
        """Whether an import leads to those who implement a contract."""
        return any(
            self._implements(owner, contract)
            for paths in text.paths.values()
            for path in paths
            for owner in self.reach.leads(path)
        )

    def _implements(self, owner: str, contract: Contract) -> bool:
        names = self.policy.names_of(owner) if owner else ()
        return any(name in contract.implemented_by for name in names)


def _signs(source: str) -> Iterator[tuple[int, re.Pattern[str] | None]]:
    """Where a question may begin, and what else its statement must have."""
    for sign, whole, more in _SIGNS:
        for found in whole.finditer(source) if sign in source else ():
            start = found.start()
            before = source[start - 1 : start]
            if sign == "__class__" or not (before.isalnum() or before in ("_", ".")):
                yield start, more


def _questions(
    text: ModuleText, signs: Iterable[tuple[int, re.Pattern[str] | None]]
) -> Iterator[Asked]:
    source = text.text
    for position, more in signs:
        if not text.lines.is_code(position):
            continue
        line = text.lines.line_around(position)
        if more is None or more.search(source, line.start, line.end):
            chains = frozenset(CHAIN.findall(source, line.start, line.end))
            comma = source.find(",", position, line.end) if more is None else -1
            end = _end_of_call(source, position, line.end)
            asked = frozenset(CHAIN.findall(source, comma, end)) if 0 < comma < end else chains
            yield Asked(position, chains, asked)


def _end_of_call(source: str, start: int, end: int) -> int:
    """Where a call's bracket closes, whose name starts at an offset; else, or at most, `end`."""
    depth = 0
    for token in tokens(source[start:end]) if _CALLED.match(source, start) else ():
        depth += (token.kind == "open") - (token.kind == "close")
        if token.kind == "close" and depth == 0:
            return start + token.start
    return end


def _is_of_its_own(text: ModuleText, question: Asked) -> bool:
    """Whether a question may be for a class under a name that no import and no builtin has."""
    return any(
        not _is_known(text, root(chain), alone="." not in chain)
        for chain in question.classes
        if root(chain) not in NO_NAMES or "." in chain
    )


def _is_known(text: ModuleText, name: str, *, alone: bool) -> bool:
    """Whether a name that begins a chain stands for an import, or `alone` for a builtin."""
    if name in text.bound:
        return f"{name} =" not in text.text
    return alone and hasattr(builtins, name)
