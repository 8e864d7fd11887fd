"""Verdicts on all files of a tree as one file holds them: columns, read where they are asked.

A run after a few edits needs a few verdicts of thousands, and has to know which others rest on what
has changed. So the words that were noted are numbered, the verdicts and answers that rest on each
are listed by number, and a row is turned into objects only when somebody asks for it. All is text,
JSON or numbers: nothing that is read here can be run.
"""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bailiwick.engine.rows import telling, told, told_row
from bailiwick.engine.verdict import Verdict
from bailiwick.source.ledger import SIGN, Answered

if TYPE_CHECKING:
    import re
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

_NUMBER: Final = "I"
# The columns, in the order in which they lie in the file; of those with numbers each row ends
# where the column before it says.
_COLUMNS = (
    *("stamps", "told"),
    *("word_ends", "words"),
    *("row_ends", "rows"),
    *("verdict_read_ends", "verdict_reads"),
    *("answer_words", "answer_ends", "answers"),
    *("answer_read_ends", "answer_reads"),
    *("verdicts_on_ends", "verdicts_on"),
    *("answers_on_ends", "answers_on"),
)


class Contents(NamedTuple):
    """What an archive is made of.

    stamps:  by path, of each file that has a verdict
    unknown: the paths of all others
    answers: by word, all that verdicts rest on, and those that these rest on
    """

    stamps: Mapping[str, str]
    verdicts: Mapping[str, Verdict]
    answers: Mapping[str, Answered]
    unknown: frozenset[str] = frozenset()


