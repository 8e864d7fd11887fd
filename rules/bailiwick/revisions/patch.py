"""A change that comes as a patch: `git apply` does the work, on copies of the files named."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from posixpath import relpath
from typing import TYPE_CHECKING

from bailiwick.revisions.change import CONCERNED, Change
from bailiwick.revisions.git import ask
from bailiwick.vocabulary.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick.source.tree import Overlay

_APPLY = ("apply", "--whitespace=nowarn", *(f"--include=*{end}" for end in CONCERNED))
_BACK = "--reverse"


def patched(root: Path, patch: bytes) -> Change:
    """What a patch changes below `root`.

    Paths in it start at the top of the repository around the working directory; where that is
    in none, in the working directory.

    The state now is the one with the patch, the state before the one without. Which of the two
    is on disk shows by itself: a patch that can be taken back has been applied.

    Raises:
        UserError: for what is no patch, or one that neither fits nor has been applied.
    """
    if not patch.strip():
        return Change(frozenset(), {}, dict)
    paths, top = sorted({*_names(patch), *_names(patch, _BACK)}), _top()
    with tempfile.TemporaryDirectory(prefix="bailiwick-") as scratch:
        folder = Path(os.path.realpath(scratch))
        stored = _read(top, paths)
        _write(folder, stored)
        applied = not ask(folder, *_APPLY, _BACK, "--check", "-", given=patch).returncode
        done = ask(folder, *_APPLY, *([_BACK] if applied else []), "-", given=patch)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise UserError(
                f"the patch neither fits {top} nor has it been applied there.\n       "
                + said.replace("\n", "\n       ")
            )
        other = _read(folder, paths)
    seen = {path: relpath(path, _posix(root, top)) for path in paths}
    old, new = (other, stored) if applied else (stored, other)
    return Change(
        paths=frozenset(seen.values()),
        renamed={seen[now]: seen[before] for now, before in _renamed(patch)},
        before=lambda: {seen[path]: data for path, data in old.items()},
        now={} if applied else {seen[path]: data for path, data in new.items()},
    )


def _top() -> Path:
    here = Path.cwd()
    asked = ask(here, "rev-parse", "--show-cdup")
    above = os.fsdecode(asked.stdout).strip() if asked.returncode == 0 else ""
    return Path(os.path.normpath(here / above))


def _renamed(patch: bytes) -> Iterator[tuple[str, str]]:
    """The names now and before of the files that a patch renames."""
    for part in re.split(rb"^(?=diff --git )", patch, flags=re.MULTILINE):
        if b"\nrename from " in part:
            yield from zip(_names(part), _names(part, _BACK), strict=True)


def _names(patch: bytes, *options: str) -> list[str]:
    """The files that a patch is about, by their names now; by those before if it is reversed."""
    with tempfile.TemporaryDirectory(prefix="bailiwick-") as nowhere:
        done = ask(Path(nowhere), *_APPLY, *options, "--numstat", "-z", "-", given=patch)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise UserError(f"this is no patch that `git apply` takes.\n       {said}")
    rows = (row.split(b"\t", 2) for row in done.stdout.split(b"\0") if row)
    names = [os.fsdecode(name) for _, _, name in rows]
    for name in names:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise UserError(f"the patch names a file outside of the tree: {name}")
    return names


def _read(folder: Path, paths: Iterable[str]) -> Overlay:
    files = {path: folder / path for path in paths}
    return {path: file.read_bytes() if file.is_file() else None for path, file in files.items()}


def _write(folder: Path, files: Overlay) -> None:
    for path, data in files.items():
        if data is not None:
            folder.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
            folder.joinpath(path).write_bytes(data)


def _posix(root: Path, top: Path) -> str:
    return os.path.relpath(root, top).replace(os.sep, "/")
