"""A change: which files differ between two states of a tree, and how they were before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from bailiwick.source.tree import Overlay


# Names of files that bear on a verdict: modules, policies, and what is recorded or declared beside
# them.
CONCERNED = (".py", ".toml", ".json", ".cfg")


@dataclass(frozen=True, slots=True)
class Change:
    """What makes the state of a tree now out of the state before.

    Paths are relative to the policy's folder, with `/`; those of files outside begin with `../`.

    paths:    the files that differ, by their names before and now
    renamed:  the name before, by the name now
    before:   reads what these files held before; None where there was no such file
    now:      likewise what they hold now, of those that do not hold it on disk
    identity: names the state before, as far as git keeps it; "" if it has no name
    tracked:  those of some paths that are part of the change's tree, and not merely lie there
    """

    paths: frozenset[str]
    renamed: Mapping[str, str]
    before: Callable[[], Overlay]
    now: Overlay = field(default_factory=dict)
    identity: str = ""
    tracked: Callable[[Collection[str]], Collection[str]] = frozenset
