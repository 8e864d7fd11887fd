"""Files that a user names for output: written as a whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path


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
