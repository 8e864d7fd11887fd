"""Where a module may use a contract through a handle, or ask what stands behind one."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bailiwick.sieve.classes import ClassQuestions
from bailiwick.sieve.flow import MEMBER, given, occurrences, spelled
from bailiwick.sieve.questions import ask
from bailiwick.source.ledger import MODULES, Memo, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from bailiwick.sieve.implementers import Implementers
    from bailiwick.sieve.reach import Reach
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.policy import Contract, Policy

_OF_CALL = re.compile(r"\)[ \t\\\n]*\.[ \t\\\n]*\w")
_ASKERS = ("getattr", "hasattr", "setattr", "delattr")
_COMPARES = re.compile(r"[=!]=|\bin\b|\bmatch\b|\.(?:startswith|endswith|find|index|count)\b")
_QUOTES = ('"', "'")
# Names with the contracts that they give handles of.
Makers = frozenset[tuple[str, str]]
_NOBODY: Makers = frozenset()


class Concern(Protocol):
    """What the sieve asks of policy and rules about handles."""

    def handle_breaks(self, text: ModuleText, contract: str) -> bool:
        """Whether a use of the contract's handles in this module could break a rule."""


class Handled(NamedTuple):
    """Offsets of statements to look at, and the names whose values decide what they are."""

    offsets: set[int]
    names: set[str]


def _pairs(kept: list[list[str]]) -> Makers:
    """Makers as they were kept."""
    return frozenset((name, contract) for name, contract in kept)


