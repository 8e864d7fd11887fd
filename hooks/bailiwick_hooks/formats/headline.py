"""The first line of a finding, which the text and the concise format share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bailiwick import Finding

    from bailiwick_hooks.terminal.color import Paint


def headline(finding: Finding, paint: Paint) -> str:
    """`path:line:column: CODE message`, with the severity behind it where it is no error."""
    span = finding.span
    place = paint(printable(finding.path), "path")
    return f"{place}:{span.line}:{span.column}: {statement(finding, paint)}"


def statement(finding: Finding, paint: Paint) -> str:
    """`CODE message`, with the severity behind it where it is no error."""
    code = paint(finding.code, finding.severity)
    mark = "" if finding.severity == "error" else f" [{finding.severity}]"
    return f"{code} {printable(finding.message)}{mark}"


def printable(text: str) -> str:
    """Put a replacement character for each one that could move the cursor or hide text.

    Names of files and lines of source are other people's words: a line feed would break the one
    line, an escape code or a bidirectional mark would show the reader what is not there.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
