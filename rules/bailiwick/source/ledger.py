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
        self._open: list[set[str]] = [set()]

    def note(self, module: str) -> None:
        """Say that a module was read."""
        self._open[-1].add(module)

    def reading(self, work: Callable[[], Answer]) -> tuple[Answer, frozenset[str]]:
        """What the work gives, and the modules that were read for it."""
        self._open.append(set())
        try:
            answer = work()
        finally:
            read = self._open.pop()
            self._open[-1] |= read
        return answer, frozenset(read)


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
            self._ledger._open[-1].update(found[1])
        return found[0]
