"""The checked tree: which files there are, and which modules they are."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path, PurePosixPath
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bailiwick.vocabulary.policy import Policy

    # Files as they are in a state that is not the one on disk: their bytes by path, relative to
    # the policy's folder and with `/`; None where there is no such file.
    Overlay = Mapping[str, bytes | None]

POLICY_FILE = "bailiwick.toml"
# Characters of a dotted path; nobody names a module so.
_LONGEST = 1_000
# Where a project declares objects of its modules, for others to find by name.
DECLARING = ("setup.cfg", "pyproject.toml", "setup.py")
# The part of a stamp that is the file's size.
_SIZE = 2
_NEVER = frozenset({"__pycache__", "node_modules", "venv", "site-packages"})


@dataclass(frozen=True, slots=True)
class File:
    """A file of the tree.

    path:    relative to the policy's folder, with `/`
    module:  dotted; a package's own name for its `__init__`
    stamp:   what tells an unchanged file without reading it; "" if it could not be asked, or if
             it is no file, but a pipe or something else that may have no end
    judged:  False for what the policy excludes: it is known, but not judged
    twin_of: where another file is the module of that name, the name; `module` is then one that
             nobody imports, below it
    """

    path: str
    module: str
    is_package: bool
    stamp: str
    judged: bool = True
    twin_of: str = ""

    @property
    def size(self) -> int:
        """How many bytes it had when it was found; 0 if its stamp does not tell."""
        parts = self.stamp.split("-")
        return int(parts[_SIZE]) if len(parts) > _SIZE else 0

    @property
    def package(self) -> str:
        """The package that relative imports start from."""
        name = self.twin_of or self.module
        return name if self.is_package else name.rpartition(".")[0]


@dataclass(slots=True)
class Tree:
    """All Python files below a policy's source roots, as modules.

    `roots` are the source roots, relative to `root` and with `/`; `excluded` matches what is
    known but not judged.
    `modules` has every module by its dotted name and every package without an `__init__`;
    `nested` lists the folders below that have a policy of their own and are not part of this,
    but for those that the policy excludes; `unreadable` has the folders that could not be
    listed, with the reason. `beside` are the files in which the project may declare entry points,
    in the source roots and around them; a `setup.py` may be among the modules, too.
    """

    root: Path
    roots: tuple[str, ...]
    excluded: re.Pattern[str] | None = None
    files: list[File] = field(default_factory=list)
    modules: dict[str, File | None] = field(default_factory=dict)
    nested: list[Path] = field(default_factory=list)
    unreadable: dict[File, str] = field(default_factory=dict)
    beside: tuple[File, ...] = ()

    @classmethod
    def of(cls, policy: Policy, overlay: Overlay | None = None) -> Tree:
        """Walk the source roots of a policy, as they are with `overlay` laid over them.

        Links to folders are not followed. What has a name that begins with a dot is left out,
        such as the lock files of an editor.
        """
        roots = {_posix(os.path.normpath(root)) for root in policy.source_roots}
        tree = cls(policy.root, tuple(sorted(roots, key=len)), _matcher(policy.exclude))
        walk = _Walk(tree, overlay or {})
        walk.all()
        if overlay:
            walk.lay(overlay)
        tree.files.sort(key=lambda file: file.path)
        tree.beside = tuple(tree._find_beside(overlay or {}))
        tree._list_modules()
        return tree

    @classmethod
    def stored(cls, policy: Policy, files: Mapping[str, bytes], names: Mapping[str, str]) -> Tree:
        """The tree that some files are, by path from the policy's folder on, whatever disks hold.

        names: of their contents, which are their stamps
        """
        roots = {_posix(os.path.normpath(root)) for root in policy.source_roots}
        tree = cls(policy.root, tuple(sorted(roots, key=len)), _matcher(policy.exclude))
        _Walk(tree, files).lay(files)
        tree.files = [replace(file, stamp=names.get(file.path, "")) for file in tree.files]
        tree.files.sort(key=lambda file: file.path)
        others: Overlay = dict.fromkeys(tree._declaring())
        tree.beside = tuple(tree._find_beside({**others, **files}))
        tree._list_modules()
        return tree

    def with_files(self, paths: Iterable[str]) -> Tree:
        """The tree that had files of these names, in the same roots."""
        tree = Tree(self.root, self.roots, self.excluded)
        for path in sorted(paths):
            inside = self._below_root(path)
            if inside is not None:
                tree.files.append(self._unsaved(path, inside))
        tree._list_modules()
        return tree

    @property
    def stamped(self) -> list[File]:
        """All files that a report on the whole tree depends on, each once."""
        known = {file.path for file in self.files if file.path.endswith(DECLARING)}
        return [*self.files, *(file for file in self.beside if file.path not in known)]

    def _declaring(self) -> Iterator[str]:
        """Where what declares entry points may lie; of a root like `src`, in a folder around."""
        folders = {"."}
        for root in self.roots:
            if root != ".." and not root.startswith("../"):
                folders.update(accumulate(root.split("/"), "{}/{}".format))
        for folder in sorted(folders):
            for name in DECLARING:
                path = name if folder == "." else f"{folder}/{name}"
                if not any(map(self.excludes, accumulate(path.split("/"), "{}/{}".format))):
                    yield path

    def _find_beside(self, overlay: Overlay) -> Iterator[File]:
        """Look for what declares entry points."""
        for path in self._declaring():
            if path in overlay:
                if overlay[path] is not None:
                    yield File(path, path, is_package=False, stamp="")
            elif stamp := stamp_of(f"{self.root}/{path}"):
                yield File(path, path, is_package=False, stamp=stamp)

    def _list_modules(self) -> None:
        """Name the modules, and the packages that have no file of their own."""
        # Of two files with one name Python takes the package, and else nobody knows.
        for file in sorted(self.files, key=_is_plain):
            if file.module not in self.modules:
                self.modules[file.module] = file
            else:
                self.files[self.files.index(file)] = self._named_apart(file)
        for file in self.files:
            package = (file.twin_of or file.module).rpartition(".")[0]
            while package and package not in self.modules:
                self.modules[package] = None
                package = package.rpartition(".")[0]

    def _named_apart(self, file: File) -> File:
        apart = replace(file, module=f"{file.module}.{file.path}", twin_of=file.module)
        self.modules[apart.module] = apart
        return apart

    def add(self, path: str) -> None:
        """Make sure of a file that may not be on disk; the path is relative, with `/`."""
        inside = self._below_root(path)
        if inside is None or any(file.path == path for file in self.files):
            return
        file = self._unsaved(path, inside)
        if self.modules.get(file.module) is None:
            self.modules[file.module] = file
        else:
            file = self._named_apart(file)
        self.files.append(file)

    def named(self, path: str) -> str | None:
        """The module that a file is or would be; the path is as in `add`."""
        inside = self._below_root(path)
        return None if inside is None else self._unsaved(path, inside).module

    def _unsaved(self, path: str, inside: str) -> File:
        """A file that is not on disk as it is meant; `inside` is its path below its root."""
        parts = inside.removesuffix(".py").split("/")
        is_package = parts[-1] == "__init__" and len(parts) > 1
        module = ".".join(parts[:-1] if is_package else parts)
        judged = not any(map(self.excludes, accumulate(path.split("/"), "{}/{}".format)))
        return File(path, module, is_package, "", judged)

    def _below_root(self, path: str) -> str | None:
        """The path as seen from the innermost source root around it, None if there is none."""
        prefixes = ["" if root == "." else f"{root}/" for root in self.roots]
        around = [prefix for prefix in prefixes if path.startswith(prefix)]
        return path[len(max(around, key=len)) :] if around else None

    def excludes(self, path: str) -> bool:
        """Whether the policy excludes exactly this file or folder."""
        return self.excluded is not None and self.excluded.match(path) is not None

    def is_excluded_by(self, pattern: str, path: str) -> bool:
        """Whether one pattern of the policy's `exclude` excludes a file or a folder around it."""
        matcher = re.compile(_translate(pattern))
        return any(map(matcher.match, accumulate(path.split("/"), "{}/{}".format)))

    def module_of(self, path: Path) -> str | None:
        """The module that a file is, None if it lies outside the source roots."""
        relative = os.path.relpath(path, self.root).replace(os.sep, "/")
        found = (file.twin_of or file.module for file in self.files if file.path == relative)
        return next(found, None)

    def path_of(self, module: str) -> Path | None:
        """Where a module's file is, None if there is no such file."""
        file = self.modules.get(module)
        return self.root / file.path if file else None

    def split(self, dotted: str) -> tuple[str, str]:
        """A dotted path as the longest module of the tree that starts it, and the rest."""
        module = dotted[:_LONGEST]
        while module and module not in self.modules:
            module = module.rpartition(".")[0]
        return module, dotted[len(module) + 1 :] if module else dotted


