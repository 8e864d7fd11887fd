"""Tests the extension: its own parts first, then the packaged whole in a real Visual Studio Code.

What cannot be had on this machine is said and left out; what was run must pass.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from toolchain import UnavailableError, with_node, workbench

EXTENSION = Path(__file__).resolve().parent.parent
PICTURES = EXTENSION.parent / "build" / "pictures"


def main() -> int:
    """Run them; returns the exit code."""
    try:
        environment = with_node()
    except UnavailableError as error:
        print(f"SKIPPED the tests of the extension: {error}")
        return 0
    _run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel", "error"], environment)
    _run(["npm", "run", "--silent", "check"], environment)
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
    for test in sorted((EXTENSION / "tests" / "workbench").glob("*.test.ts")):
        command = [parts["node"], "--test", str(test)]
        if _exit_code(command, environment | told):
            # A page that is late on a busy machine is no fault of ours; what fails twice is.
            print(f"{test.name} failed, and is tried once more.")
            _run(command, environment | told)
    return 0


def _run(command: list[str], environment: dict[str, str]) -> None:
    code = _exit_code(command, environment)
    if code != 0:
        raise SystemExit(code)


def _exit_code(command: list[str], environment: dict[str, str]) -> int:
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    return subprocess.run([program, *command[1:]], cwd=EXTENSION, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
