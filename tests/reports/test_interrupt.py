"""Ctrl-C during a report: what was there stays, nothing half-written lies beside it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.reports.shop import project, run
from tests.repositories import git, write

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="which processes a process has started is read from /proc"
)
OLD = "what was there\n"
REPORTS: dict[str, tuple[str, ...]] = {
    "split": ("split", "till", "--output", "report.json"),
    "review": ("review", "HEAD~1..HEAD", "--output", "report.json"),
    "api diff": ("api", "diff", "HEAD~1", "--output", "report.json"),
    "discover": ("discover", "--since", "2000-01-01", "--output", "report.json"),
    "trend": ("trend", "HEAD~1", "HEAD", "--output", "report.json"),
    "map": ("map", "--output", "report.json"),
}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop with so much in it that a report takes a while, in two commits."""
    folder = project(tmp_path_factory.mktemp("large"))
    body = "".join(f"    x{line} = money.Coin, vault.open(), {line}\n" for line in range(60))
    files = {
        f"shop/till/part{count}.py": f"from bank import money, vault\n\ndef till():\n{body}"
        for count in range(130)
    }
    write(folder, {".gitignore": ".bailiwick_cache\nreport.json\n"})
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Open")
    write(folder, files)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Grow")
    return folder


@pytest.mark.parametrize("words", REPORTS.values(), ids=REPORTS)
def test_an_interrupted_report_leaves_what_was_there_and_can_be_asked_for_again(
    large: Path, words: tuple[str, ...]
) -> None:
    shutil.rmtree(large / ".bailiwick_cache", ignore_errors=True)
    (large / "report.json").write_text(OLD, encoding="utf-8")
    before = {entry.name for entry in large.iterdir()}
    process = subprocess.Popen(
        [sys.executable, "-m", "bailiwick_hooks", *words],
        cwd=large,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # In the background of a shell, interrupts may be ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    limit = time.monotonic() + 60
    while not _children(process.pid) and time.monotonic() < limit:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert (process.returncode, out, error) == (130, "", "interrupted\n")
    assert (large / "report.json").read_text(encoding="utf-8") == OLD
    assert {entry.name for entry in large.iterdir()} - {".bailiwick_cache"} == before

    assert run(large, *words).returncode in (0, 1)
    after = (large / "report.json").read_text(encoding="utf-8")
    shutil.rmtree(large / ".bailiwick_cache", ignore_errors=True)
    assert run(large, *words).returncode in (0, 1)
    assert (large / "report.json").read_text(encoding="utf-8") == after != OLD


def _children(process: int) -> bool:
    folder = Path(f"/proc/{process}/task/{process}/children")
    try:
        return bool(os.fsencode(folder.read_text()).strip())
    except OSError:
        return False