class _Walk:
    """One pass over the folders."""

    def __init__(self, tree: Tree, overlay: Overlay) -> None:
        self.tree, self.base = tree, str(tree.root)
        # By folder, whether a policy of its own lies in it in the state that is meant.
        self.has_policy = {
            path.removesuffix(f"/{POLICY_FILE}"): data is not None
            for path, data in overlay.items()
            if path.endswith(f"/{POLICY_FILE}")
        }
        # Folders still to be walked: path, package, judged. Calls would end at the 500th level.
        self.waiting: list[tuple[str, str, bool]] = [(root, "", True) for root in tree.roots]

    def all(self) -> None:
        """Walk until there is no folder left."""
        while self.waiting:
            self._folder(*self.waiting.pop())

    def _folder(self, path: str, package: str, judged: bool) -> None:
        try:
            with os.scandir(f"{self.base}/{path}") as entries:
                listing = list(entries)
        except OSError as error:
            self._unreadable(path, package, judged, error)
            return
        if path and path != "." and self._has_policy(path, listing):
            if judged:
                self.tree.nested.append(Path(self.base, path))
            return
        prefix = f"{path}/" if path and path != "." else ""
        for entry in listing:
            name = entry.name
            if name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                self._subfolder(prefix + name, package, name, judged)
            elif name.endswith(".py"):
                self._file(entry, prefix + name, package, judged)

    def _subfolder(self, path: str, package: str, name: str, judged: bool) -> None:
        if name in _NEVER or path in self.tree.roots:
            return
        here = f"{package}.{name}" if package else name
        self.waiting.append((path, here, judged and not self.tree.excludes(path)))

    def _unreadable(self, path: str, package: str, judged: bool, error: OSError) -> None:
        if judged:
            folder = File(path, package, is_package=True, stamp="")
            self.tree.unreadable[folder] = error.strerror or str(error)

    def _file(self, entry: os.DirEntry[str], path: str, package: str, judged: bool) -> None:
        stamp = ""
        try:
            status = entry.stat()
            if S_ISDIR(status.st_mode):
                return
            stamp = _stamp(status)
        except OSError:
            pass
        name = entry.name[:-3]
        is_package = name == "__init__" and bool(package)
        module = package if is_package else f"{package}.{name}" if package else name
        file = File(path, module, is_package, stamp, judged and not self.tree.excludes(path))
        self.tree.files.append(file)

    def _has_policy(self, path: str, listing: list[os.DirEntry[str]]) -> bool:
        names = {entry.name for entry in listing}
        if self.has_policy.get(path, POLICY_FILE in names):
            return True
        if "pyproject.toml" not in names:
            return False
        file = next(entry.path for entry in listing if entry.name == "pyproject.toml")
        try:
            return b"[tool.bailiwick" in Path(file).read_bytes()
        except OSError:
            return False

    def lay(self, overlay: Overlay) -> None:
        """Make the files found on disk those of the state that is meant."""
        self.tree.files = [file for file in self.tree.files if file.path not in overlay]
        nested = [folder for folder, has_policy in self.has_policy.items() if has_policy]
        nested += [folder.relative_to(self.base).as_posix() for folder in self.tree.nested]
        for path, data in overlay.items():
            inside = self.tree._below_root(path)
            parts = PurePosixPath(path).parts
            if data is None or inside is None or not path.endswith(".py"):
                continue
            if any(part.startswith(".") for part in parts) or not _NEVER.isdisjoint(parts):
                continue
            if not any(path.startswith(f"{folder}/") for folder in nested):
                self.tree.files.append(self.tree._unsaved(path, inside))


