"""Checks the TypeScript with its compiler and Biome, where all that takes is installed already.

A linter that had to install half of npm first would not be run before each commit.
`make test-editor` installs it, and checks the same.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from toolchain import installed_node

EXTENSION = Path(__file__).resolve().parent.parent


def main() -> int:
    """Check; returns the exit code."""
    environment = installed_node()
    if environment is None or not (EXTENSION / "node_modules" / ".package-lock.json").exists():
        print("SKIPPED the checks of the TypeScript: make test-editor installs what they take")
        return 0
    npm = shutil.which("npm", path=environment["PATH"]) or "npm"
    command = [npm, "run", "--silent", "check"]
    return subprocess.run(command, cwd=EXTENSION, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