class HandleUses:
    """Looks for the handles of each contract in one module after another.

    A handle is recognised by the name that it goes by. Names that give one when they are called or
    annotated with are makers: the interface, and functions that return a handle.
    """

    def __init__(
        self,
        reach: Reach,
        policy: Policy,
        concern: Concern,
        implementers: Implementers,
        *,
        whole: bool = False,
    ) -> None:
        """With `whole` most modules are looked at.

        Then it is worth while to know first by which names anything in the tree may hold a handle.
        """
        self.reach, self.policy, self.concern, self.whole = reach, policy, concern, whole
        self.classes = ClassQuestions(reach, policy, implementers)
        self.places = Places(policy)
        ledger = reach.texts.ledger
        nothing: frozenset[str] = frozenset()
        self._members: Memo[frozenset[str]] = Memo(ledger, nothing)
        self._arrivals: Memo[Makers] = Memo(ledger, _NOBODY)
        self._makers = Told(ledger, "makers", self._read_makers, _NOBODY, _pairs)
        self._aliases = Told(ledger, "aliases", self._read_aliases, _NOBODY, _pairs)
        self._held = Told(ledger, "holders", self._read_holders, _NOBODY, _pairs)
        self._spelt = Told(ledger, "spelt", self._read_spelt, nothing, frozenset[str])
        self._met = Told(ledger, "met", self._read_met, nothing, frozenset[str])
        self._words = Told(ledger, "words", self._read_words, _NOBODY, _pairs)
        self._holding = Told(ledger, "holding", self._read_holding, _NOBODY, _pairs)
        # By contract and module, the names that are held there: `_holding` sorted.
        self._held_in: Memo[Mapping[str, set[str]]] = Memo(ledger, {})
        self._vocabulary = Told(
            ledger, "vocabulary", self._read_vocabulary, nothing, frozenset[str]
        )
        # By subsystem, the contracts whose handles it may misuse.
        self._concerns: dict[str, list[Contract]] = {}

    def find(self, text: ModuleText) -> Handled:
        """The statements of a module that may misuse a handle."""
        found = Handled(set(), set())
        contracts = self._concerning(text)
        handles = {each.name: self._handles(text, each) for each in contracts}
        for offset, words in self.classes.asked(text, handles, self._may_come_to):
            found.offsets.add(offset)
            found.names.update(words)
        for contract in contracts:
            self._find_uses(text, contract, handles[contract.name], found)
            self._find_selections(text, contract, found)
        return found

    def ask_ahead(self, modules: Iterable[str]) -> None:
        """Find out of modules what will be asked of all of them if there are contracts."""
        for module in modules if self.policy.contracts else ():
            self._held(module)

    def _concerning(self, text: ModuleText) -> list[Contract]:
        """The contracts whose handles a module may misuse; for a subsystem it is the same."""
        own = self.reach.owner(text.file.module)
        if own not in self._concerns:
            self._concerns[own] = [
                contract
                for name, contract in self.policy.contracts.items()
                if self.concern.handle_breaks(text, name)
            ]
        return self._concerns[own]

    def uses(self, text: ModuleText, contract: Contract, only: frozenset[str] | None) -> Handled:
        """The statements of a module that may use members of a contract through a handle.

        With `only` these members, whether they are declared or not; else any.
        """
        found = Handled(set(), set())
        concerns = only.__contains__ if only is not None else lambda _: True
        self._find_uses(text, contract, self._handles(text, contract), found, concerns)
        return found

    def _handles(self, text: ModuleText, contract: Contract) -> frozenset[str]:
        """The names that handles of a contract go by in a module."""
        own = text.file.module
        if self.whole and not self.makers(own, contract.name):
            held = _innermost(self._vocabulary(contract.name))
            if not any(word in text.text for word in held):
                return frozenset()
        words = _of(contract.name, self._words(own)) if self._may_come_to(text, contract) else ()
        return given(text, words) if words else frozenset()

    def _may_come_to(self, text: ModuleText, contract: Contract) -> bool:
        """Whether handles of a contract may come to a module."""
        return contract.name in self._met(text.file.module)

    def _read_met(self, module: str) -> frozenset[str]:
        """The contracts of which a handle may come to a module."""
        text = self.reach.texts.ask(module)
        sources = self.reach.sources(text) if text else frozenset()
        around = {module}.union(sources, self.reach.base_modules(module))
        return frozenset(
            name for name, places in self.places.modules.items() if not places.isdisjoint(around)
        )

    # -- uses --------------------------------------------------------------------------------

    def _find_uses(
        self,
        text: ModuleText,
        contract: Contract,
        handles: frozenset[str],
        found: Handled,
        concerns: Callable[[str], bool] | None = None,
    ) -> None:
        """`concerns`: which members to look for; None: those that the interface has not."""
        if not handles:
            return
        if concerns is None:
            declared = self.members(contract)
            concerns = lambda member: member not in declared  # noqa: E731
        makers = self.makers(text.file.module, contract.name)
        offsets = set(self._members_used(text, handles - makers, concerns))
        offsets.update(self._made_and_used(text, makers))
        offsets.update(self._asked_by_name(text, handles))
        if offsets:
            found.offsets.update(offsets)
            found.names.update(handles)

    def _members_used(
        self, text: ModuleText, handles: Iterable[str], concerns: Callable[[str], bool]
    ) -> Iterator[int]:
        for handle in handles:
            found = [
                start
                for start in occurrences(text.text, handle)
                if (member := MEMBER.match(text.text, start + len(handle))) and concerns(member[1])
            ]
            yield from self._but_for_modules(text, handle, found) if found else ()

    def _but_for_modules(self, text: ModuleText, name: str, found: list[int]) -> list[int]:
        """Those among the uses of a name where it may be more than the module that it imports.

        There it is an attribute, or its function may bind it: it stands somewhere without a member.
        """
        paths = text.paths.get(name, ())
        if not paths or any(rest for _, rest in map(self.reach.split, paths)):
            return found
        source, imports = text.text, [(each.start, each.text) for _, each in text.bound[name]]
        bound: list[tuple[int, int]] = []
        for start in occurrences(source, name):
            is_use = source.startswith(".", start - 1) or MEMBER.match(source, start + len(name))
            if not is_use and not any(at <= start < at + len(code) for at, code in imports):
                bound.append(_function_around(text, start))
        return [
            start
            for start in found
            if source.startswith(".", start - 1) or any(at <= start < end for at, end in bound)
        ]

    def _made_and_used(self, text: ModuleText, makers: Iterable[str]) -> Iterator[int]:
        """`load_driver(api).member`, in whatever way it is written."""
        for maker in makers:
            for start in occurrences(text.text, maker):
                if _OF_CALL.search(text.text, start, text.lines.line_around(start).end):
                    yield start

    def _asked_by_name(self, text: ModuleText, handles: frozenset[str]) -> Iterator[int]:
        """`getattr(handle, "member")` and the like."""
        for asker in _ASKERS:
            for position in occurrences(text.text, asker):
                comma = text.text.find(",", position)
                if any(True for h in handles for _ in occurrences(text.text, h, position, comma)):
                    yield position

    # -- the option that selects the implementer ----------------------------------------------

    def _find_selections(self, text: ModuleText, contract: Contract, found: Handled) -> None:
        options = self.places.options[contract.name]
        if not options:
            return
        own = text.file.module
        words = {option for option in options if option in text.text}
        for base in self.reach.base_modules(own) - {own}:
            words |= self._spelt(base, contract.name)
        names = spelled(text, words) if words else frozenset()
        for name in names:
            for start in occurrences(text.text, name):
                if text.text.startswith(_QUOTES, start + len(name)):
                    continue
                line = text.lines.line_around(start)
                if _COMPARES.search(text.text, line.start, line.end):
                    found.offsets.add(start)
                    found.names.update(names)

    def _read_spelt(self, module: str, contract: str) -> frozenset[str]:
        """The names to which a module may give the option that selects the implementer."""
        return self._asked(module, "spelled", *sorted(self.places.options[contract]))

    # -- names -------------------------------------------------------------------------------

    def _read_vocabulary(self, contract: str) -> frozenset[str]:
        """The names by which anything in the tree may hold a handle."""
        return frozenset(name for _, name in self._holding(contract))

    def _read_holding(self, contract: str) -> frozenset[tuple[str, str]]:
        """The modules of which something may hold a handle, each with a name for that."""
        self.reach.texts.ledger.note(MODULES)
        every = self.reach.tree.modules
        return frozenset((each, name) for each in every for name in _of(contract, self._held(each)))

    def _read_words(self, module: str) -> Makers:
        """The names by which a module may get or hold a handle without giving it another."""
        text = self.reach.texts.ask(module)
        sources = self.reach.sources(text) if text else frozenset()
        near = {module}.union(sources, self.reach.base_modules(module))
        if not self.whole:
            return self._makers(module).union(*map(self._held, near))
        held: set[tuple[str, str]] = set()
        for contract in self.policy.contracts:
            names_in = self._held_in(contract, partial(self._sorted_by_module, contract))
            for source in near & names_in.keys():
                held.update((name, contract) for name in names_in[source])
        return self._makers(module).union(held)

    def _sorted_by_module(self, contract: str) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for module, name in self._holding(contract):
            found.setdefault(module, set()).add(name)
        return found

    def _read_holders(self, module: str) -> Makers:
        """The names by which what a module defines may hold a handle."""
        held = self.places.held.get(module, _NOBODY)
        every = self._makers(module)
        if not every:
            return held
        makers = {contract: _of(contract, every) for _, contract in every}
        given = {
            (name, contract)
            for contract, names in makers.items()
            for name in self._asked(module, "given", *sorted(names))
        }
        return frozenset((held | given) - every)

    def _asked(self, module: str, *question: str) -> frozenset[str]:
        """The names that answer a question to another module's text."""
        return frozenset(ask(self.reach.texts, module, question).split())

    def makers(self, module: str, contract: str) -> frozenset[str]:
        """The names that in a module give a handle when they are called or annotated with."""
        return _of(contract, self._makers(module))

    def _read_makers(self, module: str) -> Makers:
        text = self.reach.texts.glance(module)
        found = set(self.places.defined(module)) | self.aliases(module)
        for path in text.paths_named if text else ():
            inner, rest = self.reach.split(path)
            if inner and not rest:
                found |= self.places.defined(inner) | self.aliases(inner)
        return frozenset(found)

    def aliases(self, module: str) -> Makers:
        """The names by which a module re-exports makers."""
        return self._aliases(module)

    def _read_aliases(self, module: str) -> Makers:
        text = self.reach.texts.glance(module)
        found: set[tuple[str, str]] = set()
        for name, paths in text.paths.items() if text else ():
            for path in paths:
                source, rest = self.reach.split(path)
                if name == "*":
                    source = self.reach.split(path.removesuffix(".*"))[0]
                    found |= self.places.defined(source) | self.aliases(source)
                elif source and rest:
                    found.update((name, contract) for _, contract in self._arrives(path))
        return frozenset(found)

    def _arrives(self, path: str) -> Makers:
        """The makers that a path leads to, through re-exports."""
        return self._arrivals(path, lambda: self._follow(path))

    def _follow(self, path: str) -> Makers:
        module, rest = self.reach.split(path)
        if not module or not rest:
            return _NOBODY
        here = frozenset(each for each in self.places.defined(module) if each[0] == rest)
        text = None if here else self.reach.texts.glimpse(module, rest)
        return here.union(*map(self._arrives, self.reach.onward(text, rest) if text else ()))

    def members(self, contract: Contract) -> frozenset[str]:
        """The names that an interface and its bases are sure to declare."""
        return self._members(contract.name, lambda: self._read_members(contract))

    def _read_members(self, contract: Contract) -> frozenset[str]:
        found: set[str] = set()
        for module, name in self.reach.classes(contract.interface.replace(":", ".")):
            found |= self._asked(module, "declared", name)
        return frozenset(found)


