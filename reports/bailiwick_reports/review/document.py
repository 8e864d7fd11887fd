"""A review as the JSON document of docs/review.md."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bailiwick_reports.api.pages import content_of
from bailiwick_reports.documents import place, written

if TYPE_CHECKING:
    from bailiwick import Finding

    from bailiwick_reports.review.nouns import Reference, Review

# Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1


def document(review: Review) -> str:
    """Return the document, in ASCII."""
    series = review.series
    content = {
        "version": VERSION,
        "base": series.base,
        "head": series.head,
        "commits": series.commits,
        "authors": dict(series.authors),
        "subsystem": review.home,
        "guessed": review.guessed,
        "own_affair": review.is_own_affair,
        "inside": asdict(review.inside) if review.inside else None,
        "outside": [asdict(share) for share in review.outside],
        "more": list(map(_reference, review.more)),
        "fewer": list(map(_reference, review.fewer)),
        "api": list(map(content_of, review.api)),
        "introduced": [_finding(review, each) for each in review.introduced],
        "policy": [asdict(change) for change in review.policy],
        "exemptions": [asdict(each) for each in review.exemptions],
        "needs": [asdict(need) for need in review.approval.needs],
        "smallest": [
            {"person": person, "subsystems": list(subsystems)}
            for person, subsystems in review.approval.smallest
        ],
        "unread": dict(review.unread),
    }
    return written(content)


def _finding(review: Review, each: Finding) -> dict[str, Any]:
    return {
        "code": each.code,
        "severity": each.severity,
        "path": each.path,
        "line": each.span.line,
        "column": each.span.column,
        "message": each.message,
        "subsystem": each.subsystem,
        "touched": review.touches(each.path),
    }


def _reference(each: Reference) -> dict[str, Any]:
    return {
        "user": each.user,
        "target": each.target,
        "symbol": each.symbol,
        "in_tests": each.in_tests,
        "before": each.before,
        "now": each.now,
        "rules": list(each.rules),
        "places": [place(crossing) for crossing in each.places],
    }
