"""Colour on a terminal; the plain text of a pipe never imports rich."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

    # Dresses a text for a role of `STYLES`, or returns it as it is.
    Paint = Callable[[str, str], str]

CHOICES = ("auto", "always", "never")

STYLES = {
    "path": "bold",
    "error": "bold red",
    "warning": "bold yellow",
    "info": "bold cyan",
    "clean": "bold green",
    "gutter": "blue",
    "key": "cyan",
}


def wanted(choice: str, stream: TextIO) -> bool:
    """Whether output to `stream` is to be coloured.

    `auto` follows https://no-color.org and https://force-color.org, then asks whether the stream
    is a terminal that can.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb" and not _legacy_console()


def plain(text: str, role: str) -> str:  # noqa: ARG001 - a Paint
    """Leave the text as it is."""
    return text


def painter(*, color: bool) -> Paint:
    """Return the Paint for coloured or for plain output."""
    if not color:
        return plain
    from rich.color import ColorSystem
    from rich.style import Style

    # The sixteen colours of the terminal's own theme, readable on light and on dark.
    styles = {role: Style.parse(style) for role, style in STYLES.items()}

    def paint(text: str, role: str) -> str:
        return styles[role].render(text, color_system=ColorSystem.STANDARD)

    return paint


def _legacy_console() -> bool:
    """Whether this is an old Windows console, which would print the escape codes as they are."""
    if sys.platform != "win32":
        return False
    from rich.console import detect_legacy_windows

    return detect_legacy_windows()
