"""The checked tree: which files there are, and which modules they are."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bailiwick.vocabulary.policy import Policy

POLICY_FILE = "bailiwick.toml"
_NEVER = frozenset({"__pycache__", "node_modules", "venv", "site-packages"})


@dataclass(frozen=True, slots=True)
class File:
    """A file of the tree.

    path:    relative to the policy's folder, with `/`
    module:  dotted; a package's own name for its `__init__`
    stamp:   what tells an unchanged file without reading it; "" if it could not be asked
    judged:  False for what the policy excludes: it is known, but not judged
    """

    path: str
    module: str
    is_package: bool
    stamp: str
    judged: bool = True


@dataclass(slots=True)
class Tree:
    """All Python files below a policy's source roots, as modules.

    `roots` are the source roots, relative to `root` and with `/`; `excluded` matches what is
    known but not judged.
    `modules` has every module by its dotted name and every package without an `__init__`;
    `nested` lists the folders below that have a policy of their own and are not part of this,
    but for those that the policy excludes.
    """

    root: Path
    roots: tuple[str, ...]
    excluded: re.Pattern[str] | None = None
    files: list[File] = field(default_factory=list)
    modules: dict[str, File | None] = field(default_factory=dict)
    nested: list[Path] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, policy: Policy) -> Tree:
        """Walk the source roots of a policy; links to folders are not followed."""
        roots = {_posix(os.path.normpath(root)) for root in policy.source_roots}
        tree = cls(policy.root, tuple(sorted(roots, key=len)), _matcher(policy.exclude))
        walk = _Walk(tree)
        for root in tree.roots:
            walk.folder(root, "", judged=True)
        tree.files.sort(key=lambda file: file.path)
        return tree

    def add(self, path: str) -> None:
        """Make sure of a file that may not be on disk; the path is relative, with `/`."""
        inside = self._below_root(path)
        if inside is None or any(file.path == path for file in self.files):
            return
        parts = inside.removesuffix(".py").split("/")
        is_package = parts[-1] == "__init__" and len(parts) > 1
        module = ".".join(parts[:-1] if is_package else parts)
        judged = not any(map(self.excludes, accumulate(path.split("/"), "{}/{}".format)))
        file = File(path, module, is_package, "", judged)
        self.files.append(file)
        self.modules.setdefault(module, file)

    def _below_root(self, path: str) -> str | None:
        """The path as seen from the innermost source root around it, None if there is none."""
        prefixes = ["" if root == "." else f"{root}/" for root in self.roots]
        around = [prefix for prefix in prefixes if path.startswith(prefix)]
        return path[len(max(around, key=len)) :] if around else None

    def excludes(self, path: str) -> bool:
        """Whether the policy excludes exactly this file or folder."""
        return self.excluded is not None and self.excluded.match(path) is not None

    def module_of(self, path: Path) -> str | None:
        """The module that a file is, None if it lies outside the source roots."""
        relative = os.path.relpath(path, self.root).replace(os.sep, "/")
        return next((file.module for file in self.files if file.path == relative), None)

    def path_of(self, module: str) -> Path | None:
        """Where a module's file is, None if there is no such file."""
        file = self.modules.get(module)
        return self.root / file.path if file else None

    def split(self, dotted: str) -> tuple[str, str]:
        """A dotted path as the longest module of the tree that starts it, and the rest."""
        module = dotted
        while module and module not in self.modules:
            module = module.rpartition(".")[0]
        return module, dotted[len(module) + 1 :] if module else dotted


class _Walk:
    """One pass over the folders."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.base = tree, str(tree.root)

    def folder(self, path: str, package: str, *, judged: bool) -> None:
        try:
            with os.scandir(f"{self.base}/{path}") as entries:
                listing = list(entries)
        except OSError:
            self.tree.unreadable.append(path)
            return
        if path and path != "." and self._has_policy(listing):
            if judged:
                self.tree.nested.append(Path(self.base, path))
            return
        prefix = f"{path}/" if path and path != "." else ""
        for entry in listing:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                self._subfolder(prefix + name, package, name, judged)
            elif name.endswith(".py"):
                self._file(entry, prefix + name, package, judged)

    def _subfolder(self, path: str, package: str, name: str, judged: bool) -> None:
        if name.startswith(".") or name in _NEVER or path in self.tree.roots:
            return
        here = f"{package}.{name}" if package else name
        count = len(self.tree.files)
        self.folder(path, here, judged=judged and not self.tree.excludes(path))
        if len(self.tree.files) > count:
            self.tree.modules.setdefault(here, None)

    def _file(self, entry: os.DirEntry[str], path: str, package: str, judged: bool) -> None:
        try:
            status = entry.stat()
            stamp = f"{status.st_mtime_ns}-{status.st_size}-{status.st_ino}"
        except OSError:
            stamp = ""
        name = entry.name[:-3]
        is_package = name == "__init__" and bool(package)
        module = package if is_package else f"{package}.{name}" if package else name
        file = File(path, module, is_package, stamp, judged and not self.tree.excludes(path))
        self.tree.files.append(file)
        if is_package or self.tree.modules.get(module) is None:
            self.tree.modules[module] = file

    def _has_policy(self, listing: list[os.DirEntry[str]]) -> bool:
        names = {entry.name for entry in listing}
        if POLICY_FILE in names:
            return True
        if "pyproject.toml" not in names:
            return False
        file = next(entry.path for entry in listing if entry.name == "pyproject.toml")
        try:
            return b"[tool.bailiwick" in Path(file).read_bytes()
        except OSError:
            return False


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
