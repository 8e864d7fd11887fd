"""`bailiwick server`, started: over stdin and stdout, or a port."""

from __future__ import annotations

import logging
import sys

from bailiwick_server.editor_log import OneLine
from bailiwick_server.features import FEATURES
from bailiwick_server.server import BailiwickServer

# Seconds for which the thread that judges may keep others waiting: a message goes through three
# threads, and Python's own 5 ms for each would be felt.
_TURN = 0.001


def serve(host: str | None = None, port: int | None = None) -> int:
    """Serve one editor until it says that it is done, or goes away; the exit code."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    handler.setLevel(logging.ERROR)
    logging.getLogger().addHandler(handler)
    sys.setswitchinterval(_TURN)
    server = BailiwickServer()
    for feature in FEATURES:
        feature.register(server)
    if port is None:
        server.start_io()
    else:
        server.start_tcp(host or "127.0.0.1", port)
    return 0
