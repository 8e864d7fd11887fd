"""The reports on Nova's tree and its git history: `python -m benchmarks.reports`."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import nova, ours, sections
from benchmarks.measure import Case, RunFailedError, in_turn, without

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.measure import Measurement

DOCS = Path(__file__).parents[1] / "docs"
KEPT = DOCS / "reports.json"
PAGE = DOCS / "benchmarks.md"
TITLE = "## Reports"
EXTENDS = 'extends = ["nova"]\n'
COLD, WARM = "cold", "warm"
# By the name of a case, the most seconds that it is meant to take cold and warm.
GOALS: dict[str, tuple[float, float | None]] = {
    "split libvirt": (5, 1),
    "owners": (5, 1),
    "map": (5, None),
    "review of 500 commits": (5, 1),
    "api diff 33.0.0": (5, 1),
    "discover 2013-09 to 2014-09": (60, None),
    "trend over 20 releases": (0, None),
}
FIRST, LAST = 15, 34


def main() -> int:
    """Measure, and write the section of docs/benchmarks.md if asked to."""
    options = _options()
    try:
        with tempfile.TemporaryDirectory(prefix="bailiwick-bench-") as scratch:
            cases = _cases(options, Path(scratch))
            measured = in_turn(cases, options.rounds, options.rounds, _say)
    except RunFailedError as failed:
        print(failed, file=sys.stderr)
        return 1
    results = _results(measured, options.rounds)
    print(section(results))
    if options.write:
        KEPT.write_text(json.dumps(results, indent=1) + "\n")
        PAGE.write_text(replaced(PAGE.read_text(), results))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--history",
        type=Path,
        help="a clone of Nova, for the reports on a history",
    )
    parser.add_argument("--no-trend", action="store_true", help="leave out what takes minutes")
    parser.add_argument("--write", action="store_true", help=f"write {KEPT.name} and the page")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument(
        "--cache", type=Path, default=home / "bailiwick-bench", help="for the wheel"
    )
    return parser.parse_args()


def _cases(options: argparse.Namespace, scratch: Path) -> list[Case]:
    tree = nova.unpack(nova.wheel(options.cache), scratch / "nova")
    tree.joinpath(ours.POLICY).write_text(EXTENDS)
    page = str(scratch / "map.html")
    cases = [
        *_pair("split libvirt", tree, "split", "libvirt"),
        *_pair("owners", tree, "owners"),
        *_pair("map", tree, "map", "--output", page),
    ]
    if options.history is None:
        return cases
    clone = scratch / "history"
    git = ("git", "clone", "--quiet", "--shared", str(options.history.absolute()), str(clone))
    subprocess.run(git, check=True)
    clone.joinpath(ours.POLICY).write_text(EXTENDS)
    cases += _pair("review of 500 commits", clone, "review", f"{_before(clone, 500)}..HEAD")
    cases += _pair("api diff 33.0.0", clone, "api", "diff", "33.0.0")
    year = ("--since", "2013-09-01", "--until", "2014-09-01")
    cases += _pair("discover 2013-09 to 2014-09", clone, "discover", *year)[:1]
    if not options.no_trend:
        releases = [f"{number}.0.0" for number in range(FIRST, LAST + 1)]
        cases += _pair("trend over 20 releases", clone, "trend", *releases)
    return cases


def _pair(name: str, folder: Path, *words: str) -> list[Case]:
    """A report with nothing known, and again."""
    command = (ours.CHECK[0], *words)
    cold = without(folder / ours.CACHE)
    return [
        Case(f"{name}, {COLD}", command, folder, around=cold, slow=True),
        Case(f"{name}, {WARM}", command, folder, slow=True),
    ]


def _before(clone: Path, commits: int) -> str:
    """The commit on the first line behind which there are at least so many, merges left out."""
    low, high = 1, commits
    while low < high:
        middle = (low + high) // 2
        words = ("rev-list", "--count", "--no-merges", f"HEAD~{middle}..HEAD")
        said = subprocess.run(
            ("git", *words), cwd=clone, check=True, capture_output=True, text=True
        )
        low, high = (low, middle) if int(said.stdout) >= commits else (middle + 1, high)
    return f"HEAD~{low}"


def _results(measured: Mapping[str, Measurement], rounds: int) -> dict[str, Any]:
    return {
        "date": datetime.date.today().isoformat(),
        "rounds": rounds,
        "load": round(os.getloadavg()[0], 1),
        "cores": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count(),
        "runs": {
            name: {
                "seconds": [sample.seconds for sample in each.samples],
                "processor": [sample.processor for sample in each.samples],
                "peak": each.peak,
            }
            for name, each in measured.items()
        },
    }


def section(results: Mapping[str, Any]) -> str:
    """The section of docs/benchmarks.md."""
    rounds = results["rounds"]
    how = f"medians of {rounds} rounds" if rounds > 1 else "one round"
    lines = [
        f"{TITLE}\n",
        f"Made by `python -m benchmarks.reports --history CLONE` on {results['date']}: "
        f"{how} on {results['cores']} cores at a load of {results['load']}. "
        "Where others work beside it, wall time says little; *processor* is that of all processes "
        "of a run together.\n",
        "| report | | goal, s | wall, s | processor, s | peak, MiB |",
        "|---|---|---:|---:|---:|---:|",
    ]
    return "\n".join([*lines, *_rows(results["runs"])]) + "\n\n"


def _rows(runs: Mapping[str, Any]) -> Iterator[str]:
    from statistics import median

    for name, run in runs.items():
        report, _, state = name.rpartition(", ")
        limit = GOALS[report][state == WARM]
        wall, processor = median(run["seconds"]), median(run["processor"])
        goal = f"{limit:g}" if limit else ""
        peak = run["peak"] / 1024 / 1024
        yield f"| `{report}` | {state} | {goal} | {wall:.1f} | {processor:.1f} | {peak:.0f} |"


def replaced(page: str, results: Mapping[str, Any]) -> str:
    """A page with its section made anew, or added at its end."""
    return sections.replaced(page, TITLE, section(results))


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
