"""Which of the notes that a verdict rests on still hold, after some files have changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bailiwick.sieve.questions import module_asked
from bailiwick.source.ledger import SIGN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bailiwick.engine.judge import Judge
    from bailiwick.engine.known import Known
    from bailiwick.engine.verdict import Verdict
    from bailiwick.source.ledger import Answered
    from bailiwick.source.tree import File


@dataclass(slots=True)
class Changes:
    """What has changed since some verdicts.

    modules: by path, of the files that hold another text
    touched: the notes on modules that hold no more
    gained:  by the note that it concerns, the private names that a module may have come to define
    otherwise: the paths of files that may mean something else by the same text
    """

    modules: dict[str, str] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    gained: dict[str, frozenset[str]] = field(default_factory=dict)
    otherwise: set[str] = field(default_factory=set)

    def add_otherwise(self, file: File) -> None:
        """Count a file among what may mean something else."""
        self.modules[file.path] = file.module
        self.touched.update((file.module, f"~{file.module}"))
        self.otherwise.add(file.path)

    def add(self, file: File, gained: frozenset[str], *, shows: bool) -> None:
        """Count a file among what has changed; `shows`: its face is another, too."""
        self.modules[file.path] = file.module
        self.touched.add(file.module)
        if shows:
            self.touched.add(f"~{file.module}")
        if gained:
            self.gained[f"^{file.module}"] = gained


class Standing:
    """What has been noted, held to the texts as they are now.

    An answer that was read from several modules is asked for again only if one of them has
    changed; it stands if it is the same. `renewed` has those, with what they were read from now.
    """

    def __init__(self, judge: Judge, known: Known, changes: Changes) -> None:
        self.judge, self.known, self.changes = judge, known, changes
        self.touched = frozenset(changes.touched)
        self.renewed: dict[str, Answered] = {}
        # The words of the answers that rest on what is touched; all others stand.
        self._doubtful = known.doubtful(self.touched)
        self._doubtful.update(word for word in self.touched if word.startswith(SIGN))
        # What is touched itself, but for answers: those are asked for again.
        self._notes = self.touched - self._doubtful
        self._unsure = known.sought(self._notes | self._doubtful)
        self._standing: dict[str, bool] = {}
        # Whether all has been asked again that may not stand.
        self._is_settled = False

    def stale(self) -> dict[str, Verdict | None]:
        """The files whose verdicts hold no more, with those that still serve for the same cut."""
        found: dict[str, Verdict | None] = {}
        changed, gained = self.changes.modules, self.changes.gained
        paths, _ = self.known.resting_on({*self.touched, *self._settle(), *gained})
        for path in {*changed, *paths}:
            verdict = self.known.get(path)
            if verdict is None:
                continue
            if path in changed or self._fails(verdict, verdict.reads, ""):
                own = changed.get(path, "")
                serves = (
                    verdict.cut
                    and path not in self.changes.otherwise
                    and not self._fails(verdict, verdict.court, own)
                )
                found[path] = verdict if serves else None
        return found

    def _settle(self) -> set[str]:
        """Ask for the answers again that rest on what is touched; gives the words of the fallen.

        An answer that rests on others is asked for again only if one of these has fallen.
        """
        fallen: set[str] = set()
        waiting = self.known.resting_on(self._notes)[1] | self.touched & self._doubtful
        while waiting:
            new = {word for word in waiting if not self._stands(word)} - fallen
            fallen |= new
            waiting = self.known.resting_on(new)[1]
        self._is_settled = True
        return fallen

    def _fails(self, verdict: Verdict, reads: frozenset[str], own: str) -> bool:
        """Whether some of what a verdict was read from would be read otherwise now.

        `own` is the module of its file, if that has changed.
        """
        gained = self.changes.gained
        gains = (gained[read] for read in gained.keys() & reads)
        if any(not verdict.names.isdisjoint(names) for names in gains):
            return True
        return self.fails_beside(reads, own) if own else self.fails(reads)

    def fails_remark(self, reads: Collection[str]) -> bool:
        """The same for what was read for a remark, which any new name may concern."""
        return not self.changes.gained.keys().isdisjoint(reads) or self.fails(reads)

    def surely_holds(self, reads: Collection[str]) -> bool:
        """Whether nothing that was read is touched, or in doubt."""
        unsure = self.touched, self.changes.gained.keys(), self._doubtful
        return all(each.isdisjoint(reads) for each in unsure)

    def fallen(self) -> set[str]:
        """The words of the answers in doubt of which nobody has learnt that they stand."""
        return {word for word in self._doubtful if not self._is_known_to_stand(word)}

    def _is_known_to_stand(self, word: str) -> bool:
        return self._standing.get(word, self._is_settled)

    def own_privates(self, file: File) -> frozenset[str] | None:
        """The private names that a file may define, if they are known and it has not changed."""
        return None if file.path in self.changes.modules else self.known.own(file.path)

    def said(self, word: str) -> str:
        """What was answered, as it was kept, if that is known to stand."""
        if word in self._doubtful and not self._is_known_to_stand(word):
            return ""
        return self.known.said(word)

    def fails(self, reads: Iterable[str]) -> bool:
        """Whether something that was read would be read otherwise now."""
        read = frozenset(reads)
        return not self._notes.isdisjoint(read) or not all(
            map(self._stands, self._doubtful.intersection(read))
        )

    def fails_beside(self, reads: Iterable[str], module: str) -> bool:
        """The same for what was read for a module, whose own text is to be read again anyway."""
        return any(
            self.fails_beside(answered.reads, module)
            if (answered := self._about(read, module)) is not None
            else _module(read) != module and self.fails((read,))
            for read in reads
        )

    def _about(self, word: str, module: str) -> Answered | None:
        """The answer that a word stands for, if that is one to a question on a module."""
        answered = self.known.answer(word) if word in self._doubtful else None
        if answered is None:
            return None
        about = any(f"{path}.".startswith(f"{module}.") for path in answered.key[:1])
        return answered if about else None

    def _stands(self, word: str) -> bool:
        if word not in self._doubtful:
            return True
        known = self._standing.get(word, True if self._is_settled else None)
        if known is None:
            holds = word not in self.touched and self._reads_stand(word)
            known = self._standing[word] = holds or self._is_the_same(word)
        return known

    def _reads_stand(self, word: str) -> bool:
        """Whether all that was read for an answer is as it was.

        Of the answers among it every one is tried, also if that is idle for this one: where this
        one is asked for again, those that stand are then taken as they were kept.
        """
        reads = self.known.read_for(word, self._unsure)
        if reads is None:
            return False
        standing = [self._stands(each) for each in self._doubtful.intersection(reads)]
        return all(standing) and self._notes.isdisjoint(reads)

    def _is_the_same(self, word: str) -> bool:
        before = self.known.answer(word)
        if before is None:
            return False
        now = self.judge.ledger.ask_again(before.name, before.key)
        if now is None or now.digest != before.digest:
            return False
        self.renewed.update(self.judge.answers((word,)))
        return True


def _module(read: str) -> str:
    return module_asked(read) or read.lstrip("~^")
