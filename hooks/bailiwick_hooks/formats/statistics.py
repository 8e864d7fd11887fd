"""`--statistics`: how often each rule was broken, in place of the findings themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bailiwick_hooks.outcome import Outcome
    from bailiwick_hooks.terminal.color import Paint


def render(outcome: Outcome, paint: Paint) -> str:
    """Return a line for each rule that was broken, the most frequent first, then the summary."""
    counts = outcome.codes()
    kinds = {finding.code: finding for finding in outcome.findings}
    width = max((len(f"{count:,}") for count in counts.values()), default=0)
    lines = [
        f"{count:>{width},}  {paint(code, kinds[code].severity)}  {kinds[code].name}"
        for code, count in counts.items()
    ]
    return "\n".join([*lines, outcome.summary(), ""])
