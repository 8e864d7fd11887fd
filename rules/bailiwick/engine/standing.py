"""Which of the notes that a verdict rests on still hold, after some files have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.sieve.questions import module_asked
from bailiwick.source.ledger import SIGN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from bailiwick.engine.judge import Judge
    from bailiwick.source.ledger import Answered


class Standing:
    """What has been noted, held to the texts as they are now.

    An answer that was read from several modules is asked for again only if one of them has
    changed; it stands if it is the same. `renewed` has those, with what they were read from now.
    """

    def __init__(
        self, judge: Judge, answers: Mapping[str, Answered], touched: Collection[str]
    ) -> None:
        """`touched`: the notes on modules that hold no more; `answers`: what words stand for."""
        self.judge, self.answers, self.touched = judge, answers, frozenset(touched)
        self.renewed: dict[str, Answered] = {}
        self._known: dict[str, bool] = {}

    def fails(self, reads: Iterable[str]) -> bool:
        """Whether something that was read would be read otherwise now."""
        return any(
            not self._stands(read) if read.startswith(SIGN) else read in self.touched
            for read in reads
        )

    def fails_beside(self, reads: Iterable[str], module: str) -> bool:
        """The same for what was read for a module, whose own text is to be read again anyway."""
        return any(
            self.fails_beside(self.answers[read].reads, module)
            if read.startswith(SIGN) and self._is_about(read, module)
            else _module(read) != module and self.fails((read,))
            for read in reads
        )

    def _is_about(self, word: str, module: str) -> bool:
        answered = self.answers.get(word)
        first = answered.key[:1] if answered is not None else ()
        return any(f"{path}.".startswith(f"{module}.") for path in first)

    def _stands(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            answered = self.answers.get(word)
            known = answered is not None and (
                not self.fails(answered.reads) or self._is_the_same(word, answered)
            )
            self._known[word] = known
        return known

    def _is_the_same(self, word: str, before: Answered) -> bool:
        now = self.judge.ledger.ask_again(before.name, before.key)
        if now is None or now.digest != before.digest:
            return False
        self.renewed.update(self.judge.answers((word,)))
        return True


def _module(read: str) -> str:
    return module_asked(read) or read.lstrip("~^")
