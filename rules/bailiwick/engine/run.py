"""One run over a tree: what has changed is judged, what is known is taken from the cache."""

from __future__ import annotations

import datetime
import os
import sys
import time
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from bailiwick.engine.cache import Cache
from bailiwick.source.tree import File, Tree, digest_of, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from bailiwick.baseline.entry import Vanished
    from bailiwick.engine.cache import Suppressions, WholeReport
    from bailiwick.engine.judge import Judge
    from bailiwick.engine.remarks import Remarks
    from bailiwick.engine.standing import Changes, Standing
    from bailiwick.engine.verdict import Verdict
    from bailiwick.source.tree import Overlay
    from bailiwick.vocabulary.errors import Mistake
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Policy
    from bailiwick.vocabulary.suppression import Suppressed

    Progress = Callable[[int, int], None]

# Of a file: its verdict, and whatever else is to be found out.
FoundOut: TypeAlias = "tuple[Verdict, Any]"


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found: findings by place, and how many files were judged.

    nested: the folders below that have a policy of their own, which were left out
    stray:  what the policy names and the tree has not, so that those lines hold nothing
    suppressed: the findings that comments in the code allow
    recorded:   the findings that the baseline records
    vanished:   the entries of the baseline that record more than there is
    """

    findings: tuple[Finding, ...]
    files: int
    policy: Policy
    nested: tuple[Path, ...] = ()
    stray: tuple[Mistake, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    recorded: tuple[Finding, ...] = ()
    vanished: tuple[Vanished, ...] = ()


def check(
    policy: Policy,
    *,
    paths: Sequence[Path] | None = None,
    cache: bool = True,
    jobs: int | None = None,
    exhaustive: bool = False,
    stdin: tuple[Path, bytes] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Judge the files below the policy's source roots, or those of them below some paths.

    cache:      use and keep verdicts in `.bailiwick_cache` beside the policy
    jobs:       how many processes may work at once; None: as many as there are cores
    exhaustive: parse every file whole, without the sieve and without the cache
    stdin:      judge this text alone, as if it stood in that file
    progress:   is told how many files are done, of how many

    Circles between subsystems (BW103) are a property of the whole tree, and looked for only
    when it is judged whole.

    Raises:
        UserError: for a baseline that cannot be read.
    """
    started = time.time_ns()
    tree = Tree.of(policy)
    if stdin is not None:
        return _check_text(policy, tree, *stdin, exhaustive=exhaustive)
    cached = cache and not exhaustive
    known = Cache(policy.root, key_of(policy, tree) if cached else "", started)
    run = Run(policy, tree, paths, known, exhaustive=exhaustive, cached=cached)
    return run.report(jobs, progress)


def _check_text(policy: Policy, tree: Tree, path: Path, data: bytes, *, exhaustive: bool) -> Report:
    from bailiwick.engine.session import Session

    place = relative(path, policy.root)
    session = Session(policy, tree, exhaustive=exhaustive)
    session.put(place, data)
    return session.report(place)


def settled(
    report: Report,
    tree: Tree,
    below: Sequence[str] | None,
    suppressions: Suppressions,
    known: Cache | None = None,
    overlay: Overlay | None = None,
) -> Report:
    """What a run found, without what comments allow and what the baseline records."""
    baseline = report.policy.baseline
    is_there = baseline in (overlay or {}) or os.path.lexists(report.policy.root / baseline)
    if not suppressions and not is_there:
        return report
    from bailiwick.engine.settling import Scope, settle

    scope, today = Scope(report.policy, tree, below), datetime.date.today()
    findings = list(report.findings)
    left = settle(scope, findings, suppressions, today, known, overlay)
    return replace(
        report,
        findings=tuple(in_order(left.findings)),
        suppressed=tuple(left.suppressed),
        recorded=tuple(left.recorded),
        vanished=tuple(left.vanished),
    )


def _suppressions(verdicts: Mapping[str, Verdict]) -> Suppressions:
    return {path: each.suppressions for path, each in verdicts.items() if each.suppressions}


