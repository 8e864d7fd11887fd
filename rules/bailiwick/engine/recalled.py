"""What the last check found in a file, for as long as nothing that it rests on has changed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bailiwick.engine.cache import Cache
from bailiwick.engine.known import Known
from bailiwick.engine.run import key_of
from bailiwick.sieve.questions import module_asked
from bailiwick.source.ledger import SIGN
from bailiwick.source.tree import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable

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
        self._known = known if known.paths() == {file.path for file in tree.files} else Known()
        self._touched = {
            file.module
            for file in tree.files
            if not file.stamp or self._known.stamps.get(file.path) != file.stamp
        }

    def touch(self, file: File, data: bytes | None) -> None:
        """Learn that a file has these bytes now, or others than before."""
        if data is None or self._verdict(file, data) is None:
            self._touched.add(file.module)

    def verdict(self, file: File, data: bytes) -> Verdict | None:
        """What is known of a file with these bytes; None if that may not hold."""
        known = self._verdict(file, data)
        return known if known is not None and not self._fails(known.reads) else None

    def _verdict(self, file: File, data: bytes) -> Verdict | None:
        known = self._known.get(file.path)
        return known if known is not None and known.digest == digest_of(data) else None

    def _fails(self, reads: Iterable[str]) -> bool:
        seen: set[str] = set()
        waiting = [*reads]
        while waiting:
            read = waiting.pop()
            if read in seen:
                continue
            seen.add(read)
            if read.startswith(SIGN):
                answered = self._known.answer(read)
                if answered is None:
                    return True
                waiting.extend(answered.reads)
            elif (module_asked(read) or read.lstrip("~^")) in self._touched:
                return True
        return False
