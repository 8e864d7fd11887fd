"""The figures as a section of docs/benchmarks.md."""

from __future__ import annotations

from pathlib import Path
from statistics import median, quantiles
from string import Template
from typing import TYPE_CHECKING, Any

from benchmarks import sections

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TEXT = Path(__file__).with_name("section.md")
TITLE = "## While somebody types"
MIB = 1024 * 1024
# Of fewer keys nobody can say what 19 of 20 are not slower than.
ENOUGH = 20
HEAD = (
    "server",
    "keys",
    "key p50, ms",
    "key p95, ms",
    "last of 15 keys, ms",
    "start, s",
    "MiB",
    "MiB after an hour",
    "at the most",
)


def section(results: Mapping[str, Any]) -> str:
    """What docs/benchmarks.md says of language servers."""
    rows = [_row(each) for each in results["servers"]]
    rule = ["---", *("---:" for _ in HEAD[1:])]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in (HEAD, rule, *rows))
    return Template(TEXT.read_text()).substitute(
        load=results["load"],
        keys=results["keys"],
        budget=f"{results['budget']:g}",
        edits=results["edits"],
        table=table,
        ours=" ".join(_words(results)),
    )


def replaced(page: str, results: Mapping[str, Any]) -> str:
    """A page with its section made anew, or added at its end."""
    return sections.replaced(page, TITLE, section(results))


def _row(latency: Mapping[str, Any]) -> tuple[str, ...]:
    keys = latency["keys"]
    return (
        latency["name"],
        str(len(keys)),
        _milliseconds(keys, median),
        _milliseconds(keys, _slowest) if len(keys) >= ENOUGH else "",
        _milliseconds(latency["bursts"], median) if latency["bursts"] else "",
        f"{median(latency['first']):.2f}" if latency["first"] else "",
        _mebibytes(latency["memory"]),
        _mebibytes(latency["held"][-1] if latency["held"] else 0),
        _mebibytes(latency["peak"]),
    )


def _mebibytes(held: float) -> str:
    return f"{held / MIB:.0f}" if held else ""


def _slowest(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]


def _milliseconds(values: Sequence[float], what: Any) -> str:
    return f"{what(values) * 1000:.0f}" if values else "no answer"


def _words(results: Mapping[str, Any]) -> Iterator[str]:
    for each in results["servers"]:
        if each["hovers"]:
            yield f"A hover right after a key: {_milliseconds(each['hovers'], median)} ms."
        if each["actions"]:
            yield f"Code actions on a finding: {_milliseconds(each['actions'], median)} ms."
            proposals = _milliseconds(each["proposals"], median)
            yield f"Completion in the policy: {proposals} ms."
        if each["warm"]:
            yield (
                f"Start with the cache of a check: {median(each['warm']):.2f} s, "
                f"without it {median(each['first']):.2f} s."
            )
        if each["dependants"]:
            took = _milliseconds(each["dependants"], median)
            yield (
                "From an edit of a method of `ComputeDriver` to the updated diagnostics of ten "
                f"open modules that depend on it: {took} ms."
            )
