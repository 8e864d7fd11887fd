"""`--format concise`: one line for each finding, for editors, `grep` and problem matchers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick_hooks.formats.headline import headline

if TYPE_CHECKING:
    from bailiwick_hooks.outcome import Outcome
    from bailiwick_hooks.terminal.color import Paint


def render(outcome: Outcome, paint: Paint) -> str:
    """Return the headline of each finding, then the summary."""
    lines = [headline(finding, paint) for finding in outcome.findings]
    return "\n".join([*lines, outcome.summary(), ""])
