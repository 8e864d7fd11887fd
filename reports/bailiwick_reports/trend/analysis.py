"""From revisions to points: each tree judged as git keeps it, what is the same only once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from bailiwick import Memory, Shelf, judged_state

from bailiwick_reports.trend.nouns import Edge, Point, Trend

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from bailiwick import History, JudgedState, Policy, Revision
    from bailiwick_hooks.terminal.progress import Told

    from bailiwick_reports.trend.trees import Trees

_KEPT = "trend"
# What bears on findings: modules, and what declares entry points.
ENDINGS = (".py", ".cfg", ".toml")
_UNPARSED = "BW901"


def followed(
    policy: Policy,
    history: History | Trees,
    revisions: Sequence[Revision],
    *,
    cache: bool,
    told: Told | None = None,
) -> Trend:
    """Judge each revision under today's policy, in this order."""
    memory = Memory.of(policy, _KEPT) if cache else None
    rows: dict[str, Any] = memory.rows if memory else {}
    reader = _Reader(policy, history)
    points = []
    for done, revision in enumerate(revisions):
        if told is not None:
            told(done, len(revisions))
        row = rows.get(revision.tree)
        if row is None:
            row = rows[revision.tree] = reader.row(revision)
            if memory is not None:
                # After each, so that what was interrupted goes on from there.
                memory.save(_KEPT)
        points.append(_point(revision, row))
    title = policy.root.name or str(policy.root)
    dated = all(each.commit for each in revisions)
    return Trend(title, tuple(points), tuple(_notes(history, points)), reader.worked_out, dated)


class _Reader:
    """Reads one tree after another; of the last one it keeps the texts, of all what they name."""

    def __init__(self, policy: Policy, history: History | Trees) -> None:
        self.policy, self.history = policy, history
        self.shelf = Shelf()
        self.texts: dict[str, bytes] = {}
        self.worked_out = 0

    def row(self, revision: Revision) -> dict[str, Any]:
        """What there is to say of a tree, as plain JSON."""
        names = self.history.files(revision, ENDINGS)
        new = sorted(set(names.values()) - self.texts.keys())
        fresh = dict(zip(new, self.history.contents(new), strict=True))
        self.texts = {
            name: fresh[name] if name in fresh else self.texts[name] for name in names.values()
        }
        files = {path: self.texts[name] for path, name in names.items()}
        state = judged_state(self.policy, files, names, self.shelf)
        self.worked_out += state.worked_out
        return _row(state, files, self.history.submodules(revision))


def _row(state: JudgedState, files: dict[str, bytes], submodules: list[str]) -> dict[str, Any]:
    judged = [file.path for file in state.crossings.tree.files if file.judged]
    edges: Counter[tuple[str, str, bool]] = Counter(
        (each.subsystem, each.target, bool(each.rule))
        for each in state.crossings.places
        if each.rule or each.subsystem != each.target
    )
    findings = Counter(finding.code for finding in state.findings)
    unparsed = {finding.path for finding in state.findings if finding.code == _UNPARSED}
    return {
        "modules": len(judged),
        "lines": sum(files[path].count(b"\n") for path in judged),
        "findings": dict(sorted(findings.items())),
        "edges": [[*ends, count] for ends, count in sorted(edges.items())],
        "unparsed": len(unparsed | state.crossings.unread.keys()),
        "submodules": submodules,
    }


def _point(revision: Revision, row: dict[str, Any]) -> Point:
    counts: dict[tuple[str, str], list[int]] = {}
    for user, target, forbidden, count in row["edges"]:
        sums = counts.setdefault((user, target), [0, 0])
        sums[0] += count
        sums[1] += count if forbidden else 0
    return Point(
        name=revision.name,
        commit=revision.commit,
        date=revision.date,
        modules=row["modules"],
        lines=row["lines"],
        findings=row["findings"],
        edges={ends: Edge(*sums) for ends, sums in counts.items()},
        unparsed=row["unparsed"],
        submodules=tuple(row["submodules"]),
    )


def _notes(history: History | Trees, points: Iterable[Point]) -> Iterator[str]:
    points = list(points)
    if history.is_shallow:
        yield (
            "This clone is shallow: what was before is not there (git fetch --unshallow --tags)."
        )
    empty = [point.name for point in points if not point.modules]
    if empty:
        yield f"No module that the policy governs: {', '.join(empty)}."
    old = [point for point in points if point.unparsed]
    if old:
        most = max(old, key=lambda point: point.unparsed)
        yield (
            f"Files that are not Python 3, or no text: in {old[0].name} to {old[-1].name}, "
            f"{most.unparsed:,} at most ({most.name}). What can be read of them is counted."
        )
    inner = sorted({folder for point in points for folder in point.submodules})
    if inner:
        yield f"Submodules are other repositories, and not looked into: {', '.join(inner)}."


def dates(first: datetime, last: datetime, months: int) -> list[datetime]:
    """Days at whole months apart, the last one first reckoned from, oldest first."""
    found = []
    moment = last
    while moment >= first:
        found.append(moment)
        total = moment.year * 12 + moment.month - 1 - months
        day = min(moment.day, 28)
        moment = moment.replace(year=total // 12, month=total % 12 + 1, day=day)
    return found[::-1]
