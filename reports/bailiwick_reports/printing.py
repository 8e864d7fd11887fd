"""Lines for a terminal: plain in a pipe, with the terminal's own colours where there is one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal, NamedTuple

from bailiwick_hooks.terminal import color

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Role = Literal["", "head", "good", "bad", "doubt", "faint"]

_STYLES: dict[Role, str] = {
    "": "",
    "head": "bold",
    "good": "green",
    "bad": "red",
    "doubt": "yellow",
    "faint": "dim",
}


class Line(NamedTuple):
    """A line, and what it is to whoever reads it."""

    text: str
    role: Role = ""


def write(lines: Iterable[Line]) -> None:
    """Write lines to stdout."""
    if not color.wanted("auto", sys.stdout):
        sys.stdout.writelines(f"{line.text}\n" for line in lines)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True, force_terminal=True)
    for line in lines:
        console.print(Text(line.text, style=_STYLES[line.role]))


def columns(rows: Sequence[Sequence[object]], *, indent: int = 2) -> list[str]:
    """Rows as lines with aligned columns: numbers to the right, the last column as it is."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for row, words in zip(rows, cells, strict=True):
        padded = [
            word.rjust(width) if isinstance(cell, int) else word.ljust(width)
            for cell, word, width in zip(row, words, widths, strict=True)
        ]
        lines.append((" " * indent + "  ".join(padded)).rstrip())
    return lines


def _cell(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
