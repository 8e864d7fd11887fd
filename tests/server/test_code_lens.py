"""Who uses what, above its definition."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import bailiwick
from bailiwick_server.counting import counted
from lsprotocol import types

from tests.server.editor import ABLE, DEADLINE, editing, session
from tests.server.shop import build

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.editor import Editor


async def lenses(editor: Editor, uri: str) -> dict[str, str]:
    """What is said, by the line above which it stands."""
    params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
    found = await editor.client.text_document_code_lens_async(params) or []
    lines = editor.texts[uri].split("\n")
    return {
        lines[each.range.start.line].strip(): each.command.title for each in found if each.command
    }


async def counted_lenses(editor: Editor, uri: str) -> dict[str, str]:
    async def wait() -> dict[str, str]:
        while not (found := await lenses(editor, uri)):
            await asyncio.sleep(0.1)
        return found

    return await asyncio.wait_for(wait(), DEADLINE)


def test_definitions_say_which_other_subsystems_use_them(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path), ABLE, {"codeLens": True}) as editor:
            uri = editor.open("shop/core/orders.py")
            found = await counted_lenses(editor, uri)
            assert list(found) == ["class Order:"]
            assert found["class Order:"].startswith("used by pay ")
            editor.change(uri, "import os\n\n" + editor.texts[uri])
            assert list(await lenses(editor, uri)) == ["class Order:"]

    session(work())


def test_members_of_a_contract_say_who_has_them_and_who_calls_them(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path), ABLE, {"codeLens": True}) as editor:
            uri = editor.open("shop/mail/sender.py")
            found = await counted_lenses(editor, uri)
            member = found["def send(self, to, text, *, urgent=False):"]
            assert member == "implemented by mail · called by pay (1)"

    session(work())


def test_lenses_are_off_unless_they_are_wanted(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            uri = editor.open("shop/core/orders.py")
            assert await lenses(editor, uri) == {}

    session(work())


def test_tests_and_the_subsystem_itself_are_not_counted(tmp_path: Path) -> None:
    build(tmp_path, tests__pay__test_bills="from shop.core.api import VERSION\n")
    counts = counted(bailiwick.load_policy(tmp_path / "bailiwick.toml"))
    assert "shop.core.api" not in counts["uses"]
    assert set(counts["uses"]["shop.core.orders"]["Order"]) == {"pay"}
