"""Where a report goes: to standard output, or into a file that is written whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bailiwick import UserError
from bailiwick_hooks.terminal.files import write_file


def refuse_unwritable(path: str | None) -> None:
    """Say before any work that nothing can be written there.

    Raises:
        UserError: for a folder, or a file in a folder that is not there or closed.
    """
    if path is None:
        return
    target = Path(path)
    if target.is_dir():
        raise UserError(f"--output: {path} is a folder; name a file in it.")
    if not target.parent.is_dir():
        raise UserError(f"--output: there is no folder {target.parent}.")
    place = target if target.exists() else target.parent
    if not os.access(place, os.W_OK):
        raise UserError(f"--output: {place} cannot be written to.")


def write_out(text: str, path: str | None) -> None:
    """Write UTF-8 to a file in one step, or to standard output if `path` is None.

    Raises:
        UserError: if the file cannot be written; what it held stays.
    """
    if path is None:
        sys.stdout.write(text)
        return
    try:
        write_file(path, text)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror or error}") from error
