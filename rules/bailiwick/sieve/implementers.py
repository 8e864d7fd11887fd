"""Where a class may implement a contract's member otherwise than the contract declares it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bailiwick.sieve.outline import defined
from bailiwick.sieve.questions import ask
from bailiwick.source.ledger import Memo
from bailiwick.vocabulary.policy import is_private

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from bailiwick.sieve.reach import Reach
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.source.lines import Line
    from bailiwick.vocabulary.policy import Policy

    Class = tuple[str, str]


class Implementers:
    """Looks for classes that are derived from a contract's interface."""

    def __init__(self, reach: Reach, policy: Policy) -> None:
        self.reach, self.policy = reach, policy
        ledger = reach.texts.ledger
        self._leads: Memo[frozenset[Class]] = Memo(ledger, frozenset())
        self._declared: Memo[Mapping[str, str]] = Memo(ledger, {})
        protected = [entry for each in policy.contracts.values() for entry in each.protected]
        self._protected = {entry.rpartition(".")[2] for entry in protected}
        self._interfaces = sorted({each.interface for each in policy.contracts.values()})

    def offsets(self, text: ModuleText) -> Iterator[int]:
        """Headers that differ from the contract's, and classes that take some from elsewhere."""
        if not self._interfaces or self.policy.is_test(text.file.module):
            return
        for name, starts in text.class_starts.items():
            for start in starts:
                yield from self._in_class(text, name, start)

    def classes(self, text: ModuleText, interface: str) -> Iterator[str]:
        """The dotted names of the classes of a module that may be derived from an interface."""
        for name, starts in text.class_starts.items():
            if any(self._is_met(interface, self._lineage(text, start)) for start in starts):
                yield from text.class_paths(name)

    def _lineage(self, text: ModuleText, start: int) -> dict[Class, None]:
        """The bases, near and far, of the class whose name ends at an offset, in order."""
        return dict.fromkeys(
            each for base in self.reach.bases(text, start) for each in self.reach.classes(base)
        )

    def _in_class(self, text: ModuleText, name: str, start: int) -> Iterator[int]:
        lineage = self._lineage(text, start)
        for interface in self._interfaces:
            met = lineage and self._is_met(interface, lineage)
            declared = self._members(interface) if met else {}
            if declared:
                yield from self._differing(text, name, start, declared)
                yield from self._from_elsewhere(text, start, interface, lineage, declared)

    def _is_met(self, interface: str, lineage: Collection[Class]) -> bool:
        return not self.leads(interface).isdisjoint(lineage)

    def leads(self, interface: str) -> frozenset[Class]:
        """The class that an interface is, or more where it is defined elsewhere."""
        return self._leads(interface, lambda: self._read_leads(interface))

    def _read_leads(self, interface: str) -> frozenset[Class]:
        module, _, name = interface.partition(":")
        text = self.reach.texts.ask(module)
        if text is None:
            return frozenset()
        question = "top", name.partition(".")[0]
        ask(self.reach.texts, module, question)
        last = name.rpartition(".")[2]
        if last in text.class_starts and name not in text.bound:
            return frozenset({(module, last)})
        return frozenset(self.reach.classes(_dotted(interface)))

    def _members(self, interface: str) -> Mapping[str, str]:
        """The members of an interface that are the contract's, each with the text of its header.

        That is "" where it is decorated, defined more than once, or no method.
        """
        return self._declared(interface, lambda: self._read_members(interface))

    def _read_members(self, interface: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for module, cls in self.reach.classes(_dotted(interface)):
            text = self.reach.texts.ask(module)
            for path in text.class_paths(cls) if text is not None else ():
                ask(self.reach.texts, module, ("outline", path))
            for start in text.class_starts.get(cls, ()) if text is not None else ():
                header = _header(text, cls, start) if text is not None else None
                for name, _, code, _ in defined(text, header) if text and header else ():
                    if not is_private(name) or name in self._protected:
                        found[name] = "" if found.get(name, code) != code else code
        return {name: code for name, code in found.items() if name[:2] != "__"}

    def _differing(
        self, text: ModuleText, name: str, start: int, declared: Mapping[str, str]
    ) -> Iterator[int]:
        header = _header(text, name, start)
        if header is None:
            return
        members = defined(text, header, frozenset(declared))
        times = Counter(member.name for member in members)
        for member, begin, code, _ in members:
            if not code or code != declared[member] or times[member] > 1:
                yield begin

    def _from_elsewhere(
        self,
        text: ModuleText,
        start: int,
        interface: str,
        lineage: Collection[Class],
        declared: Mapping[str, str],
    ) -> Iterator[int]:
        """The class itself if it has bases beside the interface, and what those may define."""
        leads = self.leads(interface)
        above = set(self.reach.classes(_dotted(interface)))
        for module, cls in lineage:
            path = f"{module}.{cls}"
            if (module, cls) in above or (module, cls) in leads:
                continue
            if leads.isdisjoint(self.reach.classes(path)):
                yield start - 1
                if module == text.file.module:
                    place = text.class_starts[cls][-1]
                    yield from self._differing(text, cls, place, declared)


def _dotted(interface: str) -> str:
    return interface.replace(":", ".")


def _header(text: ModuleText, name: str, start: int) -> Line | None:
    """The header of the class whose name ends at an offset."""
    return text.lines.header_at(text.text.rfind("class", 0, start - len(name)))
