"""From the paths on the command line to the policies that govern them, and to what is found."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import UserError, find_policy, load_policy

from bailiwick_hooks.terminal.policies import governing, missing, named_policy, no_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bailiwick import Policy, Report

# Folders in which nobody's policy is looked for.
NOT_SEARCHED = frozenset({"node_modules", "venv", "site-packages", "__pycache__"})


def by_policy(paths: Sequence[str], policy: str | None) -> dict[Path, list[Path]]:
    """Group absolute paths under the policy file that governs each: `policy`, or the nearest one.

    A folder with no policy in or above it stands for the projects below it that have one.
    Raises UserError for paths that are not there, cannot be read, or have no policy.
    """
    wanted = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - keeps symlinks
    _refuse_unreadable(zip(paths, wanted, strict=True))
    if policy is not None:
        return {named_policy(policy, wanted): wanted}
    groups: dict[Path, list[Path]] = {}
    above: dict[Path, Path | None] = {}
    for path in wanted:
        folder = path if path.is_dir() else path.parent
        if folder not in above:
            above[folder] = find_policy(folder)
        found = above[folder]
        if found:
            groups.setdefault(found, []).append(path)
            continue
        below = policies_below(path)
        if not below:
            raise UserError(no_policy(path))
        for project in below:
            groups.setdefault(project, []).append(project.parent)
    return groups


def judged(
    waiting: dict[Path, list[Path]],
    judge: Callable[..., Report],
    load: Callable[[Path], Policy] = load_policy,
    *,
    nested: bool,
) -> Iterator[Report]:
    """Judge each group of paths under its policy; `judge` is called as `check` is.

    `load` reads a policy. With `nested` the projects below that have a policy of their own follow,
    under that.
    """
    while waiting:
        # A project before those inside it, so that each is judged once.
        policy = min(waiting, key=lambda path: len(path.parts))
        paths = waiting.pop(policy)
        # Circles between subsystems are looked for only where the tree is judged whole.
        report = judge(load(policy), paths=None if policy.parent in paths else paths)
        yield report
        for folder in report.nested if nested else ():
            waiting.setdefault(governing(folder), []).append(folder)


def _refuse_unreadable(paths: Iterable[tuple[str, Path]]) -> None:
    mistakes = [words for name, path in paths if (words := _unreadable(name, path))]
    if mistakes:
        raise UserError("\n       ".join(mistakes))


def _unreadable(name: str, path: Path) -> str:
    if path.is_dir():
        try:
            os.scandir(path).close()
        except OSError as error:
            return f"cannot look into the folder {name}: {error.strerror}"
        return ""
    # A link that leads nowhere is a file that cannot be read: a finding, not a slip of the pen.
    return "" if os.path.lexists(path) else missing(name, path)


def policies_below(folder: Path) -> list[Path]:
    """Find the topmost policy files below a folder, in the order of their paths."""
    found: list[Path] = []
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        if not {"bailiwick.toml", "pyproject.toml"}.isdisjoint(files):
            policy = find_policy(here)
            if policy:
                found.append(policy)
                folders.clear()
        folders[:] = sorted(
            name for name in folders if name not in NOT_SEARCHED and not name.startswith(".")
        )
    return found
