"""Texts that may not be Python at all: a cheap suspicion, before anything is parsed."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# What Python 2 alone can read, or nobody: a needle to find, and what must stand around it.
# Each needle is one more pass over all text, so there are few.
_SIGNS = tuple(
    (needle, re.compile(pattern))
    for needle, pattern in (
        ("print ", r"[ \t]*print +(?:[\"'%\w]|>>)"),
        (", e:", r"[ \t]*except +[\w., ()]+, *e:"),
        ("<<<<<<< ", r"<<<<<<< "),
    )
)
_FIRST = re.compile(
    r"(?:\s|\#[^\n]*\n)*(?:\#[^\n]*\Z|\Z|[rRbBuU]{0,2}[\"']|@|\(|\[|(?:import|from|def|class|async"
    r"|if|try|with|for|while|pass|raise|del|assert|global|return|print|exec)\b"
    r"|[\w.]+[ \t]*[=:(\[.,;])"
)


def may_be_broken(text: str) -> bool:
    """Whether a text shows a sign of not being Python: of Python 2, of prose, of a merge.

    A sign is only a reason to look. What shows none is not parsed for its own sake, since that
    takes a hundred times as long as everything else; `--exhaustive` does.
    """
    return (_FIRST.match(text) is None or _shows_a_sign(text)) and not _compiles(text)


def _shows_a_sign(text: str) -> bool:
    return any(
        pattern.match(text, text.rfind("\n", 0, offset) + 1)
        for needle, pattern in _SIGNS
        for offset in _occurrences(text, needle)
    )


def _occurrences(text: str, needle: str) -> Iterator[int]:
    offset = text.find(needle)
    while offset >= 0:
        yield offset
        offset = text.find(needle, offset + 1)


def _compiles(text: str) -> bool:
    """Whether this interpreter can parse the text. Nothing of it is executed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<checked>", "exec", flags=0x400, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True
