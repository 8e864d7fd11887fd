"""Which names of a text a value may go to, read off its statements without a parser.

More names than it does go to, never fewer.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from bailiwick.sieve.values import CHAIN, NO_NAMES
from bailiwick.source.lines import STRING_OR_COMMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick.sieve.texts import ModuleText

_HEADER = re.compile(r"(?:async[ \t]+)?(?:def|class)\b")
_IMPORT = re.compile(r"(?:from|import)\b")
_ANNOTATED = re.compile(r"(\w+(?:\.\w+)*)[ \t\\\n]*:(?!=)")
_PARAMETER = re.compile(r"(\w+)[ \t\\\n]*:[^:]*$")
_AS = re.compile(r"\bas\b[ \t\\\n(]*(\w+(?:\.\w+)*)")
_ASSIGNS = re.compile(r":=|(?<![=!<>:])=(?!=)")
_GIVES_STRING = re.compile(r"\w\([\"']")
_OPENED = re.compile(r"(\w*)[ \t\\\n]*([(\[{])|[)\]}]")
# A member of what a name stands for.
MEMBER = re.compile(r"[ \t\\\n)]*\.[ \t\\\n]*(\w+)")
# What follows a name that is not reached through, or is so for another spelling of its text.
_ITSELF = re.compile(r"[ \t\\\n]*(?!\.)")
# One that a quote follows stands in a string.
_TEXTUAL = re.compile(
    r"(?![\"'])[ \t\\\n]*(?:(?!\.)|\.[ \t\\\n]*"
    r"(?:lower|upper|casefold|[lr]?strip|r?split|r?partition|replace)\b)"
)


def occurrences(text: str, name: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Where a name stands by itself between two offsets."""
    for found in _whole(name).finditer(text, start, len(text) if end is None else end):
        before = text[found.start() - 1 : found.start()]
        if not (before.isalnum() or before == "_"):
            yield found.start()


@functools.lru_cache(maxsize=512)
def _whole(name: str) -> re.Pattern[str]:
    # It begins with the name itself: that is what makes it fast.
    return re.compile(rf"{re.escape(name)}\b")


def given(text: ModuleText, names: Iterable[str]) -> frozenset[str]:
    """The names, and all names and attributes that may be given what one of them stands for.

    That is what it names, what calling it gives, and what is annotated with it.
    """
    return closure(text, names, _ITSELF)


def spelled(text: ModuleText, names: Iterable[str]) -> frozenset[str]:
    """The names, and all that may be given a text that one of them stands for, or a part of it."""
    return closure(text, names, _TEXTUAL)


def products(text: ModuleText, names: Iterable[str]) -> frozenset[str]:
    """The names that may be given what is read or called through one of these."""
    found: set[str] = set()
    for name in names:
        for start in occurrences(text.text, name):
            if MEMBER.match(text.text, start + len(name)):
                found.update(receivers(text, start))
    return given(text, found)


def closure(text: ModuleText, names: Iterable[str], onward: re.Pattern[str]) -> frozenset[str]:
    """`onward`: what may follow a name so that it still stands for the same."""
    found = set(names)
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        for offset in occurrences(text.text, name):
            if not onward.match(text.text, offset + len(name)):
                continue
            new = receivers(text, offset) - found
            found |= new
            waiting += new
    return frozenset(found)


def receivers(text: ModuleText, offset: int) -> set[str]:
    """The names that the statement around an offset may give the value that starts there."""
    if _GIVES_STRING.match(text.text, max(0, offset - 3)):
        # A call's own words, and no annotation: by far the most of what stands in strings.
        return set()
    if text.lines.in_string(offset) or _in_comment(text.text, offset):
        return set()
    line = text.lines.line_around(offset)
    statement = text.text[line.start : line.end]
    return set(_given_by(statement, offset - line.start)) - NO_NAMES


def _in_comment(text: str, offset: int) -> bool:
    """Whether a place is behind a sign that can only begin a comment."""
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    sign = before.find("#")
    return sign >= 0 and "'" not in before[:sign] and '"' not in before[:sign]


def _given_by(statement: str, offset: int) -> Iterator[str]:
    if _IMPORT.match(statement):
        return
    if _HEADER.match(statement):
        yield from _parameters(statement, offset)
        return
    annotated = _ANNOTATED.match(statement)
    if annotated and annotated.end() <= offset:
        yield from _last_names(annotated[1])
    code = _without_strings(statement)
    if code[offset : offset + 1] == " ":
        return
    if not _is_argument(code[:offset]):
        yield from _last_names(" ".join(_AS.findall(code, offset)))
    signs = list(_ASSIGNS.finditer(code, 0, offset))
    if signs:
        yield from _targets(code, signs[-1], offset)


def _without_strings(statement: str) -> str:
    """A statement with blanks in place of its strings and comments."""
    return STRING_OR_COMMENT.sub(lambda found: " " * len(found[0]), statement)


def _parameters(header: str, offset: int) -> Iterator[str]:
    """The parameter that is annotated at an offset; all names if the body is on that line, too."""
    if not header.rstrip().endswith(":"):
        yield from _last_names(header)
    parameter = _PARAMETER.search(header, 0, offset)
    if parameter:
        yield parameter[1]


def _targets(statement: str, sign: re.Match[str], offset: int) -> Iterator[str]:
    """What an assignment's sign gives what stands at an offset behind it."""
    target = statement[: sign.start()]
    if sign[0] == ":=":
        yield from CHAIN.findall(target)[-1:]
    elif "(" in target and not target.startswith(("(", "[", "*")):
        # The sign of an argument.
        return
    elif "," in target or not _is_argument(statement[sign.end() : offset]):
        yield from _last_names(target)


def _is_argument(before: str) -> bool:
    """Whether what follows a beginning of an expression stands in a call, or in a container."""
    opened: list[str] = []
    for bracket in _OPENED.finditer(before):
        if bracket[2] is None:
            del opened[-1:]
        else:
            opened.append(bracket[1] if bracket[2] == "(" else "[")
    return any(each not in ("", "partial") and each not in NO_NAMES for each in opened)


def _last_names(text: str) -> Iterator[str]:
    """The last name of each chain of names."""
    for chain in CHAIN.findall(text):
        yield chain.rpartition(".")[2] or chain
