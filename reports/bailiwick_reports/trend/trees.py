"""Trees that no history has: folders, and the archives in which a registry keeps releases."""

from __future__ import annotations

import hashlib
import os
import tarfile
import zipfile
import zlib
from datetime import datetime, timezone
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from bailiwick import Revision, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_ZIPS = (".whl", ".zip")
_TARS = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar")
# What an archive that is damaged, cut off or locked may raise.
_DAMAGE = (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error, RuntimeError)


class Trees:
    """Folders, wheels and source archives, read as a history is; nothing is unpacked.

    Of an archive that has all in one folder, as source archives do, paths start in that.
    """

    is_shallow = False

    def __init__(self) -> None:
        self._texts: dict[str, bytes] = {}
        # What was asked for, by the name that it goes by.
        self._places: dict[str, str] = {}

    def revision(self, name: str, endings: tuple[str, ...]) -> Revision:
        """What lies there, with the time of its newest file.

        Raises:
            UserError: if it is not there or cannot be read.
        """
        digest, newest = hashlib.sha1(usedforsecurity=False), 0.0
        for path, data, time in sorted(_read(name, endings)):
            digest.update(f"{path}\0{_name(data)}\n".encode("utf-8", "surrogatepass"))
            newest = max(newest, time)
        date = datetime.fromtimestamp(newest, timezone.utc)
        called = _called(name)
        called = name if self._places.get(called, name) != name else called
        self._places[called] = name
        return Revision(called, "", f"files {digest.hexdigest()}", date)

    def files(self, revision: Revision, endings: tuple[str, ...]) -> Mapping[str, str]:
        """By path, a name of what a file holds."""
        found = {path: data for path, data, _ in _read(self._places[revision.name], endings)}
        self._texts = {_name(data): data for data in found.values()}
        return {path: _name(data) for path, data in found.items()}

    def contents(self, names: Sequence[str]) -> Iterator[bytes]:
        """What files of these names hold, of those that were last told of."""
        return (self._texts[name] for name in names)

    def submodules(self, revision: Revision) -> list[str]:  # noqa: ARG002 - as a history has it
        """None: what lies in a folder is part of it."""
        return []


def _called(name: str) -> str:
    last = PurePath(os.path.abspath(name)).name  # noqa: PTH100 - `.` and `..` have none
    if last.endswith(".whl"):
        # Behind name and version it says for which Pythons and systems it is.
        last = "-".join(last.removesuffix(".whl").split("-")[:2])
    ending = next((each for each in (*_TARS, *_ZIPS) if last.endswith(each)), "")
    return last.removesuffix(ending) or name


def _name(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def _read(name: str, endings: tuple[str, ...]) -> list[tuple[str, bytes, float]]:
    """Path, content and time of the files that end so."""
    path = Path(name)
    try:
        if path.is_dir():
            return list(_in_folder(path, endings))
        if name.endswith(_ZIPS):
            return _from_top(list(_in_zip(path, endings)))
        if name.endswith(_TARS):
            return _from_top(list(_in_tar(path, endings)))
        kind = "is no folder, wheel or source archive" if path.exists() else "is not there"
    except _DAMAGE as error:
        raise UserError(f"--trees: {name} cannot be read: {error}") from None
    raise UserError(f"--trees: {name} {kind}.")


def _in_folder(folder: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, bytes, float]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(names):
            file = Path(parent, name)
            if name.endswith(endings) and file.is_file():
                yield file.relative_to(folder).as_posix(), file.read_bytes(), file.stat().st_mtime


def _in_zip(path: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, bytes, float]]:
    with zipfile.ZipFile(path) as archive:
        for each in archive.infolist():
            if each.filename.endswith(endings) and not each.is_dir():
                time = datetime(*each.date_time, tzinfo=timezone.utc).timestamp()
                yield each.filename, archive.read(each), time


def _in_tar(path: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, bytes, float]]:
    with tarfile.open(path) as archive:
        for each in archive:
            file = archive.extractfile(each) if each.isfile() else None
            if file is not None and each.name.endswith(endings):
                yield each.name.removeprefix("./"), file.read(), each.mtime


def _from_top(files: list[tuple[str, bytes, float]]) -> list[tuple[str, bytes, float]]:
    """The files of an archive, from its one folder on if that is no package."""
    tops = {path.partition("/")[0] for path, _, _ in files}
    top = f"{next(iter(tops), '')}/"
    if len(tops) != 1 or any(path in (f"{top}__init__.py", top[:-1]) for path, _, _ in files):
        return files
    return [(path.removeprefix(top), data, time) for path, data, time in files]
