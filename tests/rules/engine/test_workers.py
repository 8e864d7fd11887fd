"""Workers save time, and nothing else: however they end, the verdicts are the same."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest
from bailiwick.engine.verdict import Verdict
from bailiwick.engine.workers import judge_all
from bailiwick.source.tree import File

if TYPE_CHECKING:
    from collections.abc import Callable

    Act = Callable[[File], object]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="works in one process there")

FILES = [
    File(f"shop/m{number}.py", f"shop.m{number}", is_package=False, stamp="")
    for number in range(400)
]


def judged(file: File) -> Verdict:
    return Verdict(digest=f"of {file.path}")


EXPECTED = {file.path: judged(file) for file in FILES}


def alone(work: Callable[[], object]) -> object:
    """What some work gives, or raises, in a process without other threads, as workers need it."""
    output, into = os.pipe()
    process = os.fork()
    if process == 0:
        # What is started in the background of a shell inherits that interrupts are ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            told = work()
        except BaseException as error:
            told = error
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            os.write(into, pickle.dumps(told))
        os._exit(0)
    os.close(into)
    with open(output, "rb") as pipe:
        told = pipe.read()
    os.waitpid(process, 0)
    assert told, "a worker was left behind"
    return pickle.loads(told)


def with_busy_workers(act: Act) -> Callable[[File], Verdict]:
    """Judge, but in a worker do something else first; this process waits until one has a file.

    Files of one size are handed out in their order, and the common ones are among the last.
    """
    caller, (output, into) = os.getpid(), os.pipe()

    def judging(file: File) -> Verdict:
        if os.getpid() != caller:
            os.write(into, b".")
            act(file)
        elif file is FILES[0]:
            os.read(output, 1)
        return judged(file)

    return judging


def killed(_: File) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def out_of_memory(_: File) -> None:
    raise MemoryError


def left(_: File) -> None:
    raise SystemExit(0)


@pytest.mark.parametrize("jobs", [1, 2, 3, 4, 1000, None])
def test_the_verdicts_are_the_same_with_any_number_of_processes(jobs: int | None) -> None:
    assert alone(lambda: judge_all(FILES, judged, jobs, None)) == EXPECTED


@pytest.mark.parametrize("end", [killed, out_of_memory, left])
def test_a_worker_that_ends_too_soon_leaves_its_files_to_its_parent(end: Act) -> None:
    assert alone(lambda: judge_all(FILES, with_busy_workers(end), 4, None)) == EXPECTED


def test_a_fault_in_a_worker_is_raised_where_it_can_be_told() -> None:
    def fails(file: File) -> Verdict:
        if file is FILES[203]:
            raise ValueError(file.path)
        return judged(file)

    fault = alone(lambda: judge_all(FILES, fails, 4, None))

    assert isinstance(fault, ValueError)
    assert fault.args == ("shop/m203.py",)


def test_one_who_is_held_up_leaves_the_files_to_the_others() -> None:
    def work() -> object:
        caller, (output, into) = os.getpid(), os.pipe()

        def judging(file: File) -> Verdict:
            if os.getpid() != caller and file is FILES[-1]:
                os.write(into, b".")
            elif os.getpid() == caller and file in FILES[:200]:
                os.read(output, 1)
            return judged(file)

        return judge_all(FILES, judging, 2, None)

    assert alone(work) == EXPECTED


def test_an_interrupt_ends_the_workers_however_busy_they_are() -> None:
    def work() -> object:
        caller = os.getpid()
        judging = with_busy_workers(lambda _: time.sleep(0.2))

        def interrupted(file: File) -> Verdict:
            if os.getpid() == caller and file in FILES[1:200]:
                os.kill(caller, signal.SIGINT)
            return judging(file)

        return judge_all(FILES, interrupted, 4, None)

    begin = time.monotonic()

    assert isinstance(alone(work), KeyboardInterrupt)
    assert time.monotonic() - begin < 10


def test_a_worker_does_not_outlive_its_parent() -> None:
    output, into = os.pipe()

    def slow(file: File) -> Verdict:
        os.write(into, b".")
        time.sleep(0.05)
        return judged(file)

    parent = os.fork()
    if parent == 0:
        judge_all(FILES, slow, 2, None)
        os._exit(0)
    os.close(into)
    begin = time.monotonic()
    with open(output, "rb", buffering=0) as pipe:
        pipe.read(3)
        os.kill(parent, signal.SIGKILL)
        os.waitpid(parent, 0)
        # It ends when nobody holds its other end any more.
        pipe.read()

    assert time.monotonic() - begin < 5


def test_where_no_process_is_to_be_had_the_work_is_done_in_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def work() -> object:
        monkeypatch.setattr(os, "fork", refused)
        return judge_all(FILES, judged, 4, None)

    def refused() -> int:
        raise BlockingIOError

    assert alone(work) == EXPECTED


def test_a_caller_that_ignores_the_end_of_its_children_gets_all_verdicts() -> None:
    def work() -> object:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        return judge_all(FILES, judged, 4, None)

    assert alone(work) == EXPECTED


@pytest.mark.parametrize("jobs", [1, 3])
def test_progress_goes_up_to_all_files(jobs: int) -> None:
    def work() -> object:
        told: list[tuple[int, int]] = []
        judge_all(FILES, judged, jobs, lambda done, total: told.append((done, total)))
        return told

    told = alone(work)

    assert isinstance(told, list)
    assert told == sorted(told)
    assert told[-1] == (400, 400)
