"""`bailiwick server`, started: over stdin and stdout, or a port."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress

from bailiwick_server.editor_log import OneLine
from bailiwick_server.features import FEATURES
from bailiwick_server.server import BailiwickServer
from bailiwick_server.standard_input import StandardInput

# Seconds for which the thread that judges may keep others waiting: a message goes through three
# threads, and Python's own 5 ms for each would be felt.
_TURN = 0.001


# What mallopt calls its settings: how many heaps there may be, how many free bytes at the end of
# one are kept, and from how many on a piece of memory is one of its own, which goes back when it is
# freed. Texts are copied on each key: what is kept need not be made and cleared each time, which
# takes longer than to copy one of half a megabyte.
_HEAPS, _FREE, _OWN = -8, -1, -3
_LARGE, _KEPT = 1024 * 1024, 4 * 1024 * 1024


def serve(host: str | None = None, port: int | None = None) -> int:
    """Serve one editor until it says that it is done, or goes away; the exit code."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    handler.setLevel(logging.ERROR)
    logging.getLogger().addHandler(handler)
    sys.setswitchinterval(_TURN)
    _give_memory_back()
    server = BailiwickServer()
    for feature in FEATURES:
        feature.register(server)
    if port is None:
        return server.start_stdio(StandardInput(sys.stdin.fileno()))
    server.start_tcp(host or "127.0.0.1", port)
    return 0


def _give_memory_back() -> None:
    """Have glibc keep little memory that is free, where this is glibc."""
    if sys.platform != "linux":
        return
    import ctypes

    # musl has no such function, and keeps little by itself.
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_HEAPS, 1)
        libc.mallopt(_OWN, _LARGE)
        libc.mallopt(_FREE, _KEPT)
