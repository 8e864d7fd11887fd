"""What a report compares: the work tree, a revision, another folder; each with the policy there."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import PolicyError, find_policy, load_policy, state_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick import Policy

WORK_TREE = "the work tree"


@dataclass(frozen=True, slots=True)
class Side:
    """One state of a tree.

    called:  as the user named it
    overlay: what makes it out of what is on disk
    """

    called: str
    policy: Policy
    overlay: Mapping[str, bytes | None] = field(default_factory=dict)

    def text(self, path: str) -> str:
        """What a file holds in it, relative to the policy's folder; "" where there is none."""
        data = self.overlay[path] if path in self.overlay else _stored(self.policy.root / path)
        return (data or b"").decode(errors="replace")


def _stored(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def work_tree(policy: Policy) -> Side:
    """The tree as it is on disk."""
    return Side(WORK_TREE, policy)


def at_revision(policy: Policy, revision: str) -> Side:
    """The tree as a revision has it, with the policy of then; if there was none, with today's.

    Raises:
        UserError: without git, a repository, or the revision.
    """
    overlay = state_at(policy.root, revision).overlay
    if not overlay:
        return Side(revision, policy)
    with suppress(PolicyError):
        return Side(revision, load_policy(policy.path, overlay), overlay)
    todays = {os.path.relpath(path, policy.root).replace(os.sep, "/") for path in policy.files}
    return Side(revision, policy, {path: overlay[path] for path in overlay.keys() - todays})


def folder(policy: Policy, name: str) -> Side:
    """Another tree, with its own policy, or else with today's."""
    path = Path(name).absolute()
    own = find_policy(path, within=path)
    return Side(name, load_policy(own) if own else replace(policy, root=path))


def differing(before: Side, after: Side) -> frozenset[str] | None:
    """The files that two states of one folder hold differently; None if that is not known."""
    if before.policy.root != after.policy.root:
        return None
    if before.policy.fingerprint != after.policy.fingerprint:
        return None
    return frozenset(
        path
        for path in {*before.overlay, *after.overlay}
        if path not in before.overlay
        or path not in after.overlay
        or before.overlay[path] != after.overlay[path]
    )
