"""What a text would be stored as, and read as again."""

from __future__ import annotations

import random

import bailiwick
import pytest
from bailiwick_server.encoding import encoded, says_itself

PIECES = [
    "# coding: utf-16\n",
    "# coding: hex\n",
    "a",
    "\n",
    "\r",
    "\0",
    "\f",
    "ä",
    "\ufeff",
    "\udc80",
]


@pytest.mark.parametrize("seed", range(200))
def test_a_text_that_says_itself_is_read_as_it_is(seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choices(PIECES, k=chance.randrange(4)))
    if says_itself(text):
        assert bailiwick.module_text(encoded(text)) == text


def test_plain_code_says_itself() -> None:
    assert says_itself("import os\n\n\ndef f():\n    return 1\n")
    assert not says_itself("# -*- coding: latin-1 -*-\n")
