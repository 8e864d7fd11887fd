"""Measure language servers while somebody types: `python -m benchmarks.latency`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from benchmarks import nova, ours
from benchmarks.latency import page, scenes, servers
from benchmarks.latency.client import SilentError

DOCS = Path(__file__).parents[2] / "docs"
_SETTLED = 3
EXTENDS = 'extends = ["nova"]\n'


def main() -> int:
    """Measure, print the section, and write it to docs/ if asked to."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="bailiwick-latency-") as scratch:
        tree = _tree(options, Path(scratch))
        figures = [_measured(each, tree, options) for each in _servers(options)]
    load = os.getloadavg()[0]
    results = {
        "version": 1,
        "python": platform.python_version(),
        "load": round(load, 2),
        "keys": options.keys,
        "budget": options.budget,
        "edits": options.edits,
        "servers": [asdict(each) for each in figures],
    }
    print(page.section(results))
    if options.write:
        DOCS.joinpath("latency.json").write_text(json.dumps(results, indent=1) + "\n")
        benchmarks = DOCS / "benchmarks.md"
        benchmarks.write_text(page.replaced(benchmarks.read_text(), results))
    return 0


def _absolute(path: str) -> Path:
    """A server is started in another folder than this one."""
    return Path(path).absolute()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument("--keys", type=int, default=100, help="keystrokes, each by itself")
    parser.add_argument("--bursts", type=int, default=5, help="times that keys are typed fast")
    parser.add_argument(
        "--budget", type=float, default=60, help="seconds of typing with each server at the most"
    )
    parser.add_argument("--edits", type=int, default=1_000, help="of an hour, to see what is held")
    parser.add_argument(
        "--programs", type=_absolute, action="append", help="folders with the peers' programs"
    )
    parser.add_argument("--only", action="append", help="only the server of this name")
    parser.add_argument("--tree", type=Path, help="a copy of Nova in place of the wheel's")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--cache", type=Path, default=home / "bailiwick-bench")
    return parser.parse_args()


def _tree(options: argparse.Namespace, scratch: Path) -> Path:
    tree = scratch / "nova"
    if options.tree:
        shutil.copytree(options.tree / nova.PACKAGE, tree / nova.PACKAGE)
    else:
        nova.unpack(nova.wheel(options.cache), tree)
    tree.joinpath(ours.POLICY).write_text(EXTENDS)
    return tree


def _servers(options: argparse.Namespace) -> list[servers.Server]:
    folders = options.programs or servers.installed(options.cache)
    every = [servers.ours(), *servers.others(folders)]
    return [each for each in every if not options.only or each.name in options.only]


def _measured(server: servers.Server, tree: Path, options: argparse.Namespace) -> scenes.Latency:
    latency = scenes.Latency(server.name)
    print(f"{time.strftime('%H:%M:%S')} {server.name}", file=sys.stderr)
    try:
        scenes.typing(server, tree, options.keys, options.bursts, options.budget, latency)
        if server.name == servers.OURS:
            _more(server, tree, options, latency)
        if server.name in (servers.OURS, servers.RUFF):
            scenes.an_hour(server, tree, options.edits, latency)
    except SilentError as silent:
        print(f"{server.name}: {silent}", file=sys.stderr)
    return latency


def _more(
    server: servers.Server, tree: Path, options: argparse.Namespace, latency: scenes.Latency
) -> None:
    """What is measured of Bailiwick's own server alone."""
    scenes.hovering(server, tree, 20, latency)
    scenes.features(server, tree, 10, latency)
    scenes.dependants(server, tree, 6, latency)
    scenes.starting(server, tree, options.bursts - 1, latency.first)
    # A file that was written just before is not trusted to stay as it is.
    time.sleep(_SETTLED)
    check = [sys.executable, "-m", "bailiwick_hooks", "check"]
    subprocess.run(check, cwd=tree, check=False, stdout=subprocess.DEVNULL)
    scenes.starting(server, tree, options.bursts, latency.warm)


if __name__ == "__main__":
    sys.exit(main())
