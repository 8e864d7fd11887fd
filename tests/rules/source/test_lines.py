"""Logical lines, found without a parser."""

from __future__ import annotations

import random
import re

import pytest
from bailiwick.source import lines
from bailiwick.source.lines import Line, Lines

PIECES = (
    *("x", "f", " ", ", ", "=", "\n", "\n", "    ", "(", ")", "[", "]", "{", "}", "\\\n", "\\"),
    *("'", '"', "'''", '"""', "'it'", '"a"', "''", '""', "# it's (so\n", "#", "r'\\'", "\t"),
)


def read(text: str, *, plainly: bool, patch: pytest.MonkeyPatch) -> list[Line]:
    """All lines of a text, as they are read at once or token by token."""
    with patch.context() as patched:
        if not plainly:
            patched.setattr(lines, "_STATEMENT", re.compile(r"(?!)"))
        return list(Lines(text).scan(0))


@pytest.mark.parametrize("seed", range(200))
def test_a_statement_ends_where_its_tokens_say(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = random.Random(seed)
    text = "".join(chosen.choices(PIECES, k=chosen.randrange(1, 60)))
    assert read(text, plainly=True, patch=monkeypatch) == read(
        text, plainly=False, patch=monkeypatch
    )
