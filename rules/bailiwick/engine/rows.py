"""Verdicts and what is in them as rows of plain JSON, and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bailiwick.engine.verdict import Sighting, Verdict
from bailiwick.source.ledger import Answered
from bailiwick.vocabulary.finding import Finding
from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from bailiwick.vocabulary.suppression import Suppression

# What reading a damaged document may raise, whatever the damage.
DAMAGE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


def digest(row: Any) -> str:
    """What tells a row of plain JSON from any other."""
    return hashlib.sha1(json.dumps(row).encode(), usedforsecurity=False).hexdigest()


def telling(verdict: Verdict) -> bool:
    """Whether a verdict has anything that a report may need."""
    return bool(verdict.findings or verdict.edges or verdict.suppressions or verdict.lines)


def told_row(verdict: Verdict) -> list[Any]:
    """What a report may need of a verdict."""
    findings = [finding_row(finding) for finding in verdict.findings]
    allowing = [suppression_row(each) for each in verdict.suppressions]
    return [verdict.lines, findings, verdict.edges, allowing]


def told(row: list[Any]) -> Verdict:
    """The reverse: a verdict of which nothing else is known."""
    lines, findings, edges, allowing = row
    return Verdict(
        lines=tuple(lines),
        findings=tuple(map(finding, findings)),
        edges=edges,
        suppressions=suppressions(allowing) if allowing else (),
    )


def verdict_row(verdict: Verdict) -> list[Any]:
    """All of a verdict but for its answers."""
    digests = [verdict.digest, verdict.face, verdict.members, verdict.cut]
    reads = [sorted(verdict.reads), sorted(verdict.court)]
    names = sorted(verdict.own), sorted(verdict.names - verdict.own)
    return [digests, names, reads, told_row(verdict)]


def verdict(row: list[Any]) -> Verdict:
    """The reverse."""
    (digest, face, members, cut), (own, others), (reads, court), outcome = row
    return replace(
        told(outcome),
        digest=digest,
        face=face,
        members=members,
        cut=cut,
        names=frozenset((*own, *others)),
        own=frozenset(own),
        reads=frozenset(reads),
        court=frozenset(court),
    )


def answered_row(answered: Answered) -> list[Any]:
    """An answer that stands for what it was read from."""
    return [answered.name, answered.key, answered.digest, sorted(answered.reads), answered.said]


def answered(row: list[Any]) -> Answered:
    """The reverse."""
    name, key, digest, reads, said = row
    return Answered(name, tuple(key), digest, frozenset(reads), said)


def finding_row(finding: Finding) -> list[Any]:
    """A finding."""
    span = finding.span
    return [
        [span.line, span.column, span.end_line, span.end_column],
        list(finding.owners),
        list(finding.detail),
        finding.severity,
        *(getattr(finding, name) for name in _TEXTS),
    ]


def finding(row: list[Any]) -> Finding:
    """The reverse."""
    span, owners, detail, severity, *texts = row
    named = dict(zip(_TEXTS, texts, strict=True))
    return Finding(
        span=Span(*span), severity=severity, owners=tuple(owners), detail=tuple(detail), **named
    )


_TEXTS = (
    "code",
    "name",
    "path",
    "message",
    "subsystem",
    "target",
    "target_subsystem",
    "known_by",
    "decided_by",
    "instead",
    "excerpt",
    "subject",
)


def suppression_row(suppression: Suppression) -> list[Any]:
    """A comment that allows findings."""
    each, span = suppression, suppression.span
    return [
        [span.line, span.column, span.end_line, span.end_column],
        each.lines,
        each.near,
        each.allowed,
        each.until.isoformat() if each.until else "",
        each.reason,
        each.fault,
        each.excerpt,
    ]


def suppressions(rows: list[list[Any]]) -> tuple[Suppression, ...]:
    """Some of those, from their rows."""
    from datetime import date

    from bailiwick.vocabulary.suppression import Allowed, Suppression

    return tuple(
        Suppression(
            Span(*span),
            (first, last),
            near,
            tuple(Allowed(*each) for each in allowed),
            date.fromisoformat(until) if until else None,
            *texts,
        )
        for span, (first, last), near, allowed, until, *texts in rows
    )


def sighting_row(sighting: Sighting) -> list[Any]:
    """What some imports of a file come to."""
    row: list[Any] = [sighting.digest, sighting.cut, sighting.lines]
    if sighting.witness is None:
        return row
    reference = sighting.witness.reference
    span = reference.span
    return [
        *row,
        [span.line, span.column, span.end_line, span.end_column],
        [reference.module, reference.name, reference.grade],
        sighting.witness.excerpt,
    ]


def sighting(path: str, row: list[Any]) -> Sighting:
    """The reverse, for the file of this path."""
    digest, cut, lines, *witness = row
    sighting = Sighting(digest, cut, tuple(lines))
    if witness:
        from bailiwick.rules.rule import Witness
        from bailiwick.vocabulary.reference import Reference

        span, (module, name, grade), excerpt = witness
        reference = Reference("import", Span(*span), module, name, grade, "")
        sighting.witness = Witness(path, reference, excerpt)
    return sighting
