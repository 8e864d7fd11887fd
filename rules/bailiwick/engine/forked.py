"""A process beside this one that works something out; it starts with all that is known here."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Found = TypeVar("Found")


def can_fork() -> bool:
    """Whether processes start by a fork here, which is to say on Linux, and may do so now."""
    return sys.platform == "linux" and not _has_threads()


def cores() -> int:
    """How many processors there are for this process."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _has_threads() -> bool:
    """Whether other threads run, also such as `threading` does not know: a fork could hang then."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) > 1
    except OSError:
        return True


@contextmanager
def aside(work: Callable[[], Found]) -> Iterator[Callable[[], Found]]:
    """Have something worked out by a process of its own; gives what waits for it.

    Where there is no second processor, or the process dies, it is worked out when it is asked for.
    That process may be ended at any time, so it must not write anything.
    """
    process: Forked[Found] | None = None
    try:
        if cores() > 1 and can_fork():
            with suppress(OSError), uninterrupted():
                process = Forked(work)
        yield work if process is None else partial(_result, process, work)
    finally:
        if process is not None:
            process.end()


def _result(process: Forked[Found], work: Callable[[], Found]) -> Found:
    try:
        return process.result()
    except ChildProcessError:
        return work()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Have an interrupt wait until each process that was started is known, and so can be ended."""
    import signal

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Forked(Generic[Found]):
    """A forked process that works something out and writes it into a pipe.

    Raises OSError where the system gives no more processes or files.
    """

    def __init__(self, work: Callable[[], Found]) -> None:
        self.output, into = os.pipe()
        try:
            self.process = os.fork()
            if self.process == 0:
                _work(work, into)
        except OSError:
            os.close(self.output)
            raise
        finally:
            os.close(into)
        self.finished = False

    def result(self) -> Found:
        """What was found. Waits for the end of the process.

        Raises:
            ChildProcessError: if it died.
        """
        import pickle

        with open(self.output, "rb", closefd=False) as pipe:
            data = pipe.read()
        if self._status() != 0:
            raise ChildProcessError(self.process)
        found: Found = pickle.loads(data)
        return found

    def _status(self) -> int:
        try:
            _, status = os.waitpid(self.process, 0)
        except ChildProcessError:
            # Whoever started us ignores SIGCHLD: nobody can tell how it ended.
            status = 1
        self.finished = True
        return status

    def end(self) -> None:
        """Make sure that the process is gone."""
        os.close(self.output)
        if not self.finished:
            import signal

            with suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)
            self._status()


def _work(work: Callable[[], object], into: int) -> NoReturn:
    """What fails here is done again by the parent, who can say what it was."""
    import pickle
    import signal

    try:
        if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        found = work()
        with open(into, "wb") as pipe:
            pickle.dump(found, pipe, pickle.HIGHEST_PROTOCOL)
        os._exit(0)
    except BaseException:
        os._exit(1)
