"""Which names decide what a statement gives to another name: read off its text."""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING

from bailiwick.source.lines import line_start

if TYPE_CHECKING:
    from collections.abc import Callable

CHAIN = re.compile(r"(?<![\w.])[^\W\d][\w.]*")
WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")
NO_NAMES = frozenset({"self", "cls", "super", *keyword.kwlist})
# An access to a private name on what is no plain chain of names.
_AFTER_NO_NAME = re.compile(r"(?:[^\w\s.\\][ \t\\\n]*|(?<!\w))\.[ \t\\\n]*_")
_CHOICE = re.compile(r"\b(?:or|and|else|if)\b")
_AS = re.compile(r"\bas\b")
_BRACKETS = r"\[[^\[\]]*\]"
for _ in range(3):  # nested so deep
    _BRACKETS = rf"\[(?:[^\[\]]|{_BRACKETS}){{0,2000}}\]"
_ANNOTATION = re.compile(rf":([^,=)\n\[]*(?:{_BRACKETS}|[^,=)\n]*))")
_BLOCK = re.compile(r"(?:async[ \t]+)?(def|class|with|except|for|import|from|case)\b")
_IMPORTS = re.compile(r"(?:from|import)\b[^;]*\Z")
# A chain of names that is given to something, alone or as one of several.
_HANDED_ON = re.compile(r"=[ \t(]*([^\W\d][\w.]*)[ \t)]*(?:[\n#]|(if|or|and)\b)")
_NAME_END = re.compile(r"\w+")
# Characters of a name, and of the white space behind it.
_LONGEST = 100
_BINDS = re.compile(r"[ \t\\\n]*(?P<sign>:=|=(?!=)|:(?!=)|[,)\]][^\n=:]*=(?!=))[ \t\\\n(]*")
# How much of a line is read from each name in it, so that one of megabytes does not take for ever.
_FAR = 5_000
_ASSIGNS = re.compile(r"(?::=|(?<![=!<>:])=(?!=))[ \t\\\n(]*")


def value_chains(text: str, start: int, end: int) -> list[tuple[str, bool]]:
    """The chains of names that an expression at these offsets may stand for.

    With each whether it is called: `a.B(c).d` gives `a.B`, called, since nobody knows more
    about the rest. Containers and operators stand for nothing.
    """
    found: list[tuple[str, bool]] = []
    if _CHOICE.search(text, start, end):
        chains = CHAIN.finditer(text, start, end)
        found.extend((chain[0], text.startswith("(", chain.end())) for chain in chains)
    elif first := CHAIN.match(text, _skip_await(text, start)):
        found.append((first[0], text.startswith("(", first.end())))
        if found[-1][1] and first[0].rpartition(".")[2] == "partial":
            found += [(chain, True) for chain in CHAIN.findall(text, first.end(), end)[:1]]
    return found


def _skip_await(text: str, start: int) -> int:
    while True:
        while text[start : start + 1] in ("(", " ", "\n", "\t", "\\"):
            start += 1
        if not text.startswith("await ", start):
            return start
        start += 6


def deciding_roots(statement: str) -> set[str]:
    """The names whose own values decide what a statement binds."""
    block = _BLOCK.match(statement)
    kind = block[1] if block else ""
    if kind in ("import", "from", "for", "case"):
        return set()
    if kind == "def":
        return {root(c) for part in _ANNOTATION.findall(statement) for c in CHAIN.findall(part)}
    if kind in ("class", "with", "except"):
        return {root(chain) for chain in CHAIN.findall(statement)}
    if statement.startswith("@"):
        return {root(chain) for chain in CHAIN.findall(statement)[:1]}
    found: set[str] = set()
    if ":" in statement:
        found |= {root(c) for part in _ANNOTATION.findall(statement) for c in CHAIN.findall(part)}
    for assigned in _ASSIGNS.finditer(statement):
        start = assigned.end()
        if "," in statement[: assigned.start()]:
            # All that follows, so whatever else is assigned there adds nothing.
            return found | {root(chain) for chain in CHAIN.findall(statement, start)}
        found |= {root(chain) for chain, _ in value_chains(statement, start, len(statement))}
    return found


