"""Answers about one state of all files of a tree, kept until a file is another."""

from __future__ import annotations

import datetime
import hashlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from bailiwick.engine.cache import Cache
from bailiwick.engine.run import key_of_tools
from bailiwick.source.tree import Tree, digest_of, stamp_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from bailiwick.source.tree import Overlay
    from bailiwick.vocabulary.policy import Policy


def cache_of_commits(
    policy: Policy, commits: Sequence[str], asked: Sequence[str], *, work_tree: bool = False
) -> Cache | None:
    """The cache for a question about commits; None where nobody can tell whether it is the same.

    What git is told to ignore lies in the trees of all commits, and so counts, too.

    asked:     what the answer depends on besides
    work_tree: it is about the files on disk, too, so that each of them counts
    """
    started = time.time_ns()
    tree = Tree.of(policy)
    strange = _strange(policy, tree) if commits else {}
    files = [file for file in tree.stamped if work_tree or file.path in strange]
    # By which names git calls people is said beside the code.
    beside = [
        *map(str, tree.nested),
        *map(_stamped, (policy.root / policy.baseline, policy.root / ".mailmap")),
    ]
    lists = commits, asked, sorted(beside), sorted(strange.values()), [str(work_tree)]
    words = [f"{number} {each}" for number, each in enumerate(map("\n".join, lists))]
    return cache_of_state(policy, replace(tree, files=files), {}, [words], started)


def _strange(policy: Policy, tree: Tree) -> dict[str, str]:
    """The files of a tree that git keeps nothing of, with whether it is told to ignore them."""
    from bailiwick.revisions.git import ignored, untracked

    strange = untracked(policy.root, [file.path for file in tree.stamped])
    hidden = ignored(policy.root) if strange else frozenset()
    return {path: f"{path in hidden} {path}" for path in strange}


def _stamped(path: Path) -> str:
    return f"{path} {stamp_of(str(path))}"


def cache_of_state(
    policy: Policy,
    tree: Tree,
    overlay: Overlay,
    asked: Sequence[Collection[object] | None],
    started: int,
) -> Cache | None:
    """The cache for a question about a state; None where a file cannot be told from what it was.

    asked:   what the answer depends on besides; None stands for everything
    started: when the run began to look at files, as `time.time_ns` has it
    """
    digest = hashlib.sha1(usedforsecurity=False)
    words = [policy.fingerprint_on(datetime.date.today()), key_of_tools()]
    for each in asked:
        words += ["", *(sorted(map(str, each)) if each is not None else ["*"])]
    digest.update("\n".join(words).encode("utf-8", "surrogatepass"))
    cache = Cache(policy.root, "", started)
    for file in tree.files:
        data = overlay.get(file.path)
        if data is None and (not file.stamp or cache.is_fresh(file)):
            return None
        said = digest_of(data) if data else file.stamp
        digest.update(f"{file.path}\0{said}\n".encode("utf-8", "surrogatepass"))
    cache.key = digest.hexdigest()
    return cache
