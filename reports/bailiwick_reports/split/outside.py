"""Code that lives outside of the tree already, taken for a subsystem of it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import Place, Subsystem, Tree, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bailiwick import Policy

_TESTS = frozenset({"test", "tests"})


def with_tree(policy: Policy, folder: str, name: str | None) -> tuple[Policy, str, Path]:
    """A policy that has the code below a folder for a subsystem more, its name, and the folder.

    What of that code the tree of the policy has, too, is the tree's: packages of one namespace
    may be spread over both.

    Raises:
        UserError: if there is no such folder, or no package in it that the tree has not.
    """
    path = Path(os.path.abspath(folder))  # noqa: PTH100 - keeps symlinks
    if not path.is_dir():
        raise UserError(f"--tree: there is no folder {folder}.")
    root = path / "src" if (path / "src").is_dir() else path
    outside = Tree.of(replace(policy, root=root, source_roots=(".",), exclude=()))
    inside = Tree.of(policy).modules
    packaged = {file.module for file in outside.files if "/" in file.path}
    modules = _topmost(module for module in packaged if module not in inside)
    if not modules:
        raise UserError(
            f"--tree: {folder} has no Python package that the tree of {policy.path} lacks."
        )
    packages = {module.rpartition(".")[0] for module in packaged} | packaged
    tests = _topmost(module for module in packages - inside.keys() if _is_of_tests(module))
    called = name or path.name
    if called in policy.subsystems:
        called = f"{called} (outside)"
    subsystem = Subsystem(
        name=called,
        place=Place(folder, 1, f"--tree {folder}"),
        modules=tuple(module for module in modules if module not in tests),
        tests=tuple(tests),
    )
    roots = (*policy.source_roots, os.path.relpath(root, policy.root).replace(os.sep, "/"))
    digest = hashlib.sha1(f"{policy.fingerprint}{subsystem}".encode(), usedforsecurity=False)
    widened = replace(
        policy,
        subsystems={**policy.subsystems, called: subsystem},
        source_roots=roots,
        fingerprint=digest.hexdigest(),
    )
    return widened, called, root


def _topmost(modules: Iterable[str]) -> list[str]:
    """Those modules of some that lie below none of the others."""
    found: list[str] = []
    for module in sorted(modules):
        if not any(module.startswith(f"{above}.") for above in found):
            found.append(module)
    return found


def _is_of_tests(module: str) -> bool:
    return not _TESTS.isdisjoint(module.split("."))
