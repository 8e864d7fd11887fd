"""A server ends with the editor that started it, also with one that was killed."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_INTERVAL = 1.0


def watch(process: int, gone: Callable[[], None]) -> None:
    """Call something, from another thread, soon after a process has ended."""
    threading.Thread(target=_wait, args=(process, gone), name="parent", daemon=True).start()


def _wait(process: int, gone: Callable[[], None]) -> None:
    while is_alive(process):
        time.sleep(_INTERVAL)
    gone()


def is_alive(process: int) -> bool:
    """Whether there is a process of that number."""
    if sys.platform == "win32":
        return _is_alive_on_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _is_alive_on_windows(process: int) -> bool:
    import ctypes

    synchronize, timeout = 0x00100000, 0x00000102
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined, unused-ignore]
    handle = kernel.OpenProcess(synchronize, False, process)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == timeout)
    finally:
        kernel.CloseHandle(handle)
