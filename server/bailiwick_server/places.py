"""From the addresses that editors use to paths, and back; which folders are open."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bailiwick import find_policy
from pygls.uris import from_fs_path, to_fs_path


def path_of(uri: str) -> Path | None:
    """The absolute path of a file's address, None for what is no file."""
    try:
        found = to_fs_path(uri)
    except (ValueError, UnicodeError):
        return None
    if not found or "\0" in found:
        return None
    # Not resolve(): a linked file belongs where the link stands.
    return Path(os.path.abspath(found))  # noqa: PTH100


def uri_of(path: Path) -> str:
    """The address of a file."""
    return from_fs_path(str(path)) or path.as_uri()


@dataclass(frozen=True, slots=True)
class Roots:
    """The folders that an editor has open; nothing outside of them is looked for.

    An editor that has none open, only files, has the folders around these.
    """

    folders: tuple[Path, ...] = ()

    def policy_for(self, path: Path) -> Path | None:
        """The policy file that governs a file: the nearest one in its root, None for none."""
        if not self.folders:
            return find_policy(path.parent)
        around = [folder for folder in self.folders if path.is_relative_to(folder)]
        if not around:
            return None
        # The outermost root: a folder that is open beside the one around it changes nothing.
        return find_policy(path.parent, min(around, key=lambda folder: len(folder.parts)))

    def with_folders(self, added: list[Path], removed: list[Path]) -> Roots:
        """The roots after some have come and gone."""
        kept = [folder for folder in self.folders if folder not in removed]
        return Roots(tuple(dict.fromkeys([*kept, *added])))
