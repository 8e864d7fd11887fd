"""The nouns of the baseline: what is recorded, and what of it has gone."""

from __future__ import annotations

import datetime  # noqa: TC003 - an entry's dates are made from it
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bailiwick.vocabulary.finding import Finding, Key

# What is said of a suppression or of the baseline itself is put right, not recorded.
NEVER_RECORDED = frozenset({"BW902", "BW903"})


@dataclass(frozen=True, slots=True)
class Entry:
    """Findings of one rule, in one file, that refer to one thing.

    code, path, target: as in `Finding.key`
    subsystem: the offended one, or that of the file where nothing is referred to; "" for nobody's
    count:     how many there are
    since:     the day on which the first of them was recorded
    until:     the last day on which they are not reported
    """

    code: str
    path: str
    target: str
    subsystem: str
    count: int
    since: datetime.date
    until: datetime.date | None = None
    reason: str = ""

    @property
    def key(self) -> Key:
        """What it shares with its findings."""
        return self.code, self.path, self.target

    @property
    def order(self) -> tuple[str, str, str, str]:
        """Where it stands in the file: with others that offend the same, in the same file."""
        return self.subsystem, self.path, self.code, self.target

    def overdue(self, today: datetime.date) -> bool:
        """Whether its last day is over."""
        return self.until is not None and self.until < today


@dataclass(frozen=True, slots=True)
class Vanished:
    """An entry of which only `left` findings, fewer than are recorded, are still there."""

    entry: Entry
    left: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """The recorded debt of one tree: entries by key, no two with the same."""

    entries: Mapping[Key, Entry] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Baseline:
        """A baseline of entries; of those with the same key it takes the stricter of each."""
        found: dict[Key, Entry] = {}
        for entry in entries:
            known = found.get(entry.key)
            found[entry.key] = _joined(known, entry) if known else entry
        return cls(found)

    @property
    def total(self) -> int:
        """How many findings are recorded."""
        return sum(entry.count for entry in self.entries.values())

    @staticmethod
    def recordable(findings: Iterable[Finding]) -> list[Finding]:
        """Those of some findings that a baseline may record."""
        return [finding for finding in findings if finding.code not in NEVER_RECORDED]

    def without(self, vanished: Iterable[Vanished]) -> Baseline:
        """This baseline shrunk to what is left."""
        entries = dict(self.entries)
        for each in vanished:
            if each.left:
                entries[each.entry.key] = replace(each.entry, count=each.left)
            else:
                del entries[each.entry.key]
        return Baseline(entries)

    def following(
        self,
        vanished: Iterable[Vanished],
        findings: Iterable[Finding],
        is_gone: Callable[[str], bool],
    ) -> tuple[Baseline, list[Finding]]:
        """This baseline with the debt of files that are gone where it is now, and what is new.

        A finding is the debt of a file that is gone if that had one of the same rule and target;
        so a rename makes nothing new, and there is never more than was owed.

        vanished: what this baseline does not hold any more
        findings: those that it does not keep from being reported
        is_gone:  whether there is no file of that path
        """
        owed = {each.entry: each.entry.count for each in vanished if is_gone(each.entry.path)}
        entries, new, moved = dict(self.entries), [], set()
        for finding in self.recordable(findings):
            code, path, target = key = finding.key
            held = (each for each, left in owed.items() if left and not _differ(each, code, target))
            source = next(held, None)
            if source is None or (key in entries and key not in moved):
                new.append(finding)
                continue
            owed[source] -= 1
            count = entries[key].count + 1 if key in moved else 1
            entries[key] = replace(entries.get(key, source), path=path, count=count)
            moved.add(key)
        return Baseline(entries), new

    def grown(
        self,
        findings: Iterable[Finding],
        since: datetime.date,
        until: datetime.date | None = None,
        reason: str = "",
    ) -> Baseline:
        """This baseline with more findings in it: those that it does not keep from being reported.

        An overdue entry gets the new deadline, or none; another keeps its own if that is earlier.
        """
        entries = dict(self.entries)
        for finding in self.recordable(findings):
            known = entries.get(finding.key)
            if known is not None and known.overdue(since):
                known = replace(known, count=0, until=until)
            if known is None:
                subsystem = finding.target_subsystem or finding.subsystem
                known = Entry(*finding.key, subsystem, 0, since, until, reason)
            entries[finding.key] = replace(
                known,
                count=known.count + 1,
                until=min(filter(None, (known.until, until)), default=None),
                reason=_both(known.reason, reason),
            )
        return Baseline(entries)


def _differ(entry: Entry, code: str, target: str) -> bool:
    return (entry.code, entry.target) != (code, target)


def _joined(one: Entry, other: Entry) -> Entry:
    """Two records of the same, as a merge of two branches leaves them."""
    ends = [entry.until for entry in (one, other) if entry.until]
    return replace(
        one,
        count=max(one.count, other.count),
        since=min(one.since, other.since),
        until=min(ends, default=None),
        reason=_both(one.reason, other.reason),
    )


def _both(one: str, other: str) -> str:
    """Two reasons as one, each of them once."""
    return "; ".join(dict.fromkeys([*filter(None, one.split("; ")), *filter(None, [other])]))
