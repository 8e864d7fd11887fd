"""Where a report goes that is not to be printed."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import repositories
from tests.reports.shop import project, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes in folders there")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    folder = project(tmp_path)
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(
        [sys.executable, "-m", "bailiwick_hooks", "map", "--format", "json", "--output", "pipe"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
    ) as process:
        document = json.loads(pipe.read_text("utf-8"))
    assert process.returncode == 0
    assert {"till", "bank"} <= {area["name"] for area in document["subsystems"]}
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def _shop(folder: Path) -> Path:
    project(folder)
    repositories.git(folder, "init", "--quiet")
    repositories.commit(folder)
    (folder / "shop/floor.py").write_text("from bank.vault import open\n", encoding="utf-8")
    repositories.commit(folder)
    return folder


REPORTS: dict[str, tuple[str, ...]] = {
    "split": ("split", "till"),
    "review": ("review", "HEAD~1..HEAD"),
    "owners": ("owners", "shop"),
    "api snapshot": ("api", "snapshot"),
    "api diff": ("api", "diff", "HEAD~1"),
    "discover": ("discover", "--since", "2000-01-01"),
    "trend": ("trend", "HEAD~1", "HEAD"),
    "map": ("map",),
}


@pytest.mark.parametrize("words", REPORTS.values(), ids=REPORTS)
def test_each_report_is_written_as_the_ending_of_its_file_says(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    folder = _shop(tmp_path)
    done = run(folder, *words, "--output", "report.json")
    assert done.stdout == "wrote report.json\n", done.stderr
    assert json.loads((folder / "report.json").read_text("ascii"))["version"] == 1
    printed = run(folder, *words, "--format", "json", "--output", "-")
    assert "version" in json.loads(printed.stdout)
