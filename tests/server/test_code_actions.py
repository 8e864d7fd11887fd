"""What an editor offers to do about a finding, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bailiwick
import pytest
from lsprotocol import types

from tests.server.editor import ABLE, PLAIN, SHOWING, editing, session
from tests.server.shop import build

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.editor import Editor

BILLS = "shop/pay/bills.py"
FOUND = ["BW101", "BW102", "BW201"]
ALLOWING = ("Allow ", "Record ", "Propose ")


def named(actions: list[types.CodeAction], words: str) -> types.CodeAction:
    return next(each for each in actions if words in each.title)


async def opened(editor: Editor, name: str = BILLS) -> str:
    uri = editor.open(name)
    await editor.told(uri, *FOUND)
    return uri


def test_a_name_is_led_through_its_public_way(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            uri = await opened(editor)
            offered = await editor.actions(uri, "Order\n")
            assert offered[0].is_preferred
            assert offered[0].kind == types.CodeActionKind.QuickFix
            assert offered[0].edit is None
            assert [d.code for d in offered[0].diagnostics or ()] == ["BW102"]
            await editor.choose(offered[0])
            assert "from shop.core.api import Order\n" in editor.texts[uri]
            await editor.told(uri, "BW101", "BW201")

    session(work())


def test_allowing_is_never_offered_first(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            uri = await opened(editor)
            for words in ("Order\n", "sender\n", "_lines"):
                titles = [each.title for each in await editor.actions(uri, words, "quickfix")]
                allowing = [title.startswith(ALLOWING) for title in titles]
                assert any(allowing)
                assert allowing == sorted(allowing)
                assert not allowing[0]

    session(work())


def test_a_finding_is_allowed_with_the_cursor_in_the_reason(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            uri = await opened(editor)
            await editor.choose(named(await editor.actions(uri, "_lines"), "Allow BW201 here"))
            line = "    return Order._lines  # bailiwick: allow[BW201] |\n"
            assert line in editor.texts[uri]
            editor.change(uri, editor.texts[uri].replace("|", ""))
            # Without a reason nothing is allowed.
            await editor.told(uri, "BW101", "BW102", "BW201", "BW902")
            editor.change(uri, editor.texts[uri].replace("allow[BW201]", "allow[BW201] why"))
            await editor.told(uri, "BW101", "BW102")

    session(work())


def test_an_editor_without_snippets_is_told_where_the_reason_goes(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path), SHOWING) as editor:
            uri = await opened(editor)
            await editor.choose(named(await editor.actions(uri, "_lines"), "Allow BW201 here"))
            (shown,) = editor.client.shown_documents
            assert shown.uri == uri
            assert shown.selection is not None
            behind = editor.texts[uri][editor.offset(uri, shown.selection.start) :]
            assert behind == "\n"
            assert "allow[BW201] \n" in editor.texts[uri]

    session(work())


def test_an_editor_that_resolves_nothing_gets_edits_at_once(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path), PLAIN) as editor:
            uri = await opened(editor)
            offered = await editor.actions(uri, "Order\n")
            assert offered[0].edit is not None
            assert offered[0].edit.changes
            assert not any("Open the line" in each.title for each in offered)
            await editor.choose(named(offered, "Allow BW102"))
            assert "# bailiwick: allow[BW102] \n" in editor.texts[uri]

    session(work())


def test_a_finding_is_recorded_in_the_baseline_and_its_reason_asked_for(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            uri = await opened(editor)
            await editor.choose(named(await editor.actions(uri, "_lines"), "Record BW201"))
            await editor.told(uri, "BW101", "BW102")
            (shown,) = editor.client.shown_documents
            assert shown.uri == editor.uri("bailiwick-baseline.toml")
            assert shown.selection is not None

        baseline = bailiwick.read_baseline(bailiwick.load_policy(tmp_path / "bailiwick.toml"))
        assert baseline is not None
        (entry,) = baseline.entries.values()
        assert (entry.code, entry.path, entry.count) == ("BW201", BILLS, 1)
        line = (
            (tmp_path / "bailiwick-baseline.toml")
            .read_text()
            .split("\n")[shown.selection.start.line]
        )
        asked = line[shown.selection.start.character : shown.selection.end.character]
        assert asked == entry.reason

    session(work())


def test_the_deciding_line_of_the_policy_is_opened(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            uri = await opened(editor)
            await editor.choose(named(await editor.actions(uri, "sender\n"), "Open the line"))
            (shown,) = editor.client.shown_documents
            assert shown.uri == editor.uri("bailiwick.toml")
            assert shown.selection is not None
            line = (tmp_path / "bailiwick.toml").read_text().split("\n")[shown.selection.start.line]
            assert line == "uses = ["

    session(work())


@pytest.mark.parametrize("is_open", [True, False])
def test_an_entry_of_uses_is_proposed_in_the_policy(is_open: bool, tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            uri = await opened(editor)
            policy = editor.uri("bailiwick.toml")
            if is_open:
                editor.open(
                    "bailiwick.toml", "# unsaved\n" + (tmp_path / "bailiwick.toml").read_text()
                )
            action = named(await editor.actions(uri, "sender\n"), "Propose")
            assert action.edit is None
            await editor.choose(action)
            text = editor.texts[policy] if is_open else (tmp_path / "bailiwick.toml").read_text()
            assert (
                'uses = [\n    "core",  # for orders\n'
                '    { subsystem = "mail", names = ["shop.mail.sender"], reason = "|" },\n]\n'
            ) in text
            assert text.startswith("# unsaved" if is_open else "# The shop.")

    session(work())


def test_an_entry_of_uses_is_proposed_for_what_may_be_used_only(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            uri = await opened(editor)
            for words in ("Order\n", "_lines"):
                offered = await editor.actions(uri, words)
                assert not any("Propose" in each.title for each in offered)

    session(work())


@pytest.mark.parametrize("only", ["source", "source.fixAll", "source.fixAll.bailiwick"])
def test_all_that_is_safe_is_fixed_at_once(only: str, tmp_path: Path) -> None:
    text = (
        "from shop.core.orders import Order\r\n"
        "import os  # ünchanged 😀\r\n"
        "from shop.core.orders import Order as Other  # bailiwick: allow[BW201] nothing\r\n"
    )

    async def work() -> None:
        async with editing(build(tmp_path, shop__pay__bills=text)) as editor:
            uri = editor.open(BILLS)
            await editor.told(uri, "BW102", "BW102", "BW902")
            (action,) = await editor.actions(uri, "os", only)
            assert action.kind == "source.fixAll.bailiwick"
            await editor.choose(action)
            assert editor.texts[uri] == (
                "from shop.core.api import Order\r\n"
                "import os  # ünchanged 😀\r\n"
                "from shop.core.api import Order as Other\r\n"
            )
            await editor.told(uri)
            assert await editor.actions(uri, "os", only) == []

    session(work())


def test_what_is_asked_for_alone_is_given_alone(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            uri = await opened(editor)
            assert await editor.actions(uri, "Order\n", "refactor") == []
            quick = await editor.actions(uri, "Order\n", "quickfix")
            assert {each.kind for each in quick} == {types.CodeActionKind.QuickFix}
            automatic = await editor.actions(uri, "Order\n", automatic=True)
            assert {each.kind for each in automatic} == {types.CodeActionKind.QuickFix}
            assert await editor.actions(uri, "def pay", "quickfix") == []

    session(work())


def test_an_action_that_is_chosen_late_is_done_in_the_text_as_it_is_then(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path), ABLE) as editor:
            uri = await opened(editor)
            first = (await editor.actions(uri, "Order\n"))[0]
            editor.change(uri, "import os\n\n" + editor.texts[uri])
            await editor.choose(first)
            assert editor.texts[uri].startswith("import os\n\nfrom shop.core.api import Order\n")
            editor.change(uri, "import os\n")
            gone = await editor.client.code_action_resolve_async(first)
            assert gone.edit is None

    session(work())


def test_what_comes_with_a_doubt_says_so_and_is_not_preferred(tmp_path: Path) -> None:
    drifted = (
        "from shop.mail.sender import Sender\n\n\n"
        "class Mine(Sender):\n"
        "    def send(self, whom, text, *, urgent=False):\n"
        "        return whom\n"
    )

    async def work() -> None:
        async with editing(build(tmp_path, shop__mail__mine=drifted)) as editor:
            uri = editor.open("shop/mail/mine.py")
            await editor.told(uri, "BW302")
            offered = await editor.actions(uri, "send(")
            fixing = [each for each in offered if each.title.startswith("Rename")]
            for each in fixing:
                assert bool(each.is_preferred) == ("(unsafe: " not in each.title)

    session(work())


def test_a_document_outside_any_policy_is_offered_nothing(tmp_path: Path) -> None:
    (tmp_path / "alone.py").write_text("import os\n", encoding="utf-8")

    async def work() -> None:
        async with editing(tmp_path) as editor:
            uri = editor.open("alone.py")
            assert await editor.actions(uri, "os") == []

    session(work())
