"""A trend as the JSON document of docs/trend.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bailiwick_reports.documents import written

if TYPE_CHECKING:
    from bailiwick_reports.trend.nouns import Point, Trend

# Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1


def document(trend: Trend) -> str:
    """Return the document, in ASCII."""
    content = {
        "version": VERSION,
        "title": trend.title,
        "points": [_point(point) for point in trend.points],
        "notes": list(trend.notes),
        "worked_out": trend.worked_out,
    }
    return written(content)


def _point(point: Point) -> dict[str, Any]:
    return {
        "revision": point.name,
        "commit": point.commit,
        "date": point.date.isoformat(),
        "modules": point.modules,
        "lines": point.lines,
        "debt": point.debt,
        "findings": dict(point.findings),
        "references": point.references,
        "forbidden": point.forbidden,
        "edges": [
            {
                "from": user,
                "to": target,
                "references": edge.references,
                "forbidden": edge.forbidden,
            }
            for (user, target), edge in sorted(point.edges.items())
        ],
        "unparsed": point.unparsed,
        "submodules": list(point.submodules),
    }
