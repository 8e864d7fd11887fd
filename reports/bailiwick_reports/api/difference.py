"""From the names of two states to what is offered otherwise, and whom that breaks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import Crossing, Site, UserError, commit_named, public_api

from bailiwick_reports.api.comparing import Change, asking, compare, whom
from bailiwick_reports.api.lock import read
from bailiwick_reports.remembering import memory, remembered
from bailiwick_reports.states import at_revision, differing, folder, work_tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from bailiwick import ApiEntry, Memory, Policy

    from bailiwick_reports.states import Side

_KEPT = "difference"
_NOUNS = (Change, Crossing, Site)


def difference(
    policy: Policy, before: str, after: str | None, told: Callable[[int, int], None] | None = None
) -> tuple[Change, ...]:
    """What one state offers otherwise than another, and whom that concerns.

    before: a lock file, a revision or a folder
    after:  a revision or a folder; None: the work tree

    Raises:
        UserError: for what is none of these, or without git or a repository.
    """
    if after is not None and Path(after).is_file():
        raise UserError(f"{after} is a lock file; it can only be compared with what came later.")
    make = lambda: _difference(policy, before, after, told)  # noqa: E731
    return remembered(_memory(policy, before, after), _KEPT, tuple, _NOUNS, make)


def _memory(policy: Policy, before: str, after: str | None) -> Memory | None:
    """Where a difference is kept, but for one with a folder, whose files nobody has named."""
    names = [name for name in (before, after) if name is not None]
    if any(Path(name).is_dir() for name in names):
        return None
    locks = [_text(name) for name in names if Path(name).is_file()]
    commits = [commit_named(policy.root, name) for name in names if not Path(name).is_file()]
    return memory(policy, _KEPT, commits, locks, work_tree=after is None)


def _difference(
    policy: Policy, before: str, after: str | None, told: Callable[[int, int], None] | None
) -> tuple[Change, ...]:
    now = _side(policy, after) if after is not None else work_tree(policy)
    if Path(before).is_file():
        old = read(_text(before), before)
        owners = {entry.owner for entry in old}
        new = [entry for entry in _offered(now, None) if entry.owner in owners or not owners]
    else:
        then = _side(policy, before)
        paths = differing(then, now)
        old, new = _offered(then, paths), list(_offered(now, paths))
    return whom(asking(compare(old, new), now), now, told)


def _offered(side: Side, paths: frozenset[str] | None) -> tuple[ApiEntry, ...]:
    # A folder that has no policy of its own is not ours to keep a cache in.
    is_ours = side.policy.path.parent == side.policy.root
    return public_api(side.policy, overlay=side.overlay, paths=paths, cache=is_ours)


def _side(policy: Policy, name: str) -> Side:
    """The state that a folder or a revision is."""
    return folder(policy, name) if Path(name).is_dir() else at_revision(policy, name)


def _text(lock: str) -> str:
    try:
        return Path(lock).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UserError(f"{lock} cannot be read as a lock file.") from None
