"""What a finding is recognized by from run to run, though the lines around it move."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick import Finding

    from bailiwick_hooks.outcome import Excuse, Outcome


def fingerprinted(outcome: Outcome) -> Iterator[tuple[Finding, Excuse | None, str]]:
    """Yield all that was found, reported or not, each with a hex digest that no other one has.

    It is made of code, path and target, and of the how manieth of its kind this is, so that it
    holds wherever in the file the finding moves, and when another one is recorded or allowed.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for finding, excuse in outcome.everything():
        key = finding.key
        seen[key] += 1
        yield finding, excuse, _digest((*key, str(seen[key])))


def _digest(parts: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
