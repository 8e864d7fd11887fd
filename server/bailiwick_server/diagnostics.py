"""From findings to the diagnostics that an editor shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick import Span
from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
    Position,
    Range,
)

from bailiwick_server.places import uri_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bailiwick import Finding

    from bailiwick_server.analysis import View
    from bailiwick_server.documents import Text

SOURCE = "bailiwick"
SEVERITIES = {
    "error": DiagnosticSeverity.Error,
    "warning": DiagnosticSeverity.Warning,
    "info": DiagnosticSeverity.Information,
}
# Codes of what is there for nothing, which editors show faded.
NEEDLESS = ("BW902", "BW903")
_WHOLE_LINE = 1_000


def diagnostics(view: View, page_of: Callable[[str], str]) -> list[Diagnostic]:
    """The diagnostics of a document; `page_of` gives the address of a rule's page, "" for none."""
    return [_diagnostic(view, finding, page_of) for finding in view.findings]


def _diagnostic(view: View, finding: Finding, page_of: Callable[[str], str]) -> Diagnostic:
    page = page_of(finding.code)
    return Diagnostic(
        range=range_of(view.document.text, finding.span),
        message=_message(finding),
        severity=SEVERITIES[finding.severity],
        code=finding.code,
        code_description=CodeDescription(page) if page else None,
        source=SOURCE,
        tags=[DiagnosticTag.Unnecessary] if finding.code in NEEDLESS else None,
        related_information=list(_related(view, finding)) or None,
        data=_data(finding),
    )


def range_of(text: Text, span: Span) -> Range:
    """The range of a finding; where only a place is known, from there to the end of its line."""
    found = text.range(span)
    if found.start == found.end:
        line = found.start.line
        found = Range(found.start, text.position(text.offset(Position(line, 2**31 - 1))))
    return found


def _message(finding: Finding) -> str:
    lines = [finding.message]
    if finding.instead:
        lines.append(f"instead: {finding.instead}")
    if finding.owners:
        lines.append(f"ask: {', '.join(finding.owners)}")
    return "\n".join(lines)


def _related(view: View, finding: Finding) -> Iterator[DiagnosticRelatedInformation]:
    """Where the target is defined, and the line of the policy that decides."""
    if view.policy is None:
        return
    root = view.policy.root
    defined = view.definition(finding.target) if finding.target else None
    if defined is not None:
        place = Location(uri_of(root / defined.path), _plain(defined.span))
        yield DiagnosticRelatedInformation(place, f"{finding.target} is defined here")
    line = finding.deciding_line
    if line is not None and not line[0].startswith("<"):
        file, number, says = line
        place = Location(uri_of(root / file), _plain(Span(number, 1, number, _WHOLE_LINE)))
        yield DiagnosticRelatedInformation(place, f"decided by: {says}")


def _plain(span: Span) -> Range:
    """A range in a file that nobody has read here: as if its lines were ASCII."""
    return Range(
        Position(span.line - 1, span.column - 1), Position(span.end_line - 1, span.end_column - 1)
    )


def _data(finding: Finding) -> dict[str, str | list[str]]:
    """What code actions need to know a finding again, and what other programs may want."""
    return {
        "code": finding.code,
        "name": finding.name,
        "target": finding.target,
        "subsystem": finding.subsystem,
        "targetSubsystem": finding.target_subsystem,
        "owners": list(finding.owners),
        "instead": finding.instead,
        "decidedBy": finding.decided_by,
        "knownBy": finding.known_by,
    }
