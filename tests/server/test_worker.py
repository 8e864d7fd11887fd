"""The queue of jobs, and the one thread that does them."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

import pytest
from bailiwick_server.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

DEADLINE = 60


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    worker.start()
    yield worker
    worker.stop()


class Long:
    """Work that goes on until it is told to end, or is broken off."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        self.begun.set()
        while not self.may_end.wait(0.001):
            self.worker.pulse()
        return self.times


def test_a_job_is_answered(worker: Worker) -> None:
    assert worker.submit("a", 1, lambda: 7).result(DEADLINE) == 7


def test_a_job_that_fails_says_so_and_the_next_is_done(worker: Worker) -> None:
    with pytest.raises(ZeroDivisionError):
        worker.submit("a", 1, lambda: 1 // 0).result(DEADLINE)
    assert worker.submit("a", 1, lambda: 7).result(DEADLINE) == 7


def test_a_more_urgent_job_breaks_off_another_which_is_begun_anew(worker: Worker) -> None:
    long = Long(worker)
    waiting = worker.submit("long", 3, long)
    assert long.begun.wait(DEADLINE)
    assert worker.submit("short", 0, lambda: "now").result(DEADLINE) == "now"
    long.may_end.set()
    assert waiting.result(DEADLINE) == 2


def test_a_job_that_is_no_more_urgent_waits(worker: Worker) -> None:
    long = Long(worker)
    first = worker.submit("long", 1, long)
    assert long.begun.wait(DEADLINE)
    second = worker.submit("short", 1, lambda: "later")
    long.may_end.set()
    assert first.result(DEADLINE) == 1
    assert second.result(DEADLINE) == "later"


def test_of_jobs_with_the_same_key_only_the_newest_is_done(worker: Worker) -> None:
    long = Long(worker)
    first = worker.submit("same", 1, long)
    assert long.begun.wait(DEADLINE)
    second = worker.submit("same", 1, lambda: 2)
    third = worker.submit("same", 1, lambda: 3)
    assert third.result(DEADLINE) == 3
    for older in (first, second):
        with pytest.raises(CancelledError):
            older.result(DEADLINE)


def test_a_job_that_is_cancelled_ends(worker: Worker) -> None:
    long = Long(worker)
    waiting = worker.submit("long", 1, long)
    assert long.begun.wait(DEADLINE)
    assert waiting.cancel()
    assert worker.submit("next", 3, lambda: 7).result(DEADLINE) == 7


def test_a_job_that_is_done_or_dropped_leaves_nothing_behind(worker: Worker) -> None:
    class Text:
        """Something large that work is about."""

    def submit(key: str, text: Text) -> weakref.ref[Text]:
        worker.submit(key, 1, lambda: id(text)).add_done_callback(lambda _: None)
        return weakref.ref(text)

    gc.disable()
    try:
        texts = [submit("same", Text()) for _ in range(50)]
        assert worker.submit("last", 3, lambda: 7).result(DEADLINE) == 7
        # The thread may hold the last until it is given another.
        assert worker.submit("after", 3, lambda: 8).result(DEADLINE) == 8
        assert not any(text() for text in texts)
    finally:
        gc.enable()
