"""Bailiwick's own cases: the runs that a contributor, a hook and a build really make."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import edits
from benchmarks.measure import Case, without

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.measure import Around

FLOOR = "python -c pass"
COLD = "bailiwick, cold, --no-cache"
COLD_WRITING = "bailiwick, cold, writing the cache"
WARM = "bailiwick, warm, nothing changed"
WARM_CONCISE = "bailiwick, warm, --format concise"
TEN = "bailiwick, ten files changed"
TEN_BREAKING = "bailiwick, ten files changed, one badly"
ONE = "bailiwick, one file, changed"
ONE_UNCACHED = "bailiwick, one file, --no-cache"
EXHAUSTIVE = "bailiwick, --exhaustive, --no-cache"
EVERYDAY = (COLD, COLD_WRITING, WARM, WARM_CONCISE, TEN, TEN_BREAKING, ONE, ONE_UNCACHED)

CACHE = ".bailiwick_cache"
POLICY = "bailiwick.toml"
FINDING = r"^\S+:\d+:\d+: BW\d{3} "
CHECK = (str(Path(sys.executable).with_name("bailiwick")), "check")


def cases(tree: Path) -> list[Case]:
    """The floor, then the whole tree, ten changed files and one."""
    edited = _Edited(tree)
    one = (*CHECK, edits.ONE)
    return [
        Case(FLOOR, (sys.executable, "-c", "pass"), tree),
        _case(COLD, tree, "--no-cache"),
        _case(COLD_WRITING, tree, around=without(tree / CACHE)),
        _case(WARM, tree),
        _case(WARM_CONCISE, tree, "--format", "concise"),
        _case(TEN, tree, around=edited.around(edits.TEN)),
        _case(TEN_BREAKING, tree, around=edited.around(edits.TEN, edits.OFFENDER)),
        Case(ONE, one, tree, FINDING, edited.around([edits.ONE])),
        Case(ONE_UNCACHED, (*one, "--no-cache"), tree, FINDING),
    ]


def exhaustive(tree: Path) -> Case:
    """The oracle: every file parsed whole, without a sieve."""
    return _case(EXHAUSTIVE, tree, "--exhaustive", "--no-cache", slow=True)


def grown(name: str, tree: Path) -> tuple[Case, Case]:
    """A tree of another size, cold and warm."""
    return _case(f"{name}, cold", tree, "--no-cache"), _case(f"{name}, warm", tree)


def _case(
    name: str, tree: Path, *options: str, around: Around = nullcontext, slow: bool = False
) -> Case:
    return Case(name, (*CHECK, *options), tree, FINDING, around, slow=slow)


@dataclass
class _Edited:
    """Edits a tree around a run, each time anew, behind a run that saw the tree as released."""

    tree: Path
    made: int = 0

    def around(self, files: Sequence[str], offender: str = "") -> Around:
        @contextmanager
        def changed() -> Iterator[None]:
            subprocess.run(CHECK, cwd=self.tree, stdout=subprocess.DEVNULL, check=False)
            self.made += 1
            with edits.changed(self.tree, files, self.made, offender):
                yield

        return changed
