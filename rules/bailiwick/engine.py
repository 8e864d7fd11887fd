"""One run over a tree: files to sieve, sieve to libcst, findings to a report."""

from __future__ import annotations

import datetime
import hashlib
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick.catalogue import FILE_RULE, GRAPH_RULE, MODULE_RULE
from bailiwick.judgement import Bench
from bailiwick.sieve.broken import may_be_broken
from bailiwick.sieve.cut import Cut, whole
from bailiwick.sieve.propose import Sieve
from bailiwick.sieve.texts import ModuleText, Texts
from bailiwick.source.ledger import Ledger
from bailiwick.source.text import NotText, decode
from bailiwick.source.tree import File, Tree
from bailiwick.vocabulary.finding import Finding
from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bailiwick.court import Court
    from bailiwick.rules.rule import Witness
    from bailiwick.vocabulary.policy import Policy


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found: findings by place, and how many files were judged.

    nested: the folders in reach that have a policy of their own, and so are no part of this
    """

    findings: tuple[Finding, ...]
    files: int
    policy: Policy
    nested: tuple[Path, ...] = ()


@dataclass(slots=True)
class Verdict:
    """What is known of one file, and from what.

    digest:   of its bytes, "" if they could not be read
    reads:    the other modules whose text the verdict depends on
    cut:      digest of the cut that was judged, "" if the whole file decided
    lines:    the line of the file for each line of the cut
    findings: their lines are those of the cut
    edges:    by subsystem that this file's may use, offsets of imports that may show it
    """

    digest: str
    reads: frozenset[str] = frozenset()
    cut: str = ""
    lines: tuple[int, ...] = ()
    findings: tuple[Finding, ...] = ()
    edges: dict[str, list[int]] = field(default_factory=dict)


class Engine:
    """Judges the files of one tree under one policy."""

    def __init__(
        self,
        policy: Policy,
        *,
        exhaustive: bool = False,
        buffers: dict[Path, bytes] | None = None,
    ) -> None:
        self.policy, self.exhaustive = policy, exhaustive
        self.tree = Tree.of(policy)
        given = {_relative(path, policy.root): data for path, data in (buffers or {}).items()}
        for path in given:
            self.tree.add(path)
        self.ledger = Ledger()
        self.texts = Texts(self.tree, self.ledger, given)
        self.bench = Bench(policy, self.tree, datetime.date.today())
        self.sieve = Sieve(self.texts, policy, self.bench)
        self._court: Court | None = None

    @property
    def court(self) -> Court:
        """libcst's part, loaded when there is something to judge."""
        if self._court is None:
            from bailiwick.court import Court

            self._court = Court(self.bench, self.texts, exhaustive=self.exhaustive)
        return self._court

    def verdict(self, file: File, known: Verdict | None = None) -> Verdict:
        """Judge one file; `known` is an older verdict whose reads are all unchanged."""
        try:
            data = self.texts.buffers.get(file.path)
            data = self.texts.data(file) if data is None else data
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return Verdict("", findings=(self._not_parsed(file, f"cannot be read: {reason}"),))
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        try:
            text = ModuleText(file, decode(data))
        except NotText as error:
            finding = self._not_parsed(file, str(error), error.line)
            return Verdict(digest, findings=(finding,))
        self.texts.keep(text)
        (verdict, reads) = self.ledger.reading(lambda: self._judge(text, known))
        verdict.digest, verdict.reads = digest, verdict.reads | reads - {file.module}
        return verdict

    def _judge(self, text: ModuleText, known: Verdict | None) -> Verdict:
        if self.exhaustive:
            return self._judge_whole(text)
        broken = self._syntax_error(text) if may_be_broken(text.text) else None
        offsets, edges = self.sieve.propose(text)
        cut = text.cutter.cut(offsets) if offsets else Cut("", ())
        key = _digest(cut.text)
        if known is not None and known.cut == key and not broken:
            return replace(known, lines=cut.lines, edges=edges)
        if not offsets:
            return Verdict("", cut=key, findings=broken or (), edges=edges)
        return self._judge_cut(text, cut, key, offsets, broken, edges)

    def _judge_cut(
        self,
        text: ModuleText,
        cut: Cut,
        key: str,
        offsets: Iterable[int],
        broken: tuple[Finding, ...] | None,
        edges: dict[str, list[int]],
    ) -> Verdict:
        from bailiwick.court import Unparsed

        try:
            findings, reads = self.ledger.reading(lambda: self.court.judge(text, cut))
        except Unparsed:
            if broken is None:
                return replace(self._judge_whole(text), edges=edges)
            return Verdict("", findings=(*broken, *self._judge_each(text, offsets)), edges=edges)
        findings = self._with_excerpts(text, findings, cut)
        if broken:
            placed = tuple(_placed(finding, cut.lines) for finding in findings)
            return Verdict("", findings=(*broken, *placed), edges=edges)
        by_cut_alone = text.file.module not in reads
        return Verdict(
            "",
            cut=key if by_cut_alone else "",
            lines=cut.lines,
            findings=tuple(findings),
            edges=edges,
        )

    def _judge_whole(self, text: ModuleText) -> Verdict:
        from bailiwick.court import Unparsed

        cut = whole(text.text)
        try:
            judged = self._with_excerpts(text, self.court.judge(text, cut), cut)
            return Verdict("", findings=tuple(judged), edges=self.sieve.propose(text)[1])
        except Unparsed as error:
            broken = self._not_parsed(text.file, error.reason, error.line, error.column)
            offsets, edges = self.sieve.propose(text)
            findings = (broken, *self._judge_each(text, offsets))
            return Verdict("", findings=findings, edges=edges)

    def _judge_each(self, text: ModuleText, offsets: Iterable[int]) -> list[Finding]:
        """What can still be judged of a broken file: each proposed statement for itself."""
        from bailiwick.court import Unparsed

        findings: dict[Span, Finding] = {}
        for offset in sorted(offsets):
            try:
                cut = text.cutter.cut([offset])
                for finding in self._with_excerpts(text, self.court.judge(text, cut), cut):
                    findings.setdefault(finding.span, _placed(finding, cut.lines))
            except (Unparsed, StopIteration):
                continue
        return list(findings.values())

    def _syntax_error(self, text: ModuleText) -> tuple[Finding, ...] | None:
        from bailiwick.court import Unparsed, parse

        try:
            parse(text.text)
        except Unparsed as error:
            return (self._not_parsed(text.file, error.reason, error.line, error.column),)
        return None

    def _not_parsed(self, file: File, reason: str, line: int = 1, column: int = 1) -> Finding:
        span = Span(line, column, line, column)
        message = FILE_RULE.breach(reason).message
        return self.bench.file_finding(file.path, file.module, FILE_RULE.CODE, span, message)

    def _with_excerpts(
        self, text: ModuleText, findings: list[Finding], cut: Cut
    ) -> list[Finding]:
        lines = cut.text.split("\n") if findings else []
        return [replace(found, excerpt=lines[found.span.line - 1]) for found in findings]

    def unclaimed(self, files: Iterable[File]) -> list[Finding]:
        """The findings on modules that no subsystem claims."""
        if self.policy.unclaimed == "ignore":
            return []
        span, code = Span(1, 1, 1, 1), MODULE_RULE.CODE
        return [
            self.bench.file_finding(
                file.path, file.module, code, span, MODULE_RULE.judge_module(file.module).message
            )
            for file in files
            if self.bench.subsystem(file.module) is None
        ]

    def circles(self, verdicts: dict[str, Verdict]) -> list[Finding]:
        """The findings on circles between subsystems, from what the verdicts say of edges."""
        possible: dict[tuple[str, str], list[File]] = {}
        for file in self.tree.files:
            verdict = verdicts.get(file.path)
            user = self.bench.subsystem(file.module)
            for target in verdict.edges if verdict and user else ():
                possible.setdefault((user.name, target), []).append(file)
        edges: dict[tuple[str, str], Witness] = {}
        for edge in sorted(_on_circles(possible)):
            for file in possible[edge]:
                witness = self._witness(file, edge[1], verdicts[file.path])
                if witness is not None:
                    edges[edge] = witness
                    break
        return [
            replace(finding, excerpt=self._line(witness.path, finding.span.line))
            for witness, finding in self.bench.circles(edges)
        ]

    def _witness(self, file: File, target: str, verdict: Verdict) -> Witness | None:
        from bailiwick.court import Unparsed

        text = self.texts.of(file.module)
        if text is None:
            return None
        cut = whole(text.text) if self.exhaustive else text.cutter.cut(verdict.edges[target])
        try:
            witness = self.court.witnesses(text, cut).get(target)
        except Unparsed:
            return None
        if witness is None:
            return None
        span = _moved(witness.reference.span, cut.lines)
        return replace(witness, reference=replace(witness.reference, span=span))

    def _line(self, path: str, line: int) -> str:
        module = next(file.module for file in self.tree.files if file.path == path)
        text = self.texts.of(module)
        return text.text.split("\n")[line - 1] if text else ""


