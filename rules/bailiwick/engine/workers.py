"""One run on several processors: forked workers, each with a share of the files."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bailiwick.source.tree import File

# What is to be found out of a file: a verdict, or what it names.
Found = TypeVar("Found")

# Below so many files a second process costs more than it saves, where there is little to find out
# of each, and where there is more.
_WORTH_A_PROCESS = 100
_WORTH_ONE_THEN = 25
# Every so many-th file is judged before the processes part: what they all would read for
# themselves (what imports lead to, which classes have which bases, libcst) they then have.
_IN_COMMON = 32


def judge_all(
    files: Sequence[File],
    judged: Callable[[File], Found],
    jobs: int | None,
    progress: Callable[[int, int], None] | None,
    *,
    thorough: bool = False,
) -> dict[str, Found]:
    """What `judged` finds of each file, by path; `thorough` if that is more than a verdict.

    With `jobs` processes at most, as many as there are cores if None. Other processes are used
    where they start by a fork, which is to say on Linux. One that dies leaves its share to this
    one.
    """
    collecting = gc.isenabled()
    worth = _WORTH_ONE_THEN if thorough else _WORTH_A_PROCESS
    # What a run makes lives until its end, so looking for garbage only costs: 10 % of the time.
    gc.disable()
    try:
        return _judge_all(files, judged, _processes(len(files) // worth, jobs), progress)
    finally:
        if collecting:
            gc.enable()


def _judge_all(
    files: Sequence[File],
    judged: Callable[[File], Found],
    count: int,
    progress: Callable[[int, int], None] | None,
) -> dict[str, Found]:
    first = files[::_IN_COMMON] if count > 1 else []
    verdicts = {file.path: judged(file) for file in first}
    rest = [file for file in files if file.path not in verdicts]
    shares = [rest[start::count] for start in range(count)]
    workers: list[_Worker] = []
    try:
        _start(workers, shares[1:], judged)
        for done, file in enumerate(shares[0], start=1):
            verdicts[file.path] = judged(file)
            if progress:
                progress(min(len(first) + done * count, len(files)), len(files))
        for worker in workers:
            verdicts.update(worker.verdicts())
    finally:
        for worker in workers:
            worker.end()
    for file in files:
        if file.path not in verdicts:
            verdicts[file.path] = judged(file)
    return verdicts


def _processes(worth: int, jobs: int | None) -> int:
    if sys.platform != "linux" or _has_threads():
        return 1
    cores = len(os.sched_getaffinity(0))
    return max(1, min(jobs or cores, worth))


def _has_threads() -> bool:
    """Whether other threads run, also such as `threading` does not know: a fork could hang then."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) > 1
    except OSError:
        return True


def _start(
    workers: list[_Worker], shares: Iterable[Sequence[File]], judged: Callable[[File], Any]
) -> None:
    """Add a worker for each share, or for as many as the system allows.

    An interrupt waits until each process that was started is known, and so can be ended.
    """
    if not shares:
        return
    import signal

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with suppress(OSError):
            workers.extend(_Worker(share, judged) for share in shares)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Worker:
    """A forked process that judges its share and writes the verdicts into a pipe.

    Raises OSError where the system gives no more processes or files.
    """

    def __init__(self, share: Sequence[File], judged: Callable[[File], Any]) -> None:
        self.output, into = os.pipe()
        parent = os.getpid()
        try:
            self.process = os.fork()
            if self.process == 0:
                _work(share, judged, into, parent)
        except OSError:
            os.close(self.output)
            raise
        finally:
            os.close(into)
        self.finished = False

    def verdicts(self) -> dict[str, Any]:
        """What the worker found; nothing if it died. Waits for its end."""
        import pickle

        with open(self.output, "rb", closefd=False) as pipe:
            data = pipe.read()
        found: dict[str, Any] = pickle.loads(data) if self._status() == 0 else {}
        return found

    def _status(self) -> int:
        try:
            _, status = os.waitpid(self.process, 0)
        except ChildProcessError:
            # Whoever started us ignores SIGCHLD: nobody can tell how the worker ended.
            status = 1
        self.finished = True
        return status

    def end(self) -> None:
        """Make sure that the worker is gone."""
        os.close(self.output)
        if not self.finished:
            import signal

            with suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)
            self._status()


def _work(share: Sequence[File], judged: Callable[[File], Any], into: int, parent: int) -> None:
    """Never returns. What fails here is done again by the parent, who can say what it was."""
    import pickle
    import signal

    try:
        if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        verdicts = {}
        for file in share:
            if os.getppid() != parent:
                os._exit(1)
            verdicts[file.path] = judged(file)
        with open(into, "wb") as pipe:
            pickle.dump(verdicts, pipe, pickle.HIGHEST_PROTOCOL)
        os._exit(0)
    except BaseException:
        os._exit(1)
