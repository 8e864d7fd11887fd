"""Answers remembered together with the modules that they were read from."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    Question = tuple["Memo[Any]", Hashable]

Answer = TypeVar("Answer")
_NOTHING: frozenset[Any] = frozenset()
# Begins the word that is noted for an answer which stands for what it was read from.
SIGN = "@"
# Noted by whoever goes through all modules that there are.
MODULES = "*"
# Of a digest of one of many thousand answers.
_DIGITS = 16
# Characters of an answer that is kept whole. Nearly all have fewer.
_LONGEST = 5_000

# Made once: `json.dumps` would make one for each answer.
_as_json = json.JSONEncoder(separators=(",", ":")).encode


class Answered(NamedTuple):
    """An answer that stands for all that it was read from: see `Told`.

    name, key: the question
    digest:    of the answer
    reads:     what it was read from, other such answers by their words among it
    said:      the answer as JSON, where that is short; "" where it has to be worked out again
    """

    name: str
    key: tuple[str, ...]
    digest: str
    reads: frozenset[str]
    said: str = ""


class Lesson(NamedTuple):
    """An answer that stands for all that it was read from, as one process tells it to another."""

    name: str
    key: tuple[str, ...]
    answer: Any
    reads: frozenset[str]


def _idle() -> None:
    """Nobody waits."""


class Ledger:
    """Notes which modules are read while an answer is worked out.

    An answer that is known already counts as reading what it was once read from, so that
    whoever asks learns all modules whose change could change what he was told.
    """

    def __init__(self) -> None:
        self._open = [_Page(0)]
        # What may be asked by name, and by word what has been read for its answers.
        self._named: dict[str, Told[Any]] = {}
        self._recall: Callable[[str], str] | None = None
        self._beneath: dict[str, tuple[str, tuple[str, ...], frozenset[str]]] = {}
        # The questions that are being answered, and how deep in `_open` their pages are.
        self.pending: dict[Question, int] = {}
        # All that remembers answers, and by module the questions that were put to it.
        self._memos: list[Memo[Any]] = []
        self._asked: dict[str, set[str]] = {}
        self._pulse: Callable[[], None] = _idle
        self._steady = False

    def note(self, module: str) -> None:
        """Say that a module was read."""
        self._open[-1].modules.add(module)

    def note_answer(self, module: str, word: str) -> None:
        """Say that a question was put to a module; `word` is question and answer."""
        self._open[-1].modules.add(word)
        self._asked.setdefault(module, set()).add(word)

    def asked(self, module: str) -> frozenset[str]:
        """The questions that were put to a module, as they were noted."""
        return frozenset(self._asked.get(module, ()))

    def remember_with(self, memo: Memo[Any]) -> None:
        """Count something that remembers answers among what `forget` is about."""
        self._memos.append(memo)

    def forget(self, notes: frozenset[str]) -> frozenset[str]:
        """Forget all answers for which something was read that is among these notes.

        Gives the words of those that stood for what they were read from.
        """
        words: set[str] = set()
        new = notes
        while new:
            beneath = self._beneath.items()
            new = frozenset(word for word, (_, _, reads) in beneath if not new.isdisjoint(reads))
            new -= words
            words |= new
        every = notes | words
        for memo in self._memos:
            memo.forget_what_read(every)
        for word in words:
            del self._beneath[word]
        for note in notes:
            module, mark, _ = note.partition("?")
            if mark:
                self._asked.get(module, set()).discard(note)
        return frozenset(words)

    def beat(self) -> None:
        """Let whoever waits for an answer say that he does not any more, by raising something."""
        if not self._steady:
            self._pulse()

    def steady(self, work: Callable[[], Answer]) -> Answer:
        """What the work gives, which is not to be broken off."""
        self._steady = True
        try:
            return work()
        finally:
            self._steady = False

    def on_beat(self, pulse: Callable[[], None]) -> None:
        """Have this called now and then while an answer is worked out; it may raise."""
        self._pulse = pulse

    def note_all(self, modules: frozenset[str]) -> None:
        """Say that these modules were read; the set itself must live on."""
        page = self._open[-1]
        if len(modules) > 1:
            if id(modules) in page.seen:
                return
            page.seen[id(modules)] = modules
        page.modules.update(modules)

    def reading(self, work: Callable[[], Answer]) -> tuple[Answer, frozenset[str]]:
        """What the work gives, and the modules that were read for it."""
        page = self.open()
        try:
            answer = work()
        finally:
            self.close()
        return answer, frozenset(page.modules)

    def open(self) -> _Page:
        """Begin a page, in which all is noted until it is closed."""
        page = _Page(len(self._open))
        self._open.append(page)
        return page

    def close(self, word: str = "") -> None:
        """End the last page: what was noted in it counts for the page before it, too.

        With a word, that is noted in place of all this.
        """
        page = self._open.pop()
        before = self._open[-1]
        if word:
            before.modules.add(word)
        else:
            before.modules.update(page.modules)
        if page.leans < before.leans:
            before.leans = page.leans
        if page.circle:
            before.circle |= page.circle
        for memo, key in page.tentative:
            memo.forget(key)

    def answer_to(self, told: Told[Any]) -> None:
        """Let what is told be asked for by its name."""
        self._named[told.name] = told

    def stand_for(self, word: str, told: Told[Any], key: tuple[str, ...], page: _Page) -> None:
        """Say what a word stands for: an answer that was read from what is noted on a page."""
        self._beneath[word] = told.name, key, frozenset(page.modules)

    def answered(self, word: str) -> Answered | None:
        """The answer that a word stands for; None if it stands for none."""
        known = self._beneath.get(word)
        if known is None:
            return None
        name, key, reads = known
        digest, said = self._named[name].kept(key)
        return Answered(name, key, digest, reads, said)

    def ask_again(self, name: str, key: tuple[str, ...]) -> Answered | None:
        """What is told now under a name and key; None if it stands for itself no more."""
        self.reading(lambda: self._named[name](*key))
        return self.answered(_word(name, key))

    def lessons(self) -> list[Lesson]:
        """What `learn` needs not to work out again what stands for itself and met no circle."""
        return [
            Lesson(name, key, self._named[name].answer(key), reads)
            for name, key, reads in self._beneath.values()
            if self._named[name].is_plain(key)
        ]

    def learn(self, lessons: Iterable[Lesson]) -> None:
        """Know what another ledger knows that stands for the same texts."""
        for name, key, answer, reads in lessons:
            word = self._named[name].learn(key, answer)
            self._beneath.setdefault(word, (name, key, reads))
            for read in reads:
                module, mark, _ = read.partition("?")
                if mark and not read.startswith(SIGN):
                    self._asked.setdefault(module, set()).add(read)

    def recall_with(self, recall: Callable[[str], str]) -> None:
        """Let answers that were kept be taken as they were: `recall` has them by their words.

        It gives "" for one that has to be worked out. It is asked once for each, so what is
        recalled has to hold as long as this ledger.
        """
        self._recall = recall

    @property
    def recalls(self) -> bool:
        """Whether there are answers that were kept."""
        return self._recall is not None

    def recalled(self, word: str) -> str:
        """The answer that was kept under a word, as JSON; "" if there is none."""
        return self._recall(word) if self._recall is not None else ""

    def note_circle(self, circle: frozenset[Question]) -> None:
        """Say that an answer was used which would be another if one of these were pending."""
        self._open[-1].circle |= circle

    def lean(self, depth: int) -> None:
        """Say that an answer was used that holds only while the page at this depth is open."""
        page = self._open[-1]
        page.leans = min(page.leans, depth)

    def bind(self, question: Question, depth: int) -> None:
        """Let the answer to a question be forgotten at the end of the page that it leans on."""
        page = self._open[depth]
        page.tentative.append(question)
        page.circle |= {question}


class _Page:
    """The modules read for one answer; `seen` saves adding the same ones again and again.

    leans:     the depth of the outermost page whose question was asked again here
    tentative: the questions whose answers lean on this page
    circle:    the questions that were asked on the way from one of them to itself
    """

    __slots__ = ("circle", "depth", "leans", "modules", "seen", "tentative")

    def __init__(self, depth: int) -> None:
        self.modules: set[str] = set()
        self.seen: dict[int, frozenset[str]] = {}
        self.depth = self.leans = depth
        self.tentative: list[Question] = []
        self.circle: frozenset[Question] = _NOTHING


class Memo(Generic[Answer]):
    """Answers by key; a question that comes up while it is being answered gets `meanwhile`.

    What was answered with the help of that is forgotten when the question itself is answered,
    and is never mistaken for what would be answered if it were asked by itself. So no answer
    depends on what has been asked before, and none lacks a module that it was read from.
    """

    def __init__(self, ledger: Ledger, meanwhile: Answer) -> None:
        self._ledger, self._meanwhile = ledger, meanwhile
        # With each answer the modules that it was read from, and the circles that it met.
        self._known: dict[Hashable, tuple[Answer, frozenset[str], frozenset[Question]]] = {}
        # Answers that lean on a question, with the depth of its page.
        self._tentative: dict[Hashable, tuple[Answer, frozenset[str], int]] = {}
        ledger.remember_with(self)

    def __call__(self, key: Hashable, work: Callable[[], Answer]) -> Answer:
        """The answer under a key, worked out if it is not known."""
        found = self._known.get(key)
        if found is None:
            return self._meet(key, work)
        answer, reads, circle = found
        if circle:
            if not circle.isdisjoint(self._ledger.pending):
                return self._meet(key, work)
            self._ledger.note_circle(circle)
        self._ledger.note_all(reads)
        return answer

    def _meet(self, key: Hashable, work: Callable[[], Answer]) -> Answer:
        """The answer that holds while the questions that are pending now are so."""
        pending = self._ledger.pending.get((self, key))
        if pending is not None:
            self._ledger.lean(pending)
            return self._meanwhile
        if key not in self._tentative:
            return self._work_out((self, key), work)
        answer, reads, depth = self._tentative[key]
        self._ledger.note_all(reads)
        self._ledger.lean(depth)
        return answer

    def _work_out(self, question: Question, work: Callable[[], Answer]) -> Answer:
        ledger, key = self._ledger, question[1]
        ledger.beat()
        page = ledger.open()
        ledger.pending[question] = page.depth
        word = ""
        try:
            answer = work()
            word = self._word_for(key, page)
        finally:
            del ledger.pending[question]
            if page.circle:
                page.circle |= {question}
            ledger.close(word)
        reads = frozenset((word,)) if word else frozenset(page.modules)
        if page.leans < page.depth:
            self._tentative[key] = answer, reads, page.leans
            ledger.bind(question, page.leans)
        else:
            self._known[key] = answer, reads, page.circle
        return answer

    def _word_for(self, key: Hashable, page: _Page) -> str:  # noqa: ARG002
        """The word that is noted for an answer in place of all on its page; "" for none."""
        return ""

    def forget(self, key: Hashable) -> None:
        """Forget an answer that leant on a question which is answered now."""
        self._tentative.pop(key, None)

    def forget_what_read(self, notes: frozenset[str]) -> None:
        """Forget the answers for which something among these notes was read."""
        known = self._known
        for key in [key for key, (_, reads, _) in known.items() if not notes.isdisjoint(reads)]:
            del known[key]


class Told(Memo[Answer]):
    """Answers that stand for what they were read from, known by a name and a key of words.

    Whoever asks depends on the answer, not on each module that was read for it: he is asked
    again only if after a change there is another answer. One that leans on a question which is
    being answered does not stand for itself.
    """

    def __init__(
        self,
        ledger: Ledger,
        name: str,
        work: Callable[..., Answer],
        meanwhile: Answer,
        read: Callable[[Any], Answer],
    ) -> None:
        """`work` gives the answer to a key, `read` turns what was kept of one into an answer.

        Of a frozenset a list is kept, of a tuple, too.
        """
        super().__init__(ledger, meanwhile)
        self.name, self._work, self._read = name, work, read
        # What was kept, by its text: most answers are those of many.
        self._answers: dict[str, Answer] = {}
        ledger.answer_to(self)

    def __call__(self, *key: str) -> Answer:  # type: ignore[override]
        """The answer under a key, worked out if it is not known."""
        found = self._known.get(key)
        if found is None:
            found = self._recall(key)
        if found is None or found[2]:
            return super().__call__(key, lambda: self._work(*key))
        self._ledger.note_all(found[1])
        return found[0]

    def _recall(
        self, key: tuple[str, ...]
    ) -> tuple[Answer, frozenset[str], frozenset[Question]] | None:
        """An answer as it was kept, if it was."""
        if not self._ledger.recalls:
            return None
        word = _word(self.name, key)
        kept = self._ledger.recalled(word)
        if not kept:
            return None
        if kept not in self._answers:
            self._answers[kept] = self._read(json.loads(kept))
        found = self._known[key] = self._answers[kept], frozenset((word,)), _NOTHING
        return found

    def answer(self, key: tuple[str, ...]) -> Answer:
        """A known answer."""
        return self._known[key][0]

    def is_plain(self, key: tuple[str, ...]) -> bool:
        """Whether a known answer met no circle, and so is the same whoever asks."""
        return not self._known[key][2]

    def learn(self, key: tuple[str, ...], answer: Answer) -> str:
        """Know an answer that was worked out elsewhere; gives the word that stands for it."""
        word = _word(self.name, key)
        self._known.setdefault(key, (answer, frozenset((word,)), _NOTHING))
        return word

    def kept(self, key: tuple[str, ...]) -> tuple[str, str]:
        """The digest of a known answer, and what is to be kept of it.

        That is nothing of a long one, nor of one that met a circle: it would be another if it were
        asked for while one of these questions is being answered.
        """
        answer, _, circle = self._known[key]
        said = sorted(answer) if isinstance(answer, frozenset) else answer
        text = _as_json(said)
        digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:_DIGITS]
        return digest, text if not circle and len(text) <= _LONGEST else ""

    def _word_for(self, key: Hashable, page: _Page) -> str:
        if page.leans < page.depth or not isinstance(key, tuple):
            return ""
        word = _word(self.name, key)
        self._ledger.stand_for(word, self, key, page)
        return word


def _word(name: str, key: tuple[str, ...]) -> str:
    return f"{SIGN}{name}?{'?'.join(key)}"
