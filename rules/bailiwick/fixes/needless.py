"""Take out a comment that allows nothing any more, or the word in it that does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bailiwick.catalogue import BY_CODE
from bailiwick.fixes.fix import Fix
from bailiwick.rules.needless_suppression import CODE
from bailiwick.suppressions.comments import suppressions
from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bailiwick.fixes.scene import Scene
    from bailiwick.fixes.source import Change, Source
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.suppression import Allowed, Suppression

# A line that says how a file is encoded, if it is one of the first two.
_COOKIE = re.compile(r"[ \t\f]*#.*?coding[:=]")
_COOKIE_LINES = 2


def fixes(source: Source, findings: Sequence[Finding], scene: Scene) -> Iterator[Fix]:  # noqa: ARG001
    """Yield one fix for each comment, or word of one, that was needless or has expired.

    One that has no reason or is misspelt is somebody's to put right: it was meant to allow.
    """
    needless = {finding.span: finding for finding in findings if finding.code == CODE}
    names = {code: rule.NAME for code, rule in BY_CODE.items()}
    for each in suppressions(source.module.lines, names) if needless else ():
        if each.fault:
            continue
        if each.span in needless and not any(word.fault for word in each.allowed):
            change = _comment(source, each)
            said = source.text[_offset(source, each.span) : _end(source, each.span)]
            if change is not None:
                yield _fix(source, needless[each.span], change, f"drop {said}")
        for place, word in enumerate(each.allowed):
            span = _span(each, word)
            if span in needless and not word.fault and len(each.allowed) > 1:
                change = _word(source, each, place)
                yield _fix(source, needless[span], change, f"drop {word.word} of what is allowed")


def _fix(source: Source, finding: Finding, change: Change, title: str) -> Fix:
    # Of two comments that read the same either may be meant, so the title tells the line.
    return Fix(
        title=f"{title} in line {finding.span.line}",
        path=source.file.path,
        findings=(finding,),
        edits=source.edits([change]),
    )


def _span(suppression: Suppression, word: Allowed) -> Span:
    line = suppression.span.line
    return Span(line, word.column, line, word.column + len(word.word))


def _offset(source: Source, span: Span) -> int:
    return source.offset(span.line, span.column)


def _end(source: Source, span: Span) -> int:
    return source.offset(span.end_line, span.end_column)


def _comment(source: Source, suppression: Suppression) -> Change | None:
    """The change that takes a comment out, with its line if that has nothing else.

    None where the lines below would move up to where they say how the file is encoded.
    """
    text = source.text
    start, end = _offset(source, suppression.span), _end(source, suppression.span)
    line, following = source.line_start(start), source.next_line(end)
    before = text[line:start].rstrip("#")
    behind = text[end:following]
    if behind.strip():
        # Another comment takes the place of this one.
        return start, end + len(behind) - len(behind.lstrip()), ""
    if before.strip():
        return line + len(before.rstrip()), end + len(behind.removesuffix("\n")), ""
    if suppression.span.line <= _COOKIE_LINES and _COOKIE.match(
        text, source.starts[min(_COOKIE_LINES, len(source.starts) - 1)]
    ):
        return None
    return line, following, ""


def _word(source: Source, suppression: Suppression, place: int) -> Change:
    """The change that takes one of several words out of the brackets."""
    spans = [_span(suppression, word) for word in suppression.allowed]
    if place:
        return _end(source, spans[place - 1]), _end(source, spans[place]), ""
    return _offset(source, spans[0]), _offset(source, spans[1]), ""
