"""`--format jsonl`: a JSON object on each line, for programs that read as they go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bailiwick_hooks.formats.json_document import VERSION, entry, summary

if TYPE_CHECKING:
    from bailiwick_hooks.outcome import Outcome
    from bailiwick_hooks.terminal.color import Paint


def render(outcome: Outcome, paint: Paint) -> str:  # noqa: ARG001 - data has no colour
    """Return a line for each finding, with the keys of the document, then one for the summary."""
    entries = [*map(entry, outcome.findings), {"version": VERSION, "summary": summary(outcome)}]
    return "".join(f"{json.dumps(each)}\n" for each in entries)
