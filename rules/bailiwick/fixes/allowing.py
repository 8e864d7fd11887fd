"""A comment that allows a finding where it stands, but for its reason, which a human gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.catalogue import BY_CODE
from bailiwick.fixes.fix import Edit
from bailiwick.source.lines import Lines
from bailiwick.suppressions.comments import suppressions
from bailiwick.suppressions.wording import never_allowed
from bailiwick.vocabulary.reference import Span
from bailiwick.vocabulary.suppression import WHOLE_FILE

if TYPE_CHECKING:
    from bailiwick.source.lines import Line
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.suppression import Suppression

# A comment behind the code is not to make a line longer than this, before its reason is written.
_WIDTH = 72
_WHOLE = Span(1, 1, 1, 1)


def allowing(text: str, finding: Finding) -> Edit | None:
    r"""The edit of a text that puts in a comment which allows a finding; None if there is none.

    The text has ``\n`` line ends and no byte order mark, as places of findings have it. What is
    inserted ends with the blank behind which the reason belongs. A comment there that allows
    something else already is given the code as well: what is inserted has no blank at its end then.
    """
    if never_allowed(finding.code):
        return None
    lines, code = Lines(text), finding.code
    if finding.span == _WHOLE:
        row = _first_row(text)
        return _insert(row, 1, f"# bailiwick: allow-file[{code}] \n")
    try:
        offset = _offset(text, finding.span)
        statement = lines.line_at(offset)
    except (StopIteration, IndexError):
        return None
    known = _covering(lines, finding)
    if known is not None:
        last = known.allowed[-1]
        return _insert(known.span.line, last.column + len(last.word), f", {code}")
    comment = f"# bailiwick: allow[{code}] "
    row = finding.span.line
    behind = _end_of_row(lines, statement, row)
    # Above a decorator it would allow what the others do, too.
    alone = text[statement.start] != "@" and "\n" not in text[statement.start : statement.end]
    if behind is not None and (not alone or behind + len(comment) <= _WIDTH):
        return _insert(row, behind + 1, f"  {comment}")
    start = text.rfind("\n", 0, statement.start) + 1
    margin = text[start : statement.start]
    if not margin.isspace() and margin:
        return None
    return _insert(text.count("\n", 0, start) + 1, 1, f"{margin}{comment}\n")


def _insert(row: int, column: int, text: str) -> Edit:
    return Edit(Span(row, column, row, column), text)


def _offset(text: str, span: Span) -> int:
    start = 0
    for _ in range(span.line - 1):
        start = text.index("\n", start) + 1
    return start + span.column - 1


def _covering(lines: Lines, finding: Finding) -> Suppression | None:
    """A comment that covers the finding, and has all but its code."""
    names = {code: rule.NAME for code, rule in BY_CODE.items()}
    for each in suppressions(lines, names):
        near = each.covers_first(finding) or (not each.near and each.covers(finding))
        if near and each.lines != WHOLE_FILE and not each.fault and each.until is None:
            return each
    return None


def _end_of_row(lines: Lines, statement: Line, row: int) -> int | None:
    """The column, 0-based, behind the code and comments of a line; None if none may follow."""
    text = lines.text
    start = _offset(text, Span(row, 1, row, 1))
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    if end > statement.end and start > statement.end:
        return None
    code = text[start:end].rstrip()
    # A string in triple quotes that begins here ends elsewhere; a backslash must be the last sign.
    if code.endswith("\\") or (lines.in_string(end) and lines.in_string(end - 1)):
        return None
    return len(code)


def _first_row(text: str) -> int:
    """The first line, 1-based, that need not be the first of the file."""
    for number, line in enumerate(text.split("\n", 2)[:2], 1):
        if not (line.startswith("#!") or (line.startswith("#") and "coding" in line)):
            return number
    return 3
