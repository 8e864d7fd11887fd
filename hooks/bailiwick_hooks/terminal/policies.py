"""Which policy a user means: the one that is named, or the one that governs a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import UserError, find_policy

if TYPE_CHECKING:
    from collections.abc import Iterable

HOW_TO_START = """\
To start, run `bailiwick init` at the top of the project, which proposes one, or write a
bailiwick.toml there, such as

    [subsystem.core]
    modules = ["yourpackage.core"]
    public = ["yourpackage.core.api"]

or, for OpenStack Nova, the one line

    extends = ["nova"]

`bailiwick where PATH` then says what it means for a file, and `bailiwick check` judges all."""


def governing(path: Path) -> Path:
    """Return the nearest policy file in or above a folder, or above a file; UserError if none."""
    folder = path if path.is_dir() else path.parent
    found = find_policy(folder)
    if found is None:
        raise UserError(no_policy(path))
    return found


def named_policy(name: str, governed: Iterable[Path] = ()) -> Path:
    """Return the absolute path of a policy file that the user has named.

    Raises UserError if there is none, or if a path lies outside the folder that it governs.
    """
    path = Path(os.path.abspath(name))  # noqa: PTH100 - keeps symlinks
    if path.is_dir():
        raise UserError(f"--policy names the policy file itself; {name} is a folder.")
    if not path.is_file():
        raise UserError(f"--policy: {missing(name, path)}")
    for each in governed:
        if not each.is_relative_to(path.parent):
            raise UserError(
                f"{each} lies outside {path.parent}, the folder that {name} governs.\n"
                f"       A bailiwick.toml at the top of that tree can extend it by its path."
            )
    return path


def no_policy(path: Path) -> str:
    """Say that no policy governs a path, and how to write the first one."""
    return (
        f"no policy governs {path}: there is no bailiwick.toml, and no pyproject.toml with "
        f"[tool.bailiwick], in its folder or any above.\n\n{HOW_TO_START}"
    )


def missing(name: str, path: Path) -> str:
    """Say that there is no such path, with the nearest one beside it as the user would write it."""
    from difflib import get_close_matches

    folder = path.parent
    siblings = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    near = get_close_matches(path.name, siblings, 1)
    guess = f" Did you mean {os.path.join(os.path.dirname(name), near[0])}?" if near else ""  # noqa: PTH118, PTH120 - as the user wrote it
    return f"there is no file or folder {name}.{guess}"
