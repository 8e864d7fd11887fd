"""Whole processes measured in turn, round after round, so that a busy moment hits all alike."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    Around = Callable[[], AbstractContextManager[None]]

LAUNCHER = Path(__file__).with_name("launcher.py")
OUTPUT_KEPT = 2000


def without(folder: Path) -> Around:
    """Remove a folder before each run, so that no run finds what one before has left."""

    @contextmanager
    def removed() -> Iterator[None]:
        shutil.rmtree(folder, ignore_errors=True)
        yield

    return removed


@dataclass(frozen=True, slots=True)
class Case:
    """A command, the folder that it runs in, and what has to be done around each run of it.

    `around` prepares and restores, outside the measured time. `finding` is a pattern that
    matches once for each finding printed. `statuses` are the exit codes of a run that did its work.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    finding: str = r"(?!)"
    around: Around = nullcontext
    environment: Mapping[str, str] = field(default_factory=dict)
    statuses: tuple[int, ...] = (0, 1)
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: wall and processor seconds, peak bytes of its largest process, findings printed."""

    seconds: float
    processor: float
    peak: int
    findings: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """All runs of a case, in the order of the rounds."""

    name: str
    samples: tuple[Sample, ...]

    @property
    def seconds(self) -> float:
        """The median wall time."""
        return median(sample.seconds for sample in self.samples)

    @property
    def processor(self) -> float:
        """The median of the processor time of all its processes together."""
        return median(sample.processor for sample in self.samples)

    @property
    def peak(self) -> int:
        """The most memory that a single process of it ever held, in bytes."""
        return max(sample.peak for sample in self.samples)

    @property
    def findings(self) -> int:
        """How many findings the last run printed."""
        return self.samples[-1].findings

    def times(self, other: Measurement) -> float:
        """How many times as long as `other` it takes: the median of the ratios within a round."""
        rounds = zip(self.samples, other.samples, strict=False)
        return median(mine.seconds / its.seconds for mine, its in rounds)

    def beyond(self, other: Measurement) -> float:
        """How many seconds longer than `other` it takes: the median difference within a round."""
        rounds = zip(self.samples, other.samples, strict=False)
        return median(mine.seconds - its.seconds for mine, its in rounds)


class RunFailedError(Exception):
    """A measured command ended in a way that says that it did not do its work."""


def run(case: Case) -> Sample:
    """Run the case's command once, without what belongs around it."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "output")
        told = subprocess.run(
            [sys.executable, "-I", "-S", LAUNCHER, output, case.folder, *case.command],
            env={**os.environ, "NO_COLOR": "1", **case.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if told.returncode:
            raise RunFailedError(f"{case.name}: {told.stderr}")
        text = output.read_text(errors="replace")
    seconds, processor, peak, status = told.stdout.split()
    if int(status) not in case.statuses:
        raise RunFailedError(f"{case.name}: exit status {status}\n{text[-OUTPUT_KEPT:]}")
    findings = len(re.findall(case.finding, text, re.MULTILINE))
    return Sample(float(seconds), float(processor), int(peak) * 1024, findings)


def in_turn(
    cases: Sequence[Case], rounds: int, slow_rounds: int, say: Callable[[str], None]
) -> dict[str, Measurement]:
    """Measure A B C … A B C …; the slow cases have no warm-up and stop after `slow_rounds`."""
    samples: dict[str, list[Sample]] = {case.name: [] for case in cases}
    for number in range(rounds + 1):
        for case in cases:
            if case.slow and not 1 <= number <= slow_rounds:
                continue
            with case.around():
                sample = run(case)
            say(f"round {number} of {rounds}: {case.name}: {sample.seconds:.3f} s")
            if number:
                samples[case.name].append(sample)
    return {name: Measurement(name, tuple(runs)) for name, runs in samples.items() if runs}
