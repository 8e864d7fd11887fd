"""Verdicts kept between runs, in `.bailiwick_cache` beside the policy.

`report.json` is the last report on the whole tree with the stamps of its files, all that a run
needs where nothing has changed. `verdicts` has the verdict on each file (see `Archive`), and
`changes.json` what has become of them since: it names the file of verdicts that it belongs to, so
that a pair of which one half was lost or replaced is never taken for one. Each `before-….json` has
what was found in a state before a change, each `crossings-….json` what the files of one set of
modules name, each `answers-….json` what some of them refer to in one state, each `api-….json` what
such a state offers, each `review-….json` what a series of commits does, each `difference-….json`
what one state offers otherwise than another, each `policy-….json` what the files of a policy say.
Nothing in them is code, each is replaced at once by a rename, and whatever cannot be read or
written is as if it were not there.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any

from bailiwick.engine import rows
from bailiwick.engine.known import Known, Remark
from bailiwick.engine.rows import DAMAGE
from bailiwick.source.tree import digest_of, stamp_of
from bailiwick.vocabulary.errors import Mistake
from bailiwick.vocabulary.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from bailiwick.baseline.entry import Baseline
    from bailiwick.source.tree import File, Overlay, Tree
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

    `key` says all three. `known` has it, after `load`; `save` writes it. What is loaded may have
    been found out with other modules: see `engine.turnover`.
    """

    def __init__(self, root: Path, key: str, started: int) -> None:
        """`started` is when the run began to look at files, as `time.time_ns` has it."""
        self.root, self.folder = root, root / FOLDER
        self.key, self.started = key, started
        # Verdicts may serve although modules came and went.
        self._ground = ground_of(key)
        self.known = Known()
        # Names what was read or written last of what is known; "" for nothing.
        self.state = ""

    def report(self, tree: Tree, overlay: Overlay | None = None) -> WholeReport | None:
        """What the last run on the whole tree found, if no file has changed since.

        With an overlay files are looked at where their stamps do not tell; `load` has to have been
        called.
        """
        document = self._load("report.json", self._ground)
        try:
            stamps = document["stamps"]
            looks = overlay is not None and document["state"] == self.state
            for file in tree.stamped:
                same = stamps.pop(file.path) == file.stamp != ""
                if not same and not (looks and self._holds(file, overlay or {})):
                    return None
            if stamps:
                return None
            findings = [rows.finding(row) for row in document["findings"]]
            allowing = {
                path: rows.suppressions(each) for path, each in document["suppressions"].items()
            }
            return findings, allowing, [Mistake(*row) for row in document["stray"]]
        except DAMAGE:
            return None

    def _holds(self, file: File, overlay: Overlay) -> bool:
        """Whether a file holds what there is a verdict on."""
        from bailiwick.source.text import read

        verdict = self.known.get(file.path)
        data = overlay.get(file.path)
        if verdict is None or not verdict.digest:
            return False
        try:
            if data is None:
                data = read(f"{self.root}/{file.path}", is_file=bool(file.stamp))
        except OSError:
            return False
        return digest_of(data) == verdict.digest

    def load(self) -> None:
        """Read what is known of the files."""
        from bailiwick.engine.archive import Archive

        try:
            known = Known(Archive(self._read("verdicts"), self._ground))
        except (OSError, *DAMAGE):
            return
        self.known = known
        changes = self._load("changes.json", self._ground)
        try:
            if changes["archive"] == known.archive_name:
                self.known = _changed(known.copy(), changes)
                self.state = changes["state"]
        except DAMAGE:
            pass

    def share(self, other: Cache) -> None:
        """Take what another one has read, if that is what `load` would read."""
        if other._ground == self._ground and other.known and not self.known:
            self.known, self.state = other.known.copy(), other.state

    def save(
        self, tree: Tree, report: WholeReport | None, looked_at: Collection[str] | None = None
    ) -> None:
        """Write what is known now.

        report:    what was found, if the whole tree was judged
        looked_at: the files that were read for it; None: it may be any
        """
        stamps = self._settle(tree, looked_at)
        self.state = os.urandom(8).hex()
        try:
            self._prepare()
            if self.known.is_grown:
                self._archive()
            changes = {"state": self.state, **_changes(self.known)}
            self._store("changes.json", changes, self._ground)
            if report is not None:
                found = {"state": self.state, **_report(stamps, report)}
                self._store("report.json", found, self._ground)
        except OSError:
            return

    def _settle(self, tree: Tree, looked_at: Collection[str] | None) -> dict[str, str]:
        """Let go of what may not hold; gives the stamps of the files that hold."""
        known = self.known
        for file in tree.files:
            # What changed meanwhile may have been read as it was before, and as it is now; of what
            # was not read, the stamp is that of what is known.
            read = looked_at is None or file.path in looked_at
            if read and file.stamp and file.stamp != stamp_of(f"{self.root}/{file.path}"):
                known.forget(file.path)
        for path, verdict in list(known.verdicts.items()):
            # A file that could not be read may be readable next time without a new stamp.
            if verdict is not None and not (verdict.digest and known.is_sound(verdict)):
                known.forget(path)
        known.stamps = {
            file.path: "" if self.is_fresh(file) else file.stamp
            for file in tree.files
            if file.path in known
        }
        stamps = {file.path: known.stamps.get(file.path, "") for file in tree.files}
        known.unknown = frozenset(stamps.keys() - known.stamps.keys())
        for file in tree.stamped[len(tree.files) :]:
            same = file.stamp == stamp_of(f"{self.root}/{file.path}")
            stamps[file.path] = file.stamp if same and not self.is_fresh(file) else ""
        return stamps

    def _archive(self) -> None:
        """Write all that is known into an archive, from which it is to be read from now on."""
        from bailiwick.engine.archive import Archive, Contents, packed

        before = self.known
        verdicts, answers = before.everything()
        unknown = before.paths() - verdicts.keys()
        contents = Contents(before.stamps, verdicts, answers, frozenset(unknown))
        data = packed(contents, self._ground)
        self._replace("verdicts", data)
        self.known = Known(Archive(data, self._ground))
        self.known.sightings, self.known.remarks = before.sightings, before.remarks

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
                return [rows.finding(row) for row in document["findings"]]
        except DAMAGE:
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
        found = [rows.finding_row(finding) for finding in findings]
        document = {"stamps": stamps, "changed": sorted(changed), "findings": found}
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
        except DAMAGE:
            return None

    def keep_baseline(self, digest: str, baseline: Baseline) -> None:
        """Keep what was read from a baseline's file with this digest."""
        entries = [
            [
                *(each.code, each.path, each.target, each.subsystem, each.reason, each.count),
                each.since.isoformat(),
                each.until.isoformat() if each.until else "",
            ]
            for each in baseline.entries.values()
        ]
        with suppress(OSError):
            self._prepare()
            self._store("baseline.json", {"digest": digest, "entries": entries})

    def kept(self, name: str) -> dict[str, Any]:
        """What was kept under this name and key, by path; nothing if it is damaged."""
        found = self._load(self._name_of(name)).get("rows", {})
        return found if isinstance(found, dict) else {}

    def keep(self, name: str, documents: Mapping[str, Any]) -> None:
        """Keep plain JSON by path, beside those of the last few keys."""
        with suppress(OSError):
            self._prepare()
            self._store(self._name_of(name), {"rows": documents})
            self._forget(name)

    def _forget(self, name: str) -> None:
        """Remove what was kept under a name for other keys, but for the last few."""
        found = sorted(self.folder.glob(f"{name}-*.json"), key=_last_written)
        for old in found[:-_STATES]:
            old.unlink(missing_ok=True)

    def is_fresh(self, file: File) -> bool:
        """Whether a file was changed so shortly ago that it may change again unnoticed."""
        return bool(file.stamp) and self.started - int(file.stamp.partition("-")[0]) < _FRESH

    def _load(self, name: str, key: str | None = None) -> Any:
        try:
            checksum, _, text = self._read(name).partition(b"\n")
            document = json.loads(text) if checksum == _checksum(text) else {}
            return document if document["key"] == (self.key if key is None else key) else {}
        except (OSError, *DAMAGE):
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

    def _store(self, name: str, document: Mapping[str, Any], key: str | None = None) -> None:
        named = {"key": self.key if key is None else key, **document}
        text = json.dumps(named, separators=(",", ":")).encode()
        self._replace(name, _checksum(text) + b"\n" + text)

    def _replace(self, name: str, data: bytes) -> None:
        # A name that nobody can know, so that no link lies in wait there.
        unfinished = Path(self.folder, f"{name}.{os.urandom(8).hex()}")
        try:
            with unfinished.open("xb") as file:
                file.write(data)
            unfinished.replace(self.folder / name)
        finally:
            unfinished.unlink(missing_ok=True)


