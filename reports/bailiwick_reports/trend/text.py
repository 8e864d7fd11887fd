"""A trend for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick_reports.printing import Line, columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick_reports.trend.nouns import Trend

_EDGES = 12


def lines(trend: Trend) -> Iterator[Line]:
    """The points as a table, then what has changed most from the first to the last."""
    yield Line(f"{trend.title} under today's policy", "head")
    for note in trend.notes:
        yield Line(note, "doubt")
    yield Line("")
    head = ("revision", "date", "modules", "lines", "references", "forbidden", "findings")
    rows = [
        (
            *(point.name, f"{point.date:%Y-%m-%d}" if trend.dated else ""),
            *(point.modules, point.lines),
            *(point.references, point.forbidden, point.debt),
        )
        for point in trend.points
    ]
    first, *rest = columns([head, *rows])
    yield Line(first, "faint")
    for line in rest:
        yield Line(line)
    if len(trend.points) > 1:
        yield from _changes(trend)


def _changes(trend: Trend) -> Iterator[Line]:
    first, last = trend.points[0], trend.points[-1]
    yield Line("")
    yield Line(f"From {first.name} to {last.name}", "head")
    codes = sorted({*first.findings, *last.findings})
    rows: list[tuple[object, ...]] = [
        (code, first.findings.get(code, 0), "→", last.findings.get(code, 0)) for code in codes
    ]
    changed = []
    for ends in {*first.edges, *last.edges}:
        before, now = (
            point.edges[ends].references if ends in point.edges else 0 for point in (first, last)
        )
        if before != now:
            changed.append((f"{ends[0] or 'nobody'} → {ends[1] or 'nobody'}", before, "→", now))
    changed.sort(key=lambda row: (-abs(row[1] - row[3]), row[0]))
    rows += changed[:_EDGES]
    for line in columns(rows) if rows else ():
        yield Line(line)
    if len(changed) > _EDGES:
        yield Line(f"  … and {len(changed) - _EDGES} more; --format json has all", "faint")
