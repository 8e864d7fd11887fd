"""What is known of the workspace: by policy a session that judges its files. For one thread.

Everything here runs in the worker's thread, and nothing else touches it.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bailiwick import (
    POLICY_FILES,
    PolicyError,
    Session,
    UserError,
    find_policy,
    load_policy,
    moved,
)
from lsprotocol.types import PositionEncodingKind

from bailiwick_server.documents import Document, Text
from bailiwick_server.encoding import encoded, plain, says_itself
from bailiwick_server.notebooks import SUFFIX as NOTEBOOK
from bailiwick_server.places import Roots, path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from bailiwick import Definition, Finding, Mistake, Policy, Report, Subsystem

logger = logging.getLogger(__name__)

NOT_PARSED = "BW901"


@dataclass(frozen=True, slots=True)
class View:
    """A document with all that is known of it: what a feature gets to see, and may not change.

    It is good for as long as the question that it was made for, in the worker's thread.

    path:     of the file relative to the policy's folder, with `/`; "" outside any policy
    findings: what is wrong, after suppressions and baseline; places as in `document.text`
    session:  None outside any policy, or where no policy could be used yet
    trouble:  why the policy that is in force is not the one that is stored, in words
    settled:  False for a first look after an edit, which another is to confirm
    shows:    whether that edit is likely to concern other files
    """

    document: Document
    path: str = ""
    findings: tuple[Finding, ...] = ()
    policy_file: Path | None = None
    session: Session | None = None
    trouble: str = ""
    mistakes: tuple[Mistake, ...] = ()
    settled: bool = True
    shows: bool = False

    @property
    def policy(self) -> Policy | None:
        """The policy in force."""
        return self.session.policy if self.session else None

    @property
    def subsystem(self) -> Subsystem | None:
        """The subsystem that the document belongs to."""
        return self.session.subsystem(self.path) if self.session else None

    def definition(self, target: str) -> Definition | None:
        """Where the target of a finding is defined."""
        return self.session.definition(target) if self.session else None


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A document that is a policy, or a file that one is made of.

    policy_file: the governing one, which may be another
    session:     under the last policy that could be used, None before there was one
    is_baseline: whether it is the baseline of that policy
    """

    document: Document
    path: Path
    policy_file: Path
    session: Session | None
    is_baseline: bool = False

    @property
    def policy(self) -> Policy | None:
        """The policy in force."""
        return self.session.policy if self.session else None


@dataclass(slots=True)
class Realm:
    """What one policy file governs.

    session:  under the last policy that could be used, None before there was one
    mistakes: of the policy that is stored, if it cannot be used
    trouble:  these in words, or why its baseline could not be read
    """

    policy_file: Path
    session: Session | None = None
    mistakes: tuple[Mistake, ...] = ()
    trouble: str = ""
    # By path, what was last found in a text that could be parsed, with that text.
    good: dict[str, tuple[str, tuple[Finding, ...]]] = field(default_factory=dict)
    # What the files of the policy were when it was loaded, by path.
    stamps: dict[Path, tuple[int, int] | None] = field(default_factory=dict)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that decide: the policy's, those that it extends, and the baseline."""
        root = self.policy_file.parent
        policy = self.session.policy if self.session else None
        named: tuple[Path | str, ...] = ()
        if policy is not None:
            named = (*policy.files, policy.baseline)
        return tuple({self.policy_file: None, **dict.fromkeys(root / file for file in named)})

    def stamped(self) -> dict[Path, tuple[int, int] | None]:
        """What these files are now."""
        return {file: _stamp(file) for file in self.files}


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


