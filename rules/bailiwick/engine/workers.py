"""One run on several processors: forked workers, each of which takes a file when it is ready."""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from bailiwick.engine.forked import Forked, can_fork, cores, uninterrupted
from bailiwick.engine.tickets import Tickets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bailiwick.source.tree import File

# What is to be found out of a file: a verdict, or what it names.
Found = TypeVar("Found")

# Below so many files a second process costs more than it saves, where there is little to find out
# of each, and where there is more.
_WORTH_A_PROCESS = 100
_WORTH_ONE_THEN = 25
# Of the smaller half of the files every so many-th is judged before the processes part: what they
# all would read for themselves (what imports lead to, which classes have which bases, libcst) they
# then have.
_IN_COMMON = 16


def judge_all(
    files: Sequence[File],
    judged: Callable[[File], Found],
    jobs: int | None,
    progress: Callable[[int, int], None] | None,
    *,
    thorough: bool = False,
    ahead: Callable[[], None] | None = None,
) -> dict[str, Found]:
    """What `judged` finds of each file, by path; `thorough` if that is more than a verdict.

    With `jobs` processes at most, as many as there are cores if None. Other processes are used
    where they start by a fork, which is to say on Linux; then `ahead` is called before that. What
    one had that dies is left to this one.
    """
    collecting = gc.isenabled()
    # What a run makes lives until its end, so looking for garbage only costs: 10 % of the time.
    gc.disable()
    try:
        processes = _processes(_worth(files, thorough=thorough), jobs)
        if ahead and processes > 1:
            ahead()
        return _judge_all(files, judged, processes, progress)
    finally:
        if collecting:
            gc.enable()


def may_be_shared(files: Sequence[File], *, thorough: bool) -> bool:
    """Whether `judge_all` may use other processes, too."""
    return _worth(files, thorough=thorough) > 1


def _worth(files: Sequence[File], *, thorough: bool) -> int:
    return len(files) // (_WORTH_ONE_THEN if thorough else _WORTH_A_PROCESS)


def _judge_all(
    files: Sequence[File],
    judged: Callable[[File], Found],
    count: int,
    progress: Callable[[int, int], None] | None,
) -> dict[str, Found]:
    tell = progress or _to_nobody
    found: dict[str, Found] = {}
    if count > 1:
        # While one works on a large file, the others have the small ones.
        order = sorted(files, key=lambda file: file.size, reverse=True)
        common = order[len(order) // 2 :: _IN_COMMON]
        found.update((file.path, judged(file)) for file in common)
        rest = [file for file in order if file.path not in found]
        known = len(common)
        found.update(_shared(rest, judged, count, lambda done: tell(known + done, len(files))))
    for file in files:
        if file.path not in found:
            found[file.path] = judged(file)
            tell(len(found), len(files))
    tell(len(files), len(files))
    return {file.path: found[file.path] for file in files}


def _to_nobody(done: int, total: int) -> None:
    """Nobody wants to know how many files are done."""


def _shared(
    files: Sequence[File],
    judged: Callable[[File], Found],
    count: int,
    tell: Callable[[int], None],
) -> dict[str, Found]:
    """What so many processes, this one among them, find of files; less if one of them dies.

    `tell` is told how many files are done, or being worked on.
    """
    found: dict[str, Found] = {}
    workers: list[Forked[dict[str, Any]]] = []
    try:
        tickets = Tickets(files)
    except OSError:
        return found
    try:
        _start(workers, count - 1, partial(_work, tickets, judged, os.getpid()))
        for file in tickets:
            found[file.path] = judged(file)
            tell(tickets.handed_out)
        for worker in workers:
            with suppress(ChildProcessError):
                found.update(worker.result())
    finally:
        for worker in workers:
            worker.end()
        tickets.close()
    return found


def _processes(worth: int, jobs: int | None) -> int:
    return min(jobs or cores(), worth) if worth > 1 and can_fork() else 1


def _start(
    workers: list[Forked[dict[str, Any]]], count: int, work: Callable[[], dict[str, Any]]
) -> None:
    """Add so many workers, or as many as the system allows."""
    with suppress(OSError), uninterrupted():
        workers.extend(Forked(work) for _ in range(count))


def _work(tickets: Tickets, judged: Callable[[File], Any], parent: int) -> dict[str, Any]:
    """What a worker finds, unless it is left alone."""
    found: dict[str, Any] = {}
    for file in tickets:
        if os.getppid() != parent:
            raise ProcessLookupError(parent)
        found[file.path] = judged(file)
    return found
