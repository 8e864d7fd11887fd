"""Checks the miniature compute service before the reader's eyes, then says what to run next."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bailiwick import RULES

EXAMPLE = Path(__file__).parent / "miniature-compute"
CHECK = [sys.executable, "-m", "bailiwick_hooks", "check"]

NEXT = """
That was one finding of each kind. In examples/miniature-compute, README.md goes through them one
by one, and bailiwick.toml is the policy that they break. What to run next:

    . .venv/bin/activate               (Windows: .venv\\Scripts\\activate)
    bailiwick explain BW101            what a rule means, and what to do instead
    cd examples/miniature-compute
    bailiwick where virt/qemu/driver.py    who owns a file, what it offers, what it may use
    bailiwick check --format concise   mend something, and check again

On your own code: write a bailiwick.toml (README.md shows one of ten lines), then `bailiwick check`.
"""


def main() -> str | None:
    """Show the findings; the answer is what went wrong with the demo itself, if anything."""
    print(f"$ cd {EXAMPLE.parent.name}/{EXAMPLE.name} && bailiwick check\n", flush=True)
    status = subprocess.run(CHECK, cwd=EXAMPLE, check=False).returncode
    if status != 1:
        return f"the example has findings, so the check should end with status 1, not {status}"
    if missing := sorted(set(RULES) - kinds_found()):
        return f"the example shows no finding of {', '.join(missing)}"
    print(NEXT)
    return None


def kinds_found() -> set[str]:
    """The codes of all findings in the example."""
    found = subprocess.run(
        [*CHECK, "--format", "json"], cwd=EXAMPLE, check=False, stdout=subprocess.PIPE
    )
    return {finding["code"] for finding in json.loads(found.stdout)["findings"]}


if __name__ == "__main__":
    sys.exit(main())