class Analysis:
    """The realms of the policies that govern open documents."""

    def __init__(
        self, pulse: Callable[[], None], on_stale: Callable[[frozenset[str]], None]
    ) -> None:
        """`pulse` may break off the work; `on_stale` is told which documents to judge again."""
        self._pulse, self._on_stale = pulse, on_stale
        self.roots = Roots()
        self.encoding = PositionEncodingKind.Utf16
        self._realms: dict[Path, Realm] = {}
        # By address, where a document was put.
        self._placed: dict[str, tuple[Realm, str]] = {}
        # By address, what was last found.
        self._views: dict[str, View] = {}

    def open_folders(self, roots: Roots) -> None:
        """Look below these folders from now on."""
        self.roots = roots
        self._views.clear()

    def look_ahead(self) -> None:
        """Load the policies of the folders, which the first document in them will need."""
        for folder in self.roots.folders:
            policy_file = find_policy(folder, folder)
            if policy_file is not None:
                self._realm(policy_file)

    def view(self, document: Document) -> View:
        """What is known of a document, after an edit as far as can be told quickly."""
        known = self._views.get(document.uri)
        if known is not None and known.document is document:
            return known
        return self._judged(document, quickly=True)

    def settle(self, document: Document) -> View:
        """Judge a document as a whole."""
        known = self._views.get(document.uri)
        if known is None or known.document is not document or not known.settled:
            known = self._judged(document, quickly=False)
        return known

    def _judged(self, document: Document, *, quickly: bool) -> View:
        placed = self._place(document)
        if placed is None:
            return View(document)
        realm, path = placed
        view = View(
            document, path, (), realm.policy_file, realm.session, realm.trouble, realm.mistakes
        )
        if realm.session is not None:
            try:
                report = self._first_word(realm, path, document) if quickly else None
                settled = report is None
                if report is None:
                    self._look_at(realm)
                    self.put(document)
                    report = realm.session.report(path)
            except UserError as error:
                view = replace(view, session=realm.session, trouble=str(error))
            else:
                text = document.text.content
                findings = self._with_last_good(realm, path, text, report.findings, settled)
                shows = not settled and realm.session.shows(path)
                view = replace(
                    view,
                    findings=findings,
                    session=realm.session,
                    trouble=realm.trouble,
                    settled=settled,
                    shows=shows,
                )
        self._views[document.uri] = view
        return view

    def _first_word(self, realm: Realm, path: str, document: Document) -> Report | None:
        """What can be told of a document without judging all of it; None if nothing can."""
        content = document.text.content
        now = content if says_itself(content) else encoded(content)
        report = realm.session.draft(path, now) if realm.session else None
        if report is None and document.uri not in self._views:
            self._look_at(realm)
            report = realm.session.recall(path, encoded(content)) if realm.session else None
        return report

    def put(self, document: Document) -> None:
        """Take a document's text for its file."""
        placed = self._place(document)
        if placed is None or placed[0].session is None:
            return
        realm, path = placed
        before = self._placed.get(document.uri)
        if before is not None and before != placed and before[0].session is not None:
            # Another policy governs it now.
            before[0].session.drop(before[1])
        self._placed[document.uri] = placed
        stale = placed[0].session.put(path, encoded(document.text.content))
        self._tell(self._addresses(realm, stale) - {document.uri})

    def close(self, uri: str) -> None:
        """Take a document's file as it is stored."""
        self._views.pop(uri, None)
        realm, path = self._placed.pop(uri, (None, ""))
        if realm is None or realm.session is None:
            return
        realm.good.pop(path, None)
        self._tell(self._addresses(realm, realm.session.drop(path)) - {uri})

    def _tell(self, stale: frozenset[str]) -> None:
        for uri in stale:
            self._views.pop(uri, None)
        if stale:
            self._on_stale(stale)

    def _addresses(self, realm: Realm, paths: Iterable[str]) -> frozenset[str]:
        wanted = set(paths)
        return frozenset(
            uri for uri, (other, path) in self._placed.items() if other is realm and path in wanted
        )

    def subsystem_at(self, uri: str) -> Subsystem | None:
        """The subsystem that a file belongs to, open or not; the file itself is not read."""
        placed = self._place_of(uri)
        if placed is None or placed[0].session is None:
            return None
        return placed[0].session.subsystem(placed[1])

    def _place(self, document: Document) -> tuple[Realm, str] | None:
        """The realm that a document belongs to, and its path in that; None outside any policy."""
        return self._place_of(document.uri)

    def _place_of(self, uri: str) -> tuple[Realm, str] | None:
        path = path_of(uri)
        if path is not None and path.suffix == NOTEBOOK:
            # Beside a module of that name, and none that anybody imports.
            path = path.with_name(f"{path.name}.py")
        if path is None or path.suffix != ".py":
            return None
        policy_file = self.roots.policy_for(path)
        if policy_file is None:
            return None
        realm = self._realm(policy_file)
        return realm, os.path.relpath(path, policy_file.parent).replace(os.sep, "/")

    def _realm(self, policy_file: Path) -> Realm:
        if policy_file not in self._realms:
            self._realms[policy_file] = realm = Realm(policy_file)
            self._load(realm)
        return self._realms[policy_file]

    def _load(self, realm: Realm) -> None:
        realm.stamps = realm.stamped()
        try:
            policy = load_policy(realm.policy_file)
        except PolicyError as error:
            realm.mistakes, realm.trouble = error.mistakes, str(error)
            logger.warning("%s cannot be used: %s", realm.policy_file, error)
            return
        realm.mistakes, realm.trouble = (), ""
        buffers = realm.session.buffers if realm.session else {}
        realm.session = Session(policy, pulse=self._pulse, buffers=buffers)
        realm.stamps = realm.stamped()
        logger.info("%s is in force", realm.policy_file)

    def _renew(self, realm: Realm) -> frozenset[str]:
        """Take the policy as it is stored; gives the documents to judge again."""
        if not realm.policy_file.is_file():
            self._forget(realm)
        else:
            self._load(realm)
        return frozenset(uri for uri, (other, _) in self._placed.items() if other is realm)

    def _look_at(self, realm: Realm) -> None:
        """Load a policy anew that has changed unseen: not every editor tells."""
        if realm.stamps != realm.stamped():
            self._tell(self._renew(realm))

    def _with_last_good(
        self, realm: Realm, path: str, text: str, findings: tuple[Finding, ...], settled: bool
    ) -> tuple[Finding, ...]:
        """With the last findings in lines that are as they were, where a text is half typed."""
        if not any(finding.code == NOT_PARSED for finding in findings):
            if settled:
                realm.good[path] = text, findings
            return findings
        before = realm.good.get(path)
        if before is None:
            return findings
        known = {(each.code, each.span) for each in findings}
        stays = [each for each in moved(before[1], before[0], text) if each.code != NOT_PARSED]
        added = [each for each in stays if (each.code, each.span) not in known]
        return tuple(sorted([*findings, *added], key=lambda finding: finding.place))

    # -- files that are not open ---------------------------------------------------------------

    @property
    def modules_read(self) -> int:
        """How many modules have been read; it may be asked from any thread."""
        return sum(each.session.read for each in list(self._realms.values()) if each.session)

    def everything(self) -> list[str]:
        """The addresses of all files below the roots that a policy governs."""
        waiting = [found for root in self.roots.folders if (found := find_policy(root, root))]
        seen: dict[Path, None] = {}
        while waiting:
            policy_file = waiting.pop()
            realm = self._realm(policy_file)
            if policy_file in seen or realm.session is None:
                continue
            seen[policy_file] = None
            nested = map(find_policy, realm.session.tree.nested)
            waiting += [found for found in nested if found is not None]
        return [uri for policy_file in seen for uri in self._addresses_in(policy_file)]

    def _addresses_in(self, policy_file: Path) -> list[str]:
        session = self._realms[policy_file].session
        files = session.tree.files if session is not None else ()
        return [uri_of(policy_file.parent / each.path) for each in files if each.judged]

    def stored_view(self, uri: str) -> View | None:
        """What is known of a file that is not open; None if it cannot be read."""
        path = path_of(uri)
        try:
            data = path.read_bytes() if path is not None else b""
        except OSError:
            return None
        text = Text.of(data.decode("utf-8", "replace"), self.encoding)
        document = Document(uri, 0, text, "python")
        placed = self._place(document)
        if placed is None or placed[0].session is None:
            return None
        realm, place = placed
        findings = placed[0].session.report(place).findings
        return View(document, place, findings, realm.policy_file, realm.session, realm.trouble)

    # -- policies ----------------------------------------------------------------------------

    def policy_of(self, document: Document) -> PolicyView | None:
        """A document that is a policy, or a file that one is made of; None for any other."""
        path = path_of(document.uri)
        if path is None or path.suffix != ".toml":
            return None
        nearest = self.roots.policy_for(path)
        if nearest is not None:
            self._realm(nearest)
        for realm in self._realms.values():
            root, session = realm.policy_file.parent, realm.session
            policy = session.policy if session else None
            files = [root / file for file in policy.files] if policy else []
            baseline = policy is not None and path == root / policy.baseline
            if path == realm.policy_file or path in files or baseline:
                return PolicyView(document, path, realm.policy_file, session, baseline)
        return None

    def debt(self, document: Document) -> View | None:
        """A document that is a baseline with what is stale of it; None for any other."""
        baseline = self.policy_of(document)
        if baseline is None or not baseline.is_baseline:
            return None
        return self.stale_debt(baseline, judging=True)

    def stale_debt(self, baseline: PolicyView, *, judging: bool) -> View:
        """A baseline that can be read, with a finding for each entry that is stale.

        With `judging`, the files that it names are judged for that, else what is known counts.
        """
        document, session = baseline.document, baseline.session
        view = View(document, policy_file=baseline.policy_file, session=session)
        if session is None:
            return view
        text = plain(document.text.content)
        try:
            return replace(view, findings=tuple(session.stale_debt(text, judging=judging)))
        except UserError:
            return view

    # -- what is stored ----------------------------------------------------------------------

    def stored(self, paths: Iterable[Path]) -> None:
        """Learn that files have changed on disk."""
        changed, stale = list(paths), frozenset[str]()
        for realm in list(self._realms.values()):
            stale |= self._stored_in(realm, changed)
        self._tell(stale)

    def _stored_in(self, realm: Realm, changed: list[Path]) -> frozenset[str]:
        root = realm.policy_file.parent
        everything = frozenset(uri for uri, (other, _) in self._placed.items() if other is realm)
        tables = [path for path in changed if path.suffix == ".toml"]
        if tables and (realm.mistakes or realm.stamps != realm.stamped()):
            return self._renew(realm) | everything
        if any(path.name in POLICY_FILES for path in tables):
            # A policy that has come or gone may govern a part of this tree.
            return everything
        if realm.session is None:
            return frozenset()
        inside = [
            os.path.relpath(path, root).replace(os.sep, "/")
            for path in changed
            if path.suffix == ".py" and path.is_relative_to(root)
        ]
        return self._addresses(realm, realm.session.stored(inside))

    def _forget(self, realm: Realm) -> None:
        """Give up a realm whose policy has gone."""
        del self._realms[realm.policy_file]
        gone = [uri for uri, (other, _) in self._placed.items() if other is realm]
        for uri in gone:
            del self._placed[uri]
