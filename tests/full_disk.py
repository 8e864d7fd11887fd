"""Commands for which a disk is full: they can write the first thousand bytes of a file."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

needs_limits = pytest.mark.skipif(sys.platform == "win32", reason="needs limits")


def run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, on a disk that is full."""
    return subprocess.run(
        command,
        cwd=folder,
        # Python would write modules that are cut short, for those who import them after it.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        preexec_fn=fill,
    )


def fill() -> None:
    """Let this process write no more than that; for a `preexec_fn`."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
