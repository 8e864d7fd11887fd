"""Answers remembered together with the modules that they were read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Answer = TypeVar("Answer")


class Ledger:
    """Notes which modules are read while an answer is worked out.

    An answer that is known already counts as reading what it was once read from, so that
    whoever asks learns all modules whose change could change what he was told.
    """

    def __init__(self) -> None:
        self._open = [_Page()]

    def note(self, module: str) -> None:
        """Say that a module was read."""
        self._open[-1].modules.add(module)

    def note_all(self, modules: frozenset[str]) -> None:
        """Say that these modules were read."""
        page = self._open[-1]
        if id(modules) not in page.seen:
            page.seen[id(modules)] = modules
            page.modules |= modules

    def reading(self, work: Callable[[], Answer]) -> tuple[Answer, frozenset[str]]:
        """What the work gives, and the modules that were read for it."""
        page = _Page()
        self._open.append(page)
        try:
            answer = work()
        finally:
            self._open.pop()
            self._open[-1].modules |= page.modules
        return answer, frozenset(page.modules)


class _Page:
    """The modules read for one answer; `seen` saves adding the same ones again and again."""

    __slots__ = ("modules", "seen")

    def __init__(self) -> None:
        self.modules: set[str] = set()
        self.seen: dict[int, frozenset[str]] = {}


class Memo(Generic[Answer]):
    """Answers by key; a question that comes up while it is being answered gets `meanwhile`."""

    def __init__(self, ledger: Ledger, meanwhile: Answer) -> None:
        self._ledger, self._meanwhile = ledger, meanwhile
        self._known: dict[Hashable, tuple[Answer, frozenset[str]]] = {}

    def __call__(self, key: Hashable, work: Callable[[], Answer]) -> Answer:
        """The answer under a key, worked out if it is not known."""
        found = self._known.get(key)
        if found is None:
            self._known[key] = self._meanwhile, frozenset()
            found = self._known[key] = self._ledger.reading(work)
        else:
            self._ledger.note_all(found[1])
        return found[0]