def check(
    policy: Policy,
    *,
    paths: Sequence[Path] | None = None,
    cache: bool = True,
    jobs: int | None = None,
    exhaustive: bool = False,
    stdin: tuple[Path, bytes] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Judge the files below the policy's source roots, or those of them below some paths.

    cache:      use and keep verdicts in `.bailiwick_cache` beside the policy
    jobs:       how many processes may work at once; None: as many as there are cores
    exhaustive: parse every file whole, without the sieve
    stdin:      judge this text alone, as if it stood in that file
    progress:   is told how many files are done, of how many

    Circles between subsystems (BW103) are a property of the whole tree, and looked for only
    when it is judged whole.
    """
    engine = Engine(policy, exhaustive=exhaustive, buffers=dict([stdin]) if stdin else None)
    wanted = [stdin[0]] if stdin else paths
    files = _chosen(engine.tree, wanted)
    verdicts: dict[str, Verdict] = {}
    for done, file in enumerate(files):
        verdicts[file.path] = engine.verdict(file)
        if progress:
            progress(done + 1, len(files))
    findings = [_placed(f, v.lines) for v in verdicts.values() for f in v.findings]
    findings += engine.unclaimed(files)
    if wanted is None and policy.severity(GRAPH_RULE.CODE, None, GRAPH_RULE.SEVERITY) != "off":
        findings += engine.circles(verdicts)
    kept = [finding for finding in findings if finding.severity != "off"]
    nested = tuple(sorted(folder for folder in engine.tree.nested if _reached(folder, wanted)))
    return Report(tuple(sorted(kept, key=_by_place)), len(files), policy, nested)


def _reached(folder: Path, paths: Sequence[Path] | None) -> bool:
    return paths is None or any(folder.is_relative_to(path) for path in paths)


def _chosen(tree: Tree, paths: Sequence[Path] | None) -> list[File]:
    judged = [file for file in tree.files if file.judged]
    if paths is None:
        return judged
    below = {_relative(path, tree.root) for path in paths}
    if "." in below:
        return judged
    prefixes = tuple(f"{path}/" for path in below)
    return [file for file in judged if file.path in below or file.path.startswith(prefixes)]


def _relative(path: Path, root: Path) -> str:
    return os.path.relpath(path, root).replace(os.sep, "/")


def _digest(text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def _placed(finding: Finding, lines: tuple[int, ...]) -> Finding:
    return replace(finding, span=_moved(finding.span, lines)) if lines else finding


def _moved(span: Span, lines: tuple[int, ...]) -> Span:
    line, end_line = lines[span.line - 1], lines[span.end_line - 1]
    return Span(line, span.column, end_line, span.end_column)


def _by_place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.path, finding.span.line, finding.span.column, finding.code


def _on_circles(edges: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """The edges that lie on a circle."""
    after: dict[str, set[str]] = {}
    for user, used in edges:
        after.setdefault(user, set()).add(used)

    def reaches(start: str, goal: str) -> bool:
        seen, waiting = {start}, [start]
        while waiting:
            for following in after.get(waiting.pop(), set()) - seen:
                seen.add(following)
                waiting.append(following)
        return goal in seen

    return {(user, used) for user, used in edges if reaches(used, user)}
