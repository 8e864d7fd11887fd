"""What is worked out aside is what would have been worked out here, however that process ends."""

from __future__ import annotations

import os
import signal
import sys

import pytest
from bailiwick.engine.forked import aside

from tests.rules.engine.test_workers import alone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing is worked out aside there")


def test_what_is_worked_out_aside_is_there_when_it_is_asked_for() -> None:
    with aside(lambda: list(range(100_000))) as found:
        assert found() == list(range(100_000))


def test_a_process_that_is_killed_leaves_its_work_to_this_one() -> None:
    here = os.getpid()

    def work() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "worked out"

    with aside(work) as found:
        assert found() == "worked out"


def test_what_fails_aside_fails_here_too() -> None:
    def work() -> None:
        raise ZeroDivisionError

    with aside(work) as found, pytest.raises(ZeroDivisionError):
        found()


def test_what_is_not_asked_for_is_ended_with_its_process() -> None:
    def left() -> str:
        with aside(lambda: signal.pause()):
            return "gone on"

    assert alone(left) == "gone on"