class Archive:
    """What was known when it was written; it never changes.

    stamps: of the files that it has verdicts on, by path
    told:   by path, of the verdicts that tell of something, what that is: see `Known.outcome`
    unknown: the paths of the other files that there were
    name:   differs from that of any other archive
    """

    def __init__(self, data: bytes, key: str) -> None:
        """Raises ValueError for what is damaged, or was written under another key."""
        view = memoryview(data)
        start = data.index(b"\n") + 1
        self.name = data[: start - 1].decode()
        if not 0 < start <= 2 * hashlib.sha1(usedforsecurity=False).digest_size + 1:
            raise ValueError("no archive")
        if hashlib.sha1(view[start:], usedforsecurity=False).hexdigest() != self.name:
            raise ValueError("damaged")
        end = data.index(b"\n", start)
        head = json.loads(data[start:end])
        if head["key"] != key or head["order"] != sys.byteorder:
            raise ValueError("of another key")
        self.unknown = frozenset[str](head["unknown"])
        self._columns: dict[str, memoryview] = {}
        begin = end + 1
        for name, size in zip(_COLUMNS, head["sizes"], strict=True):
            self._columns[name] = view[begin : begin + size]
            begin += size
        self.stamps: dict[str, str] = json.loads(bytes(self._columns["stamps"]))
        self.told = {
            path: told(row) for path, row in json.loads(bytes(self._columns["told"])).items()
        }
        self._paths = list(self.stamps)
        self._places = {path: place for place, path in enumerate(self._paths)}
        self._words = _Texts(self._numbers("word_ends"), self._columns["words"])
        self._numbered: dict[str, int] = {}
        self._rows = _Texts(self._numbers("row_ends"), self._columns["rows"])
        self._answer_rows = _Texts(self._numbers("answer_ends"), self._columns["answers"])
        self._answer_words = self._numbers("answer_words")
        self._verdict_reads = self._lists("verdict_read_ends", "verdict_reads")
        self._answer_reads = self._lists("answer_read_ends", "answer_reads")
        self._verdicts_on = self._lists("verdicts_on_ends", "verdicts_on")
        self._answers_on = self._lists("answers_on_ends", "answers_on")

    def _numbers(self, name: str) -> memoryview[int]:
        return self._columns[name].cast(_NUMBER)

    def _lists(self, ends: str, numbers: str) -> _Lists:
        return _Lists(self._numbers(ends), self._numbers(numbers))

    def __contains__(self, path: str) -> bool:
        return path in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def verdict(self, path: str) -> Verdict:
        """The verdict on a file that it has one on."""
        place = self._places[path]
        digest, face, members, cut, own, others, court = json.loads(self._rows[place])
        reads = frozenset(map(self._words.__getitem__, self._verdict_reads[place]))
        outcome = self.told.get(path) or Verdict()
        return replace(
            outcome,
            digest=digest,
            face=face,
            members=members,
            cut=cut,
            names=frozenset((*own, *others)),
            own=frozenset(own),
            reads=reads,
            court=frozenset(court),
        )

    def own(self, path: str) -> frozenset[str]:
        """Of that verdict the private names that the file may define."""
        return frozenset(json.loads(self._rows[self._places[path]])[4])

    def answer(self, word: str) -> Answered | None:
        """The answer that a word stands for, None if it is not known."""
        place = self._place(word)
        if place < 0:
            return None
        arity, digest, said = self._answer_rows[place].split(" ", 2)
        name, *key = word[len(SIGN) :].split("?", max(int(arity), 1))
        reads = frozenset(map(self._words.__getitem__, self._answer_reads[place]))
        return Answered(name, tuple(key[: int(arity)]), digest, reads, said)

    def said(self, word: str) -> str:
        """Of that answer what was kept, "" if there is nothing."""
        place = self._place(word)
        return self._answer_rows[place].split(" ", 2)[2] if place >= 0 else ""

    def numbers(self, words: Iterable[str]) -> frozenset[int]:
        """The numbers of the words that it has."""
        return frozenset(map(self._number, words)) - {-1}

    def read_for(self, word: str, numbers: frozenset[int]) -> list[str] | None:
        """Which of some words, by their numbers, were read for an answer; None if it has none."""
        place = self._place(word)
        if place < 0:
            return None
        read = numbers.intersection(self._answer_reads[place])
        return [self._words[number] for number in read]

    def answers(self, word: str) -> bool:
        """Whether it has the answer that a word stands for."""
        return self._place(word) >= 0

    def _place(self, word: str) -> int:
        """The place of the answer that a word stands for, -1 if there is none."""
        number = self._number(word)
        place = bisect_left(self._answer_words, number) if number >= 0 else -1
        there = 0 <= place < len(self._answer_words) and self._answer_words[place] == number
        return place if there else -1

    @property
    def sizes(self) -> tuple[int, int]:
        """How many verdicts it has, and how many answers."""
        return len(self._paths), len(self._answer_words)

    def resting_on(self, notes: Iterable[str]) -> tuple[set[str], set[str]]:
        """The paths of the verdicts and the words of the answers for which one was read."""
        paths: set[str] = set()
        words: set[str] = set()
        for note in notes:
            number = self._number(note)
            if number >= 0:
                paths.update(self._paths[place] for place in self._verdicts_on[number])
                words.update(self._answer_word(place) for place in self._answers_on[number])
        return paths, words

    def answers_above(self, notes: Iterable[str], without: Container[str]) -> set[str]:
        """The words of all answers for which one of these was read, or another such answer.

        Those in `without` do not count.
        """
        found: set[str] = set()
        seen: set[int] = set()
        waiting = list(self.numbers(notes))
        while waiting:
            for place in self._answers_on[waiting.pop()]:
                if place not in seen:
                    seen.add(place)
                    word = self._answer_word(place)
                    if word not in without:
                        found.add(word)
                        waiting.append(self._answer_words[place])
        return found

    def _answer_word(self, place: int) -> str:
        number = self._answer_words[place]
        word = self._words[number]
        self._numbered[word] = number
        return word

    def questions(self, module: str) -> Iterator[str]:
        """The questions to a module that have been noted, each with its answer."""
        for number in range(self._after(f"{module}?"), len(self._words)):
            word = self._words[number]
            if not word.startswith(f"{module}?"):
                break
            yield word

    def words_with(self, parts: Iterable[str], pattern: re.Pattern[str]) -> Iterator[str]:
        """The words in which a pattern of some parts is found."""
        numbers = {number for part in parts for number in self._words.having(part)}
        return filter(pattern.search, map(self._words.__getitem__, numbers))

    def _number(self, word: str) -> int:
        """The number of a word, -1 if it has none."""
        known = self._numbered.get(word)
        if known is None:
            number = self._after(word)
            found = number < len(self._words) and self._words[number] == word
            known = self._numbered[word] = number if found else -1
        return known

    def _after(self, word: str) -> int:
        """The number of the first word that does not come before this one."""
        return bisect_left(range(len(self._words)), word, key=self._words.__getitem__)


