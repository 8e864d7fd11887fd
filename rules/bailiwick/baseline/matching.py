"""Findings held against the baseline: what is recorded, what is new, what has gone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bailiwick.baseline.entry import Vanished

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence

    from bailiwick.baseline.entry import Baseline, Entry
    from bailiwick.vocabulary.finding import Finding


@dataclass(frozen=True, slots=True)
class Matched:
    """The findings to report, those that the baseline keeps from it, and its stale entries."""

    findings: list[Finding]
    recorded: list[Finding]
    vanished: list[Vanished]


def match(
    baseline: Baseline,
    findings: Sequence[Finding],
    today: datetime.date,
    judged: Callable[[Entry], bool],
) -> Matched:
    """Hold the findings of a run, in order, against the baseline on a day.

    judged: whether the run would have found what an entry records

    Where there are more than recorded, nobody can tell which are new: the last are reported, and
    each says how many are not.
    """
    keys = [finding.key for finding in findings]
    here = Counter(keys)
    fresh: list[Finding] = []
    recorded: list[Finding] = []
    met: Counter[tuple[str, str, str]] = Counter()
    for finding, key in zip(findings, keys, strict=True):
        entry = baseline.entries.get(key)
        if entry is None:
            fresh.append(finding)
            continue
        met[key] += 1
        if not entry.overdue(today) and met[key] <= entry.count:
            recorded.append(finding)
        else:
            words = _why(entry, here[key], today)
            known_by = "; ".join(filter(None, (finding.known_by, words)))
            fresh.append(replace(finding, known_by=known_by))
    vanished = [
        Vanished(entry, here[key])
        for key, entry in baseline.entries.items()
        if here[key] < entry.count and judged(entry)
    ]
    return Matched(fresh, recorded, vanished)


def _why(entry: Entry, count: int, today: datetime.date) -> str:
    """Why a finding is reported that the baseline knows."""
    if entry.overdue(today):
        return f"the baseline let it be until {entry.until}"
    return f"one of {count} here, of which the baseline records {entry.count}"
