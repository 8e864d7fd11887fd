"""What may be done about a finding, in the order in which it is offered: allowing it comes last."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bailiwick

from bailiwick_server.editing import Insertion, Target, line_end
from bailiwick_server.encoding import decoded, encoded, plain
from bailiwick_server.places import uri_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bailiwick import Edit, Finding, Fix

    from bailiwick_server.analysis import View
    from bailiwick_server.documents import Text

    # The text of a file as the editor has it, and its version there, None where it is not open.
    Reader = Callable[[Path], tuple[Text, int | None]]

FIX, LINE, PAGE, ALLOW, RECORD, PERMIT = "fix", "line", "page", "allow", "record", "permit"
SHRINK = "shrink"
# What has to be filled in of a baseline's entry.
REASON = "why is it let be for now?"
_UNPARSED, _STALE = "BW901", "BW903"


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something to do about a finding.

    kind:  one of those above
    title: as it is offered
    safe:  whether it may be chosen unseen
    edits: of a fix, else nothing
    """

    kind: str
    title: str
    finding: Finding
    safe: bool = False
    edits: tuple[Edit, ...] = ()


def remedies(view: View, findings: list[Finding]) -> Iterator[Remedy]:
    """What may be done about some findings in a document: first what puts them right."""
    if view.session is None or view.policy is None:
        return
    yield from fixing(view, findings)
    stale = next((each for each in findings if each.code == _STALE), None)
    if stale is not None:
        title = f"Take out of {view.policy.baseline} all that is no longer there"
        yield Remedy(SHRINK, title, stale, safe=True)
    for finding in findings:
        if finding.deciding_line is not None:
            file, number, _ = finding.deciding_line
            yield Remedy(LINE, f"Open the line that decides: {file}:{number}", finding)
        yield Remedy(PAGE, f"Read what {finding.code} means", finding)
    for finding in findings:
        if finding.code not in (_UNPARSED, _STALE) and allowing_edit(view, finding) is not None:
            yield Remedy(ALLOW, f"Allow {finding.code} here, with a reason", finding)
        if bailiwick.Baseline.recordable([finding]):
            yield Remedy(RECORD, f"Record {finding.code} in {view.policy.baseline}", finding)
        if bailiwick.may_be_permitted(view.policy, finding):
            title = (
                f"Propose that {finding.subsystem} may use {finding.target_subsystem}, "
                "in the policy, with a reason"
            )
            yield Remedy(PERMIT, title, finding)


def fixing(view: View, findings: list[Finding]) -> Iterator[Remedy]:
    """The fixes of findings in a document, each once."""
    known: set[tuple[Edit, ...]] = set()
    for fix in bailiwick.fixes_in(view.session, findings) if view.session and findings else ():
        if fix.path == view.path and fix.edits not in known:
            known.add(fix.edits)
            yield _of_fix(fix)


def _of_fix(fix: Fix) -> Remedy:
    title = f"{fix.title[:1].upper()}{fix.title[1:]}"
    if not fix.safe:
        title += f" (unsafe: {fix.doubt})"
    return Remedy(FIX, title, fix.findings[0], fix.safe and fix.clears, fix.edits)


def allowing_edit(view: View, finding: Finding) -> Edit | None:
    """The edit that puts in a comment which allows a finding."""
    return bailiwick.allowing(plain(view.document.text.content), finding)


def allowing_insertion(view: View, finding: Finding) -> Insertion | None:
    """The same with the cursor in the reason; without one where a reason stands already."""
    edit = allowing_edit(view, finding)
    if edit is None:
        return None
    offset = view.document.text.offset(view.document.text.range(edit.span).start)
    said = edit.text.rstrip("\n")
    return Insertion(offset, edit.text, len(said) if said.endswith(" ") else None)


def permission(view: View, finding: Finding, read: Reader) -> tuple[Target, list[Insertion]] | None:
    """The entry of `uses` that would allow a finding, put into the policy's text."""
    if view.policy is None:
        return None
    amendment = bailiwick.permitting(view.policy, finding, lambda path: read(path)[0].content)
    if amendment is None:
        return None
    text, version = read(amendment.path)
    last = len(amendment.parts) - 1
    insertions = [
        Insertion(offset, new, amendment.reason if number == last else None)
        for number, (offset, new) in enumerate(amendment.parts)
    ]
    return Target(uri_of(amendment.path), text, version), insertions


def record(view: View, finding: Finding) -> Path:
    """Write a finding into the baseline, as `bailiwick baseline write --grow` does; gives the file.

    Raises:
        UserError: if the baseline cannot be read or written.
    """
    if view.policy is None:
        raise bailiwick.UserError("no policy governs this file.")
    known = bailiwick.read_baseline(view.policy) or bailiwick.Baseline()
    bailiwick.write_baseline(
        view.policy, known.grown([finding], datetime.date.today(), None, REASON)
    )
    return bailiwick.baseline_path(view.policy)


def shrunk(view: View) -> str:
    """The text of a baseline that can be read, without what is stale of it."""
    text = view.document.text.content
    now = view.session.shrunk_debt(plain(text)) if view.session else plain(text)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    return mark + now.replace("\n", line_end(text))


def all_fixed(view: View) -> str | None:
    """The text of a document with all safe fixes made; None if there are none."""
    if view.session is None or not view.findings:
        return None
    buffers = view.session.buffers
    settlement = bailiwick.settle(view.session.policy, view.findings, buffers=buffers)
    for rewrite in settlement.files:
        if rewrite.path == view.path and rewrite.before == encoded(view.document.text.content):
            return decoded(rewrite.after, view.document.text.content)
    return None


def deciding_place(view: View, finding: Finding) -> tuple[Path, int] | None:
    """The file and line (1-based) that decide, also in a policy that is shipped."""
    line = finding.deciding_line
    if line is None or view.policy is None:
        return None
    file, number, _ = line
    if not file.startswith("<"):
        return view.policy.root / file, number
    return bailiwick.shipped_path(file.strip("<>")), number