class _Texts:
    """A column of texts."""

    def __init__(self, ends: memoryview[int], column: memoryview) -> None:
        self._ends, self._column = ends, column
        self._read: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, place: int) -> str:
        text = self._read.get(place)
        if text is None:
            start = self._ends[place - 1] if place else 0
            text = str(self._column[start : self._ends[place]], "utf-8", "surrogatepass")
            self._read[place] = text
        return text

    def having(self, part: str) -> Iterator[int]:
        """The places of the texts that have a part, and perhaps of some that have not."""
        column, sought = bytes(self._column), part.encode("utf-8", "surrogatepass")
        position = -1
        while (position := column.find(sought, position + 1)) >= 0:
            yield bisect_right(self._ends, position)


class _Lists:
    """A column of lists of numbers."""

    def __init__(self, ends: memoryview[int], column: memoryview[int]) -> None:
        self._ends, self._column = ends, column

    def __getitem__(self, place: int) -> memoryview[int]:
        start = self._ends[place - 1] if place else 0
        return self._column[start : self._ends[place]]


def packed(contents: Contents, key: str) -> bytes:
    """The bytes of an archive, under a key that says when it may be used."""
    verdicts, answers = contents.verdicts, contents.answers
    every: set[str] = set(answers)
    every.update(*(verdict.reads for verdict in verdicts.values()))
    every.update(*(answered.reads for answered in answers.values()))
    words = sorted(every)
    numbers = {word: number for number, word in enumerate(words)}
    in_order = sorted(answers)
    verdict_reads = [sorted(map(numbers.__getitem__, each.reads)) for each in verdicts.values()]
    answer_reads = [sorted(map(numbers.__getitem__, answers[word].reads)) for word in in_order]
    tells = {path: told_row(each) for path, each in verdicts.items() if telling(each)}
    columns = [
        _json({path: contents.stamps.get(path, "") for path in verdicts}),
        _json(tells),
        *_texts(words),
        *_texts([_row(each) for each in verdicts.values()]),
        *_lists(verdict_reads),
        array(_NUMBER, map(numbers.__getitem__, in_order)).tobytes(),
        *_texts([_answer_row(answers[word]) for word in in_order]),
        *_lists(answer_reads),
        *_lists(_turned(verdict_reads, len(words))),
        *_lists(_turned(answer_reads, len(words))),
    ]
    head = {
        "key": key,
        "order": sys.byteorder,
        "sizes": [len(column) for column in columns],
        "unknown": sorted(contents.unknown),
    }
    body = b"".join([_json(head), b"\n", *columns])
    return hashlib.sha1(body, usedforsecurity=False).hexdigest().encode() + b"\n" + body


def _json(document: Any) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _row(verdict: Verdict) -> str:
    digests = verdict.digest, verdict.face, verdict.members, verdict.cut
    others = verdict.names - verdict.own
    row = [*digests, sorted(verdict.own), sorted(others), sorted(verdict.court)]
    return json.dumps(row, separators=(",", ":"))


def _answer_row(answered: Answered) -> str:
    return f"{len(answered.key)} {answered.digest} {answered.said}"


def _texts(texts: Sequence[str]) -> tuple[bytes, bytes]:
    parts = [text.encode("utf-8", "surrogatepass") for text in texts]
    return _ends(parts), b"".join(parts)


def _lists(lists: Sequence[Sequence[int]]) -> tuple[bytes, bytes]:
    return _ends(lists), array(_NUMBER, (each for row in lists for each in row)).tobytes()


def _ends(rows: Iterable[Sequence[Any]]) -> bytes:
    ends, end = array(_NUMBER), 0
    for row in rows:
        end += len(row)
        ends.append(end)
    return ends.tobytes()


def _turned(lists: Sequence[Sequence[int]], count: int) -> list[list[int]]:
    """For each number the places of the lists that it is in."""
    found: list[list[int]] = [[] for _ in range(count)]
    for place, numbers in enumerate(lists):
        for number in numbers:
            found[number].append(place)
    return found
