"""The code frame: a line of source with carets under the span, aligned whatever it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick_hooks.formats.headline import printable

if TYPE_CHECKING:
    from bailiwick import Span

    from bailiwick_hooks.terminal.color import Paint

TAB = 4
# Of a longer line only a window around the span is shown.
WIDEST = 200
BEFORE = 60


def frame(excerpt: str, span: Span, paint: Paint, role: str) -> list[str]:
    """Return the three lines of a frame for the first line of `span`, whose text is `excerpt`.

    A span that goes on below is underlined to the end of the line, and says where it ends.
    """
    pad = " " * len(str(span.line))
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(excerpt.rstrip())
    shown, before, under = _measure(*_window(excerpt, start, max(end, start)))
    more = "" if span.end_line == span.line else f" to line {span.end_line}"
    bar = paint("|", "gutter")
    return [
        f"{pad} {bar}",
        f"{paint(str(span.line), 'gutter')} {bar} {shown}".rstrip(),
        f"{pad} {bar} {' ' * before}{paint('^' * max(under, 1) + more, role)}",
    ]


def _window(excerpt: str, start: int, end: int) -> tuple[str, int, int]:
    """Cut a long line to what surrounds the span; offsets are moved along."""
    if len(excerpt) <= WIDEST:
        return excerpt, start, end
    cut = max(0, min(start - BEFORE, len(excerpt) - WIDEST))
    head = "..." if cut else ""
    tail = "..." if cut + WIDEST < len(excerpt) else ""
    moved = len(head) - cut
    window = f"{head}{excerpt[cut : cut + WIDEST]}{tail}"
    return window, start + moved, min(end, cut + WIDEST) + moved


def _measure(line: str, start: int, end: int) -> tuple[str, int, int]:
    """Return the line as it is shown, the cells before the span, and the cells under it."""
    if line.isascii() and line.isprintable():
        return line, start, end - start
    clean = "\t".join(map(printable, line.split("\t")))
    before = _cells(clean[:start].expandtabs(TAB))
    return clean.expandtabs(TAB), before, _cells(clean[:end].expandtabs(TAB)) - before


def _cells(text: str) -> int:
    """How many cells of a terminal the text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
