"""What is wrong in a text that libcst has refused: where, and in words for who wrote it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bailiwick.source.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bailiwick.source.tokens import Token

# The offset of what cannot be read, and why.
Trouble = tuple[int, str]

_CONFLICT = ("<<<<<<< ", "=======\n", ">>>>>>> ")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_BRACES = "braces in a formatted string that do not match"
# As many blocks in each other Python takes.
_BLOCKS = 100
_PYTHON_2 = "Python 2 syntax: "
_LONG = re.compile(r"(?:0[xX])?[0-9a-fA-F]+[lL]$")
_OCTAL = re.compile(r"0[0-7]+[lL]?$")
_DIGITS = r"\d(?:_?\d)*"
_NUMBER = re.compile(
    r"0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?0)*|[1-9](?:_?\d)*"
    rf"|(?:{_DIGITS}\.?(?:{_DIGITS})?|\.{_DIGITS})(?:[eE][-+]?{_DIGITS}[jJ]?|[jJ])"
    rf"|{_DIGITS}\.(?:{_DIGITS})?|\.{_DIGITS}"
)
_PARAMETERS = re.compile(r"(?:\bdef\s+\w+\s*\([^()]*|\blambda\b[^:()]*)$")


def misread(text: str, before: int, expected: Sequence[str]) -> Trouble:
    """Of a text whose tokens do not follow each other as they might.

    before:   the last token that starts before this offset is the one that cannot follow
    expected: libcst's names of the tokens that could have
    """
    read: list[Token] = []
    unclosed: list[Token] = []
    for token in tokens(text):
        if token.start < before and not _is_empty_line(token, read):
            read.append(token)
        if token.kind == "open":
            unclosed.append(token)
        elif token.kind == "close" and unclosed:
            unclosed.pop()
    conflict = next((token for token in read if _is_conflict(text, token)), None)
    if conflict is not None:
        return conflict.start, "merge conflict"
    indented = not {"EOF", "DEDENT"}.isdisjoint(expected) and _is_indent(text, before)
    if indented or not read:
        return before, "unexpected indent" if indented else "syntax error"
    last = unclosed[-1] if unclosed else None
    if last and (not text[before:].strip() or "\n" in text[last.start : read[-1].start]):
        return last.start, f'"{last.text}" is never closed'
    if expected == ["INDENT"]:
        place = read[-1].start if read[-1].kind != "newline" or before == len(text) else before
        return place, "expected an indented block"
    return _python_2(text, read) or _unexpected(read[-1])


def _python_2(text: str, read: Sequence[Token]) -> Trouble | None:
    """What was Python once, if the last of these tokens is where it no longer is."""
    token, start = read[-1], read[-1].start
    for near in read[-2:]:
        if near.text in ("async", "await"):
            return near.start, f'"{near.text}" is no name since Python 3.7'
    if len(read) > 1 and read[-2].text in ("print", "exec"):
        return read[-2].start, f"{_PYTHON_2}{read[-2].text} statement"
    if token.text == "," and _first(read).text == "raise":
        return start, f"{_PYTHON_2}raise with a comma"
    if token.text == "<>":
        return start, f"{_PYTHON_2}<>"
    if token.text == "(" and _PARAMETERS.search(text, _first(read).start, start):
        return start, f"{_PYTHON_2}parameters in brackets"
    if token.kind == "number" and _LONG.match(token.text):
        return start, f"{_PYTHON_2}long number {token.text}"
    if token.kind == "string" and token.text[:2].lower() == "ur":
        return start, f"{_PYTHON_2}{token.text[:2]} string"
    return None


def _unexpected(token: Token) -> Trouble:
    if token.kind == "newline":
        return token.start, "syntax error at the end of the line"
    return token.start, f'syntax error at "{_shortened(token.text)}"'


def misspelt(text: str, complaint: str) -> Trouble:
    """Of a text that has what no token looks like; `complaint` is what libcst says to it."""
    conflict = next((token for token in tokens(text) if _is_conflict(text, token)), None)
    if conflict is not None:
        return conflict.start, "merge conflict"
    found = min((*_odd_tokens(text), *_odd_indents(text)), default=None)
    return found or (0, complaint)


def _odd_tokens(text: str) -> Iterator[Trouble]:
    """The first token that is none."""
    unclosed: list[Token] = []
    for token in tokens(text):
        reason = ""
        if token.kind == "open":
            unclosed.append(token)
        elif token.kind == "close":
            reason = _closing(token.text, unclosed.pop().text if unclosed else "")
        elif token.kind == "other":
            reason = _odd_sign(text, token)
        elif token.kind == "string" and _is_formatted(token.text):
            reason = "" if token.text.count("{") == token.text.count("}") else _BRACES
        elif token.kind == "number" and not _NUMBER.fullmatch(token.text):
            reason = _odd_number(token.text)
        elif token.kind == "word" and not token.text.isidentifier():
            reason = f'"{_shortened(token.text)}" is no name'
        if reason:
            yield token.start, reason
            return


def _closing(bracket: str, opened: str) -> str:
    if not opened:
        return f'"{bracket}" closes nothing'
    return "" if _PAIRS[opened] == bracket else f'"{bracket}" does not close "{opened}"'


def _odd_sign(text: str, token: Token) -> str:
    if text.startswith(('"""', "'''"), token.start):
        return "string in triple quotes without an end"
    if token.text in "\"'":
        return "string without an end"
    if token.text == "`":
        return f"{_PYTHON_2}backquotes"
    if token.text == "\\":
        return "backslash before the end of the line"
    return f'"{token.text}" is no part of Python'


