"""Tests the extension: its own parts first, then the packaged whole in a real Visual Studio Code.

What cannot be had on this machine is said and left out; what was run must pass.
"""

from __future__ import annotations

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
    with tempfile.TemporaryDirectory() as scratch:
        return _in_workbench(environment, parts, vsix, Path(scratch))


def _in_workbench(
    environment: dict[str, str], parts: dict[str, str], vsix: Path, scratch: Path
) -> int:
    told = {
        "BAILIWICK_WORKBENCH": json.dumps(parts),
        "BAILIWICK_VSIX": str(vsix),
        "BAILIWICK_PICTURES": str(PICTURES),
        "BAILIWICK_PYTHON": sys.executable,
    }
    nova = os.environ.get("BAILIWICK_NOVA") or _nova(scratch)
    if nova is not None:
        told["BAILIWICK_NOVA"] = nova
    for test in sorted((EXTENSION / "tests" / "workbench").glob("*.test.ts")):
        command = [parts["node"], "--test", str(test)]
        if _exit_code(command, environment | told):
            # A page that is late on a busy machine is no fault of ours; what fails twice is.
            print(f"{test.name} failed, and is tried once more.")
            _run(command, environment | told)
    return 0


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
