"""The difference of two APIs, for a terminal, for programs, and as Markdown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from bailiwick_hooks.terminal.wording import many

from bailiwick_reports.documents import place, written
from bailiwick_reports.printing import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bailiwick import Crossing

    from bailiwick_reports.api.comparing import Change

# Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1
_FEW = 4


def lines(changes: Sequence[Change], before: str, after: str) -> Iterator[Line]:
    """The difference for a terminal, what breaks somebody first."""
    breaking = [change for change in changes if change.verdict == "breaks"]
    compatible = [change for change in changes if change.verdict != "breaks"]
    yield Line(f"From {before} to {after}: {_sums(changes)}", "head")
    if breaking:
        yield Line("")
        yield Line("Breaks whoever keeps to what was", "bad")
    for change in sorted(breaking, key=_gravity):
        yield from _breaking(change)
    if compatible:
        yield Line("")
        yield Line("Compatible", "good")
        yield from (Line(f"  {_in_short(change)}") for change in compatible)


def _sums(changes: Sequence[Change]) -> str:
    counts = Counter(change.what for change in changes)
    words = [f"{counts[what]:,} {what}" for what in ("removed", "changed", "added") if counts[what]]
    breaks = sum(change.verdict == "breaks" for change in changes)
    return f"{', '.join(words) or 'no difference'}; {breaks:,} may break somebody"


def _gravity(change: Change) -> tuple[bool, int, str, str]:
    concerned = len(change.users) + len(change.implementers)
    return not concerned, -concerned, change.owner, change.symbol


def _breaking(change: Change) -> Iterator[Line]:
    yield Line(f"  {_in_short(change)}")
    for says in change.says:
        yield Line(f"      {says}")
    if change.implementers:
        yield Line(f"      breaks {_places(change.implementers, 'implementation')}", "bad")
    if change.users:
        yield Line(f"      concerns {_places(change.users, 'place')}", "doubt")
    if not change.users and not change.implementers:
        yield Line("      nobody in another subsystem of this tree", "faint")


def _places(places: Sequence[Crossing], noun: str) -> str:
    whose = Counter(each.subsystem for each in places)
    by = ", ".join(f"{name or 'unclaimed'} {count}" for name, count in whose.most_common())
    shown = ", ".join(str(each.site) for each in places[:_FEW])
    more = f" and {len(places) - _FEW} more" if len(places) > _FEW else ""
    return f"{many(len(places), noun)} ({by}): {shown}{more}"


def _in_short(change: Change) -> str:
    if change.what == "changed":
        return f"{change.owner}  {change.symbol}  {change.before}  →  {change.after}"
    sign = {"added": "+", "removed": "-"}[change.what]
    return f"{change.owner}  {sign} {change.symbol}  {change.after or change.before}"


def document(changes: Sequence[Change], before: str, after: str) -> str:
    """Return the JSON document of docs/api.md, in ASCII."""
    content = {
        "version": VERSION,
        "before": before,
        "after": after,
        "changes": list(map(content_of, changes)),
    }
    return written(content)


def content_of(change: Change) -> dict[str, Any]:
    """A change as a part of a JSON document."""
    return {
        "owner": change.owner,
        "symbol": change.symbol,
        "what": change.what,
        "before": change.before,
        "after": change.after,
        "verdict": change.verdict,
        "says": list(change.says),
        "users": list(map(_place, change.users)),
        "implementers": list(map(_place, change.implementers)),
    }


def _place(each: Crossing) -> dict[str, Any]:
    return {
        **place(each),
        "subsystem": each.subsystem,
    }


def markdown(changes: Sequence[Change], before: str, after: str) -> str:
    """Return a page of Markdown."""
    return "\n".join([f"# API from {before} to {after}\n", *table(changes)]) + "\n"


def table(changes: Sequence[Change]) -> Iterator[str]:
    """The changes as a table in Markdown."""
    if not changes:
        yield "Nothing that is offered has changed."
        return
    yield "| | owner | name | before | after | verdict |"
    yield "|---|---|---|---|---|---|"
    for change in sorted(changes, key=lambda each: (each.verdict != "breaks", *_gravity(each))):
        concerned = [*change.implementers, *change.users]
        verdict: str = "may break" if change.verdict == "breaks" else change.verdict
        if concerned:
            verdict += f": {_places(concerned, 'place')}"
        verdict = "; ".join([verdict, *change.says])
        cells = (change.owner, f"`{change.symbol}`", _code(change.before), _code(change.after))
        yield f"| {change.what} | {' | '.join(cells)} | {verdict} |"


def _code(words: str) -> str:
    return f"`{words.replace('|', chr(92) + '|')}`" if words else ""
