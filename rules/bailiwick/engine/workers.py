"""One run on several processors: forked workers, each with a share of the files."""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from bailiwick.engine.forked import Forked, can_fork, cores, uninterrupted

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
    workers: list[Forked[dict[str, Any]]] = []
    try:
        _start(workers, shares[1:], judged)
        for done, file in enumerate(shares[0], start=1):
            verdicts[file.path] = judged(file)
            if progress:
                progress(min(len(first) + done * count, len(files)), len(files))
        for worker in workers:
            with suppress(ChildProcessError):
                verdicts.update(worker.result())
    finally:
        for worker in workers:
            worker.end()
    for file in files:
        if file.path not in verdicts:
            verdicts[file.path] = judged(file)
    return verdicts


def _processes(worth: int, jobs: int | None) -> int:
    return max(1, min(jobs or cores(), worth)) if can_fork() else 1


def _start(
    workers: list[Forked[dict[str, Any]]],
    shares: Iterable[Sequence[File]],
    judged: Callable[[File], Any],
) -> None:
    """Add a worker for each share, or for as many as the system allows."""
    if not shares:
        return
    with suppress(OSError), uninterrupted():
        parent = os.getpid()
        workers.extend(Forked(partial(_share, share, judged, parent)) for share in shares)


def _share(share: Sequence[File], judged: Callable[[File], Any], parent: int) -> dict[str, Any]:
    """What a worker finds of its share, unless it is left alone."""
    verdicts = {}
    for file in share:
        if os.getppid() != parent:
            raise ProcessLookupError(parent)
        verdicts[file.path] = judged(file)
    return verdicts
