"""Work that takes long is shown with its progress, and can be cancelled."""

from __future__ import annotations

import asyncio
import itertools
import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from bailiwick_server.server import BailiwickServer

logger = logging.getLogger(__name__)

# Seconds after which work is shown, and between two words on it.
PATIENCE = 0.5
_TURN = 0.25


class Waiting:
    """Shows the work of one server, one piece at a time."""

    def __init__(self, server: BailiwickServer, read: Callable[[], int]) -> None:
        """`read` says how many modules have been read so far; it may be asked on the loop."""
        self._server, self._read = server, read
        self._numbers = itertools.count(1)
        self._busy = False

    def watch(self, work: Future[Any], name: str) -> None:
        """Show a piece of work if it takes long; `name` is what it is about."""
        asyncio.get_running_loop().call_later(PATIENCE, self._begin, work, name)

    def _begin(self, work: Future[Any], name: str) -> None:
        window = self._server.client_capabilities.window
        if work.done() or self._busy or not (window and window.work_done_progress):
            return
        self._busy = True
        task = asyncio.ensure_future(self._show(work, name))
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Future[None]) -> None:
        self._busy = False
        if not task.cancelled() and task.exception() is not None:
            logger.debug("no progress is shown: %s", task.exception())

    async def _show(self, work: Future[Any], name: str) -> None:
        progress, token = self._server.work_done_progress, f"bailiwick-{next(self._numbers)}"
        await progress.create_async(token)
        begin = types.WorkDoneProgressBegin("Bailiwick", message=name, cancellable=True)
        progress.begin(token, begin)
        wish = progress.tokens[token]
        while not work.done():
            if wish.cancelled():
                work.cancel()
                logger.info("cancelled: %s", name)
                break
            words = f"{name}: {self._read()} modules read"
            progress.report(token, types.WorkDoneProgressReport(message=words, cancellable=True))
            await asyncio.sleep(_TURN)
        progress.end(token, types.WorkDoneProgressEnd())
        progress.tokens.pop(token, None)
