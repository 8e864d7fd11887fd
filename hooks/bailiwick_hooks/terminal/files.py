"""Files that a user names for output: written as a whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from bailiwick import UserError


def refuse_unwritable(name: str) -> None:
    """Say before any work that nothing can be written there.

    Raises:
        UserError: for a folder, a folder that is not there, and what may not be written.
    """
    if os.path.isdir(name) or name.endswith(("/", os.sep)):  # noqa: PTH112 - Path drops the slash
        raise UserError(f"--output: {name} is a folder; name a file in it.")
    path = behind_links(name)
    if not path.parent.is_dir():
        raise UserError(f"--output: there is no folder {path.parent} to write {path.name} into.")
    if path.exists() and not os.access(path, os.W_OK):
        raise UserError(f"--output: {name} may not be written.")
    if is_replaced(path):
        try:
            _scratch_beside(path).unlink()
        except OSError as error:
            reason = error.strerror or error
            raise UserError(f"--output: cannot write into {path.parent}: {reason}") from None


def write_file(name: str, text: str) -> None:
    """Write a file so that whoever reads it sees all of the old text or all of the new.

    A link stays a link, and a pipe or device gets the text itself.

    Raises:
        OSError: if it cannot be written; what it held stays.
    """
    path = behind_links(name)
    data = text.encode("utf-8", "backslashreplace")
    if not is_replaced(path):
        path.write_bytes(data)
        return
    from bailiwick import replace_file

    replace_file(path, data)


def behind_links(name: str) -> Path:
    """The file that is meant; a pipe keeps its name, for what it links to may have none."""
    path = Path(name)
    return path if path.exists() and not path.is_file() else Path(os.path.realpath(name))


def is_replaced(path: Path) -> bool:
    """Whether a file is to take the place of what is there; a pipe or device is written into."""
    return path.is_file() or not path.exists()


def _scratch_beside(path: Path) -> Path:
    import tempfile

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".tmp")
    os.close(handle)
    return Path(name)
