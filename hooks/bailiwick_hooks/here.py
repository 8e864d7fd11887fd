"""Paths as they are seen from the working directory, not from the policy's folder."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    # Turns a path that starts at a policy's folder into one that starts here, with `/`.
    Seen = Callable[[str], str]

# As a Place is written: `file:line  what it says`; a shipped policy, `<name>`, is no path.
_PLACE = re.compile(r"([^<].*?)(?=:(\d+)  )")


def seen_from_here(root: Path) -> Seen:
    """Return what turns paths relative to `root` into paths relative to the working directory.

    Where no relative path leads there (another drive), it gives an absolute one.
    """
    here = Path.cwd()
    if root == here:
        return str

    @cache
    def seen(path: str) -> str:
        absolute = root / path
        try:
            return os.path.relpath(absolute, here).replace(os.sep, "/")
        except ValueError:
            return absolute.as_posix()

    return seen


def place_seen(words: str, seen: Seen) -> str:
    """Return `file:line  what it says` with the file as it is seen from here."""
    file = _PLACE.match(words)
    return seen(file[1]) + words[file.end() :] if file else words


def deciding_line(words: str) -> tuple[str, int, str] | None:
    """Part `file:line  what it says`; None where no file of the project is named."""
    place = _PLACE.match(words)
    return (place[1], int(place[2]), words.partition("  ")[2]) if place else None