def _is_formatted(string: str) -> bool:
    return not {"f", "F", "t", "T"}.isdisjoint(string[:2])


def _odd_number(number: str) -> str:
    if _OCTAL.match(number):
        return f"{_PYTHON_2}octal number {number}"
    if _LONG.match(number):
        return f"{_PYTHON_2}long number {number}"
    return f'"{_shortened(number)}" is no number'


def _odd_indents(text: str) -> Iterator[Trouble]:
    """The first line whose indentation fits none of the blocks around it."""
    levels = [(0, 0)]
    begins = True
    for token in tokens(text):
        if begins and token.kind != "newline":
            level = _level(text[text.rfind("\n", 0, token.start) + 1 : token.start])
            if reason := _indented(level, levels):
                yield token.start, reason
                return
        begins = token.kind == "newline"


def _indented(level: tuple[int, int], levels: list[tuple[int, int]]) -> str:
    """Go on from the blocks' levels to that of a new line; what is wrong with it, or nothing."""
    if level[0] > levels[-1][0]:
        levels.append(level)
        if level[1] <= levels[-2][1]:
            return "tabs and spaces mixed"
        return "nested too deeply" if len(levels) > _BLOCKS else ""
    while level[0] < levels[-1][0]:
        levels.pop()
    if level[0] != levels[-1][0]:
        return "unindented to no outer block"
    return "" if level[1] == levels[-1][1] else "tabs and spaces mixed"


def _level(blank: str) -> tuple[int, int]:
    """The width of an indentation with tabs to every eighth column, and with tabs of one.

    Where the two disagree on what is further in, Python does not guess.
    """
    blank = blank.rpartition("\f")[2]
    return len(blank.expandtabs(8)), len(blank)


def _is_empty_line(token: Token, read: list[Token]) -> bool:
    return token.kind == "newline" and (not read or read[-1].kind == "newline")


def _is_conflict(text: str, token: Token) -> bool:
    at_margin = token.start == 0 or text[token.start - 1] == "\n"
    return at_margin and text.startswith(_CONFLICT, token.start)


def _is_indent(text: str, offset: int) -> bool:
    return not text[text.rfind("\n", 0, offset) + 1 : offset].strip()


def _first(read: Sequence[Token]) -> Token:
    """The first token of the statement that the last one belongs to."""
    first = read[-1]
    for token in reversed(read[:-1]):
        if token.kind == "newline" or token.text in (":", ";"):
            break
        first = token
    return first


def _shortened(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:27]}..."
