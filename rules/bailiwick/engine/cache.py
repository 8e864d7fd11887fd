"""Verdicts kept between runs, in `.bailiwick_cache` beside the policy.

Files of JSON: `report.json` is the last report on the whole tree with the stamps of its
files, all that a run needs where nothing has changed; `verdicts.json` has the verdict on each
file; each `before-….json` has what was found in a state before a change, and each
`crossings-….json` what the files of one set of modules name, each `answers-….json` what some of
them refer to in one state, each `api-….json` what such a state offers. Nothing in them is code,
each is replaced at once by a rename, and whatever cannot be read or written is as if it were not
there.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any

from bailiwick.engine.verdict import Sighting, Verdict
from bailiwick.source.ledger import SIGN, Answered
from bailiwick.source.tree import stamp_of
from bailiwick.vocabulary.errors import Mistake
from bailiwick.vocabulary.finding import Finding
from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from bailiwick.baseline.entry import Baseline
    from bailiwick.engine.verdict import Sightings
    from bailiwick.source.tree import File, Tree
    from bailiwick.vocabulary.suppression import Suppression

    # By path, where there are any.
    Suppressions = dict[str, tuple[Suppression, ...]]

# The findings of a run on the whole tree, the suppressions in it, and what its policy names and
# the tree has not.
WholeReport = tuple[list[Finding], "Suppressions", list[Mistake]]

FOLDER = ".bailiwick_cache"
# A file that was changed so shortly before it was read may change again without a new time.
_FRESH = 2_000_000_000
# So many states before a change are remembered: that of the commit, of the branch, and a merge's.
_STATES = 4


class Cache:
    """What earlier runs under the same policy, tool and set of modules found out.

    `key` says all three. `stamps` and `verdicts` are by path, as far as they are known.
    """

    def __init__(self, root: Path, key: str, started: int) -> None:
        """`started` is when the run began to look at files, as `time.time_ns` has it."""
        self.root, self.folder = root, root / FOLDER
        self.key, self.started = key, started
        self.stamps: dict[str, str] = {}
        self.verdicts: dict[str, Verdict] = {}
        self.sightings: Sightings = {}
        self.answers: dict[str, Answered] = {}

    def report(self, tree: Tree) -> WholeReport | None:
        """What the last run on the whole tree found, if no file has changed since."""
        document = self._load("report.json")
        try:
            stamps = document["stamps"]
            if all(file.stamp and stamps.pop(file.path) == file.stamp for file in tree.stamped):
                findings = [_finding(row) for row in document["findings"]]
                allowing = {
                    path: _suppressions(rows) for path, rows in document["suppressions"].items()
                }
                stray = [Mistake(*row) for row in document["stray"]]
                return None if stamps else (findings, allowing, stray)
        except _DAMAGE:
            pass
        return None

    def load(self) -> None:
        """Read the verdicts on all files."""
        document = self._load("verdicts.json")
        try:
            words = document["words"]
            for path, row in document["files"].items():
                self.stamps[path] = str(row[0])
                self.verdicts[path] = _verdict(row, words)
            for path, target, *row in document["sightings"]:
                self.sightings[path, target] = _sighting(path, row)
            for word, row in document["answers"].items():
                self.answers[word] = _answered(row, words)
        except _DAMAGE:
            self.stamps, self.verdicts, self.sightings, self.answers = {}, {}, {}, {}

    def rows(self) -> Rows:
        """What `load` reads, for whoever needs few of the verdicts."""
        return Rows(self._load("verdicts.json"))

    def save(self, tree: Tree, report: WholeReport | None) -> None:
        """Write what is known now; `report` is what was found, if the whole tree was judged."""
        for file in tree.files:
            # What changed meanwhile may have been read as it was before, and as it is now.
            if file.stamp and file.stamp != stamp_of(f"{self.root}/{file.path}"):
                self.verdicts.pop(file.path, None)
        # A file that could not be read may be readable next time without a new stamp.
        sure = {path for path, verdict in self.verdicts.items() if verdict.digest}
        stamps = {
            file.path: file.stamp if file.path in sure and not self.is_fresh(file) else ""
            for file in tree.files
        }
        for file in tree.stamped[len(tree.files) :]:
            same = file.stamp == stamp_of(f"{self.root}/{file.path}")
            stamps[file.path] = file.stamp if same and not self.is_fresh(file) else ""
        words: dict[str, int] = {}
        rows = {
            path: _verdict_row(stamps.get(path, ""), verdict, words)
            for path, verdict in self.verdicts.items()
        }
        sightings = [
            [path, target, *_sighting_row(sighting)]
            for (path, target), sighting in self.sightings.items()
            if path in self.verdicts
        ]
        answers = {
            word: _answered_row(self.answers[word], words)
            for word in _beneath(self.verdicts.values(), self.answers)
        }
        verdicts = {
            "words": list(words),
            "files": rows,
            "sightings": sightings,
            "answers": answers,
        }
        try:
            self._prepare()
            self._store("verdicts.json", verdicts)
            if report is not None:
                findings, allowing, stray = report
                found = [_finding_row(finding) for finding in findings]
                allows = {
                    path: list(map(_suppression_row, each)) for path, each in allowing.items()
                }
                names = [[m.path, m.line, m.column, m.message, m.hint] for m in stray]
                document = {"stamps": stamps, "findings": found, "stray": names}
                document["suppressions"] = allows
                self._store("report.json", document)
        except OSError:
            return

    def findings_before(self, tree: Tree, changed: Collection[str]) -> list[Finding] | None:
        """What was found in the state that `key` names; None if that is not known.

        `changed` are the files that are otherwise in `tree`: of all others that are there, the
        state has to have been judged as they are.
        """
        document = self._load(self._name_of("before"))
        try:
            stamps, otherwise = document["stamps"], {*document["changed"], *changed}
            same = (file for file in tree.stamped if file.path not in otherwise)
            if all(file.stamp and stamps[file.path] == file.stamp for file in same):
                return [_finding(row) for row in document["findings"]]
        except _DAMAGE:
            pass
        return None

    def save_before(
        self, findings: Iterable[Finding], tree: Tree, changed: Collection[str]
    ) -> None:
        """Remember what was found in the state that `key` names, beside the last few states."""
        stamps = {
            file.path: "" if self.is_fresh(file) else file.stamp
            for file in tree.stamped
            if file.path not in changed
        }
        rows = [_finding_row(finding) for finding in findings]
        document = {"stamps": stamps, "changed": sorted(changed), "findings": rows}
        try:
            self._prepare()
            self._store(self._name_of("before"), document)
            self._forget("before")
        except OSError:
            return

    def _name_of(self, name: str) -> str:
        return f"{name}-{_checksum(self.key.encode()).decode()[:16]}.json"

    def baseline(self, digest: str) -> Baseline | None:
        """The baseline that was read from a file with this digest."""
        from datetime import date

        from bailiwick.baseline.entry import Baseline, Entry

        document = self._load("baseline.json")
        try:
            if document["digest"] != digest:
                return None
            entries = {}
            for *texts, count, since, until in document["entries"]:
                code, path, target, subsystem, reason = texts
                last = date.fromisoformat(until) if until else None
                entry = Entry(
                    code, path, target, subsystem, count, date.fromisoformat(since), last, reason
                )
                entries[code, path, target] = entry
            return Baseline(entries)
        except _DAMAGE:
            return None

    def keep_baseline(self, digest: str, baseline: Baseline) -> None:
        """Keep what was read from a baseline's file with this digest."""
        rows = [
            [
                *(each.code, each.path, each.target, each.subsystem, each.reason, each.count),
                each.since.isoformat(),
                each.until.isoformat() if each.until else "",
            ]
            for each in baseline.entries.values()
        ]
        with suppress(OSError):
            self._prepare()
            self._store("baseline.json", {"digest": digest, "entries": rows})

    def kept(self, name: str) -> dict[str, Any]:
        """What was kept under this name and key, by path; nothing if it is damaged."""
        rows = self._load(self._name_of(name)).get("rows", {})
        return rows if isinstance(rows, dict) else {}

    def keep(self, name: str, rows: Mapping[str, Any]) -> None:
        """Keep rows of plain JSON by path, beside those of the last few keys."""
        with suppress(OSError):
            self._prepare()
            self._store(self._name_of(name), {"rows": rows})
            self._forget(name)

    def _forget(self, name: str) -> None:
        """Remove what was kept under a name for other keys, but for the last few."""
        found = sorted(self.folder.glob(f"{name}-*.json"), key=_last_written)
        for old in found[:-_STATES]:
            old.unlink(missing_ok=True)

    def is_fresh(self, file: File) -> bool:
        """Whether a file was changed so shortly ago that it may change again unnoticed."""
        return bool(file.stamp) and self.started - int(file.stamp.partition("-")[0]) < _FRESH

    def _load(self, name: str) -> Any:
        try:
            checksum, _, text = self._read(name).partition(b"\n")
            document = json.loads(text) if checksum == _checksum(text) else {}
            return document if document["key"] == self.key else {}
        except (OSError, *_DAMAGE):
            return {}

    def _read(self, name: str) -> bytes:
        path = self.folder / name
        # What a repository brings along may be a pipe or a device, or lead there.
        if self.folder.is_symlink() or not S_ISREG(path.lstat().st_mode):
            return b""
        return path.read_bytes()

    def _prepare(self) -> None:
        if self.folder.is_symlink():
            raise NotADirectoryError(self.folder)
        if not self.folder.is_dir():
            self.folder.mkdir(exist_ok=True)
            Path(self.folder, ".gitignore").write_text("*\n", encoding="utf-8")
            tag = "Signature: 8a477f597d28d172789f06886806bc55\n"
            Path(self.folder, "CACHEDIR.TAG").write_text(tag, encoding="utf-8")

    def _store(self, name: str, document: Mapping[str, Any]) -> None:
        text = json.dumps({"key": self.key, **document}, separators=(",", ":")).encode()
        # A name that nobody can know, so that no link lies in wait there.
        unfinished = Path(self.folder, f"{name}.{os.urandom(8).hex()}")
        try:
            with unfinished.open("xb") as file:
                file.write(_checksum(text) + b"\n" + text)
            unfinished.replace(self.folder / name)
        finally:
            unfinished.unlink(missing_ok=True)


