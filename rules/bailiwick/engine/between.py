"""Two states of a tree side by side: the findings that one has more, and what crosses in both.

Each file is judged once for either state. Of the state before no more is judged than what can
take something away from the findings now.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bailiwick.engine.crossings import Crossings, Reader
from bailiwick.engine.forked import aside, cores
from bailiwick.engine.since import Comparison, Names, introduced, reported, start_from
from bailiwick.rules import (
    dependency_cycle,
    needless_suppression,
    stale_baseline,
    undeclared_extension,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from bailiwick.engine.run import FoundOut, Run
    from bailiwick.revisions.change import Change
    from bailiwick.source.tree import File
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Policy

    Progress = Callable[[int, int], None]

# Whether there is such a finding in a file may depend on findings in any other.
_DEPENDENT = frozenset({undeclared_extension.CODE, needless_suppression.CODE, stale_baseline.CODE})

# How much longer a file takes that a series changes.
_MORE = 2


@dataclass(frozen=True, slots=True)
class Between:
    """What a change does to the boundaries of a tree.

    introduced:    the findings that there are now and were not before, wherever that is
    before, after: what crosses in the files that were asked about
    """

    introduced: tuple[Finding, ...]
    before: Crossings
    after: Crossings


def between(
    before: Policy,
    after: Policy,
    change: Change,
    paths: Collection[str],
    *,
    cache: bool = True,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Between:
    """Judge the tree after a change whole, and what was before it as far as that matters.

    before, after: the policies of either state
    paths:         the files of which it is told what they refer to, by whatever name they bear

    The rest is as in `check`; findings are introduced as `check_change` has it.
    """
    comparison = Comparison(after, cached=cache, exhaustive=False)
    now, then = comparison.run(after, change.now), comparison.run(before, change.before())
    then.keeps = False
    if cache:
        then.recall()
        now.cache.share(then.cache)
        if not now.cache.known:
            now.cache.load()
    reading_now, reading_then = _Reading(now, paths), _Reading(then, paths)
    reading_then.reader.keeps = False
    ours, theirs = _shares(now, then, paths, jobs)
    with _ahead(then, paths, theirs) as ahead:
        findings = now.findings(ours, progress)
        then.ahead = ahead()
    report = now.report_on(findings)
    start_from(then, now)
    old = _findings_before(then, report.findings, change, paths, jobs, progress)
    names = Names.of(change, now.tree)
    new = introduced(report.findings, map(names.now, then.report_on(old).findings))
    return Between(
        reported(report, new, change, None, ()),
        reading_then.crossings(old, jobs),
        reading_now.crossings(findings, jobs),
    )


def _shares(now: Run, then: Run, paths: Collection[str], jobs: int | None) -> tuple[int, int]:
    """How many processes judge either state at the same time.

    None for the one before where it is to wait: for what will be known of the one now, or because
    much is known.
    """
    processes = jobs or cores()
    starts_from_now = now.cached and now.cache.key == then.cache.key
    if processes == 1 or now.cache.known or then.cache.known or starts_from_now:
        return processes, 0
    # What changes much is longer than the rest, and is read for what it refers to, as well.
    weight = _MORE * len(paths)
    theirs = round(processes * weight / (weight + len(now.files)))
    return max(1, processes - theirs), theirs


@contextmanager
def _ahead(
    then: Run, paths: Collection[str], jobs: int
) -> Iterator[Callable[[], Mapping[str, FoundOut]]]:
    """Find out of some files of a state what there is, beside this process."""
    if not jobs:
        yield dict
        return
    files = [file for file in then.files if file.path in paths]
    # Nothing of it is kept, so no verdict has to say what it rests on.
    then.judge.faces = False
    with aside(partial(then.found_out, files, jobs, None, {})) as found:
        yield found


def _findings_before(
    run: Run,
    now: Iterable[Finding],
    change: Change,
    paths: Collection[str],
    jobs: int | None,
    progress: Progress | None,
) -> list[Finding]:
    """What was found before, at least in some files and wherever there is something now."""
    codes = {finding.code for finding in now}
    if run.knows_these_files or not codes.isdisjoint(_DEPENDENT):
        return run.findings(jobs, progress)
    found = {change.renamed.get(finding.path, finding.path) for finding in now}
    circles = dependency_cycle.CODE in codes
    return run.judged_in_part({*paths, *found}, jobs, progress, circles=circles)


class _Reading:
    """Reads what some files of a state refer to, where they are judged."""

    def __init__(self, run: Run, paths: Collection[str]) -> None:
        self.run, self.paths = run, frozenset(paths)
        reach = run.judge.sieve.reach
        self.reader = Reader(run.policy, run.tree, reach, cached=run.cached)
        run.beside = self._row

    def _row(self, file: File) -> dict[str, Any] | None:
        return self.reader.row(file) if file.path in self.paths else None

    def crossings(self, findings: Iterable[Finding], jobs: int | None) -> Crossings:
        """What crosses in these files; all of a state has been judged that is to be."""
        self.reader.rows = {path: row for path, row in self.run.found_beside.items() if row}
        found = [
            finding
            for finding in findings
            if finding.path in self.paths and finding.code != undeclared_extension.CODE
        ]
        return self.reader.crossings(found, self.paths, jobs, None)
