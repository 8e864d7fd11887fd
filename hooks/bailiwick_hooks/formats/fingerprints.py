"""What a finding is recognized by from run to run, though the lines around it move."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bailiwick import Finding


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """Return a hex digest for each finding, different for each.

    It is made of code, path and target, and of the how manieth of its kind in the file this is,
    so that it holds wherever in the file the finding moves.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for finding in findings:
        key = (finding.code, finding.path, finding.target)
        seen[key] += 1
        found.append(_digest((*key, str(seen[key]))))
    return found


def _digest(parts: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
