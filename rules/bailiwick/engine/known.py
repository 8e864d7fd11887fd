"""What is known of the files of a tree: verdicts, the answers that they rest on, and remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bailiwick.engine.verdict import Verdict
from bailiwick.source.ledger import SIGN

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from bailiwick.engine.archive import Archive
    from bailiwick.engine.verdict import Sighting, Sightings
    from bailiwick.source.ledger import Answered
    from bailiwick.source.tree import File

_NOTHING = Verdict()
# An archive is written anew when what has been found out since is more than this part of it.
_MUCH = 0.25

_NO_QUESTION = frozenset({SIGN, "~", "^"})


class Remark(NamedTuple):
    """Something worked out of a whole tree: plain JSON, and what was read for it."""

    said: Any
    reads: frozenset[str]


class Sought(NamedTuple):
    """Words, and the numbers of those among them that the archive has."""

    words: AbstractSet[str]
    numbers: frozenset[int]


class Known:
    """Verdicts by path and answers by word, as they were archived or as they have become since.

    stamps:    of the files at the time of the verdicts, by path
    unknown:   the paths of the other files that there were
    sightings: what imports that may lie on a circle come to
    remarks:   by name
    """

    def __init__(self, archive: Archive | None = None) -> None:
        self.archive = archive
        self.stamps: dict[str, str] = dict(archive.stamps) if archive is not None else {}
        self.unknown = archive.unknown if archive is not None else frozenset[str]()
        self.sightings: Sightings = {}
        self.remarks: dict[str, Remark] = {}
        # Sightings that are not known to hold, and what may have changed them.
        self._doubted: dict[tuple[str, str], tuple[Sighting, re.Pattern[str]]] = {}
        # What is otherwise than in the archive; None for what holds no more.
        self.verdicts: dict[str, Verdict | None] = {}
        self.answers: dict[str, Answered | None] = {}
        # The words of the answers that are as they are now.
        self._learnt: set[str] = set()
        # What was looked up in the archive.
        self._read: dict[str, Answered] = {}

    @property
    def archive_name(self) -> str:
        """The name of the archive, "" if there is none."""
        return self.archive.name if self.archive is not None else ""

    def copy(self) -> Known:
        """The same, to be changed by itself."""
        other = Known(self.archive)
        other.stamps, other.unknown = dict(self.stamps), self.unknown
        other.sightings, other.remarks = dict(self.sightings), dict(self.remarks)
        other.verdicts, other.answers = dict(self.verdicts), dict(self.answers)
        return other

    def __bool__(self) -> bool:
        return self.archive is not None or bool(self.verdicts)

    def __contains__(self, path: str) -> bool:
        if path in self.verdicts:
            return self.verdicts[path] is not None
        return self.archive is not None and path in self.archive

    def __iter__(self) -> Iterator[str]:
        yield from (path for path, verdict in self.verdicts.items() if verdict is not None)
        if self.archive is not None:
            yield from (path for path in self.archive if path not in self.verdicts)

    def paths(self) -> set[str]:
        """The paths of all files that there were when the verdicts were given."""
        return {*self.unknown, *self}

    def is_of(self, files: Iterable[File]) -> bool:
        """Whether these are the files that there were then."""
        return self.paths() == {file.path for file in files}

    def get(self, path: str) -> Verdict | None:
        """The verdict on a file."""
        if path in self.verdicts:
            return self.verdicts[path]
        known = self.archive is not None and path in self.archive
        return self.archive.verdict(path) if self.archive is not None and known else None

    def digest(self, path: str) -> str:
        """The digest of the bytes of a file at the time of its verdict, "" if there is none."""
        verdict = self.get(path)
        return verdict.digest if verdict is not None else ""

    def own(self, path: str) -> frozenset[str] | None:
        """Of the verdict on a file the private names that it may define; None if there is none."""
        if path in self.verdicts:
            verdict = self.verdicts[path]
            return verdict.own if verdict is not None and verdict.digest else None
        known = self.archive is not None and path in self.archive
        return self.archive.own(path) if self.archive is not None and known else None

    def outcome(self, path: str) -> Verdict:
        """Of the verdict on a file the findings, edges and suppressions, and perhaps no more."""
        if path in self.verdicts:
            return self.verdicts[path] or _NOTHING
        return self.archive.told.get(path, _NOTHING) if self.archive is not None else _NOTHING

    def telling(self) -> Iterator[str]:
        """The files whose outcome may tell of anything."""
        yield from (path for path, verdict in self.verdicts.items() if verdict is not None)
        if self.archive is not None:
            yield from (path for path in self.archive.told if path not in self.verdicts)

    def learn(self, verdicts: Mapping[str, Verdict]) -> None:
        """Take what has been found of some files, and what that rests on."""
        self.verdicts.update(verdicts)
        for verdict in verdicts.values():
            self.learn_answers(verdict.answers)

    def learn_answers(self, answers: Mapping[str, Answered]) -> None:
        """Take answers as they are now."""
        self.answers.update(answers)
        self._learnt.update(answers)

    def forget_answers(self, words: Iterable[str]) -> None:
        """Let answers be such that hold no more, but for those that have been learnt since."""
        self.answers.update((word, None) for word in words if word not in self._learnt)

    def forget(self, path: str) -> None:
        """Let a verdict be one that holds no more."""
        self.verdicts[path] = None

    def doubt_sightings(self, path: str, pattern: re.Pattern[str]) -> None:
        """Forget what those imports of a file come to in which a pattern is found."""
        for key in [key for key in self.sightings if key[0] == path]:
            self._doubted[key] = self.sightings.pop(key), pattern

    def sighting(self, path: str, target: str, imports: str) -> Sighting | None:
        """What was known of these imports of a file that may make it use a subsystem."""
        known = self.sightings.get((path, target))
        doubted, pattern = self._doubted.get((path, target), (known, None))
        return doubted if pattern is None or not pattern.search(imports) else None

    def answer(self, word: str) -> Answered | None:
        """The answer that a word stands for."""
        if word in self.answers:
            return self.answers[word]
        found = self._read.get(word)
        if found is None and self.archive is not None:
            found = self.archive.answer(word)
            if found is not None:
                self._read[word] = found
        return found

    def said(self, word: str) -> str:
        """The answer itself, as it was kept; "" if it was not, or is not known."""
        if word not in self.answers:
            return self.archive.said(word) if self.archive is not None else ""
        answered = self.answers[word]
        return answered.said if answered is not None else ""

    def sought(self, words: AbstractSet[str]) -> Sought:
        """Some words, ready to be looked for among what was read for answers."""
        archive = self.archive
        return Sought(words, archive.numbers(words) if archive is not None else frozenset())

    def read_for(self, word: str, sought: Sought) -> Collection[str] | None:
        """Which of some words were read for the answer that a word stands for; None if unknown."""
        if word not in self.answers and self.archive is not None:
            return self.archive.read_for(word, sought.numbers)
        answered = self.answers.get(word)
        return None if answered is None else sought.words & answered.reads

    # -- what rests on what ------------------------------------------------------------------

    def resting_on(self, notes: Collection[str]) -> tuple[set[str], set[str]]:
        """The files and the words of the answers for which at least one of these was read."""
        paths: set[str] = set()
        words: set[str] = set()
        if self.archive is not None and notes:
            paths, words = self.archive.resting_on(notes)
            paths = {path for path in paths if path not in self.verdicts}
            words = {word for word in words if word not in self.answers}
        for path, verdict in self.verdicts.items():
            if verdict is not None and not verdict.reads.isdisjoint(notes):
                paths.add(path)
        for word, answered in self.answers.items():
            if answered is not None and not answered.reads.isdisjoint(notes):
                words.add(word)
        return paths, words

    def doubtful(self, notes: Iterable[str]) -> set[str]:
        """The words of all answers that rest on one of these, directly or through others."""
        found: set[str] = set()
        new = set(notes)
        while new:
            if self.archive is not None:
                new |= self.archive.answers_above(new, self.answers)
            found |= new
            new = {
                word
                for word, answered in self.answers.items()
                if answered is not None and word not in found and not answered.reads.isdisjoint(new)
            }
        return found.difference(notes)

    def questions(self, modules: Collection[str]) -> set[str]:
        """The questions to some modules that have been noted, each with its answer."""
        found: set[str] = set()
        if self.archive is not None:
            found.update(word for module in modules for word in self.archive.questions(module))
        every = (*self.verdicts.values(), *self.answers.values(), *self.remarks.values())
        # Most have been read for many.
        noted = frozenset[str]().union(*(each.reads for each in every if each is not None))
        found.update(_questions(noted, modules))
        return found

    def words_with(self, parts: Iterable[str], pattern: re.Pattern[str]) -> set[str]:
        """All words that have been noted in which a pattern of some parts is found."""
        archive = self.archive
        found = set(archive.words_with(parts, pattern)) if archive is not None else set()
        noted = [verdict.reads | verdict.court for verdict in self.verdicts.values() if verdict]
        noted += [answered.reads for answered in self.answers.values() if answered]
        noted += [remark.reads for remark in self.remarks.values()]
        found.update(word for word in frozenset(self.answers).union(*noted) if pattern.search(word))
        return found

    # -- to be written -----------------------------------------------------------------------

    @property
    def is_grown(self) -> bool:
        """Whether so much has been found out that an archive of all of it is better."""
        if self.archive is None:
            return True
        verdicts, answers = self.archive.sizes
        return len(self.verdicts) > _MUCH * verdicts or len(self.answers) > _MUCH * answers

    def is_sound(self, verdict: Verdict) -> bool:
        """Whether all answers are known that a verdict rests on."""
        signed = (word for word in verdict.reads if word.startswith(SIGN))
        return all(self._knows(word) for word in signed)

    def _knows(self, word: str) -> bool:
        if word in self.answers:
            return self.answers[word] is not None
        return self.archive is not None and self.archive.answers(word)

    def everything(self) -> tuple[dict[str, Verdict], dict[str, Answered]]:
        """All verdicts, and all answers that these rest on."""
        verdicts = {path: each for path in self if (each := self.get(path)) is not None}
        answers: dict[str, Answered] = {}
        waiting = {word for each in verdicts.values() for word in each.reads}
        waiting.update(word for each in self.remarks.values() for word in each.reads)
        lost: set[str] = set()
        while waiting:
            word = waiting.pop()
            if word.startswith(SIGN) and word not in answers:
                answered = self.answer(word)
                if answered is None:
                    lost.add(word)
                else:
                    answers[word] = answered
                    waiting.update(answered.reads)
        while lost and (
            new := {w for w, each in answers.items() if not lost.isdisjoint(each.reads)}
        ):
            lost |= new
            for word in new:
                del answers[word]
        sound = {path: each for path, each in verdicts.items() if lost.isdisjoint(each.reads)}
        return sound, answers


def _questions(reads: Iterable[str], modules: Collection[str]) -> Iterator[str]:
    for read in reads:
        # Most are answers, or no questions at all.
        if read[:1] not in _NO_QUESTION:
            module, mark, _ = read.partition("?")
            if mark and module in modules:
                yield read
