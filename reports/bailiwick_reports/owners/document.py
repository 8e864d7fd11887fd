"""Who may approve what, as the JSON document of docs/owners.md, and as Markdown."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from bailiwick_reports.documents import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bailiwick_reports.owners.files import Difference
    from bailiwick_reports.owners.nouns import Approval, Gap

# Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1


def document(approval: Approval | None, gaps: Sequence[Gap]) -> str:
    """Return the document, in ASCII; without an approval, what is missing alone."""
    content = {
        "version": VERSION,
        "needs": [asdict(need) for need in approval.needs] if approval else [],
        "smallest": [
            {"person": person, "subsystems": list(subsystems)}
            for person, subsystems in (approval.smallest if approval else ())
        ],
        "others": approval.others if approval else 0,
        "gaps": [asdict(gap) for gap in gaps],
    }
    return written(content)


def check_document(path: str, differences: Sequence[Difference]) -> str:
    """Return the document of what a file of owners says otherwise."""
    rows = [asdict(each) for each in differences]
    return written({"version": VERSION, "file": path, "differences": rows})


def markdown(approval: Approval | None, gaps: Sequence[Gap]) -> str:
    """Return it as Markdown."""
    return "\n".join(_page(approval, gaps)) + "\n"


def _page(approval: Approval | None, gaps: Sequence[Gap]) -> Iterator[str]:
    if approval is not None:
        yield "| subsystem | files | owners | who may approve |\n|---|---:|---|---|"
        for need in approval.needs:
            people = ", ".join(need.people) or "nobody"
            owners = ", ".join(need.owners) or "nobody"
            yield f"| {need.subsystem or '(none)'} | {len(need.paths)} | {owners} | {people} |"
        yield "\nFewest people who can approve it:\n"
        for person, subsystems in approval.smallest:
            yield f"- {person}, for {', '.join(subsystems)}"
        return
    yield "| missing | |\n|---|---|"
    for gap in gaps:
        yield f"| {gap.kind} | {f'{gap.name} {gap.says}'.strip()} |"
