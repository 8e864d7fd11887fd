"""What a baseline records, told to those who have to pay it: by subsystem, owner and age."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bailiwick_hooks.formats.headline import printable
from bailiwick_hooks.here import seen_from_here
from bailiwick_hooks.terminal.wording import many

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bailiwick import Baseline, Entry, Policy

# As in `--format json` of `check`: raised when a key changes its meaning or goes.
VERSION = 1
_HEAD = ("findings", "files", "oldest", "days", "next due", "subsystem", "owners")
_NUMBERS = frozenset({"findings", "files", "days"})


@dataclass(frozen=True, slots=True)
class Owed:
    """The entries that offend one subsystem; `name` is "" where nobody's is offended."""

    name: str
    owners: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def count(self) -> int:
        """How many findings are recorded."""
        return sum(entry.count for entry in self.entries)

    @property
    def files(self) -> int:
        """In how many files."""
        return len({entry.path for entry in self.entries if entry.path})

    @property
    def oldest(self) -> datetime.date:
        """The day on which the first was recorded."""
        return min(entry.since for entry in self.entries)

    @property
    def due(self) -> datetime.date | None:
        """The first day that ends an entry, None if none does."""
        return min((entry.until for entry in self.entries if entry.until), default=None)

    def row(self, today: datetime.date) -> tuple[str, ...]:
        """As a row of the table."""
        return (
            f"{self.count:,}",
            f"{self.files:,}",
            self.oldest.isoformat(),
            f"{(today - self.oldest).days:,}",
            self.due.isoformat() if self.due else "",
            self.name or "(nobody's)",
            ", ".join(self.owners),
        )

    def document(self, today: datetime.date) -> dict[str, Any]:
        """As a part of the JSON document."""
        return {
            "subsystem": self.name,
            "owners": list(self.owners),
            "findings": self.count,
            "files": self.files,
            "oldest": self.oldest.isoformat(),
            "due": self.due.isoformat() if self.due else None,
            "entries": [
                {
                    "code": entry.code,
                    "path": entry.path,
                    "target": entry.target,
                    "count": entry.count,
                    "since": entry.since.isoformat(),
                    "until": entry.until.isoformat() if entry.until else None,
                    "overdue": entry.overdue(today),
                    "reason": entry.reason,
                }
                for entry in self.entries
            ],
        }


@dataclass(frozen=True, slots=True)
class Debt:
    """What one baseline records, as it is on a day: those who are owed most first.

    `baseline` is its file as it is seen from the working directory.
    """

    policy: Policy
    baseline: str
    today: datetime.date
    owed: tuple[Owed, ...]

    @classmethod
    def of(
        cls, policy: Policy, baseline: Baseline, paths: Sequence[Path], today: datetime.date
    ) -> Debt:
        """What a baseline records for all that lies below some paths."""
        below = [os.path.relpath(path, policy.root).replace(os.sep, "/") for path in paths]
        groups: dict[str, list[Entry]] = {}
        for entry in sorted(baseline.entries.values(), key=lambda entry: entry.order):
            if any(each == "." or f"{entry.path}/".startswith(f"{each}/") for each in below):
                groups.setdefault(entry.subsystem, []).append(entry)
        owed = [
            Owed(
                name, policy.subsystems[name].owners if name in policy.subsystems else (), tuple(g)
            )
            for name, g in groups.items()
        ]
        owed.sort(key=lambda each: -each.count)
        return cls(policy, seen_from_here(policy.root)(policy.baseline), today, tuple(owed))

    def lines(self) -> Iterator[str]:
        """For a reader: the sum, a row for each subsystem, and what is overdue."""
        everything = [entry for each in self.owed for entry in each.entries]
        total = sum(each.count for each in self.owed)
        files = {each.path for each in everything if each.path}
        yield f"{self.baseline}: {many(total, 'finding')} in {many(len(files), 'file')}."
        if self.owed:
            yield ""
            yield from _table([_HEAD, *(each.row(self.today) for each in self.owed)])
        overdue = [entry for entry in everything if entry.until and entry.overdue(self.today)]
        if overdue:
            yield ""
            yield "Overdue, and reported again:"
            for entry in sorted(overdue, key=lambda entry: (entry.until, entry.key)):
                words = f"{entry.until}  {entry.code}  {entry.path}  {entry.target}"
                yield f"  {printable(words)}".rstrip()

    def document(self) -> dict[str, Any]:
        """As a part of the JSON document."""
        return {
            "policy": str(self.policy.path),
            "baseline": self.baseline,
            "subsystems": [each.document(self.today) for each in self.owed],
        }


def debts_document(debts: Sequence[Debt]) -> dict[str, Any]:
    """What several baselines record, as a JSON document."""
    return {"version": VERSION, "baselines": [debt.document() for debt in debts]}


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    columns = [
        [printable(cell) for cell in column]
        for column in zip(*rows, strict=True)
        if any(column[1:])
    ]
    padded = []
    for column in columns:
        width = max(map(len, column))
        right = column[0] in _NUMBERS
        padded.append([cell.rjust(width) if right else cell.ljust(width) for cell in column])
    for cells in zip(*padded, strict=True):
        yield "  ".join(cells).rstrip()