def ground_of(key: str) -> str:
    """A key without what it says of modules: `ground/modules`."""
    return key.partition("/")[0]


def _last_written(file: Path) -> int:
    return file.lstat().st_mtime_ns


def _checksum(text: bytes) -> bytes:
    return digest_of(text).encode()


def _report(stamps: dict[str, str], report: WholeReport) -> dict[str, Any]:
    findings, allowing, stray = report
    return {
        "stamps": stamps,
        "findings": [rows.finding_row(finding) for finding in findings],
        "stray": [[each.path, each.line, each.column, each.message, each.hint] for each in stray],
        "suppressions": {
            path: list(map(rows.suppression_row, each)) for path, each in allowing.items()
        },
    }


def _changes(known: Known) -> dict[str, Any]:
    """What is otherwise than in the archive, and what that does not hold."""
    archived = known.archive.stamps if known.archive is not None else {}
    return {
        "archive": known.archive_name,
        "unknown": sorted(known.unknown),
        "stamps": {
            path: stamp for path, stamp in known.stamps.items() if archived.get(path) != stamp
        },
        "files": {
            path: None if verdict is None else rows.verdict_row(verdict)
            for path, verdict in known.verdicts.items()
        },
        "answers": {
            word: None if answered is None else rows.answered_row(answered)
            for word, answered in known.answers.items()
        },
        "sightings": [
            [path, target, *rows.sighting_row(sighting)]
            for (path, target), sighting in known.sightings.items()
            if path in known
        ],
        "remarks": {name: [each.said, sorted(each.reads)] for name, each in known.remarks.items()},
    }


def _changed(known: Known, changes: Mapping[str, Any]) -> Known:
    """The same with what has changed since it was archived. Raises what damage may raise."""
    known.stamps.update(changes["stamps"])
    known.unknown = frozenset(changes["unknown"])
    for path, row in changes["files"].items():
        known.verdicts[path] = None if row is None else rows.verdict(row)
        if row is None:
            known.stamps.pop(path, None)
    for word, row in changes["answers"].items():
        known.answers[word] = None if row is None else rows.answered(row)
    for path, target, *row in changes["sightings"]:
        known.sightings[path, target] = rows.sighting(path, row)
    for name, (said, reads) in changes["remarks"].items():
        known.remarks[name] = Remark(said, frozenset(reads))
    return known
