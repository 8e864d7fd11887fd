"""Modules that came or went since verdicts were given, and which of those that may concern.

A module that is not there any more, or was not there before, makes a difference only where its
dotted name is put together, and the last part of that comes from a text: of the file itself, or of
a module that was read for it. So all holds on that was read from what does not have that word.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from bailiwick.engine.run import relative
from bailiwick.sieve.questions import answer, module_asked
from bailiwick.source.ledger import MODULES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bailiwick.engine.judge import Judge
    from bailiwick.engine.known import Known
    from bailiwick.engine.standing import Changes
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.source.tree import File, Tree

# Where more than this part of all files have such a word, everything is judged anew.
_MANY = 0.3


def count(judge: Judge, known: Known, changes: Changes) -> bool:
    """Count among the changes what modules bear on that came or went since; False if that is much.

    What is known of files that are gone is forgotten.
    """
    tree, before = judge.tree, known.paths()
    now = {file.path for file in tree.files}
    if now == before:
        return True
    old = tree.with_files(before)
    names = _difference(old, tree)
    if names is None or _is_far_reaching(judge, old, names):
        return False
    word = Words(frozenset(name.rpartition(".")[2] for name in names))
    naming = [file for file in tree.files if file.path in before and word.is_in(judge, file)]
    if len(naming) > _MANY * len(now):
        return False
    for path in before - now:
        known.forget(path)
    changes.touched.add(MODULES)
    changes.touched.update(f"{sign}{name}" for name in names for sign in ("", "~", "^"))
    changes.touched.update(known.words_with(word.parts, word.pattern))
    for file in naming:
        text = judge.texts.ask(file.module)
        questions = known.questions({file.module})
        changes.touched.update(each for each in questions if word.is_told(text, each))
        changes.add_otherwise(file)
        known.doubt_sightings(file.path, word.pattern)
    return True


def _difference(old: Tree, now: Tree) -> set[str] | None:
    """The names that stand for another module, or for none; None if files have other names."""
    files = {file.path: file for file in old.files}
    for file in now.files:
        before = files.get(file.path)
        if before is not None and _identity(before) != _identity(file):
            return None
    paths = {name: file.path if file else "" for name, file in old.modules.items()}
    paths_now = {name: file.path if file else "" for name, file in now.modules.items()}
    changed = {name for name, _ in paths.items() ^ paths_now.items()}
    return changed if all(name.isascii() and "/" not in name for name in changed) else None


def _identity(file: File) -> tuple[str, bool, bool, str]:
    return file.module, file.is_package, file.judged, file.twin_of


def _is_far_reaching(judge: Judge, old: Tree, names: Collection[str]) -> bool:
    """Whether these modules may matter where nobody has their names."""
    tree = judge.tree
    if _tops(old) != _tops(tree) or _is_in_policy(judge, names):
        return True
    both = old.modules.keys() & tree.modules.keys()
    return any(_is_only_one(judge, old, name, both) or _is_class(judge, name) for name in names)


def _tops(tree: Tree) -> set[str]:
    return {name.partition(".")[0] for name in tree.modules}


def _is_in_policy(judge: Judge, names: Collection[str]) -> bool:
    """Whether the policy, or one that it extends, names such a module or what is in it."""
    named = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, names))})(?!\w)".encode())
    return any(named.search(text) for text in _policy_texts(judge))


def _policy_texts(judge: Judge) -> Iterator[bytes]:
    """The texts that the policy was read from, in the state that is judged."""
    for file in judge.policy.files:
        path = relative(file, judge.tree.root)
        yield judge.texts.buffers.get(path) or file.read_bytes()


def _is_only_one(judge: Judge, old: Tree, name: str, others: Collection[str]) -> bool:
    """Whether a package has nothing else of the subsystem that a module below it belongs to."""
    tree, owner = judge.tree, judge.sieve.reach.owner
    file = (tree if name in tree.modules else old).modules.get(name)
    subsystem = judge.policy.subsystem_of(name, is_package=file is None or file.is_package)
    own = subsystem.name if subsystem else ""
    around = accumulate(name.split(".")[:-1], "{}.{}".format)
    packages = [package for package in around if package in others]
    # What the innermost has, all have; and nobody comes to one that was not there, but by its name.
    return bool(packages) and not any(
        other.startswith(f"{packages[-1]}.") and owner(other) == own for other in others
    )


def _is_class(judge: Judge, name: str) -> bool:
    """Whether a class of its package has the name of a module."""
    package, _, last = name.rpartition(".")
    text = judge.texts.ask(package) if package else None
    return text is not None and last in text.class_starts


class Words:
    """The last parts of some modules' names."""

    def __init__(self, words: frozenset[str]) -> None:
        self.parts = sorted(words)
        self.pattern = re.compile(
            rf"(?<!\w)(?:{'|'.join(map(re.escape, self.parts))})(?!\w)", re.ASCII
        )
        self._parts = [part.encode() for part in self.parts]
        # These begin with the word itself: that is what makes them fast.
        self._wholes = [re.compile(rb"%b(?!\w)" % re.escape(part)) for part in self._parts]

    def is_in(self, judge: Judge, file: File) -> bool:
        """Whether a file has one of the words, or may put it together from two literals."""
        try:
            data = judge.texts.data(file)
        except OSError:
            return True
        if any(_has_whole(data, pattern) for pattern in self._wholes):
            return True
        return any(_has_in_two(data, part) for part in self._parts)

    def is_told(self, text: ModuleText | None, question: str) -> bool:
        """Whether one of the words is in a noted question to a text, or in the answer."""
        if text is None or self.pattern.search(question.removeprefix(module_asked(question))):
            return True
        asked = question.rpartition("=")[0].split("?")[1:]
        return self.pattern.search(answer(text, asked)) is not None


def _has_whole(data: bytes, pattern: re.Pattern[bytes]) -> bool:
    """Whether what a pattern matches stands where nothing of a name is before it."""
    befores = (data[found.start() - 1 : found.start()] for found in pattern.finditer(data))
    return any(not before.isalnum() and before != b"_" for before in befores)


def _has_in_two(data: bytes, word: bytes) -> bool:
    """Whether a text may have a word in two literals.

    Wherever it is parted, one half stays whole; and from the middle on, where a part is not, no
    longer one is.
    """
    half = len(word) // 2
    for at in range(half, 0, -1):
        if word[at:] not in data:
            break
        if _begins(data, word[at:]) and _ends(data, word[:at]):
            return True
    for at in range(half + 1, len(word)):
        if word[:at] not in data:
            break
        if _ends(data, word[:at]) and _begins(data, word[at:]):
            return True
    return False


def _begins(data: bytes, part: bytes) -> bool:
    """Whether a literal may begin with a part."""
    return b"'" + part in data or b'"' + part in data


def _ends(data: bytes, part: bytes) -> bool:
    """Whether a literal may end with a part."""
    return part + b"'" in data or part + b'"' in data