def _of(contract: str, every: Makers) -> frozenset[str]:
    """The names among these that are of a contract."""
    return frozenset(name for name, each in every if each == contract)


@lru_cache
def _innermost(words: frozenset[str]) -> tuple[str, ...]:
    """The words in which there is none of the others: a text that has any has one of these."""
    return tuple(sorted(word for word in words if not any(w in word for w in words if w != word)))


def _function_around(text: ModuleText, offset: int) -> tuple[int, int]:
    """The outermost function that an offset lies in, its header included; else the whole text."""
    line = text.lines.line_around(offset)
    own = text.lines.header_at(line.start)
    around = [*text.lines.enclosing(line.start, line.indent), *([own] if own else [])]
    for header in around:
        if not text.text.startswith("class", header.start):
            return header.start, text.lines.end(header)
    return 0, len(text.text)


class Places:
    """Where the policy says that handles come from.

    modules: by contract, the modules that its handles may come from
    held:    by module, the last names of attributes and parameters that are one, with the contract
    options: by contract, the last names of the options that select who implements it
    """

    def __init__(self, policy: Policy) -> None:
        self.modules: dict[str, set[str]] = {}
        self.held: dict[str, Makers] = {}
        self._defined: dict[str, Makers] = {}
        self.options: dict[str, frozenset[str]] = {}
        for name, contract in policy.contracts.items():
            selectors = (option.rpartition(".")[2] for option in contract.selected_by)
            self.options[name] = frozenset(selectors)
            makers = (contract.interface, *contract.returned_by)
            entries = [entry.partition(":") for entry in (*makers, *contract.held_by)]
            self.modules[name] = {module for module, _, _ in entries}
            for module, _, path in entries[: len(makers)]:
                known = self._defined.get(module, _NOBODY)
                self._defined[module] = known | {(path.rpartition(".")[2], name)}
            for module, _, path in entries[len(makers) :]:
                known = self.held.get(module, _NOBODY)
                self.held[module] = known | {(path.rpartition(".")[2], name)}

    def defined(self, module: str) -> Makers:
        """What gives handles and is defined in a module: the last name, and of which contract."""
        return self._defined.get(module, _NOBODY)
