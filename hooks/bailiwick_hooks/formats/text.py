"""`--format text`: what is wrong, where, how we know, who decided, and what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick_hooks.formats.frame import frame
from bailiwick_hooks.formats.headline import headline, printable
from bailiwick_hooks.formats.notes import notes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick import Finding

    from bailiwick_hooks.outcome import Outcome
    from bailiwick_hooks.terminal.color import Paint


def render(outcome: Outcome, paint: Paint) -> str:
    """Return a block for each finding with an empty line behind it, then the summary."""
    blocks = ["\n".join(_block(finding, paint)) + "\n" for finding in outcome.findings]
    return "\n".join([*blocks, paint(outcome.summary(), outcome.worst() or "clean"), ""])


def _block(finding: Finding, paint: Paint) -> Iterator[str]:
    yield headline(finding, paint)
    if finding.excerpt:
        yield from frame(finding.excerpt, finding.span, paint, finding.severity)
    for line in finding.detail:
        yield " " * (len(str(finding.span.line)) + 1) + paint("|", "gutter") + f" {printable(line)}"
    margin = " " * (len(str(finding.span.line)) + 1) + paint("=", "gutter")
    for key, words in _notes(finding):
        yield f"{margin} {paint(key, 'key')}: {printable(words)}"


def _notes(finding: Finding) -> Iterator[tuple[str, str]]:
    explain = f"bailiwick explain {finding.code}"
    for key, words in notes(finding):
        yield key, f"{words}          {explain}" if key == "ask" else words
    if not finding.owners:
        yield "see", explain
