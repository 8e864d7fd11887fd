"""How deep a text is nested: a parser needs so much of its own stack, and may overflow it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bailiwick.source.tokens import tokens

if TYPE_CHECKING:
    from bailiwick.source.tokens import Token

# libcst ends the process where its stack overflows: with 2 MB of it, as on Windows, between 200
# and 400 brackets in each other, or beyond 800 operators in a row. CPython takes 200 brackets,
# Nova needs a weight of 40.
TOO_DEEP = 600
_BRACKET = 3
_OPERATORS = frozenset({"and", "or", "not", "if", "else", "lambda", "await", "in", "is"})
# All that can weigh anything, and more.
_WEIGHTS = re.compile(rf"[^\w\s]|\b(?:elif|{'|'.join(sorted(_OPERATORS))})\b")


def deepest(text: str) -> tuple[int, int]:
    """The greatest weight that a parser has to hold at once, and the offset at which that is.

    Brackets in each other weigh, and operators, calls, attributes and strings in a row without
    a comma, and one `elif` after another.
    """
    scale, greatest, place = _Scale(), 0, 0
    for token in tokens(text):
        scale.put(text, token)
        if scale.weight > greatest:
            greatest, place = scale.weight, token.start
    return greatest, place


def is_too_deep(text: str) -> bool:
    """Whether a parser might overflow its stack."""
    most = len(_WEIGHTS.findall(text)) + _BRACKET * sum(map(text.count, "([{"))
    return most > TOO_DEEP and deepest(text)[0] > TOO_DEEP


class _Scale:
    def __init__(self) -> None:
        self.weight = 0
        self.levels = [0]  # what weighs at each depth of brackets
        self.elifs: dict[int, int] = {}  # by column
        self.parameters = 0  # the depth at which those of a lambda are listed
        self.begins = True

    def put(self, text: str, token: Token) -> None:
        """Weigh one more token."""
        if self.begins:
            self._begin(token, token.start - text.rfind("\n", 0, token.start) - 1)
        if token.kind == "open":
            self.levels.append(0)
            self.weight += _BRACKET
        elif token.kind == "close" and len(self.levels) > 1:
            self.weight -= self.levels.pop() + _BRACKET
            self._add()
        elif token.kind == "newline" or token.text == ";":
            self.weight, self.levels, self.begins = sum(self.elifs.values()), [0], True
        elif token.text == "lambda":
            self.parameters = len(self.levels)
            self._add()
        elif token.text in ",:":
            self._separate(token.text)
        elif token.kind in ("sign", "string") or token.text in _OPERATORS:
            self._add()

    def _begin(self, token: Token, column: int) -> None:
        self.begins = False
        if token.text == "elif":
            self.elifs[column] = self.elifs.get(column, 0) + 1
        elif token.text != "else" and self.elifs:
            self.elifs = {other: n for other, n in self.elifs.items() if other < column}
        self.weight = sum(self.elifs.values())

    def _add(self) -> None:
        self.levels[-1] += 1
        self.weight += 1

    def _separate(self, sign: str) -> None:
        if self.parameters == len(self.levels):
            self.parameters = 0 if sign == ":" else self.parameters
        elif sign == ",":
            self.weight -= self.levels[-1]
            self.levels[-1] = 0