class Rows:
    """Verdicts that are made of their rows one by one, as they are asked for."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def stamp(self, path: str) -> str:
        """The stamp of a file when it was judged, "" for none."""
        try:
            return str(self._document["files"][path][0])
        except _DAMAGE:
            return ""

    def verdict(self, path: str) -> Verdict | None:
        """The verdict on a file, None for none."""
        try:
            return _verdict(self._document["files"][path], self._document["words"])
        except _DAMAGE:
            return None

    def answered(self, word: str) -> Answered | None:
        """The answer that a word stands for, None for none."""
        try:
            return _answered(self._document["answers"][word], self._document["words"])
        except _DAMAGE:
            return None


def _last_written(file: Path) -> int:
    return file.lstat().st_mtime_ns


def _checksum(text: bytes) -> bytes:
    return hashlib.sha1(text, usedforsecurity=False).hexdigest().encode()


# What reading a damaged document may raise, whatever the damage.
_DAMAGE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


def _beneath(verdicts: Iterable[Verdict], answers: Mapping[str, Answered]) -> Iterator[str]:
    """The words of the answers that verdicts rest on, and of those that these do."""
    seen: set[str] = set()
    waiting = [verdict.reads for verdict in verdicts]
    while waiting:
        for word in waiting.pop():
            if word.startswith(SIGN) and word not in seen and word in answers:
                seen.add(word)
                waiting.append(answers[word].reads)
                yield word


def _answered_row(answered: Answered, words: dict[str, int]) -> list[Any]:
    reads = [words.setdefault(read, len(words)) for read in sorted(answered.reads)]
    return [answered.name, answered.key, answered.digest, reads]


def _answered(row: list[Any], words: list[str]) -> Answered:
    name, key, digest, reads = row
    return Answered(name, tuple(key), digest, frozenset(words[read] for read in reads))


def _verdict_row(stamp: str, verdict: Verdict, words: dict[str, int]) -> list[Any]:
    reads = [words.setdefault(read, len(words)) for read in sorted(verdict.reads)]
    names = [words.setdefault(name, len(words)) for name in sorted(verdict.names)]
    findings = [_finding_row(finding) for finding in verdict.findings]
    digests = [verdict.digest, verdict.face, verdict.members, verdict.cut]
    allowing = [_suppression_row(each) for each in verdict.suppressions]
    return [stamp, digests, reads, names, verdict.lines, findings, verdict.edges, allowing]


def _verdict(row: list[Any], words: list[str]) -> Verdict:
    _, (digest, face, members, cut), reads, names, lines, findings, edges, allowing = row
    return Verdict(
        digest=digest,
        face=face,
        members=members,
        names=frozenset(words[name] for name in names),
        reads=frozenset(words[read] for read in reads),
        cut=cut,
        lines=tuple(lines),
        findings=tuple(map(_finding, findings)),
        edges=edges,
        suppressions=_suppressions(allowing) if allowing else (),
    )


def _finding_row(finding: Finding) -> list[Any]:
    span = finding.span
    return [
        [span.line, span.column, span.end_line, span.end_column],
        list(finding.owners),
        list(finding.detail),
        finding.severity,
        *(getattr(finding, name) for name in _TEXTS),
    ]


def _finding(row: list[Any]) -> Finding:
    span, owners, detail, severity, *texts = row
    named = dict(zip(_TEXTS, texts, strict=True))
    return Finding(
        span=Span(*span), severity=severity, owners=tuple(owners), detail=tuple(detail), **named
    )


_TEXTS = (
    "code",
    "name",
    "path",
    "message",
    "subsystem",
    "target",
    "target_subsystem",
    "known_by",
    "decided_by",
    "instead",
    "excerpt",
    "subject",
)


def _suppression_row(suppression: Suppression) -> list[Any]:
    each, span = suppression, suppression.span
    return [
        [span.line, span.column, span.end_line, span.end_column],
        each.lines,
        each.near,
        each.allowed,
        each.until.isoformat() if each.until else "",
        each.reason,
        each.fault,
        each.excerpt,
    ]


def _suppressions(rows: list[list[Any]]) -> tuple[Suppression, ...]:
    from datetime import date

    from bailiwick.vocabulary.suppression import Allowed, Suppression

    return tuple(
        Suppression(
            Span(*span),
            (first, last),
            near,
            tuple(Allowed(*each) for each in allowed),
            date.fromisoformat(until) if until else None,
            *texts,
        )
        for span, (first, last), near, allowed, until, *texts in rows
    )


def _sighting_row(sighting: Sighting) -> list[Any]:
    row: list[Any] = [sighting.digest, sighting.cut, sighting.lines]
    if sighting.witness is None:
        return row
    reference = sighting.witness.reference
    span = reference.span
    return [
        *row,
        [span.line, span.column, span.end_line, span.end_column],
        [reference.module, reference.name, reference.grade],
        sighting.witness.excerpt,
    ]


def _sighting(path: str, row: list[Any]) -> Sighting:
    digest, cut, lines, *witness = row
    sighting = Sighting(digest, cut, tuple(lines))
    if witness:
        from bailiwick.rules.rule import Witness
        from bailiwick.vocabulary.reference import Reference

        span, (module, name, grade), excerpt = witness
        reference = Reference("import", Span(*span), module, name, grade, "")
        sighting.witness = Witness(path, reference, excerpt)
    return sighting
