"""A file written as a whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Put new bytes in the place of a file, or make it; whatever fails leaves the old ones.

    They are on the disk before they take the name. A link stays one, and leads to them; the
    permissions of the old file are kept.

    Raises:
        OSError: if the folder cannot be written to, the disk is full, and the like.
    """
    target = Path(os.path.realpath(path))
    # A name that nobody can know, so that no link lies in wait there; and not too long for one.
    unfinished = target.with_name(f".{target.name[:40]}.{os.urandom(8).hex()}")
    try:
        with unfinished.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            unfinished.chmod(target.stat().st_mode & 0o7777)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    _settle(target.parent)


def _settle(folder: Path) -> None:
    """Have the new name on the disk, too, where folders can be asked for that."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
