"""`--format gitlab`: a code quality report, which GitLab shows in merge requests.

See https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bailiwick_hooks.formats.fingerprints import fingerprinted
from bailiwick_hooks.formats.headline import printable
from bailiwick_hooks.formats.notes import notes

if TYPE_CHECKING:
    from bailiwick import Finding

    from bailiwick_hooks.outcome import Outcome
    from bailiwick_hooks.terminal.color import Paint

SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(outcome: Outcome, paint: Paint) -> str:  # noqa: ARG001 - a document has no colour
    """Return the report, in ASCII."""
    marked = fingerprinted(outcome)
    entries = [_entry(finding, mark) for finding, excuse, mark in marked if excuse is None]
    return json.dumps(entries, indent=1) + "\n"


def _entry(finding: Finding, fingerprint: str) -> dict[str, Any]:
    span = finding.span
    words = [finding.message, *(f"{key}: {about}" for key, about in notes(finding))]
    return {
        "description": f"{finding.code} {printable('; '.join(words))}",
        "check_name": f"{finding.code} {finding.name}",
        "fingerprint": fingerprint,
        "severity": SEVERITIES[finding.severity],
        "location": {
            "path": printable(finding.path),
            # GitLab reads `lines`; other readers of the format read the columns, too.
            "lines": {"begin": span.line, "end": span.end_line},
            "positions": {
                "begin": {"line": span.line, "column": span.column},
                "end": {"line": span.end_line, "column": span.end_column},
            },
        },
    }
