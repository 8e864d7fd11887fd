"""The verdict on one file, and what it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from bailiwick.rules.rule import Witness
    from bailiwick.source.ledger import Answered
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.suppression import Suppression


@dataclass(slots=True)
class Verdict:
    """What is known of one file, and from what.

    digest:   of its bytes, "" if they could not be read
    face:     digest of what others learn of it by a glance, "" where nobody will ask
    members:  digest of the private names that its classes may define, likewise
    names:    the private names that stand in it, likewise
    own:      those of them that it, or a class of it, may define
    reads:    the other modules whose text the verdict depends on; behind a `~` those of which
              only the face counts, behind a `^` those of which only names that are ours count, and
              before a `?` those of which only the answer to that question counts; behind an
              `@` an answer that was read from several modules
    court:    those of them that were read when the cut was judged, and not to find what to cut
    cut:      digest of the cut that was judged, "" if more than the cut decided
    lines:    the line of the file for each line of the cut; none: they are the same
    findings: their lines are those of the cut
    suppressions: the comments in it that allow findings; their lines are those of the file
    edges:    by subsystem that this file's may use, offsets of imports that may show it
    answers:  by word the answers that the verdict rests on, or others of them do, and that no
              verdict before it told of
    """

    digest: str = ""
    face: str = ""
    members: str = ""
    names: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    court: frozenset[str] = frozenset()
    cut: str = ""
    lines: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()
    edges: dict[str, list[int]] = field(default_factory=dict)
    suppressions: tuple[Suppression, ...] = ()
    answers: dict[str, Answered] = field(default_factory=dict)

    def placed(self) -> list[Finding]:
        """The findings at their places in the file."""
        return [placed(finding, self.lines) for finding in self.findings]


@dataclass(slots=True)
class Sighting:
    """What a file's imports that may make it use a subsystem come to.

    digest:  of the file's bytes
    cut:     digest of the file cut down to these imports, and `lines` as in a verdict
    witness: the first of them that does make it use the subsystem; its lines are those of the cut
    """

    digest: str
    cut: str = ""
    lines: tuple[int, ...] = ()
    witness: Witness | None = None

    def placed(self) -> Witness | None:
        """The witness at its place in the file."""
        if self.witness is None:
            return None
        reference = self.witness.reference
        span = moved(reference.span, self.lines)
        return replace(self.witness, reference=replace(reference, span=span))


# By path and subsystem used.
Sightings = dict[tuple[str, str], Sighting]


def placed(finding: Finding, lines: tuple[int, ...]) -> Finding:
    """A finding in a cut, at its place in the file."""
    return replace(finding, span=moved(finding.span, lines)) if lines else finding


def moved(span: Span, lines: tuple[int, ...]) -> Span:
    """A span in a cut, as a span in the file."""
    return Span(lines[span.line - 1], span.column, lines[span.end_line - 1], span.end_column)
