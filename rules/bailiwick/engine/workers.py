"""One run on several processors: forked workers, each with a share of the files."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bailiwick.engine.verdict import Verdict
    from bailiwick.source.tree import File

    Judging = Callable[[File], Verdict]

# Below so many files a second process costs more than it saves.
_WORTH_A_PROCESS = 100


def judge_all(
    files: Sequence[File],
    judged: Judging,
    jobs: int | None,
    progress: Callable[[int, int], None] | None,
) -> dict[str, Verdict]:
    """The verdicts by path; with `jobs` processes at most, as many as there are cores if None.

    Other processes are used where they start by a fork, which is to say on Linux. One that
    dies leaves its share to this one.
    """
    collecting = gc.isenabled()
    # What a run makes lives until its end, so looking for garbage only costs: 10 % of the time.
    gc.disable()
    try:
        return _judge_all(files, judged, _processes(len(files), jobs), progress)
    finally:
        if collecting:
            gc.enable()


def _judge_all(
    files: Sequence[File], judged: Judging, count: int, progress: Callable[[int, int], None] | None
) -> dict[str, Verdict]:
    shares = [files[start::count] for start in range(count)]
    workers = [_Worker(share, judged) for share in shares[1:]]
    verdicts: dict[str, Verdict] = {}
    try:
        for done, file in enumerate(shares[0], start=1):
            verdicts[file.path] = judged(file)
            if progress:
                progress(min(done * count, len(files)), len(files))
        for worker in workers:
            verdicts.update(worker.verdicts())
    finally:
        for worker in workers:
            worker.end()
    for file in files:
        if file.path not in verdicts:
            verdicts[file.path] = judged(file)
    return verdicts


def _processes(files: int, jobs: int | None) -> int:
    if sys.platform != "linux" or _has_threads():
        return 1
    cores = len(os.sched_getaffinity(0))
    return max(1, min(jobs or cores, files // _WORTH_A_PROCESS))


def _has_threads() -> bool:
    """Whether other threads run, also such as `threading` does not know: a fork could hang then."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) > 1
    except OSError:
        return True


class _Worker:
    """A forked process that judges its share and writes the verdicts into a pipe."""

    def __init__(self, share: Sequence[File], judged: Judging) -> None:
        self.output, into = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.process = os.fork()
        if self.process == 0:
            os.close(self.output)
            _work(share, judged, into)
        os.close(into)
        self.finished = False

    def verdicts(self) -> dict[str, Verdict]:
        """What the worker found; nothing if it died. Waits for its end."""
        import pickle

        with open(self.output, "rb", closefd=False) as pipe:
            data = pipe.read()
        _, status = os.waitpid(self.process, 0)
        self.finished = True
        found: dict[str, Verdict] = pickle.loads(data) if status == 0 else {}
        return found

    def end(self) -> None:
        """Make sure that the worker is gone."""
        os.close(self.output)
        if not self.finished:
            import signal

            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)


def _work(share: Sequence[File], judged: Judging, into: int) -> None:
    """Never returns. What fails here is done again by the parent, who can say what it was."""
    import pickle

    try:
        data = pickle.dumps({file.path: judged(file) for file in share}, pickle.HIGHEST_PROTOCOL)
        with open(into, "wb") as pipe:
            pipe.write(data)
        os._exit(0)
    except BaseException:
        os._exit(1)
