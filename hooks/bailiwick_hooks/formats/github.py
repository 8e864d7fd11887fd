"""`--format github`: workflow commands, which GitHub shows as annotations beside the code.

See https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick_hooks.formats.headline import printable
from bailiwick_hooks.formats.notes import notes
from bailiwick_hooks.outcome import SEVERITIES

if TYPE_CHECKING:
    from bailiwick import Finding

    from bailiwick_hooks.outcome import Outcome
    from bailiwick_hooks.terminal.color import Paint

COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
# Of each kind GitHub shows this many for a step, and keeps silent about the others.
SHOWN = 10


def render(outcome: Outcome, paint: Paint) -> str:  # noqa: ARG001 - a command has no colour
    """Return a command for each finding, then the summary and what GitHub hides."""
    return "\n".join([*map(_command, outcome.findings), _summary(outcome), ""])


def _command(finding: Finding) -> str:
    span = finding.span
    properties = {"file": printable(finding.path), "line": span.line, "endLine": span.end_line}
    # GitHub refuses columns of a span over several lines, and an empty span is the whole line.
    if span.line == span.end_line and span.column < span.end_column:
        properties |= {"col": span.column, "endColumn": span.end_column}
    properties["title"] = f"{finding.code} {finding.name}"
    words = [finding.message, *(f"{key}: {about}" for key, about in notes(finding))]
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{COMMANDS[finding.severity]} {listed}::{_data(chr(10).join(map(printable, words)))}"


def _summary(outcome: Outcome) -> str:
    counts = outcome.severities()
    hidden = sum(max(counts[severity] - SHOWN, 0) for severity in SEVERITIES)
    if not hidden:
        return outcome.summary()
    return (
        f"{outcome.summary()} GitHub shows the first {SHOWN} annotations of each severity in a "
        f"step; {hidden:,} more stand in this log alone."
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
