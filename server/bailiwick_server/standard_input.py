"""Standard input for the loop: one thread reads all that is there, and hands it over at once.

pygls has a thread read each line of a message, and waits for it on the loop: so many times has
either to wait for its turn while another thread judges.
"""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import suppress

# Bytes that are read at once; a long text comes in many pieces.
_PIECE = 1 << 20
# asyncio's own limit is for lines; who writes longer ones is not to be cut off for that.
_NO_LIMIT = 1 << 62


class StandardInput:
    """What pygls wants of a reader; it is to be made before the loop, and used on it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._stream: asyncio.StreamReader | None = None

    async def readline(self) -> bytes:
        """The next line with its end; what is left at the end of the input.

        What the last message has set going begins first, even if the next one is there already:
        an edit after a new setting is made under that.
        """
        await asyncio.sleep(0)
        return await self._opened().readline()

    async def readexactly(self, count: int) -> bytes:
        """So many bytes; none if the input ends before."""
        with suppress(asyncio.IncompleteReadError):
            return await self._opened().readexactly(count)
        return b""

    def _opened(self) -> asyncio.StreamReader:
        if self._stream is None:
            loop = asyncio.get_running_loop()
            self._stream = stream = asyncio.StreamReader(limit=_NO_LIMIT, loop=loop)
            # It waits for what may never come: the process is not to wait for it.
            read = threading.Thread(target=self._read, args=(loop, stream), daemon=True)
            read.start()
        return self._stream

    def _read(self, loop: asyncio.AbstractEventLoop, stream: asyncio.StreamReader) -> None:
        # The loop may have been closed: then nobody reads any more.
        with suppress(RuntimeError):
            while piece := self._piece():
                loop.call_soon_threadsafe(stream.feed_data, piece)
            loop.call_soon_threadsafe(stream.feed_eof)

    def _piece(self) -> bytes:
        try:
            return os.read(self._descriptor, _PIECE)
        except OSError:
            return b""
