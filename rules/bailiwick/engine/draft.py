"""A quick word on a file that is being edited, before the verdict on all of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bailiwick.engine.moving import moved
from bailiwick.sieve.fragment import Fragments, FragmentText
from bailiwick.vocabulary.reference import Span
from bailiwick.vocabulary.suppression import NOWHERE, WHOLE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bailiwick.engine.judge import Judge
    from bailiwick.engine.verdict import Verdict
    from bailiwick.sieve.cut import Cut
    from bailiwick.sieve.fragment import Edited
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.suppression import Suppression

# The header of a function or class, up to the line that ends it.
_HEADER = re.compile(r"(?ms)^[ \t]*(?:async[ \t]+)?(?:def|class)\b.*?:[ \t]*(?:#.*?)?$")
_NOT_PARSED = "BW901"
# Cuts whose findings are kept: each is a text.
_KEPT = 8


class _Stretch(NamedTuple):
    """What was edited, with what bears on it.

    cut:   both; `text` is the same as the text of a module
    start: the offset of what was edited in it
    """

    edited: Edited
    cut: Cut
    start: int
    text: FragmentText


class Draft:
    """The last verdict on a file, followed through edits.

    The stretch that was edited is judged anew, with what bears on it; all else is taken to be as
    it was, on the lines where it stands now.
    """

    def __init__(self, judge: Judge, text: ModuleText, verdict: Verdict) -> None:
        self.judge, self.text, self.verdict = judge, text, verdict
        self.fragments = Fragments(text)
        # The last text that was asked about, and what of it was edited.
        self._now = text.text
        self._edited: _Stretch | None = None
        # What was found in cuts of fragments.
        self._known: dict[str, list[Finding]] = {}

    def prepare(self) -> None:
        """Have at hand what the first edit asks for."""
        self.fragments.prepare()

    def follow(self, now: str) -> tuple[list[Finding], tuple[Suppression, ...]] | None:
        """The findings and suppressions in the text as it is now; None if that takes a verdict."""
        if now == self.text.text:
            self._now, self._edited = now, None
            return self.verdict.placed(), self.verdict.suppressions
        stretch = self._stretch(now)
        if stretch is None or self._heads(stretch.edited):
            return None
        edited, cut, start, text = stretch
        end = start + len(edited.text) + 1
        if len(self._known) >= _KEPT:
            self._known.clear()
        found, parsed = self.judge.fragment(text, start, end, self._known)
        lines = edited.lines
        placed = (_on_lines(finding, cut) for finding in found)
        here = {(each.code, each.span): each for each in placed if each.span.line in lines}
        for each in () if parsed else self._stays(edited):
            here.setdefault((each.code, each.span), each)
        allowing = (_moved(each, cut.place) for each in self.judge.suppressions(text))
        allowed = [each for each in allowing if each.span.line in lines]
        suppressions = sorted([*self._kept_suppressions(edited), *allowed], key=_line)
        return [*self._kept(edited), *here.values()], tuple(suppressions)

    def shows(self) -> bool:
        """Whether headers were edited, or so much that they may be: other files see those."""
        if self._edited is None:
            return self._now != self.text.text
        edited = self._edited.edited
        before = self.text.text[edited.start : edited.end]
        return _HEADER.findall(before) != _HEADER.findall(edited.text)

    def stretch(self, now: str, offset: int) -> tuple[ModuleText, int]:
        """A text with all that bears on an offset of the text as it is now, and where that is.

        Where nothing was edited this is the text of the verdict; an edit of much is as good as
        another file.
        """
        stretch = self._stretch(now)
        if stretch is None:
            return type(self.text)(self.text.file, now), offset
        edited, _, start, text = stretch
        if offset < edited.start:
            return self.text, offset
        if offset > edited.start + len(edited.text):
            return self.text, offset - len(now) + len(self.text.text)
        return text, start + offset - edited.start

    def _stretch(self, now: str) -> _Stretch | None:
        """What was edited, with what bears on it; None if that is not small."""
        if now != self._now:
            edited = self.fragments.edited(now)
            self._now, self._edited = now, None
            if edited is not None:
                cut, start = self.fragments.fragment(edited)
                self._edited = _Stretch(edited, cut, start, FragmentText(self.text, cut.text))
        return self._edited

    def _stays(self, edited: Edited) -> Iterator[Finding]:
        """What was found in lines of the stretch that are as they were."""
        before = self.text.text[edited.start : edited.end]
        old = self._old_lines(edited)
        found = (each for each in self.verdict.placed() if each.span.line in old)
        return moved(found, before, edited.text, edited.line)

    def _heads(self, edited: Edited) -> bool:
        """Whether a comment on the whole file may stand in what was edited."""
        before = self.text.text[edited.start : edited.end]
        return "allow-file" in before or "allow-file" in edited.text

    def _old_lines(self, edited: Edited) -> range:
        count = self.text.text.count("\n", edited.start, edited.end)
        return range(edited.line, edited.line + count + 1)

    def _kept(self, edited: Edited) -> Iterator[Finding]:
        old = self._old_lines(edited)
        for finding in self.verdict.placed():
            if finding.span.line >= old.stop:
                yield replace(finding, span=_shifted(finding.span, edited.shift))
            elif finding.span.line < old.start or finding.code == _NOT_PARSED:
                yield finding

    def _kept_suppressions(self, edited: Edited) -> Iterator[Suppression]:
        old = self._old_lines(edited)
        for each in self.verdict.suppressions:
            if each.span.line >= old.stop:
                yield _moved(each, lambda line: line + edited.shift)
            elif each.span.line < old.start:
                yield each


def _line(suppression: Suppression) -> tuple[int, int]:
    return suppression.span.line, suppression.span.column


def _shifted(span: Span, by: int) -> Span:
    return Span(span.line + by, span.column, span.end_line + by, span.end_column)


def _on_lines(finding: Finding, cut: Cut) -> Finding:
    span = finding.span
    place = Span(cut.place(span.line), span.column, cut.place(span.end_line), span.end_column)
    return replace(finding, span=place)


def _moved(suppression: Suppression, line: Callable[[int], int]) -> Suppression:
    """A suppression with `line` put to each of its lines."""
    span, covered = suppression.span, suppression.lines
    if covered not in (WHOLE_FILE, NOWHERE):
        covered = line(covered[0]), line(covered[1])
    return replace(
        suppression,
        span=Span(line(span.line), span.column, line(span.end_line), span.end_column),
        lines=covered,
        near=line(suppression.near) if suppression.near else 0,
    )
