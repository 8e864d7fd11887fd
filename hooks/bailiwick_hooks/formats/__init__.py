"""The output formats of `bailiwick check`: one file each, registered here.

Each is a pure function from an Outcome to text, imported only when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from bailiwick_hooks.outcome import Outcome
    from bailiwick_hooks.terminal.color import Paint

FORMATS = {
    "text": "bailiwick_hooks.formats.text",
    "concise": "bailiwick_hooks.formats.concise",
    "statistics": "bailiwick_hooks.formats.statistics",
    "json": "bailiwick_hooks.formats.json_document",
    "jsonl": "bailiwick_hooks.formats.json_lines",
    "sarif": "bailiwick_hooks.formats.sarif",
    "sarif-all": "bailiwick_hooks.formats.sarif_all",
    "github": "bailiwick_hooks.formats.github",
    "gitlab": "bailiwick_hooks.formats.gitlab",
    "junit": "bailiwick_hooks.formats.junit",
    "checkstyle": "bailiwick_hooks.formats.checkstyle",
    "markdown": "bailiwick_hooks.formats.markdown",
}
# What people read line by line, so that several may follow each other; all others are documents.
FOR_READERS = frozenset({"text", "concise", "statistics", "github", "markdown"})
# Those that show where the target of a finding is defined, which has to be looked up.
WITH_DEFINITIONS = frozenset({"sarif", "sarif-all"})


class Format(Protocol):
    """What a module in this package offers."""

    def render(self, outcome: Outcome, paint: Paint) -> str:
        """Return the whole output, with its last line end."""


def output_format(name: str) -> Format:
    """Import the module of a format in the table."""
    return cast("Format", import_module(FORMATS[name]))
