"""Findings of a text, moved to where their lines stand in the text after some edits."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick.vocabulary.finding import Finding

_LINE_END = re.compile(r"\r\n|\r|\n")


def moved(findings: Iterable[Finding], before: str, now: str, first: int = 1) -> Iterator[Finding]:
    """The findings in lines that are the same before and behind all that was edited.

    `first` is the number of the first line of the texts.
    """
    old, new = _LINE_END.split(before), _LINE_END.split(now)
    limit, same = min(len(old), len(new)), 0
    while same < limit and old[same] == new[same]:
        same += 1
    limit -= same
    behind = 0
    while behind < limit and old[-1 - behind] == new[-1 - behind]:
        behind += 1
    shift = len(new) - len(old)
    for finding in findings:
        span = finding.span
        if span.end_line - first < same:
            yield finding
        elif span.line - first >= len(old) - behind:
            place = Span(span.line + shift, span.column, span.end_line + shift, span.end_column)
            yield replace(finding, span=place)
