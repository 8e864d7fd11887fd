"""One thread in which all analysis is done, so that the loop that reads is never held up.

Of jobs with the same key only the newest is done, and a more urgent job breaks off one that is
being done, which is begun anew after it. Work says `pulse` now and then; that is where it ends.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Answer = TypeVar("Answer")


class BrokenOffError(Exception):
    """Work was given up for what is more urgent, or because nobody wants it any more."""


@dataclass(order=True)
class _Job:
    urgency: int
    number: int
    key: Hashable = field(compare=False)
    work: Callable[[], Any] = field(compare=False)
    future: Future[Any] = field(compare=False)


class Worker:
    """A queue of jobs, and the thread that does them; the lowest number is the most urgent."""

    def __init__(self) -> None:
        self._waiting: list[_Job] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._current: _Job | None = None
        self._newest: dict[Hashable, _Job] = {}
        self._broken = False
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="analysis", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Do nothing more; the process may end while the thread still sees to that."""
        with self._changed:
            self._ended = self._broken = True
            self._changed.notify()

    def submit(self, key: Hashable, urgency: int, work: Callable[[], Answer]) -> Future[Answer]:
        """Have something done; an older job with the same key is dropped and its future cancelled.

        Cancelling the future drops the job, or breaks it off.
        """
        job = _Job(urgency, next(self._numbers), key, work, Future())
        with self._changed:
            older = self._newest.get(key)
            self._newest[key] = job
            heapq.heappush(self._waiting, job)
            if self._current is not None and self._current.urgency > urgency:
                self._broken = True
            self._changed.notify()
        if older is not None:
            older.future.cancel()
        number = job.number
        # Nothing that the future knows may lead back to it: texts would pile up until both are
        # found to be of no use.
        job.future.add_done_callback(lambda _: self._forget(key, number))
        return job.future

    def pulse(self) -> None:
        """Give up the job that is being done if it should be. Raises BrokenOffError."""
        if self._broken or (self._current is not None and self._current.future.cancelled()):
            raise BrokenOffError

    def _forget(self, key: Hashable, number: int) -> None:
        with self._changed:
            newest = self._newest.get(key)
            if newest is not None and newest.number == number:
                del self._newest[key]

    def _next(self) -> _Job | None:
        with self._changed:
            while not self._waiting and not self._ended:
                self._changed.wait()
            if self._ended:
                return None
            self._current, self._broken = heapq.heappop(self._waiting), False
            return self._current

    def _run(self) -> None:
        while (job := self._next()) is not None:
            if not job.future.cancelled():
                self._do(job)
            with self._changed:
                self._current = None

    def _do(self, job: _Job) -> None:
        try:
            answer = job.work()
        except BrokenOffError:
            with self._changed:
                if not job.future.cancelled() and not self._ended:
                    heapq.heappush(self._waiting, job)
        except BaseException as error:
            if self._is_wanted(job):
                job.future.set_exception(error)
        else:
            if self._is_wanted(job):
                job.future.set_result(answer)

    def _is_wanted(self, job: _Job) -> bool:
        """Whether somebody may still be told; at the end there may be no loop to tell it on."""
        with self._changed:
            if self._ended:
                return False
        return job.future.set_running_or_notify_cancel()