def root(chain: str) -> str:
    """The first name of a chain."""
    return chain.partition(".")[0]


def receiver_roots(statement: str, is_imported: Callable[[str], bool]) -> set[str]:
    """The names through whose values a statement may reach a private attribute or a module."""
    if _IMPORTS.match(statement):
        # The modules that it names are no values here.
        return set()
    dotted = [chain for chain in CHAIN.findall(statement) if "." in chain]
    found = {
        root(chain)
        for chain in dotted
        if "._" in chain or chain.endswith(".") or is_imported(root(chain))
    }
    if _AFTER_NO_NAME.search(statement):
        found |= {root(chain) for chain in CHAIN.findall(statement)}
    return found


def bound_to(text: str, name: str, begin: int, stop: int) -> set[tuple[str, bool]]:
    """What an assignment, annotation or `as` may bind a name, or an attribute so called, to."""
    found: set[tuple[str, bool]] = set()
    position, size = begin, len(name)
    while (position := text.find(name, position, stop)) >= 0:
        start, position = position, position + size
        before, after = text[start - 1 : start], text[position : position + 1]
        if before.isalnum() or before == "_" or after.isalnum() or after == "_":
            continue
        if given := _BINDS.match(text, position):
            far = min(given.end() + _FAR, len(text))
            end = text.find("\n", given.end(), far)
            end = far if end < 0 else end
            line = line_start(text, start)
            if given["sign"] == ":":
                end = _end_of_brackets(text, given.end(), end)
                found.update((chain, True) for chain in CHAIN.findall(text, given.end(), end))
                value = text.find("=", given.end(), end)
                if value >= 0:
                    found.update(value_chains(text, value + 1, end))
            elif "(" not in text[line:start].lstrip()[1:] or given["sign"] == ":=":
                if given["sign"][0] in ",)]" or "," in text[line:start]:
                    values = _end_of_brackets(text, given.end("sign"), end)
                    for chain in CHAIN.finditer(text, given.end(), values):
                        found.add((chain[0], text.startswith("(", chain.end())))
                found.update(value_chains(text, given.end(), _end_of_choice(text, end)))
        # The colon behind `except Error as name:` looks like that of an annotation.
        if text.endswith((" as ", " as (", ", "), 0, start):
            line = line_start(text, start)
            if " as " in text[line:start]:
                for chain in CHAIN.finditer(text, max(0, start - 300), start):
                    found.add((chain[0], True))
    return found


def handed_on(text: str) -> dict[str, set[str]]:
    """By chain of names, the names and attributes that are given what it stands for, not a call."""
    found: dict[str, set[str]] = {}
    for value in _HANDED_ON.finditer(text):
        name = _name_before(text, value.start())
        if not name:
            continue
        chains = [(value[1], False)]
        if value[2]:
            line = text.find("\n", value.end())
            end = _end_of_choice(text, line if line >= 0 else len(text))
            chains = value_chains(text, value.start(1), end)
        for chain, called in chains:
            if not called and chain not in NO_NAMES:
                found.setdefault(chain, set()).add(name)
    return found


def _name_before(text: str, end: int) -> str:
    """The name that ends at an offset, or before the white space there; "" for none."""
    before = text[max(0, end - _LONGEST) : end].rstrip(" \t")
    # Sought from its end on: nobody looks at the words before it.
    found = _NAME_END.match(before[::-1])
    return found[0][::-1] if found else ""


def _end_of_brackets(text: str, start: int, end: int) -> int:
    """The end of a line, or of that in which the brackets close that are open there."""
    far = min(start + _FAR, len(text))
    depth, at = 0, start
    while True:
        depth += sum(map(text[at:end].count, "([{")) - sum(map(text[at:end].count, ")]}"))
        if depth <= 0 or end >= far:
            return end
        at, end = end, text.find("\n", end + 1, far)
        end = far if end < 0 else end


def _end_of_choice(text: str, end: int) -> int:
    """The end of a line, or of those that it goes on in after `or`, `and`, `if`, `else`."""
    while text.endswith((" or", " and", " else", " if", "\\"), 0, end) and end < len(text):
        end = text.find("\n", end + 1)
        end = len(text) if end < 0 else end
    return end
