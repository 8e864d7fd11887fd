"""The figures as one Markdown page and as JSON."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from string import Template
from typing import TYPE_CHECKING, Any

from benchmarks import nova, ours, peers, reports
from benchmarks.latency import page as latency

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.commits import Durations
    from benchmarks.goals import Goal
    from benchmarks.measure import Measurement
    from benchmarks.nova import Size

PAGE = Path(__file__).with_name("page.md")
# Written by hand, and to be read again whenever the figures have moved.
REMARKS = Path(__file__).with_name("remarks.md")
# What `python -m benchmarks.latency` found last; it runs by itself.
LATENCY = Path(__file__).parents[1] / "docs" / "latency.json"
MIB = 1024 * 1024
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that one run of the benchmark found out."""

    date: str
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    rounds: int
    slow_rounds: int
    tree: Size
    measured: Mapping[str, Measurement]
    fixit_share: float
    commits: Durations
    growth: Mapping[str, Measurement]
    grown: Mapping[str, Size]
    goals: Sequence[Goal]


def machine() -> dict[str, str]:
    """The machine, as far as it bears upon the figures."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory / 1024**3:.0f} GiB",
        "system": platform.system(),
        "load before": f"{os.getloadavg()[0]:.2f}",
    }


def versions(programs: Path | None) -> dict[str, str]:
    """The versions of all that was measured."""
    own = {"python": platform.python_version(), "nova": nova.RELEASE}
    own |= {name: version(name) for name in ("bailiwick", "libcst")}
    return own | (peers.versions(programs) if programs else {})


def as_json(results: Results) -> dict[str, Any]:
    """All figures, seconds and bytes, each run by itself."""
    goals = [{**asdict(goal), "met": goal.met} for goal in results.goals]
    return {"version": 1, **asdict(results), "goals": goals}


def as_markdown(results: Results) -> str:
    """The page docs/benchmarks.md."""
    page = Template(PAGE.read_text()).substitute(
        date=results.date,
        release=nova.RELEASE,
        size=_size(results.tree),
        machine=_listed(results.machine),
        versions=_listed(results.versions),
        rounds=results.rounds,
        slow_rounds=results.slow_rounds,
        goals=_goals(results.goals),
        cases=_cases(results.measured),
        fixit_share=f"{results.fixit_share:.1%}",
        fixit_scaled=_fixit_scaled(results),
        commits=_commits(results.commits),
        growth=_growth(results),
        remarks=REMARKS.read_text(),
    )
    if reports.KEPT.exists():
        page = reports.replaced(page, json.loads(reports.KEPT.read_text()))
    if LATENCY.exists():
        return latency.replaced(page, json.loads(LATENCY.read_text()))
    return page


def _size(size: Size) -> str:
    return f"{size.files:,} files, {size.bytes / MB:.1f} MB, {size.lines:,} lines"


def _listed(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _goals(goals: Iterable[Goal]) -> str:
    rows = [
        (each.what, f"≤ {each.limit:.2f} {each.unit}", f"{each.measured:.2f}", each.verdict)
        for each in goals
    ]
    return _table(("what", "goal", "measured", "verdict"), rows)


def _cases(measured: Mapping[str, Measurement]) -> str:
    cold, warm = measured[ours.COLD], measured[ours.WARM]
    rows = [
        (
            name,
            f"{each.seconds:.3f}",
            f"{each.processor:.3f}",
            f"{each.peak / MIB:.0f}",
            f"{each.findings:,}",
            f"{each.times(cold):.2f}",
            f"{each.times(warm):.2f}",
        )
        for name, each in measured.items()
    ]
    head = ("run", "wall s", "processor s", "peak MiB", "findings", "÷ cold", "÷ warm")
    return _table(head, rows)


def _fixit_scaled(results: Results) -> str:
    """What Fixit 2 would take for the whole tree, if its time grows with the bytes it reads."""
    if peers.FIXIT not in results.measured:
        return "not measured"
    start = results.measured[peers.FIXIT_START].seconds
    longer = results.measured[peers.FIXIT].seconds - start
    return f"{start + longer / results.fixit_share:.0f} s"


def _commits(durations: Durations) -> str:
    """Each hook's seconds, the median of the rounds."""
    hooks = dict.fromkeys(hook for found in durations.values() for hook in found)
    rows = [
        (hook, *(f"{median(found[hook]):.2f}" for found in durations.values())) for hook in hooks
    ]
    return _table(("hook", *(f"{name}, s" for name in durations)), rows)


def _growth(results: Results) -> str:
    rows = []
    for name, size in results.grown.items():
        cold, warm = (results.growth[f"{name}, {how}"] for how in ("cold", "warm"))
        rows.append(
            (
                name,
                f"{size.files:,}",
                f"{size.bytes / MB:.1f}",
                f"{cold.seconds:.3f}",
                f"{cold.seconds * 1000 / (size.bytes / MB):.1f}",
                f"{cold.peak / MIB:.0f}",
                f"{cold.findings:,}",
                f"{warm.seconds:.3f}",
                f"{warm.seconds * 1000 / (size.bytes / MB):.1f}",
            )
        )
    cold_head = ("cold s", "cold ms/MB", "cold peak MiB", "findings")
    return _table(("tree", "files", "MB", *cold_head, "warm s", "warm ms/MB"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))
