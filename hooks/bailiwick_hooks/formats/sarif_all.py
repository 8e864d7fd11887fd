"""`--format sarif-all`: SARIF with all that was found, what is not reported marked as suppressed.

For readers that heed the marks. GitHub's code scanning makes alerts of suppressed results, too:
https://github.com/github/codeql-action/issues/1230.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick_hooks.formats.sarif import document

if TYPE_CHECKING:
    from bailiwick_hooks.outcome import Outcome
    from bailiwick_hooks.terminal.color import Paint


def render(outcome: Outcome, paint: Paint) -> str:  # noqa: ARG001 - a document has no colour
    """Return the document, in ASCII, with one run of all that was found."""
    return document(outcome, whole=True)
