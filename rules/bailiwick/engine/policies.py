"""Policies kept between runs, in the cache beside them: most runs are under one that is known."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick.engine.cache import Cache
from bailiwick.engine.rows import DAMAGE
from bailiwick.engine.run import key_of_tools
from bailiwick.policyfile import kept as policies
from bailiwick.policyfile import load_policy, may_have_rival
from bailiwick.source.tree import digest_of

if TYPE_CHECKING:
    from bailiwick.vocabulary.policy import Policy


def recall_policy(path: Path) -> Policy:
    """The policy in a file, as `load_policy` gives it.

    It is taken as it was kept if each file that it was read from holds the same text. Raises
    PolicyError as that does.
    """
    # Where we stand decides what the files are called.
    asked = os.fsencode(f"{key_of_tools()}\n{path}\n{Path.cwd()}")
    cache = Cache(path.parent, digest_of(asked), time.time_ns())
    known = _kept(path, cache)
    if known is None:
        known = load_policy(path)
        cache.keep("policy", policies.policy_row(known))
    return known


def _kept(path: Path, cache: Cache) -> Policy | None:
    if may_have_rival(path):
        return None
    try:
        return policies.policy(cache.kept("policy"), path)
    except (OSError, *DAMAGE):
        return None
