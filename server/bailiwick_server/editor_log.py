"""What the server has to say of its own work, in the editor's log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Callable

LEVELS = {
    "off": logging.CRITICAL + 1,
    "error": logging.ERROR,
    "warning": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
}
_TYPES = (
    (logging.ERROR, types.MessageType.Error),
    (logging.WARNING, types.MessageType.Warning),
    (logging.INFO, types.MessageType.Info),
    (logging.NOTSET, types.MessageType.Log),
)


# What could not be sent cannot be told, either.
_UNSENT = "Error sending data"


class OneLine(logging.Formatter):
    """A record on one line, with the kind of an exception in place of where it came from."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        words = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            words = f"{words}: {type(error).__name__}: {error}"
        return " ".join(words.split())[:2000]


class EditorLog(logging.Handler):
    """Sends what is logged to the editor, as `window/logMessage`."""

    def __init__(self, send: Callable[[types.LogMessageParams], None]) -> None:
        """`send` may be called from any thread."""
        super().__init__()
        self._send = send
        self.setFormatter(OneLine())

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler`."""
        if record.getMessage().startswith(_UNSENT):
            return
        kind = next(kind for level, kind in _TYPES if record.levelno >= level)
        self._send(types.LogMessageParams(kind, self.format(record)))
