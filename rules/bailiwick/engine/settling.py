"""What of the findings is reported, on this day: not what is allowed, nor what is recorded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from bailiwick.vocabulary.finding import Finding
from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bailiwick.baseline.entry import Baseline, Entry, Vanished
    from bailiwick.engine.cache import Cache
    from bailiwick.rules.rule import Rule
    from bailiwick.source.tree import File, Overlay, Tree
    from bailiwick.suppressions.weighing import Needless
    from bailiwick.vocabulary.policy import Policy, Severity, Subsystem
    from bailiwick.vocabulary.suppression import Suppressed, Suppression

_CIRCLES = "BW103"
_NOT_PARSED = "BW901"


@dataclass(slots=True)
class Settled:
    """What a run says, all of it in order of place.

    findings:   what is to be reported
    suppressed: what a comment in the code allows
    recorded:   what the baseline records
    vanished:   the entries of the baseline that record more than there is
    """

    findings: list[Finding]
    suppressed: list[Suppressed] = field(default_factory=list)
    recorded: list[Finding] = field(default_factory=list)
    vanished: list[Vanished] = field(default_factory=list)


@dataclass(slots=True)
class Scope:
    """What a run has judged.

    below: files and folders relative to the root, with `/`; None for the whole tree
    """

    policy: Policy
    tree: Tree
    below: Sequence[str] | None = None
    unread: frozenset[str] = frozenset()
    _files: dict[str, File] = field(default_factory=dict)

    def judges(self, code: str, path: str) -> bool:
        """Whether the run would have found a breach of a rule in a file; "" is the whole tree."""
        if self.severity(code, path, "error") == "off":
            return False
        if code == _CIRCLES or not path:
            return self.below is None and not self.unread
        if self.below is not None and not _lies_below(path, self.below):
            return False
        return code == _NOT_PARSED or not _lies_below(path, self.unread)

    def severity(self, code: str, path: str, default: Severity) -> Severity:
        """What a breach of a rule costs in a file."""
        return self.policy.severity(code, self.subsystem(path), default)

    def subsystem(self, path: str) -> Subsystem | None:
        """The subsystem that a file belongs to, None if there is no such file, or nobody's."""
        if not self._files:
            self._files = {file.path: file for file in self.tree.files}
        file = self._files.get(path)
        return self.policy.subsystem_of(file.module, file.is_package) if file else None

    def finding(self, rule: Rule, path: str, span: Span, message: str, excerpt: str) -> Finding:
        """A finding on what is no reference."""
        subsystem = self.subsystem(path)
        return Finding(
            code=rule.CODE,
            name=rule.NAME,
            severity=self.severity(rule.CODE, path, rule.SEVERITY),
            path=path,
            span=span,
            message=message,
            subsystem=subsystem.name if subsystem else "",
            excerpt=excerpt,
        )


def _lies_below(path: str, folders: Iterable[str]) -> bool:
    return any(each == "." or f"{path}/".startswith(f"{each}/") for each in folders)


def settle(
    scope: Scope,
    findings: list[Finding],
    suppressions: Mapping[str, Sequence[Suppression]],
    today: datetime.date,
    cache: Cache | None = None,
    overlay: Overlay | None = None,
) -> Settled:
    """Take from the findings of a run what comments allow and the baseline records.

    suppressions: by path, of the files that were judged
    cache:        where a baseline may be kept that was read before
    overlay:      files that are to be taken otherwise than they are stored

    A suppression that is needless is a finding, and so is a stale entry of the baseline.

    Raises:
        UserError: for a baseline that cannot be read.
    """
    from bailiwick.baseline.storage import read_text

    scope.unread = frozenset(each.path for each in findings if each.code == _NOT_PARSED)
    settled = Settled(findings)
    if any(suppressions.values()):
        _weigh(settled, scope, suppressions, today)
    text = read_text(scope.policy, overlay)
    if text is not None:
        _match(settled, scope, today, text, cache)
    return settled


def _weigh(
    settled: Settled,
    scope: Scope,
    suppressions: Mapping[str, Sequence[Suppression]],
    today: datetime.date,
) -> None:
    """Take out what comments in the code allow, and add what is needless of those."""
    from bailiwick.suppressions.weighing import weigh

    here: dict[str, list[Finding]] = {path: [] for path, some in suppressions.items() if some}
    left: list[Finding] = []
    for finding in settled.findings:
        here.get(finding.path, left).append(finding)
    for path, found in here.items():
        weighed = weigh(found, suppressions[path], today, partial(_judges_in, scope, path))
        left += weighed.findings
        left += _needless(scope, path, weighed.needless)
        settled.suppressed += weighed.suppressed
    settled.findings = left
    settled.suppressed.sort(key=lambda each: each.finding.place)


def _judges_in(scope: Scope, path: str, code: str) -> bool:
    return scope.judges(code, path)


def _needless(scope: Scope, path: str, needless: Iterable[Needless]) -> Iterator[Finding]:
    from bailiwick.rules import needless_suppression as rule

    for each in needless:
        message = rule.breach(each.reason).message
        yield scope.finding(rule, path, each.span, message, each.excerpt)


def _match(
    settled: Settled, scope: Scope, today: datetime.date, text: str, cache: Cache | None
) -> None:
    """Take out what the baseline of this text records, and add what has gone of that."""
    from bailiwick.baseline.matching import match

    baseline = _baseline(text, scope.policy.baseline, cache)
    settled.findings.sort(key=lambda finding: finding.place)
    judges = lambda entry: scope.judges(entry.code, entry.path)  # noqa: E731
    matched = match(baseline, settled.findings, today, judges)
    settled.findings, settled.recorded = matched.findings, matched.recorded
    settled.vanished = matched.vanished
    if matched.vanished:
        settled.findings += _stale(scope, matched.vanished, text)


def _baseline(text: str, named: str, cache: Cache | None) -> Baseline:
    """The baseline in a text, as it was read before if it was: that takes a tenth of the time."""
    from bailiwick.baseline.document import read

    if cache is None:
        return read(text, named)
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    baseline = cache.baseline(digest)
    if baseline is None:
        baseline = read(text, named)
        cache.keep_baseline(digest, baseline)
    return baseline


def _stale(scope: Scope, vanished: Iterable[Vanished], text: str) -> Iterator[Finding]:
    """A finding in the baseline's file for each entry that records more than there is."""
    from bailiwick.baseline.document import lines
    from bailiwick.rules import stale_baseline as rule

    at, rows = lines(text), text.split("\n")
    for each in vanished:
        line = at[each.entry.key]
        row = rows[line - 1]
        span = Span(line, len(row) - len(row.lstrip()) + 1, line, len(row.rstrip(" ,")) + 1)
        message = rule.breach(_gone(each.entry, each.left)).message
        yield scope.finding(rule, scope.policy.baseline, span, message, row)


def _gone(entry: Entry, left: int) -> str:
    gone = f"partly gone, {left} of {entry.count} left" if left else "gone"
    where = f" in {entry.path}" if entry.path else ""
    what = f", {entry.target}" if entry.target else ""
    return f"{gone}: {entry.code}{where}{what}"
