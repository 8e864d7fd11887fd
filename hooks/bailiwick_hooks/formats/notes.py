"""What stands below the first line of a finding, which several formats share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick import Finding


def notes(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield each thing that is known about a finding: what it is, and the words."""
    if finding.known_by:
        yield "known by", finding.known_by
    if finding.decided_by:
        yield "decided by", finding.decided_by
    if finding.instead:
        yield "instead", finding.instead
    if finding.owners:
        yield "ask", ", ".join(finding.owners)
