"""A tree under a policy, judged file by file while some of its files are being edited."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING

from bailiwick.engine.judge import Judge
from bailiwick.engine.run import Report, in_order, settled
from bailiwick.source.tree import Tree, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bailiwick.engine.definitions import Definition
    from bailiwick.engine.verdict import Verdict
    from bailiwick.source.tree import File
    from bailiwick.vocabulary.policy import Policy, Subsystem


class Session:
    """Judges single files again and again; whatever has been learnt of the tree is kept.

    What it says of a file is what `check` says of that text alone. Paths are relative to the
    policy's folder, with `/`. It is to be used by one thread.
    """

    def __init__(
        self,
        policy: Policy,
        tree: Tree | None = None,
        *,
        exhaustive: bool = False,
        pulse: Callable[[], None] | None = None,
        buffers: Mapping[str, bytes] | None = None,
    ) -> None:
        """`buffers` is what to take for files from the beginning, by path.

        `pulse` is called now and then during work, and may raise to break it off.

        After that the work may be begun anew; what was finished of it is kept.
        """
        self.policy, self.exhaustive, self._pulse = policy, exhaustive, pulse
        self.buffers = dict(buffers or {})
        self._begin(tree or Tree.of(policy))

    def _begin(self, tree: Tree) -> None:
        self.tree = tree
        self._verdicts: dict[str, Verdict] = {}
        self._files = {file.path: file for file in tree.files}
        for path in self.buffers:
            self._add(path)
        self.judge = Judge(
            self.policy, tree, exhaustive=self.exhaustive, faces=True, buffers=self.buffers
        )
        if self._pulse is not None:
            self.judge.ledger.on_beat(self._pulse)

    def _add(self, path: str) -> None:
        if path not in self._files:
            self.tree.add(path)
            if self.tree.files and self.tree.files[-1].path == path:
                self._files[path] = self.tree.files[-1]

    # -- what is otherwise than before -------------------------------------------------------

    def put(self, path: str, data: bytes) -> frozenset[str]:
        """Take these bytes for a file, whatever is stored; gives the files to be judged again.

        That is, all those that have been judged and whose verdicts may be others now.
        """
        known = path in self._files
        if known and self.buffers.get(path) == data:
            return frozenset()
        self.buffers[path] = data
        if not known:
            return self._renew()
        return self._changed(self._files[path])

    def drop(self, path: str) -> frozenset[str]:
        """Take a file as it is stored again; gives what `put` gives."""
        if path not in self.buffers:
            return frozenset()
        del self.buffers[path]
        if not stamp_of(f"{self.tree.root}/{path}"):
            return self._renew()
        return self._changed(self._files[path]) if path in self._files else frozenset()

    def stored(self, paths: Iterable[str]) -> frozenset[str]:
        """Learn that files have been written, made or deleted; gives what `put` gives."""
        stale: set[str] = set()
        for path in paths:
            exists = bool(stamp_of(f"{self.tree.root}/{path}"))
            if exists != (path in self._files) and path not in self.buffers:
                return self._renew()
            if exists and path in self._files and path not in self.buffers:
                stale |= self._changed(self._files[path])
        return frozenset(stale)

    def _renew(self) -> frozenset[str]:
        """Begin anew with the modules that there are now."""
        judged = frozenset(self._verdicts)
        self._begin(Tree.of(self.policy))
        return judged

    def _changed(self, file: File) -> frozenset[str]:
        changed = self.judge.ledger.steady(lambda: self.judge.change(file))
        stale = {file.path} & self._verdicts.keys()
        for path, verdict in self._verdicts.items():
            reads = verdict.reads
            gains = f"^{file.module}" in reads and not verdict.names.isdisjoint(changed.gained)
            if gains or not changed.notes.isdisjoint(reads - {f"^{file.module}"}):
                stale.add(path)
        for path in stale - {file.path}:
            del self._verdicts[path]
        return frozenset(stale)

    # -- what is found -----------------------------------------------------------------------

    def report(self, path: str) -> Report:
        """What `check` says of one file; nothing if it is none that the policy governs.

        Raises:
            UserError: for a baseline that cannot be read.
        """
        if self.judge.bench.today != datetime.date.today():
            self._renew()
        file = self._files.get(path)
        files = [file] if file is not None and file.judged else []
        verdicts = {each.path: self._verdict(each) for each in files}
        found = [finding for verdict in verdicts.values() for finding in verdict.placed()]
        found += self.judge.unclaimed(files)
        report = Report(tuple(in_order(found)), len(files), self.policy)
        allowing = {path: each.suppressions for path, each in verdicts.items()}
        whole = settled(report, self.tree, [path], {p: s for p, s in allowing.items() if s})
        # What is judged is not what is stored: nothing of that has gone.
        stays = [each for each in whole.findings if each.path != self.policy.baseline]
        return replace(whole, findings=tuple(stays), vanished=())

    def _verdict(self, file: File) -> Verdict:
        self._verdicts[file.path] = self.judge.verdict(file)
        return self._verdicts[file.path]

    def file(self, path: str) -> File | None:
        """The file of a path, None if it is none of this tree's modules."""
        return self._files.get(path)

    def subsystem(self, path: str) -> Subsystem | None:
        """The subsystem that a file belongs to, None if there is none."""
        file = self._files.get(path)
        return self.policy.subsystem_of(file.module, file.is_package) if file else None

    def definition(self, target: str) -> Definition | None:
        """Where a `package.module` or `package.module:Name` is defined, as the buffers have it."""
        from bailiwick.engine.definitions import definition

        return definition(self.judge.texts, target)
