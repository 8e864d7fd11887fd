"""Tests the extension: its own parts first, then the packaged whole in a real Visual Studio Code.

    trial.py [--only NAME] [--beside VSIX]

`--only` plays one file of tests/workbench in the workbench, and nothing else; `--beside` measures
another extension, ruff's, in the same window. What cannot be had on this machine is said and left
out; what was run must pass.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from toolchain import UnavailableError, with_node, workbench

EXTENSION = Path(__file__).resolve().parent.parent
NOVA = "nova==34.0.0"
PICTURES = EXTENSION.parent / "build" / "pictures"


def main() -> int:
    """Run them; returns the exit code."""
    parser = argparse.ArgumentParser(description="Test the extension.")
    parser.add_argument("--only", metavar="NAME", help="this file of tests/workbench alone")
    parser.add_argument("--beside", type=Path, metavar="VSIX", help="an extension to measure, too")
    arguments = parser.parse_args()
    try:
        environment = with_node()
    except UnavailableError as error:
        print(f"SKIPPED the tests of the extension: {error}")
        return 0
    _run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel", "error"], environment)
    _run(["npm", "run", "--silent", "check"], environment)
    if arguments.only is None:
        _run(["npm", "test", "--silent"], environment)
    vsix = EXTENSION.parent / "build" / "bailiwick.vsix"
    package = Path(__file__).with_name("package.py")
    _run([sys.executable, str(package), "--out", str(vsix)], environment)
    try:
        parts = workbench()
    except UnavailableError as error:
        print(f"SKIPPED the tests in Visual Studio Code: {error}")
        return 0
    PICTURES.mkdir(parents=True, exist_ok=True)
    print(f"Pictures go to {PICTURES}")
    told = {
        "BAILIWICK_WORKBENCH": json.dumps(parts),
        "BAILIWICK_VSIX": str(vsix),
        "BAILIWICK_PICTURES": str(PICTURES),
        "BAILIWICK_PYTHON": sys.executable,
    }
    if arguments.beside is not None:
        told["BAILIWICK_BESIDE"] = str(arguments.beside.resolve())
    with tempfile.TemporaryDirectory() as scratch:
        nova = os.environ.get("BAILIWICK_NOVA") or _nova(Path(scratch))
        if nova is not None:
            told["BAILIWICK_NOVA"] = nova
        _play(arguments.only or "*", [parts["node"], "--test"], environment | told)
    return 0


def _play(name: str, runner: list[str], environment: dict[str, str]) -> None:
    """Play files of tests/workbench, one after the other."""
    for test in sorted((EXTENSION / "tests" / "workbench").glob(f"{name}.test.ts")):
        if _exit_code([*runner, str(test)], environment):
            # A page that is late on a busy machine is no fault of ours; what fails twice is.
            print(f"{test.name} failed, and is tried once more.")
            _run([*runner, str(test)], environment)


def _nova(scratch: Path) -> str | None:
    """A released tree of Nova, if its wheel can be had."""
    wheel = ["download", "--quiet", "--quiet", "--disable-pip-version-check", "--no-deps", NOVA]
    pip = [sys.executable, "-m", "pip", *wheel, "--dest", str(scratch)]
    got = subprocess.run(pip, stderr=subprocess.DEVNULL, check=False).returncode == 0
    found = next(scratch.glob("nova-*.whl"), None) if got else None
    if found is None:
        print(f"SKIPPED a new user's way on Nova: {NOVA} cannot be had from the package registry")
        return None
    with zipfile.ZipFile(found) as archive:
        archive.extractall(scratch / "nova")
    return str(scratch / "nova")


def _run(command: list[str], environment: dict[str, str]) -> None:
    code = _exit_code(command, environment)
    if code != 0:
        raise SystemExit(code)


def _exit_code(command: list[str], environment: dict[str, str]) -> int:
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    return subprocess.run([program, *command[1:]], cwd=EXTENSION, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
