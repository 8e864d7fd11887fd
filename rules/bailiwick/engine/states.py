"""Trees that lie on no disk: what crosses in them, and what breaks rules.

What a text names is worked out once for however many of them hold it, as long as all that it
names leads to the same modules of the same subsystems.
"""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bailiwick.engine.cache import Cache
from bailiwick.engine.crossings import Crossings, Reader, joined
from bailiwick.engine.remembering import cache_of_commits
from bailiwick.engine.run import Run, in_order, key_of_tools, own_files
from bailiwick.engine.workers import judge_all
from bailiwick.sieve.reach import Reach
from bailiwick.sieve.texts import Texts
from bailiwick.source.ledger import Ledger
from bailiwick.source.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from bailiwick.engine.known import Known
    from bailiwick.source.tree import File
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Policy

    Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Shelf:
    """What was worked out of some texts, for trees that hold them again.

    rows:  by text and place of its module, what it names, with what was asked of the tree for it
    known: the verdicts on the last tree, with the names of the texts that they are on
    """

    rows: dict[tuple[str, str, str], list[tuple[dict[str, Any], _Asked]]] = field(
        default_factory=dict
    )
    key: tuple[str, ...] = ()
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a row rests on: where paths led and whose that was, and whether they led abroad."""

    targets: dict[str, tuple[str, str, str]]
    abroad: dict[str, bool]


@dataclass(frozen=True, slots=True)
class JudgedState:
    """A tree that lies on no disk, judged."""

    crossings: Crossings
    findings: tuple[Finding, ...]
    worked_out: int


def judged_state(
    policy: Policy,
    files: Mapping[str, bytes],
    names: Mapping[str, str],
    shelf: Shelf,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> JudgedState:
    """Judge files, by path from the policy's folder on, as if they alone were there.

    names: of the contents of these files; what has the same name is the same
    """
    tree = Tree.stored(policy, files, names)
    findings = _findings(policy, tree, files, shelf, jobs, progress)
    reader = _Sharing(policy, tree, files, names, shelf)
    places = list(reader.places(None, jobs, progress))
    found = Crossings(joined(policy, tree, places, findings), tree, reader.unread, reader.users())
    return JudgedState(found, tuple(in_order(findings)), reader.worked_out)


def _findings(
    policy: Policy,
    tree: Tree,
    files: Mapping[str, bytes],
    shelf: Shelf,
    jobs: int | None,
    progress: Progress | None,
) -> list[Finding]:
    """The findings; from the verdicts on the last tree, if that had the same modules."""
    cache = Cache(policy.root, "", time.time_ns())
    key = tuple(file.path for file in tree.files)
    if shelf.known is not None and shelf.key == key:
        cache.known = shelf.known
    run = Run(policy, tree, None, cache, files, exhaustive=False, cached=True)
    run.keeps = False
    findings = run.judged(jobs, progress)
    cache.known.stamps = {file.path: file.stamp for file in tree.files}
    shelf.key, shelf.known = key, cache.known
    return findings


class _Sharing(Reader):
    """A reader that takes from the shelf what is known of a text already."""

    def __init__(
        self,
        policy: Policy,
        tree: Tree,
        files: Mapping[str, bytes],
        names: Mapping[str, str],
        shelf: Shelf,
    ) -> None:
        super().__init__(policy, tree, Reach(Texts(tree, Ledger(), files), policy), cached=False)
        self.names, self.shelf = names, shelf
        self.worked_out = 0
        self._now = _Asked({}, {})

    def _rows(
        self, paths: Collection[str] | None, jobs: int | None, progress: Progress | None
    ) -> dict[str, Any]:
        rows, waiting = {}, []
        for file in self.tree.files:
            if not file.judged or (paths is not None and file.path not in paths):
                continue
            known = self._shelved(file)
            if known is None:
                waiting.append(file)
            else:
                rows[file.path] = known
        fresh = judge_all(waiting, self._worked_out, jobs, progress)
        self.worked_out = len(fresh)
        by_path = {file.path: file for file in waiting}
        for path, (row, asked) in fresh.items():
            self.shelf.rows.setdefault(self._place(by_path[path]), []).append((row, asked))
            rows[path] = row
        for path, row in list(rows.items()):
            if "unread" in row:
                self.unread[path] = row["unread"]
                del rows[path]
        return rows

    def _place(self, file: File) -> tuple[str, str, str]:
        return self.names[file.path], file.package, self.reach.owner(file.module)

    def _shelved(self, file: File) -> dict[str, Any] | None:
        _, _, own = place = self._place(file)
        for row, asked in self.shelf.rows.get(place, ()):
            if all(self._led(path) == led for path, led in asked.targets.items()) and all(
                super(_Sharing, self)._leads_abroad(own, path) == abroad
                for path, abroad in asked.abroad.items()
            ):
                return row
        return None

    def _worked_out(self, file: File) -> Any:
        self._now = _Asked({}, {})
        return self.row(file), self._now

    def _led(self, path: str) -> tuple[str, str, str]:
        module, name = super()._target(path)
        return module, name, self.reach.owner(module) if module else ""

    def _target(self, path: str) -> tuple[str, str]:
        led = self._led(path)
        self._now.targets[path] = led
        return led[:2]

    def _leads_abroad(self, own: str, path: str) -> bool:
        abroad = super()._leads_abroad(own, path)
        self._now.abroad[path] = abroad
        return abroad


@dataclass(slots=True)
class Memory:
    """What was once said of whole trees, kept beside the policy as long as it means the same.

    rows: plain JSON, by whatever names a tree
    """

    cache: Cache
    rows: dict[str, Any]

    @classmethod
    def of(cls, policy: Policy, name: str) -> Memory:
        """What is remembered under a policy, these tools and this day's permissions."""
        key = f"{policy.fingerprint_on(datetime.date.today())} {key_of_tools()}"
        cache = Cache(policy.root, key, 0)
        return cls(cache, cache.kept(name))

    @classmethod
    def of_commits(
        cls,
        policy: Policy,
        name: str,
        commits: Sequence[str],
        asked: Sequence[str],
        tool: Path,
        *,
        work_tree: bool = False,
    ) -> Memory | None:
        """What is remembered of some commits, and of whatever else lies there on disk.

        None where a file there was changed so shortly ago that it may change again unnoticed.

        asked:     what the rows depend on besides
        tool:      the folder of the package that makes them
        work_tree: the rows are on the files on disk, too, whatever of them git keeps
        """
        words = [*asked, *own_files(tool)]
        cache = cache_of_commits(policy, commits, words, work_tree=work_tree)
        return cls(cache, cache.kept(name)) if cache is not None else None

    def save(self, name: str) -> None:
        """Write it, if it can be written."""
        self.cache.keep(name, self.rows)
