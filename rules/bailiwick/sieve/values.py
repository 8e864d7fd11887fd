"""Which names decide what a statement gives to another name: read off its text."""

from __future__ import annotations

import keyword
import re

CHAIN = re.compile(r"(?<![\w.])[^\W\d][\w.]*")
WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")
NO_NAMES = frozenset({"self", "cls", "super", *keyword.kwlist})
_CHOICE = re.compile(r"\b(?:or|and|else|if)\b")
_AS = re.compile(r"\bas\b")
_ANNOTATION = re.compile(r":([^,=)\n]*(?:\[[^\]]*\])?)")
_BLOCK = re.compile(r"(?:async[ \t]+)?(def|class|with|except|for|import|from|case)\b")
_ASSIGNS = re.compile(r"(?::=|(?<![=!<>:])=(?!=))[ \t\\\n(]*")


def value_chains(text: str, start: int, end: int) -> list[tuple[str, bool]]:
    """The chains of names that an expression at these offsets may stand for.

    With each whether it is called: `a.B(c).d` gives `a.B`, called, since nobody knows more
    about the rest. Containers and operators stand for nothing.
    """
    found = []
    if _CHOICE.search(text, start, end):
        for chain in CHAIN.finditer(text, start, end):
            found.append((chain[0], text.startswith("(", chain.end())))
    elif chain := CHAIN.match(text, _skip_await(text, start)):
        found.append((chain[0], text.startswith("(", chain.end())))
    return found


def _skip_await(text: str, start: int) -> int:
    while text[start : start + 1] in ("(", " ", "\n", "\t", "\\"):
        start += 1
    return _skip_await(text, start + 6) if text.startswith("await ", start) else start


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
    found: set[str] = set()
    if ":" in statement:
        found |= {root(c) for part in _ANNOTATION.findall(statement) for c in CHAIN.findall(part)}
    for assigned in _ASSIGNS.finditer(statement):
        start = assigned.end()
        if "," in statement[: assigned.start()]:
            found |= {root(chain) for chain in CHAIN.findall(statement, start)}
        found |= {root(chain) for chain, _ in value_chains(statement, start, len(statement))}
    return found


def root(chain: str) -> str:
    """The first name of a chain."""
    return chain.partition(".")[0]


def receiver_roots(statement: str) -> set[str]:
    """The names on whose values a statement uses a private attribute, or imports by a string."""
    found = {root(chain) for chain in CHAIN.findall(statement) if "._" in chain}
    if re.search(r"[^\w\s.][ \t\\\n]*\._|(?<![\w])\._", statement):
        found |= {root(chain) for chain in CHAIN.findall(statement)}
    return found
