"""The tokens of a text, as far as one expression can tell them apart, whatever Python it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
      [ \t\f]+
    | (?P<string>[A-Za-z]{0,2}(?:
          \"{3}[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"{3}
        | '{3}[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'{3}
        | (?!\"{3}|'{3})(?:"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*') ))
    | (?P<comment>\#[^\n]*)
    | (?P<number>(?:\d|\.\d)(?:[eE][-+]|[\w.])*)
    | (?P<word>[^\W\d]\w*)
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<joined>\\\n)
    | (?P<newline>\n)
    | (?P<sign><>|->|:=|\.\.\.|(?:\*\*|//|<<|>>|[-+*/%@&|^=<>!])=?|[~.,:;])
    | (?P<other>[^ \t\f])
    """,
    re.DOTALL | re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of text with the offsets of its start and end.

    kind: `string`, `number`, `word`, `open`, `close`, `sign`; `newline` where a statement ends;
          `other` for what no token may start with, a quote that is never closed among them
    """

    kind: str
    start: int
    end: int
    text: str


def tokens(text: str) -> Iterator[Token]:
    """All tokens but comments and the line ends that are none: in brackets, after a backslash."""
    depth = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind is None:
            continue
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        if kind not in ("comment", "joined") and (kind != "newline" or not depth):
            yield Token(kind, match.start(), match.end(), match[0])