class Run:
    """The work on one state of a tree: the one on disk, or another that is laid over it."""

    def __init__(
        self,
        policy: Policy,
        tree: Tree,
        paths: Sequence[Path] | None,
        cache: Cache,
        overlay: Overlay | None = None,
        *,
        exhaustive: bool,
        cached: bool,
    ) -> None:
        self.policy, self.tree, self.exhaustive = policy, tree, exhaustive
        self.files = _chosen((file for file in tree.files if file.judged), tree, paths)
        self.unreadable = _chosen(tree.unreadable, tree, paths)
        self.is_whole = paths is None
        self.cache, self.cached = cache, cached
        self.stray: list[Mistake] = []
        self.suppressions: Suppressions = {}
        self.paths = paths
        # Whether the cache is to hold this state afterwards.
        self.keeps = cached
        self.overlay = overlay or {}
        self.recalled: WholeReport | None = None
        self.buffers = {path: data for path, data in self.overlay.items() if data is not None}
        # What else is to be found out of each file that is judged, where its text is at hand.
        self.beside: Callable[[File], Any] | None = None
        self.found_beside: dict[str, Any] = {}
        # What was found out of some files before the run had to know.
        self.ahead: Mapping[str, FoundOut] = {}

    @cached_property
    def judge(self) -> Judge:
        """Who judges the files."""
        from bailiwick.engine.judge import Judge

        return Judge(
            self.policy,
            self.tree,
            exhaustive=self.exhaustive,
            faces=self.cached,
            whole=self.is_whole,
            buffers=self.buffers,
        )

    @property
    def knows_these_files(self) -> bool:
        """Whether what is known was found out where there were the same files."""
        known = self.cache.known
        return bool(known) and known.is_of(self.tree.files)

    def recall(self) -> None:
        """Look now for what is known of this state: a run over another may write over it."""
        self.cache.load()
        self.recalled = self.cache.report(self.tree, self.overlay)

    def report(self, jobs: int | None, progress: Progress | None) -> Report:
        """What there is to say of the chosen files."""
        return self.report_on(self.findings(jobs, progress))

    def report_on(self, findings: Iterable[Finding]) -> Report:
        """What there is to say of these findings, which this run has made."""
        nested = (folder for folder in self.tree.nested if _reached(folder, self.paths))
        report = Report(
            tuple(findings), len(self.files), self.policy, tuple(sorted(nested)), tuple(self.stray)
        )
        below = None
        if self.paths is not None:
            below = [relative(path, self.tree.root) for path in self.paths]
        cache = self.cache if self.keeps else None
        return settled(report, self.tree, below, self.suppressions, cache, self.overlay)

    def findings(self, jobs: int | None, progress: Progress | None) -> list[Finding]:
        """The findings in the chosen files, in order, whatever allows them."""
        known = self.known()
        return known if known is not None else self.judged(jobs, progress)

    def known(self) -> list[Finding] | None:
        """The findings, if the last report was on the whole tree as it is."""
        report = self.recalled
        if report is None and self.cached and self.is_whole:
            report = self.cache.report(self.tree)
        if report is None:
            return None
        findings, self.suppressions, self.stray = report
        return findings

    def judged(self, jobs: int | None, progress: Progress | None) -> list[Finding]:
        """The findings, without looking whether a report is known."""
        from bailiwick.engine.remarks import Remarks
        from bailiwick.engine.workers import may_be_shared

        judge = self.judge
        if self.cached and not self.cache.known:
            self.cache.load()
        standing = self._standing(judge) if self.cached else None
        known = self.cache.known
        stale = self._stale(standing) if standing is not None else {}
        remarks = Remarks(judge, known, standing)
        knew = bool(known)
        waiting = [file for file in self.files if file.path in stale or file.path not in known]

        found_out = self.found_out(waiting, jobs, progress, stale)
        known.learn({path: verdict for path, (verdict, _) in found_out.items()})
        if self.beside is not None:
            self.found_beside.update((path, also) for path, (_, also) in found_out.items())
        telling = set(known.telling())
        outcomes = {
            file.path: known.outcome(file.path) for file in self.files if file.path in telling
        }
        found = [finding for outcome in outcomes.values() for finding in outcome.placed()]
        found += judge.unclaimed(self.files)
        found += [
            judge.unreadable(folder, self.tree.unreadable[folder]) for folder in self.unreadable
        ]
        if self.is_whole:
            found += judge.circles(known)
            found = self._seen_from_outside(found, judge, remarks)
        found += _declared(judge, _chosen(self.tree.beside, self.tree, self.paths))
        findings = in_order(found)
        self.stray = self._stray(judge, remarks)
        self.suppressions = _suppressions(outcomes)
        if standing is not None:
            known.learn_answers(standing.renewed)
            known.forget_answers(standing.fallen())
        known.remarks = remarks.renewed if self.is_whole else remarks.kept()
        if self.keeps:
            report = (findings, self.suppressions, self.stray)
            # What other processes have read is not known here.
            shared = may_be_shared(waiting, thorough=self.beside is not None)
            looked_at = judge.texts.looked_at if knew and not (shared or self.ahead) else None
            self.cache.save(self.tree, report if self.is_whole else None, looked_at)
        return findings

    def found_out(
        self,
        files: Sequence[File],
        jobs: int | None,
        progress: Progress | None,
        stale: Mapping[str, Verdict | None],
    ) -> dict[str, FoundOut]:
        """What is found out of some files, by path.

        stale: by path, what is known of some of them, if it may serve still
        """
        from bailiwick.engine.workers import judge_all

        beside = self.beside

        def found_out(file: File) -> FoundOut:
            verdict = self.judge.verdict(file, stale.get(file.path))
            return verdict, beside(file) if beside is not None else None

        waiting = [file for file in files if file.path not in self.ahead]
        known = {file.path: self.ahead[file.path] for file in files if file.path in self.ahead}
        ahead = self.judge.ask_ahead if self.is_whole and not self.cache.known else None
        thorough = beside is not None
        found = judge_all(waiting, found_out, jobs, progress, thorough=thorough, ahead=ahead)
        return {**known, **found}

    def judged_in_part(
        self,
        paths: Collection[str],
        jobs: int | None,
        progress: Progress | None,
        *,
        circles: bool,
    ) -> list[Finding]:
        """The findings in some files where nothing is known of any, and perhaps those on circles.

        Of all others no more is found out than whom their imports may tie.
        """
        others = [file for file in self.files if file.path not in paths]
        self.files = [file for file in self.files if file.path in paths]
        # Nothing of it is kept, so no verdict has to say what it rests on.
        self.judge.faces = self.keeps = self.is_whole = False
        findings = self.judged(jobs, progress)
        if not circles:
            return findings
        self.cache.known.learn(self.judge.edges(others))
        return in_order([*findings, *self.judge.circles(self.cache.known)])

    def _standing(self, judge: Judge) -> Standing:
        """What has changed since the files were judged, and what of all that was noted holds."""
        from bailiwick.engine.known import Known
        from bailiwick.engine.standing import Changes, Standing

        changes = Changes()
        if not self._fits(judge, changes):
            self.cache.known = Known()
            changes = Changes()
        known = self.cache.known
        was_known = bool(known)
        for file in self.tree.files:
            if file.stamp and known.stamps.get(file.path) == file.stamp:
                continue
            if file.judged and not was_known:
                # There is no verdict yet that could depend on it.
                continue
            before, now = known.get(file.path), judge.look(file)
            if before is not None and before.digest == now.digest != "":
                continue
            gained = judge.gained(file, before, now) if before else now.names
            changes.add(file, gained, shows=before is None or before.face != now.face)
            if not file.judged:
                known.learn({file.path: now})
        if changes.touched:
            modules = {word for word in changes.touched if "?" not in word}
            changes.touched.update(judge.fallen(known.questions(modules)))
        standing = Standing(judge, known, changes)
        judge.ledger.recall_with(standing.said)
        judge.texts.recall_with(standing.own_privates)
        return standing

    def _fits(self, judge: Judge, changes: Changes) -> bool:
        """Whether what is known may serve for the modules that there are now.

        What these bear on is counted among the changes.
        """
        known = self.cache.known
        if not known or self.knows_these_files:
            return True
        from bailiwick.engine import turnover

        return turnover.count(judge, known, changes)

    def _stale(self, standing: Standing) -> dict[str, Verdict | None]:
        """The files whose known verdicts no longer hold, with what of those may still serve.

        That is a verdict that was read from nothing else than before when its cut was judged: it
        holds on if the cut is the same. Of files that are not judged in this run, verdicts that no
        longer hold are forgotten.
        """
        stale = standing.stale()
        known = self.cache.known
        chosen = {file.path for file in self.tree.files if not file.judged}
        chosen.update(file.path for file in self.files)
        for path in stale.keys() - chosen:
            known.forget(path)
        return stale

    def _seen_from_outside(
        self, findings: list[Finding], judge: Judge, remarks: Remarks
    ) -> list[Finding]:
        """The findings with what only callers of a contract show; most runs have none of those."""
        if not any(finding.code in ("BW301", "BW302") for finding in findings):
            return findings
        from bailiwick.engine.outside import Outside

        outside = Outside(judge, remarks)
        return [*map(outside.with_callers, findings), *outside.undeclared(findings)]

    def _stray(self, judge: Judge, remarks: Remarks) -> list[Mistake]:
        """What the policy names that the tree has not, or has otherwise."""
        found: list[Mistake] = []
        if self.policy.mentions:
            from bailiwick.policyfile import missing

            found += missing(self.policy, judge.exists, judge.tree.modules)
        if self.policy.contracts:
            from bailiwick.engine.contracts import doubts

            found += doubts(judge, remarks)
        return found


