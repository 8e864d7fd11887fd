"""Texts that may not be Python at all: a cheap suspicion, before anything is parsed."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# What only an old Python can read, or nobody: a needle to find, and what its line must look like.
# Each needle is one more pass over all text, 15 to 20 ms for Nova, so there are few.
_SIGNS = tuple(
    (needle, re.compile(pattern))
    for needle, pattern in (
        ("print ", r"[ \t\f]*print +(?:[\"'%\w]|>>)"),
        ("async", r"[^#\n\"']*(?:\.async\b|\basync[ \t]*[=),:])"),
        # Without the white space behind it, which is everywhere: so it is found much faster.
        ("<<<<<<<", r"<<<<<<< "),
    )
)
# How the first statement of a module may begin.
_FIRST = re.compile(
    r"(?:\s|\#[^\n]*\n)*(?:\#[^\n]*\Z|\Z|[rRbBuU]{0,2}[\"']|@|\(|\["
    r"|(?:import|from|def|class|async|if|try|with|for|while|pass|raise|del|assert|global|return"
    r"|print|exec)\b|[\w.]+[ \t]*[=:(\[.,;])"
)
# Nothing may end so; a text does that was cut off.
_UNFINISHED = tuple("([{,:=\\+*/%&|^<>@'\".")
_FINISHED = ('"""', "'''", "...")


def may_be_broken(text: str) -> bool:
    """Whether a text shows a sign of not being Python, and this interpreter cannot parse it.

    Signs are what Python 2 alone can read, a merge conflict, prose, an end in the middle. What
    shows none is not parsed for its own sake, since that takes a hundred times as long as
    everything else; `--exhaustive` does.
    """
    return _shows_a_sign(text) and not _compiles(text)


def _shows_a_sign(text: str) -> bool:
    return _FIRST.match(text) is None or _is_cut_off(text) or _has_a_needle(text)


def _is_cut_off(text: str) -> bool:
    end = text[-200:].rstrip()
    if not end.endswith(_UNFINISHED) or end.endswith(_FINISHED):
        return False
    last = end[end.rfind("\n") + 1 :]
    return "#" not in last and (end[-1] not in "'\"" or last.count(end[-1]) % 2 == 1)


def _has_a_needle(text: str) -> bool:
    return any(
        pattern.match(text, start) for needle, pattern in _SIGNS for start in _lines(text, needle)
    )


def _lines(text: str, needle: str) -> Iterator[int]:
    """The offsets at which lines start that have a needle in them, each once."""
    end = -1
    while (offset := text.find(needle, end + 1)) >= 0:
        yield text.rfind("\n", end + 1, offset) + 1 or end + 1
        end = text.find("\n", offset)
        if end < 0:
            return


def _compiles(text: str) -> bool:
    """Whether this interpreter can parse the text. Nothing of it is executed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<checked>", "exec", flags=0x400, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True