def _is_plain(file: File) -> bool:
    return not file.is_package


def stamp_of(path: str) -> str:
    """A file's stamp as it is now; see `File`."""
    try:
        # A run asks for thousands; a `Path` of each would take four times as long.
        return _stamp(os.stat(path))  # noqa: PTH116
    except OSError:
        return ""


def digest_of(data: bytes) -> str:
    """What tells a file's bytes from all others."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def _stamp(status: os.stat_result) -> str:
    """When the file was last changed, in whatever way, in nanoseconds; then all that tells it."""
    if not S_ISREG(status.st_mode):
        return ""
    # The time of the last change of status cannot be set back. Windows has none, nor inodes.
    last = max(status.st_mtime_ns, status.st_ctime_ns)
    inode = 0 if os.name == "nt" else status.st_ino
    return f"{last}-{status.st_mtime_ns}-{status.st_size}-{inode}"


def _matcher(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    """One expression for all exclude patterns: globs over the path relative to the policy.

    As in a .gitignore a pattern without a slash matches a name at any depth, and `**` crosses
    folders; what lies below a matched folder is excluded with it.
    """
    return re.compile("|".join(map(_translate, patterns))) if patterns else None


def _translate(pattern: str) -> str:
    anchored = "/" in pattern.rstrip("/")
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.strip("/"))
    glob = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return (
        ("" if anchored else "(?:.*/)?")
        + "".join(glob.get(part) or re.escape(part) for part in parts)
        + "$"
    )


def _posix(path: str) -> str:
    return path.replace(os.sep, "/")
