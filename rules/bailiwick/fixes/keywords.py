"""Calls by a name that may pass a keyword, found in a text without knowing what is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bailiwick.source.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

_NONE = Token("newline", 0, 0, "\n")


@dataclass(slots=True)
class _Bracket:
    """An open bracket: who is called by it, if anybody, and what stands in it."""

    called: str = ""
    start: int = 0
    of_definition: bool = False
    unpacks: bool = False
    mentions: bool = False


def passed_at(text: str, function: str, keyword: str) -> int | None:
    """Where something of that name may be given that keyword, as an offset; None if nowhere.

    In a call `….function(keyword=…)`, or one that unpacks a mapping. Where the function is handed
    on, or named in a string, anything in the text that passes the keyword may be meant for it.
    """
    if "**" not in text and not _has_word(text, keyword):
        return None
    if not _has_word(text, function):
        return None
    return _Search(function, keyword).place(text)


def _has_word(text: str, word: str) -> bool:
    return word in text and re.search(rf"\b{re.escape(word)}\b", text) is not None


class _Search:
    def __init__(self, function: str, keyword: str) -> None:
        self.function, self.keyword = function, keyword
        self.open: list[_Bracket] = [_Bracket()]
        # Where the function is handed on, and where the keyword is passed, to whomever.
        self.loose: int | None = None
        self.passed: int | None = None

    def place(self, text: str) -> int | None:
        before: Sequence[Token] = (_NONE, _NONE)
        token = _NONE
        for following in tokens(text):
            found = self._put(token, before, following)
            if found is not None:
                return found
            before, token = (before[1], token), following
        found = self._put(token, before, _NONE)
        return found if found is not None or self.loose is None else self.passed

    def _put(self, token: Token, before: Sequence[Token], following: Token) -> int | None:
        """Take one token with the two before it; where a call has been found that may be meant."""
        if token.kind == "open":
            name = before[1].text if token.text == "(" and before[1].kind == "word" else ""
            self.open.append(_Bracket(name, token.start, before[0].text == "def"))
        elif token.kind == "close" and len(self.open) > 1:
            return self._closed(self.open.pop())
        elif token.kind == "string":
            return self._string(token)
        elif token.text == "**" and before[1].text in ("(", ","):
            self.open[-1].unpacks = True
        elif token.kind == "word":
            return self._word(token, before[1].text, following.text)
        return None

    def _closed(self, bracket: _Bracket) -> int | None:
        meant = bracket.mentions or bracket.called == self.function
        if bracket.unpacks and meant and not bracket.of_definition:
            return bracket.start
        return None

    def _word(self, token: Token, before: str, following: str) -> int | None:
        bracket = self.open[-1]
        if token.text == self.function and following != "(" and before != "def":
            self.loose, bracket.mentions = token.start, True
        given = following == "=" and before in ("(", ",") and not bracket.of_definition
        if token.text == self.keyword and given:
            if bracket.called == self.function:
                return token.start
            self.passed = token.start
        return None

    def _string(self, token: Token) -> int | None:
        quote = min(filter(lambda at: at >= 0, map(token.text.find, "\"'")))
        inside = token.text[quote:].strip("\"'")
        if inside.rpartition(".")[2] == self.function:
            self.loose = token.start
        elif inside == self.keyword:
            self.passed = token.start
        formatted = not {"f", "t"}.isdisjoint(token.text[:quote].lower())
        if formatted and self.function in inside and (self.keyword in inside or "**" in inside):
            return token.start
        return None
