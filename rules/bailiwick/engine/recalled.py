"""What the last check found in a file, for as long as nothing that it rests on has changed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bailiwick.engine.cache import Cache
from bailiwick.engine.known import Known
from bailiwick.engine.run import key_of
from bailiwick.source.tree import digest_of

if TYPE_CHECKING:
    from bailiwick.engine.verdict import Verdict
    from bailiwick.source.tree import File, Tree
    from bailiwick.vocabulary.policy import Policy


class Recalled:
    """The verdicts in the cache, without a look at any text.

    Unlike in a run, nothing is asked again: what was read for a verdict must be as it was.
    """

    def __init__(self, policy: Policy, tree: Tree) -> None:
        cache = Cache(policy.root, key_of(policy, tree), time.time_ns())
        cache.load()
        known = cache.known
        # Where modules came or went, anything may be otherwise.
        self._known = known if known.is_of(tree.files) else Known()
        self._touched = {
            file.module
            for file in tree.files
            if not file.stamp or self._known.stamps.get(file.path) != file.stamp
        }
        # The files of which nothing is recalled for that, once they are asked for.
        self._shaken: set[str] | None = None

    def touch(self, file: File, data: bytes | None) -> None:
        """Learn that a file has these bytes now, or others than before."""
        if data is None or self._verdict(file, data) is None:
            self._touched.add(file.module)
            self._shaken = None

    def verdict(self, file: File, data: bytes) -> Verdict | None:
        """What is known of a file with these bytes; None if that may not hold."""
        known = self._verdict(file, data)
        if known is None:
            return None
        if self._shaken is None:
            self._shaken = self._resting_on_touched()
        return None if file.path in self._shaken else known

    def _verdict(self, file: File, data: bytes) -> Verdict | None:
        known = self._known.get(file.path)
        return known if known is not None and known.digest == digest_of(data) else None

    def _resting_on_touched(self) -> set[str]:
        """The files whose verdicts rest on what may be otherwise, directly or through answers."""
        known, touched = self._known, self._touched
        notes = {word for word, answered in known.answers.items() if answered is None}
        notes.update(sign + module for module in touched for sign in ("", "~", "^"))
        notes |= known.questions(touched)
        return known.resting_on(notes | known.doubtful(notes))[0]
