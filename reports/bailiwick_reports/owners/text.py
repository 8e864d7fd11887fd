"""Who may approve what, as lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick_hooks.terminal.wording import many

from bailiwick_reports.printing import Line, columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bailiwick_reports.owners.files import Difference
    from bailiwick_reports.owners.nouns import Approval, Gap, Need

_FEW = 8


def lines(approval: Approval) -> Iterator[Line]:
    """Who has to approve."""
    if not approval.needs:
        yield Line("No file has changed.")
        return
    files = sum(len(need.paths) for need in approval.needs)
    yield Line(f"{many(files, 'file')} of {many(len(approval.needs), 'subsystem')}", "head")
    rows: list[Sequence[object]] = [("subsystem", "files", "owners", "who may approve")]
    for need in approval.needs:
        people = ", ".join(_few([_person(each, need) for each in need.people]))
        whose = need.subsystem or "(nobody's)"
        owners = ", ".join(need.owners) or "nobody"
        rows.append((whose, len(need.paths), owners, people or "nobody"))
    head, *body = columns(rows)
    yield Line(head, "faint")
    yield from map(Line, body)
    yield Line("")
    if approval.smallest:
        yield Line(f"Fewest people who can approve it: {len(approval.smallest)}", "head")
        for person, subsystems in approval.smallest:
            yield Line(f"  {person}  for {', '.join(subsystems)}", "good")
        if approval.others:
            yield Line(f"  or {many(approval.others, 'other choice')} of as few", "faint")
    for need in approval.orphans:
        whose = f"{need.subsystem}, which has no owner" if need.subsystem else "no subsystem"
        yield Line(
            f"Nobody may approve {many(len(need.paths), 'file')} of {whose}: "
            f"{', '.join(_few(need.paths))}",
            "bad",
        )


def _person(person: str, need: Need) -> str:
    return f"{person} (trusted)" if person in need.trusted else person


def gap_lines(gaps: Sequence[Gap]) -> Iterator[Line]:
    """What is missing in who owns what."""
    if not gaps:
        yield Line("Every file has an owner, and nobody is alone.", "good")
        return
    yield Line(f"Missing in who owns what: {len(gaps)}", "head")
    rows = [(gap.kind, f"{gap.name} {gap.says}".strip()) for gap in gaps]
    yield from (Line(line, "doubt") for line in columns(rows))


def difference_lines(path: str, differences: Sequence[Difference]) -> Iterator[Line]:
    """What a file of owners says otherwise than the policy."""
    if not differences:
        yield Line(f"{path} says what the policy says.", "good")
        return
    files = sum(len(each.paths) for each in differences)
    yield Line(f"{path} says otherwise than the policy of {many(files, 'file')}", "bad")
    for each in differences:
        whose = each.subsystem or "nobody's"
        yield Line(f"  {whose}: {many(len(each.paths), 'file')}, {', '.join(_few(each.paths))}")
        yield Line(f"    by the policy  {', '.join(each.policy) or 'nobody'}")
        yield Line(f"    by the file    {', '.join(each.file) or 'nobody'}")


def _few(names: Sequence[str]) -> list[str]:
    return [*names[:_FEW], f"and {len(names) - _FEW} more"] if len(names) > _FEW else list(names)
