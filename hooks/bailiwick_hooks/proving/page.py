"""A proof as text: a table of boundaries, then what is not live, and why."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from bailiwick_hooks.formats.headline import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from bailiwick_hooks.proving.nouns import Boundary, Gap, Proof, Trial, Way

# Of what a reason keeps from being caught, this many are shown.
_EXAMPLES = 3


def render(proof: Proof, *, color: bool, width: int) -> str:
    """Return the whole page; `width` is in cells of a terminal."""
    from rich.console import Console
    from rich.text import Text

    out = StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )
    console.print(_table(proof))
    for line in _missed(proof):
        console.print(line, soft_wrap=True)
    for note in (*_idle(proof), *proof.notes):
        console.print(printable(note), soft_wrap=True)
    console.print(Text(summary(proof), "bold green" if proof.holds else "bold red"), soft_wrap=True)
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def summary(proof: Proof) -> str:
    """One sentence: how many boundaries are live, and how many are not."""
    boundaries = proof.by_boundary()
    if not boundaries:
        return "The policy draws no line that could be broken."
    dead = sum(any(trial.reason for trial in trials) for trials in boundaries.values())
    sent = len({trial.violation for trial in proof.trials})
    if dead:
        return f"{dead:,} of {_many(len(boundaries), 'boundary', 'boundaries')} not live."
    first = printable(proof.ways[0].name) if proof.ways else "nobody"
    ways = f"by {first}" if len(proof.ways) < 2 else f"on all {len(proof.ways)} ways"
    caught = f"{sent:,} small violations, each caught {ways}"
    if proof.gaps:
        return f"{caught}, but there are places that the lines do not reach."
    return f"{_many(len(boundaries), 'boundary', 'boundaries')} live: {caught}."


def _table(proof: Proof) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("boundary", overflow="fold")
    table.add_column("drawn at", overflow="fold")
    table.add_column("rules")
    for way in proof.ways:
        table.add_column(printable(way.name), justify="right")
    for boundary, trials in proof.by_boundary().items():
        table.add_row(*_row(boundary, trials, proof.ways))
    return table


def _row(
    boundary: Boundary, trials: Sequence[Trial], ways: Sequence[Way]
) -> Iterator[RenderableType]:
    from rich.text import Text

    yield printable(boundary.name)
    yield printable(boundary.decided_by)
    yield " ".join(sorted({trial.violation.code for trial in trials}))
    for way in ways:
        sent = [trial for trial in trials if trial.way is way]
        caught = sum(not trial.reason for trial in sent)
        style = "green" if caught == len(sent) else "bold red"
        yield Text(f"{caught:,} of {len(sent):,}", style)


def _missed(proof: Proof) -> Iterator[Text]:
    from rich.text import Text

    for (way, reason), trials in proof.by_reason().items():
        yield Text(f"\nnot caught by {_way(way)}: {printable(reason)}", "bold")
        yield Text(f"    {len(trials):,} of {_sent(proof):,} violations, such as")
        for trial in _different(trials):
            violation = trial.violation
            yield Text(f"      {printable(violation.path)}: {printable(violation.text)}")
            yield Text(f"        {violation.code}, {printable(violation.boundary.name)}", "dim")
    for gap in proof.gaps:
        yield Text(f"\n{_reach(gap)}", "bold")
        if gap.paths:
            shown = ", ".join(gap.paths[:_EXAMPLES])
            more = len(gap.paths) - _EXAMPLES
            yield Text(f"    {printable(shown)}" + (f" and {more:,} more" if more > 0 else ""))
    yield Text("")


def _reach(gap: Gap) -> str:
    if not gap.way:
        return f"matches nothing: {printable(gap.reason)}"
    files = "1 file" if len(gap.paths) == 1 else f"{len(gap.paths):,} files"
    return f"{printable(gap.way)} never gets {files} of {gap.subsystem}: {printable(gap.reason)}"


def _different(trials: Sequence[Trial]) -> list[Trial]:
    """A few examples, of as many boundaries as there are."""
    by_boundary: dict[Boundary, Trial] = {}
    for trial in trials:
        by_boundary.setdefault(trial.violation.boundary, trial)
    return list(by_boundary.values())[:_EXAMPLES]


def _idle(proof: Proof) -> Iterator[str]:
    if proof.idle:
        yield f"Not in this tree, so nothing was sent there: {', '.join(proof.idle)}."


def _way(way: Way) -> str:
    return f"{way.name} ({way.place})" if way.place else way.name


def _sent(proof: Proof) -> int:
    return len(proof.trials) // max(len(proof.ways), 1)


def _many(count: int, one: str, many: str) -> str:
    return f"{count:,} {one} is" if count == 1 else f"{count:,} {many} are"
