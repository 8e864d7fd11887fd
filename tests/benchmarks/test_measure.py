"""The figures of the benchmark are those of the child, not of the process that measures."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks.measure import Case, Measurement, RunFailedError, Sample, in_turn, run

MIB = 1024 * 1024

pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="measures with wait4")


def python(code: str, **options: object) -> Case:
    return Case("python", (sys.executable, "-c", code), Path.cwd(), **options)  # type: ignore[arg-type]


def test_a_child_that_sleeps_takes_wall_time_and_no_processor_time() -> None:
    sample = run(python("import time; time.sleep(0.2)"))
    assert sample.seconds >= 0.2
    assert sample.processor < sample.seconds


def test_a_child_that_allocates_is_seen_and_the_measuring_process_is_not() -> None:
    ballast = bytearray(100 * MIB)
    ballast[::4096] = b"x" * len(ballast[::4096])
    assert run(python("pass")).peak < 50 * MIB
    assert run(python("x = b'x' * (80 * 1024 * 1024)")).peak > 80 * MIB


def test_the_peak_is_that_of_the_largest_process_not_their_sum() -> None:
    child = [sys.executable, "-c", "x = b'x' * (40 * 1024 * 1024)"]
    sample = run(python(f"import subprocess\nfor _ in 'ab': subprocess.run({child!r})"))
    assert 40 * MIB < sample.peak < 80 * MIB


def test_findings_are_counted_in_what_the_child_prints() -> None:
    printed = "a.py:1: X1\nb.py:2: X1\nfound 2"
    assert run(python(f"print({printed!r})", finding=r"^\S+:\d+: X1")).findings == 2


def test_a_child_that_fails_is_no_measurement() -> None:
    with pytest.raises(RunFailedError, match="exit status 3"):
        run(python("raise SystemExit(3)"))


def test_cases_are_run_in_turn_and_slow_ones_in_the_first_rounds_only() -> None:
    said: list[str] = []
    slow = Case("slow", (sys.executable, "-c", "pass"), Path.cwd(), slow=True)
    measured = in_turn([python("pass"), slow], rounds=2, slow_rounds=1, say=said.append)
    assert [line.rpartition(":")[0] for line in said] == [
        "round 0 of 2: python",
        "round 1 of 2: python",
        "round 1 of 2: slow",
        "round 2 of 2: python",
    ]
    assert [len(each.samples) for each in measured.values()] == [2, 1]


def test_ratios_are_taken_within_a_round() -> None:
    def measurement(*seconds: float) -> Measurement:
        return Measurement("", tuple(Sample(one, one, 1, 0) for one in seconds))

    assert measurement(1.0, 10.0, 3.0).times(measurement(2.0, 20.0, 2.0)) == 0.5
    assert measurement(1.5, 2.5).beyond(measurement(1.0)) == 0.5
