"""Where a report goes that is not to be printed."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.reports.shop import project

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
