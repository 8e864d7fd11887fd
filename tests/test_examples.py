"""The miniature compute service breaks its policy once in every way, and its pages say so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from bailiwick import RULES, check, load_policy

EXAMPLES = Path(__file__).parent.parent / "examples"
MINIATURE = EXAMPLES / "miniature-compute"

FINDINGS = """
bailiwick-baseline.toml:10:3: BW903
compute/manager.py:3:8: BW104
compute/manager.py:6:23: BW103
compute/manager.py:24:32: BW201
compute/manager.py:28:30: BW304
compute/manager.py:29:25: BW301
image/transfer.py:3:27: BW902
metrics.py:1:1: BW904
scheduler/filters.py:12:50: BW401
tests/compute/test_manager.py:9:13: BW203
tests/compute/test_manager.py:15:13: BW204
virt/metal/driver.py:5:23: BW101
virt/zone/console.py:5:5: BW901
virt/zone/driver.py:3:28: BW102
virt/zone/driver.py:14:9: BW202
virt/zone/driver.py:17:9: BW302
virt/zone/driver.py:20:9: BW303
"""


def test_the_miniature_has_exactly_the_findings_that_it_was_built_for() -> None:
    report = check(load_policy(MINIATURE / "bailiwick.toml"), cache=False)
    found = [f"{f.path}:{f.span.line}:{f.span.column}: {f.code}" for f in report.findings]
    assert found == FINDINGS.split("\n")[1:-1]


def test_its_tutorial_has_a_chapter_for_each_rule() -> None:
    tutorial = (MINIATURE / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## .*: (BW\d+)$", tutorial, re.MULTILINE)) == set(RULES)


def test_the_demo_shows_them_all_and_ends_well() -> None:
    demo = subprocess.run(
        [sys.executable, EXAMPLES / "demo.py"], capture_output=True, text=True, encoding="utf-8"
    )
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "What to run next" in demo.stdout
