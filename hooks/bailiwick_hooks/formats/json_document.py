"""`--format json`: the versioned document of `docs/cli.md`, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bailiwick import Finding

    from bailiwick_hooks.outcome import Outcome
    from bailiwick_hooks.terminal.color import Paint

# Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1


def render(outcome: Outcome, paint: Paint) -> str:  # noqa: ARG001 - a document has no colour
    """Return the document, in ASCII, so that no terminal's encoding can spoil it."""
    document = {
        "version": VERSION,
        "findings": [entry(finding) for finding in outcome.findings],
        "summary": summary(outcome),
    }
    return json.dumps(document, indent=1) + "\n"


def summary(outcome: Outcome) -> dict[str, Any]:
    """How many files there were, and how many findings of each severity and rule."""
    severities = outcome.severities()
    return {
        "files": outcome.files,
        "errors": severities["error"],
        "warnings": severities["warning"],
        "infos": severities["info"],
        "codes": outcome.codes(),
        "recorded": outcome.excuses()["external"],
        "suppressed": outcome.excuses()["inSource"],
    }


def entry(finding: Finding) -> dict[str, Any]:
    """One finding, as the document and the JSON lines have it."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "path": finding.path,
        "line": finding.span.line,
        "column": finding.span.column,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column,
        "message": finding.message,
        "subsystem": finding.subsystem,
        "target": finding.target,
        "target_subsystem": finding.target_subsystem,
        "known_by": finding.known_by,
        "decided_by": finding.decided_by,
        "instead": finding.instead,
        "owners": list(finding.owners),
        "detail": list(finding.detail),
    }
