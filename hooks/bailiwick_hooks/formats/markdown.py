"""`--format markdown`: a summary for people, for GitHub's step summary or a review comment."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from bailiwick_hooks.formats.headline import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick import Finding

    from bailiwick_hooks.outcome import Outcome
    from bailiwick_hooks.terminal.color import Paint

# GitHub takes a mebibyte for each step and GitLab a million characters for each comment; well
# before that nobody reads on.
ROWS = 200
LONGEST = 1000
MARKS = {"error": "🟥", "warning": "🟨", "info": "🟦"}
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&!@]")


def render(outcome: Outcome, paint: Paint) -> str:  # noqa: ARG001 - Markdown has no colour
    """Return a heading, the counts by rule, and a table of the first findings."""
    parts = [f"## Bailiwick\n\n**{outcome.summary()}**\n"]
    if outcome.findings:
        parts += ["\n".join(_counts(outcome)), "\n".join(_table(outcome.findings))]
    hidden = len(outcome.findings) - ROWS
    if hidden > 0:
        parts.append(f"… and {hidden:,} more. `bailiwick check` lists them all.\n")
    return "\n".join(parts)


def _counts(outcome: Outcome) -> Iterator[str]:
    kinds = {finding.code: finding for finding in outcome.findings}
    yield "| | rule | | findings |"
    yield "|---|---|---|---:|"
    for code, count in outcome.codes().items():
        yield _row(MARKS[kinds[code].severity], code, kinds[code].name, f"{count:,}")
    yield ""


def _table(findings: Iterable[Finding]) -> Iterator[str]:
    yield "| | where | what | instead | ask |"
    yield "|---|---|---|---|---|"
    for finding in islice(findings, ROWS):
        yield _row(
            MARKS[finding.severity],
            _text(f"{finding.path}:{finding.span.line}"),
            f"{finding.code} {_text(finding.message)}",
            _text(finding.instead),
            _text(", ".join(finding.owners)),
        )
    yield ""


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _text(words: str) -> str:
    """Other people's words as plain text in a cell: no markup, no mention of somebody's name."""
    shown = printable(words)
    shown = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
    return _SPECIAL.sub(_reference, shown)


def _reference(special: re.Match[str]) -> str:
    """A character reference: a backslash would not keep `|` and `@` from their meaning."""
    return f"&#{ord(special[0])};"
