"""The reader of standard input."""

from __future__ import annotations

import asyncio
import os

import pytest
from bailiwick_server.standard_input import StandardInput

pytestmark = pytest.mark.asyncio


async def test_what_a_message_has_set_going_begins_before_the_next_is_read() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"a new setting\nan edit\n")
    reader, seen = StandardInput(reading), []

    async def take(line: bytes) -> None:
        seen.append(line)

    tasks = []
    for _ in range(2):
        line = await reader.readline()
        seen.append(line.upper())
        tasks.append(asyncio.ensure_future(take(line)))
    os.close(writing)
    assert await reader.readline() == b""
    os.close(reading)
    assert seen == [b"A NEW SETTING\n", b"a new setting\n", b"AN EDIT\n", b"an edit\n"]