def _declared(judge: Judge, files: Sequence[File]) -> list[Finding]:
    """The findings on entry points; they are few, and judged anew in each run that is not warm."""
    if not files:
        return []
    from bailiwick.engine.declared import Declared

    return list(Declared(judge).findings(files))


def key_of(policy: Policy, tree: Tree) -> str:
    """All that every verdict depends on, digested: `ground/modules`.

    The ground are policy and day, the tools and what cannot be read; then which modules there are.
    """
    ground = [policy.fingerprint_on(datetime.date.today()), key_of_tools()]
    ground += [f"{folder.path}\0{reason}" for folder, reason in tree.unreadable.items()]
    modules = [f"{file.path}\0{file.judged}" for file in tree.files]
    parts = ("\n".join(part).encode("utf-8", "surrogatepass") for part in (ground, modules))
    return "/".join(map(digest_of, parts))


@cache
def key_of_tools() -> str:
    """The versions of all that judges."""
    own = "\n".join(own_files(Path(__file__).parents[1]))
    return f"{sys.version}\n{_parser()}\n{own}"


def _parser() -> str:
    """Which libcst is installed, found out without importing it."""
    from importlib.util import find_spec

    found = find_spec("libcst")
    return stamp_of(found.origin) if found and found.origin else ""


def own_files(folder: Path) -> Iterable[str]:
    """The tool's own modules in a folder with their times: another version may judge otherwise."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir() and entry.name != "__pycache__":
                yield from own_files(Path(entry.path))
            elif entry.name.endswith(".py"):
                yield f"{entry.path} {entry.stat().st_mtime_ns} {entry.stat().st_size}"


def _reached(folder: Path, paths: Sequence[Path] | None) -> bool:
    return paths is None or any(folder.is_relative_to(path) for path in paths)


def _chosen(files: Iterable[File], tree: Tree, paths: Sequence[Path] | None) -> list[File]:
    chosen = is_below(tree.root, paths)
    return [file for file in files if chosen(file.path)]


def is_below(root: Path, paths: Sequence[Path] | None) -> Callable[[str], bool]:
    """Whether a path, relative to `root`, is one of some files or lies in one of some folders."""
    below = {"."} if paths is None else {relative(path, root) for path in paths}
    if "." in below:
        return lambda path: True  # noqa: ARG005
    prefixes = tuple(f"{path}/" for path in below)
    return lambda path: path in below or path.startswith(prefixes)


def relative(path: Path, root: Path) -> str:
    """A path as seen from `root`, with `/` on every system."""
    return os.path.relpath(path, root).replace(os.sep, "/")


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that cost something, by place."""
    costly = (finding for finding in findings if finding.severity != "off")
    return sorted(costly, key=_place)


def _place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.place
