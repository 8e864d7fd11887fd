"""A tree under a policy, judged file by file while some of its files are being edited."""

from __future__ import annotations

import datetime
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from bailiwick.engine.recalled import Recalled
from bailiwick.engine.run import Report, in_order, settled
from bailiwick.source.text import NotTextError, decode, read
from bailiwick.source.tree import Tree, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bailiwick.engine.definitions import Definition
    from bailiwick.engine.draft import Draft
    from bailiwick.engine.judge import Judge
    from bailiwick.engine.settling import Settled
    from bailiwick.engine.verdict import Verdict
    from bailiwick.source.tree import File
    from bailiwick.vocabulary.errors import Mistake
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.pointed import Pointed
    from bailiwick.vocabulary.policy import Policy, Subsystem
    from bailiwick.vocabulary.suppression import Suppression


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
        self._drafts: dict[str, Draft] = {}
        # What is in the cache, once it was asked for: of use until something was judged here.
        self._recalled: Recalled | None = None
        self._recalls = not self.exhaustive
        self._files = {file.path: file for file in tree.files}
        for path in self.buffers:
            self._add(path)
        self._judge: Judge | None = None

    @property
    def judge(self) -> Judge:
        """What judges, loaded when what is known no longer does."""
        if self._judge is None:
            from bailiwick.engine.judge import Judge

            self._judge = Judge(
                self.policy, self.tree, exhaustive=self.exhaustive, faces=True, buffers=self.buffers
            )
            if self._pulse is not None:
                self._judge.ledger.on_beat(self._pulse)
        return self._judge

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
        self._drafts.pop(path, None)
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
        self._recalls = self._recalled is not None
        if self._recalled is not None:
            self._recalled.touch(file, self.buffers.get(file.path))
        if self._judge is None:
            # Nothing has been read of it yet.
            return frozenset()
        changed = self.judge.ledger.steady(lambda: self.judge.change(file))
        stale = {file.path} & self._verdicts.keys()
        for path, verdict in self._verdicts.items():
            reads = verdict.reads
            gains = f"^{file.module}" in reads and not verdict.names.isdisjoint(changed.gained)
            if gains or not changed.notes.isdisjoint(reads - {f"^{file.module}"}):
                stale.add(path)
        for path in stale:
            del self._verdicts[path]
        return frozenset(stale)

    @property
    def read(self) -> int:
        """How many modules have been read so far."""
        return self._judge.texts.count if self._judge is not None else 0

    # -- what is found -----------------------------------------------------------------------

    def report(self, path: str) -> Report:
        """What `check` says of one file; nothing if it is none that the policy governs.

        Raises:
            UserError: for a baseline that cannot be read.
        """
        if self.judge.bench.today != datetime.date.today():
            self._renew()
        file = self._files.get(path)
        if file is None or not file.judged:
            return Report((), 0, self.policy)
        verdict = self._verdicts.get(path) or self._verdict(file)
        self._follow(file, verdict)
        return self._settled(file, verdict.placed(), verdict.suppressions)

    def draft(self, path: str, now: bytes | str) -> Report | None:
        """What `report` would say, most likely, if a file were so now: quickly.

        `now` is its bytes, or their text for whoever knows that, as `decode` would give it.

        Only what was edited since the last report is judged. It holds for most edits; what an edit
        changes elsewhere is not seen. None where only a report can tell. The bytes are not put.

        Raises:
            UserError: for a baseline that cannot be read.
        """
        file, draft = self._files.get(path), self._drafts.get(path)
        if file is None or draft is None:
            return None
        try:
            found = draft.follow(now if isinstance(now, str) else decode(now))
        except (NotTextError, StopIteration):
            return None
        return None if found is None else self._settled(file, *found)

    def shows(self, path: str) -> bool:
        """Whether what was edited from the last report to the last draft may concern other files.

        Most likely, as a draft: only a report tells.
        """
        draft = self._drafts.get(path)
        return draft is not None and draft.shows()

    def recall(self, path: str, data: bytes) -> Report | None:
        """What `report` would say if these were the bytes of a file, as the last check knows.

        None if it does not, or if something that its word rests on may have changed since, and once
        the session has judged a file itself. Nothing is judged, and the bytes are not put.

        Raises:
            UserError: for a baseline that cannot be read.
        """
        file = self._files.get(path)
        verdict = self._recall(file, data) if file is not None and file.judged else None
        if file is None or verdict is None:
            return None
        return self._settled(file, verdict.placed(), verdict.suppressions)

    def _recall(self, file: File, data: bytes) -> Verdict | None:
        if not self._recalls:
            return None
        if self._recalled is None:
            self._recalled = Recalled(self.policy, self.tree)
            for other in self.buffers.keys() & self._files.keys():
                self._recalled.touch(self._files[other], self.buffers[other])
        return self._recalled.verdict(file, data)

    def stale_debt(self, baseline: str, *, judging: bool) -> list[Finding]:
        """A finding for each entry of a baseline that records more than there is, as far as known.

        `baseline` is its text. Files that it names and that nobody has judged yet are judged for
        this with `judging`, else their entries are let be; so are those for the whole tree.

        Raises:
            UserError: for a text that is no baseline.
        """
        found = self._weighed(baseline, judging=judging).findings
        return [each for each in found if each.path == self.policy.baseline]

    def shrunk_debt(self, baseline: str) -> str:
        r"""The text of a baseline without what is stale of it, as `baseline shrink` writes it.

        Both texts have `\n` line ends.

        Raises:
            UserError: for a text that is no baseline.
        """
        from bailiwick.baseline.document import read as read_baseline
        from bailiwick.baseline.storage import text_of

        debt = read_baseline(baseline, self.policy.baseline)
        return text_of(self.policy, debt.without(self._weighed(baseline, judging=True).vanished))

    def _weighed(self, baseline: str, *, judging: bool) -> Settled:
        """The entries of a baseline held against what is found in the files that they name."""
        from bailiwick.baseline.document import read as read_baseline
        from bailiwick.engine.settling import Scope, settle

        entries = read_baseline(baseline, self.policy.baseline).entries.values()
        known: dict[str, Verdict] = {}
        below: list[str] = []
        findings: list[Finding] = []
        for path in dict.fromkeys(entry.path for entry in entries if entry.path):
            file = self._files.get(path)
            verdict = self._known(file, judging=judging) if file and file.judged else None
            if file is not None and verdict is not None:
                known[path] = verdict
                findings += [*verdict.placed(), *self._unclaimed(file)]
            if verdict is not None or file is None or not file.judged:
                below.append(path)
        allowing = {path: verdict.suppressions for path, verdict in known.items()}
        overlay = {self.policy.baseline: baseline.encode("utf-8", "replace")}
        scope = Scope(self.policy, self.tree, below)
        today = datetime.date.today()
        return settle(scope, in_order(findings), allowing, today, overlay=overlay)

    def _known(self, file: File, *, judging: bool) -> Verdict | None:
        """The verdict on a file, if it is known or may be asked for."""
        verdict = self._verdicts.get(file.path)
        if verdict is None and self._recalls:
            with suppress(OSError):
                data = self.buffers.get(file.path)
                is_file = bool(file.stamp)
                place = f"{self.tree.root}/{file.path}"
                data = read(place, is_file=is_file) if data is None else data
                verdict = self._recall(file, data)
        return self._verdict(file) if verdict is None and judging else verdict

    def _settled(
        self, file: File, found: Sequence[Finding], allowing: tuple[Suppression, ...]
    ) -> Report:
        findings = in_order([*found, *self._unclaimed(file)])
        report = Report(tuple(findings), 1, self.policy)
        by_path = {file.path: allowing} if allowing else {}
        whole = settled(report, self.tree, [file.path], by_path)
        # What is judged is not what is stored: nothing of that has gone.
        stays = [each for each in whole.findings if each.path != self.policy.baseline]
        return replace(whole, findings=tuple(stays), vanished=())

    def _unclaimed(self, file: File) -> Sequence[Finding]:
        return self.judge.unclaimed([file]) if self.owner(file.module) is None else ()

    def _verdict(self, file: File) -> Verdict:
        verdict = self._verdicts[file.path] = self.judge.verdict(file)
        self._recalls, self._recalled = False, None
        return verdict

    def _follow(self, file: File, verdict: Verdict) -> None:
        """Be ready to follow a file that is being edited."""
        text, draft = self.judge.texts.known(file.module), self._drafts.get(file.path)
        if file.path not in self.buffers or text is None:
            self._drafts.pop(file.path, None)
        elif draft is None or draft.verdict is not verdict or draft.text is not text:
            from bailiwick.engine.draft import Draft

            draft = self._drafts[file.path] = Draft(self.judge, text, verdict)
            draft.prepare()

    def file(self, path: str) -> File | None:
        """The file of a path, None if it is none of this tree's modules."""
        return self._files.get(path)

    def subsystem(self, path: str) -> Subsystem | None:
        """The subsystem that a file belongs to, None if there is none."""
        file = self._files.get(path)
        return self.policy.subsystem_of(file.module, file.is_package) if file else None

    def names(self, module: str, cls: str = "") -> list[str]:
        """What a module, or a class in it, defines at its top, as the buffers have it."""
        from bailiwick.engine.definitions import names_in

        return names_in(self.judge.texts, module, cls)

    def stray(self, policy: Policy) -> list[Mistake]:
        """A mistake for each module and name that a policy names and that this tree has not.

        It need not be the session's own, but may be one that is being written.
        """
        from bailiwick.policyfile import missing

        return missing(policy, self.judge.exists, self.tree.modules)

    def owner(self, module: str) -> Subsystem | None:
        """The subsystem that a module of the tree belongs to, None if there is none."""
        file = self.tree.modules.get(module)
        return self.policy.subsystem_of(module, is_package=file is None or file.is_package)

    def point(self, path: str, now: str, offset: int) -> Pointed | None:
        r"""What the name at an offset of a file's text refers to.

        `now` is the text, with ``\n`` line ends, which may have been edited since it was put.
        """
        from bailiwick.engine.pointing import point

        file, draft = self._files.get(path), self._drafts.get(path)
        text = draft.text if draft else self.judge.texts.ask(file.module) if file else None
        if text is None:
            return None
        if draft is not None and now != text.text:
            text, offset = draft.stretch(now, offset)
        return point(self.judge.court, text, offset)

    def definition(self, target: str) -> Definition | None:
        """Where a `package.module` or `package.module:Name` is defined, as the buffers have it."""
        from bailiwick.engine.definitions import definition

        return definition(self.judge.texts, target)
