"""Measure Bailiwick beside its peers on the whole of Nova: `make bench`."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks import commits, growth, nova, ours, peers, report
from benchmarks.goals import LARGEST, WHOLE, goals
from benchmarks.measure import Measurement, RunFailedError, in_turn

DOCS = Path(__file__).parent.parent / "docs"
EXTENDS = 'extends = ["nova"]\n'
TIMES = 4


def main() -> int:
    """Measure, print the page and the JSON, and write both to docs/ if asked to."""
    options = _options()
    try:
        with tempfile.TemporaryDirectory(prefix="bailiwick-bench-") as scratch:
            results = _measure(options, Path(scratch))
    except RunFailedError as failed:
        print(failed, file=sys.stderr)
        return 1
    page = report.as_markdown(results)
    figures = json.dumps(report.as_json(results), indent=1, ensure_ascii=False) + "\n"
    print(page, figures, sep="\n")
    if options.write:
        DOCS.joinpath("benchmarks.md").write_text(page)
        DOCS.joinpath("benchmarks.json").write_text(figures)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--slow-rounds", type=int, default=1, help="for Fixit 2, flake8, --exhaustive"
    )
    parser.add_argument("--no-peers", action="store_true", help="Bailiwick alone")
    parser.add_argument("--no-growth", action="store_true", help="only the tree as released")
    parser.add_argument("--exhaustive", action="store_true", help="Bailiwick without a sieve, too")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and .json")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    kept = home / "bailiwick-bench"
    parser.add_argument(
        "--cache", type=Path, default=kept, help=f"wheels and peers, kept in {kept}"
    )
    return parser.parse_args()


def _measure(options: argparse.Namespace, scratch: Path) -> report.Results:
    machine = report.machine()
    tree = nova.unpack(nova.wheel(options.cache), scratch / "nova")
    size = nova.size(tree)
    tree.joinpath(ours.POLICY).write_text(EXTENDS)
    programs = None if options.no_peers else peers.environment(options.cache)
    cases = ours.cases(tree)
    cases += [ours.exhaustive(tree)] if options.exhaustive else []
    cases += peers.cases(tree, programs) if programs else []
    repository = commits.repository(tree, programs, scratch / "repository")
    cases += commits.cases(repository)
    measured = in_turn(cases, options.rounds, options.slow_rounds, _say)
    hooks = commits.durations(repository, options.rounds, _say)
    grown, sizes = ({}, {}) if options.no_growth else _grow(options, tree, scratch)
    return report.Results(
        date=datetime.date.today().isoformat(),
        machine=machine,
        versions=report.versions(programs),
        rounds=options.rounds,
        slow_rounds=options.slow_rounds,
        tree=size,
        measured=measured,
        fixit_share=peers.fixit_share(tree),
        commits=hooks,
        growth=grown,
        grown=sizes,
        goals=goals(measured, hooks, grown, sizes[LARGEST].bytes / size.bytes if sizes else 0),
    )


def _grow(
    options: argparse.Namespace, tree: Path, scratch: Path
) -> tuple[dict[str, Measurement], dict[str, nova.Size]]:
    trees = {
        "¼ Nova": growth.part(tree, 4, scratch / "quarter"),
        "½ Nova": growth.part(tree, 2, scratch / "half"),
        WHOLE: tree,
        LARGEST: growth.multiple(tree, TIMES, scratch / "multiple"),
    }
    for name, folder in trees.items():
        policy = growth.policy(TIMES) if name == LARGEST else EXTENDS
        folder.joinpath(ours.POLICY).write_text(policy)
    cases = [case for name, folder in trees.items() for case in ours.grown(name, folder)]
    measured = in_turn(cases, options.rounds, options.slow_rounds, _say)
    return measured, {name: nova.size(folder) for name, folder in trees.items()}


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
