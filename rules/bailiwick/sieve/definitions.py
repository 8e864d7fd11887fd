"""Where a text may define a name: more places than do, never fewer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.sieve.texts import ModuleText

_OPENS_TARGETS = re.compile(r"^[(\[*]|\b(?:for|as|del|def|lambda)\b")
_TARGET = re.compile(r"[ \t\f\\\n]*(?:=(?!=)|[:,)\]]|[-+*/%&|^@]=|\*\*=|//=|>>=|<<=|in\b)")

_STRING = re.compile(r"[ \t\f\\\n]*[rbuRBUfFtT]{0,2}[\"']")


def member_definitions(text: ModuleText, path: str, member: str) -> Iterator[int]:
    """Where a member may be defined in the classes of a dotted name."""
    for header in text.class_headers(path):
        end = text.lines.block_end(header)
        yield from definitions(text, member, header.start, end)


def top_definitions(text: ModuleText, name: str) -> Iterator[int]:
    """Where a name may be bound at the top of a module, perhaps inside an `if` or `try`."""
    for _, statement in text.bound.get(name, ()):
        yield statement.start
    for offset in definitions(text, name, 0, len(text.text)):
        line = text.text.rfind("\n", 0, offset) + 1
        start = offset - len(text.text[line:offset].lstrip()) if line < offset else offset
        indent = len(text.text[line:start].expandtabs())
        if not text.lines.enclosing(start, indent) and not text.lines.in_string(offset):
            yield offset


def definitions(text: ModuleText, name: str, start: int, end: int) -> Iterator[int]:
    """Where a name stands between two offsets so that it may be being defined."""
    source, size = text.text, len(name)
    while (start := source.find(name, start, end)) >= 0:
        before, after = source[start - 1 : start], source[start + size : start + size + 1]
        if not (before.isalnum() or before == "_" or after.isalnum() or after == "_"):
            words = source[max(start - 12, 0) : start].split()
            target = _TARGET.match(source, start + size)
            if words[-1:] in (["def"], ["class"]) or (target and _may_bind(source, start, target)):
                yield start
        start += size


def _may_bind(source: str, start: int, target: re.Match[str]) -> bool:
    """Whether what looks like a target may be one, and is not plainly an argument."""
    if target[0][-1:] not in ",)]":
        return True
    before = source[source.rfind("\n", 0, start) + 1 : start].lstrip()
    if _STRING.match(source, target.end()) and not before.startswith("case"):
        # Nothing is given to a string, but for what is matched with it.
        return False
    return "(" not in before or bool(_OPENS_TARGETS.search(before))
