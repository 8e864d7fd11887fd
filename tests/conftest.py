"""What all tests share: how examples are drawn, and real Nova to hold the tool against."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from benchmarks.nova import PACKAGE, RELEASE, unpack

# Every run draws the same examples, and a machine that is busy fails none of them.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def nova_tree() -> Path:
    """The folder that holds `nova/` as released in 34.0.0.

    It is asked of the package index once and kept in the user's cache, or in `$BAILIWICK_NOVA`.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    kept = Path(os.environ.get("BAILIWICK_NOVA") or cache / "bailiwick-tests" / f"nova-{RELEASE}")
    if not (kept / PACKAGE).is_dir():
        _fetch(kept)
    return kept


def _fetch(kept: Path) -> None:
    kept.mkdir(parents=True, exist_ok=True)
    # Several test processes may get here at once: each unpacks for itself, one rename wins.
    with tempfile.TemporaryDirectory(dir=kept) as scratch:
        wheels = Path(scratch)
        wanted = ["--no-deps", "--dest", scratch, f"{PACKAGE}=={RELEASE}"]
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--retries", "1", *wanted]
        done = subprocess.run(pip, capture_output=True, text=True)
        if done.returncode:
            reason = done.stderr.strip().rpartition("\n")[2]
            pytest.skip(f"Nova {RELEASE} is not to be had from the package index: {reason}")
        unpacked = unpack(next(wheels.glob("*.whl")), wheels)
        try:
            (unpacked / PACKAGE).rename(kept / PACKAGE)
        except OSError:
            if not (kept / PACKAGE).is_dir():
                raise
