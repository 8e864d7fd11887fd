"""Texts that may not be Python at all: a cheap suspicion, before anything is parsed."""

from __future__ import annotations

import re
import warnings

_PYTHON_2 = re.compile(
    r"\n[ \t]*(?:print|exec)[ \t]+(?:[\"'%\w]|>>)|\n[ \t]*except[ \t]+[\w., ()]+,[ \t]*\w+[ \t]*:"
    r"|\n[ \t]*raise[ \t]+[\w.]+[ \t]*,|<>|\n(?:<<<<<<<|>>>>>>>) "
)
_FIRST = re.compile(
    r"(?:\s|\#[^\n]*\n)*(?:\#[^\n]*\Z|\Z|[rRbBuU]{0,2}[\"']|@|\(|\[|(?:import|from|def|class|async"
    r"|if|try|with|for|while|pass|raise|del|assert|global|return|print|exec)\b|[\w.]+[ \t]*[=:(\[.,;])"
)
_PAIRS = ("()", "[]", "{}")


def may_be_broken(text: str) -> bool:
    """Whether a text shows a sign of not being Python: of Python 2, of prose, of being cut off.

    A sign is only a reason to look: brackets in strings, for one, need not be in pairs. What
    shows none of them is not parsed for its own sake, since that takes a hundred times as long
    as everything else; `--exhaustive` does.
    """
    return (
        any(text.count(opens) != text.count(closes) for opens, closes in _PAIRS)
        or text.count('"""') % 2 == 1
        or _FIRST.match(text) is None
        or _PYTHON_2.search(text) is not None
    ) and not _compiles(text)


def _compiles(text: str) -> bool:
    """Whether this interpreter can parse the text. Nothing of it is executed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<checked>", "exec", flags=0x400, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True
