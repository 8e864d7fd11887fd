"""A progress bar on the terminal for a run that takes longer than a second."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from rich.progress import Progress, TaskID

    # Is told how much is done, and of how much.
    Told = Callable[[int, int], None]

PATIENCE = 1.0


@contextmanager
def progress(words: str = "judging") -> Iterator[Told | None]:
    """Give what is to be told how far the work is; None where nobody would see it."""
    with ProgressBar(words) as bar:
        yield bar if sys.stderr.isatty() else None


class ProgressBar:
    """Draws itself on stderr from the first report after a second; takes itself away at the end.

    A context manager whose value is called with how many files are done, and of how many; rich
    is imported only when there is something to draw.
    """

    def __init__(self, words: str) -> None:
        self._words = words
        self._begin = monotonic()
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> ProgressBar:
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show how far the run is; at first, only whether it is time to show anything."""
        if self._progress is None:
            if monotonic() - self._begin < PATIENCE:
                return
            self._start()
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._progress = Progress(
            TextColumn(self._words),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        )
        self._task = self._progress.add_task("", total=None)
        self._progress.start()
