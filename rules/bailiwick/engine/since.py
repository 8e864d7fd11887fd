"""What a change introduces: the findings that there are now and were not before it."""

from __future__ import annotations

import datetime
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bailiwick.engine.cache import Cache
from bailiwick.engine.run import Run, is_below, key_of, key_of_tools, relative
from bailiwick.policyfile import POLICY_FILES, load_policy
from bailiwick.source.tree import Tree, digest_of, stamp_of
from bailiwick.vocabulary.errors import PolicyError, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from bailiwick.engine.known import Known
    from bailiwick.engine.run import Report
    from bailiwick.revisions.change import Change
    from bailiwick.source.tree import Overlay
    from bailiwick.vocabulary.finding import Finding, Key
    from bailiwick.vocabulary.policy import Policy


def check_change(
    policy: Policy,
    changes: Sequence[Change],
    *,
    paths: Sequence[Path] | None = None,
    named: Sequence[Path] = (),
    cache: bool = True,
    jobs: int | None = None,
    exhaustive: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Judge the whole tree, and report what a change introduces, wherever that is.

    A finding is introduced if there are more of its `key` than before; a file that was renamed
    takes its findings along. A policy counts with the rest of the change: what it forbids from
    now on is introduced by it.

    changes:  the change as it is seen from each state before it; one, but for a merge
    paths:    report only what is in these files and folders; None: in the whole tree
    named:    report all findings in these files, introduced or not

    The rest is as in `check`.
    """
    comparison = Comparison(policy, cached=cache and not exhaustive, exhaustive=exhaustive)
    run = comparison.run(policy, changes[0].now)
    states = [_Before.of(change, comparison, run.tree) for change in changes]
    for state in states:
        if state.run is not None:
            run.cache.share(state.run.cache)
    report = run.report(jobs, progress)
    new = list(report.findings)
    for state in states:
        new = introduced(new, state.findings(run, jobs))
    return replace(report, findings=reported(report, new, changes[0], paths, named))


def introduced(now: Iterable[Finding], before: Iterable[Finding]) -> list[Finding]:
    """The findings beyond those that there were before; of equal ones those on other lines."""
    old: dict[Key, Counter[str]] = {}
    for finding in before:
        old.setdefault(finding.key, Counter())[finding.excerpt.strip()] += 1
    moved = []
    for finding in now:
        lines = old.get(finding.key, Counter())
        if lines[finding.excerpt.strip()]:
            lines[finding.excerpt.strip()] -= 1
        else:
            moved.append(finding)
    left = Counter({key: lines.total() for key, lines in old.items()})
    new = []
    for finding in moved:
        if left[finding.key]:
            left[finding.key] -= 1
        else:
            new.append(finding)
    return new


def reported(
    report: Report,
    new: Sequence[Finding],
    change: Change,
    paths: Sequence[Path] | None,
    named: Sequence[Path],
) -> tuple[Finding, ...]:
    """What of a report to show: what is new in the files asked for, and all in those named."""
    root = report.policy.root
    asked, all_of = is_below(root, paths), is_below(root, named)
    new = [finding for finding in new if asked(finding.path)]
    parts = change.tracked({finding.path for finding in new}) if new else ()
    told = {finding for finding in new if finding.path in parts}
    return tuple(finding for finding in report.findings if finding in told or all_of(finding.path))


@dataclass(frozen=True, slots=True)
class Comparison:
    """How all states of a tree are judged."""

    policy: Policy
    cached: bool
    exhaustive: bool
    started: int = field(default_factory=time.time_ns)

    def run(self, policy: Policy, overlay: Overlay) -> Run:
        """A run over one state."""
        tree = Tree.of(policy, overlay)
        key = key_of(policy, tree) if self.cached else ""
        cache = Cache(policy.root, key, self.started)
        return Run(
            policy, tree, None, cache, overlay, exhaustive=self.exhaustive, cached=self.cached
        )


@dataclass(slots=True)
class _Before:
    """The state before a change.

    run:   what is to judge it; None if there was no policy, or its findings are remembered
    known: these
    """

    change: Change
    memory: Cache | None
    overlay: Overlay = field(default_factory=dict)
    run: Run | None = None
    known: list[Finding] = field(default_factory=list)

    @classmethod
    def of(cls, change: Change, comparison: Comparison, tree: Tree) -> _Before:
        """Prepare to judge it; `tree` is the one now. The cache must not have been written yet."""
        policy, memory = comparison.policy, None
        if comparison.cached and change.identity:
            today = datetime.date.today()
            debt = stamp_of(f"{policy.root}/{policy.baseline}")
            key = f"{change.identity} {today} {policy.fingerprint} {debt} {key_of_tools()}"
            memory = Cache(policy.root, key, comparison.started)
            known = memory.findings_before(tree, change.paths)
            if known is not None:
                return cls(change, None, known=known)
        overlay = change.before()
        before = _policy_before(policy, overlay)
        if before is None:
            return cls(change, None)
        run = comparison.run(before, overlay)
        run.keeps = False
        if comparison.cached:
            run.recall()
        return cls(change, memory, overlay, run)

    def findings(self, now: Run, jobs: int | None) -> list[Finding]:
        """Its findings, under the names that their files and targets bear now."""
        if self.run is not None:
            start_from(self.run, now)
            self.known = list(_report(self.run, jobs).findings)
            if self.memory is not None:
                self.memory.save_before(self.known, now.tree, self.change.paths)
        names = Names.of(self.change, now.tree)
        return [names.now(finding) for finding in self.known]


def start_from(run: Run, now: Run) -> None:
    """Have a run start from the verdicts of another, if they are nearer than what was cached."""
    if not now.cached or run.cache.key != now.cache.key:
        return
    mine, theirs = run.cache.known, now.cache.known
    if not theirs:
        return
    if not mine or _strange(run, theirs) < _strange(run, mine):
        mine = run.cache.known = theirs.copy()
        mine.stamps = {file.path: file.stamp for file in now.tree.files}


def _strange(run: Run, known: Known) -> int:
    """How many of the files that are otherwise than on disk are known otherwise."""
    verdicts = ((known.get(path), data) for path, data in run.overlay.items())
    return sum(
        verdict is not None and verdict.digest != digest_of(data or b"")
        for verdict, data in verdicts
    )


def _report(run: Run, jobs: int | None) -> Report:
    """What was to be said before a change; a baseline that was damaged then recorded nothing."""
    try:
        return run.report(jobs, None)
    except UserError:
        run.overlay = {**run.overlay, run.policy.baseline: None}
        return run.report(jobs, None)


def _policy_before(policy: Policy, overlay: Overlay) -> Policy | None:
    """The policy in the same folder before a change; None if none there could be used."""
    if not any(relative(file, policy.root) in overlay for file in policy.files):
        return policy
    for name in POLICY_FILES:
        with suppress(PolicyError):
            return load_policy(policy.root / name, overlay)
    return None


@dataclass(frozen=True, slots=True)
class Names:
    """The names now by the names before: of files, and of the modules that these are."""

    paths: Mapping[str, str]
    modules: Mapping[str, str]

    @classmethod
    def of(cls, change: Change, tree: Tree) -> Names:
        """The names in a tree as it is after a change."""
        paths = {before: now for now, before in change.renamed.items()}
        pairs = ((tree.named(before), tree.named(now)) for before, now in paths.items())
        return cls(paths, {before: now for before, now in pairs if before and now})

    def now(self, finding: Finding) -> Finding:
        """A finding from before the change, as it would read now."""
        if not self.paths and not self.modules:
            return finding
        module, colon, name = finding.target.partition(":")
        path = self.paths.get(finding.path, finding.path)
        target = f"{self.modules.get(module, module)}{colon}{name}"
        return replace(finding, path=path, target=target)
