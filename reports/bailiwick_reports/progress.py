"""A progress bar on stderr for what takes longer than a second, and only on a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, TaskID

    # Is told how much is done, and of how much.
    Told = Callable[[int, int], None]

PATIENCE = 1.0


@contextmanager
def progress(words: str) -> Iterator[Told]:
    """Give what is told how far the work is; it draws nothing before a second is over."""
    bar = _Bar(words)
    try:
        yield bar.told
    finally:
        bar.end()


class _Bar:
    def __init__(self, words: str) -> None:
        self.words, self.begin = words, monotonic()
        self.drawn: tuple[Progress, TaskID] | None = None

    def told(self, done: int, total: int) -> None:
        if self.drawn is None:
            if not sys.stderr.isatty() or monotonic() - self.begin < PATIENCE:
                return
            self.drawn = self._drawn()
        bar, task = self.drawn
        bar.update(task, completed=done, total=total)

    def _drawn(self) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = TextColumn(self.words), BarColumn(), MofNCompleteColumn()
        bar = Progress(*columns, console=Console(file=sys.stderr), transient=True)
        task = bar.add_task("", total=None)
        bar.start()
        return bar, task

    def end(self) -> None:
        if self.drawn is not None:
            self.drawn[0].stop()
