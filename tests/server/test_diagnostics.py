"""Diagnostics of what an editor holds, as it holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from tests.server.conftest import DESK, STOCK, TILL
from tests.server.editor import at, eventually, place, until, write

if TYPE_CHECKING:
    from tests.server.editor import Editor

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("profile", ["vscode", "neovim", "emacs"])
async def test_what_is_wrong_is_shown_where_it_stands(editor: Editor, profile: str) -> None:
    await editor.begin(profile)
    editor.open("shop/till.py")
    await eventually(lambda: editor.codes("shop/till.py"), ["BW101"])
    [found] = await editor.pull("shop/till.py")
    assert place(found) == ("BW101", 0, 23, 0, 28)
    assert found.severity == types.DiagnosticSeverity.Error
    assert found.source == "bailiwick"
    assert "till may not import from stock" in found.message
    assert "ask: stock-team" in found.message


async def test_a_finding_leads_to_its_page_to_the_definition_and_to_the_deciding_line(
    editor: Editor,
) -> None:
    await editor.begin()
    editor.open("shop/till.py")
    await editor.told("shop/till.py", "BW101")
    [found] = editor.diagnostics("shop/till.py")
    assert found.code_description is not None
    assert found.code_description.href.endswith("BW101.md")
    related = {each.message: each.location for each in found.related_information or ()}
    defined = related["shop.stock:Shelf is defined here"]
    assert (defined.uri, defined.range) == (editor.uri("shop/stock.py"), at(0, 6, 11))
    decided = next(place for words, place in related.items() if words.startswith("decided by: "))
    assert (decided.uri, decided.range.start.line) == (editor.uri("bailiwick.toml"), 4)
    assert found.data is not None
    assert found.data["target"] == "shop.stock:Shelf"


async def test_a_needless_suppression_is_shown_as_unnecessary(editor: Editor) -> None:
    await editor.begin()
    editor.open("shop/desk.py", DESK.replace("Shelf\n", "Shelf  # bailiwick: allow[BW101] x\n", 1))
    await editor.told("shop/desk.py", "BW902")
    [found] = editor.diagnostics("shop/desk.py")
    assert list(found.tags or ()) == [types.DiagnosticTag.Unnecessary]


async def test_what_is_typed_is_judged_and_not_what_is_stored(editor: Editor) -> None:
    await editor.begin()
    editor.open("shop/desk.py")
    await editor.told("shop/desk.py")
    version = editor.change("shop/desk.py", (at(0, 23, 28), "count"))
    await editor.told("shop/desk.py", "BW102", version=version)
    assert place(editor.diagnostics("shop/desk.py")[0]) == ("BW102", 0, 23, 0, 28)
    version = editor.change("shop/desk.py", (at(0, 23, 28), "Shelf"))
    await editor.told("shop/desk.py", version=version)


async def test_what_is_edited_in_a_function_is_judged_and_all_else_moves_along(
    editor: Editor,
) -> None:
    await editor.begin()
    editor.open("shop/till.py", f"import os\n{TILL}")
    await editor.told("shop/till.py", "BW101")
    added = "    import shop.stock\n"
    version = editor.change("shop/till.py", (at(5, 0), added), (at(0, 0), "\n\n"))
    await editor.told("shop/till.py", "BW101", "BW101", version=version)
    lines = [each.range.start.line for each in editor.diagnostics("shop/till.py")]
    assert lines == [3, 7]


async def test_what_a_comment_allows_and_the_baseline_records_is_not_shown(
    editor: Editor,
) -> None:
    await editor.begin()
    allowed = TILL.replace("Shelf\n", "Shelf  # bailiwick: allow[BW101] agreed\n", 1)
    editor.open("shop/till.py", allowed)
    await editor.told("shop/till.py")
    write(
        editor.root / "bailiwick-baseline.toml",
        'version = 1\n\nfindings = [\n    { code = "BW101", path = "shop/till.py", '
        'target = "shop.stock:Shelf", count = 1, since = 2026-11-02 },\n]\n',
    )
    version = editor.change("shop/till.py", (None, TILL))
    await editor.told("shop/till.py", version=version)


async def test_editing_one_file_updates_others_that_depend_on_it_before_it_is_saved(
    editor: Editor,
) -> None:
    await editor.begin()
    text = f"{DESK}\n\nShelf._inner\n"
    editor.open("shop/desk.py", text)
    editor.open("shop/stock.py", STOCK.replace("def take", "def _inner(self): ...\n\n    def take"))
    await editor.told("shop/desk.py", "BW201")
    editor.change("shop/stock.py", (None, "from shop.desk import Shelf\n"))
    editor.change("shop/stock.py", (None, STOCK))
    editor.close("shop/stock.py")
    await until(lambda: editor.uri("shop/stock.py") in editor.client.diagnostics)


async def test_where_nothing_can_be_parsed_what_was_last_found_stays(editor: Editor) -> None:
    await editor.begin()
    editor.open("shop/till.py")
    await editor.told("shop/till.py", "BW101")
    last = len(TILL.split("\n")) - 2
    version = editor.change("shop/till.py", (at(last, 99), "("), (at(0, 0), "\n"))
    await until(lambda: any(e.version == version for e in editor.published))
    codes = {place(each)[:2] for each in editor.diagnostics("shop/till.py")}
    assert ("BW101", 1) in codes


# What stands before a name is 7 characters, one of them a letter of two bytes, one of four.
COLUMNS = [("utf-8", 21), ("utf-16", 18), ("utf-32", 17)]


@pytest.mark.parametrize(("encoding", "column"), COLUMNS)
async def test_a_finding_has_the_columns_that_were_negotiated(
    editor: Editor, encoding: str, column: int
) -> None:
    def adapt(capabilities: types.ClientCapabilities) -> None:
        offered = [types.PositionEncodingKind(encoding), types.PositionEncodingKind.Utf16]
        capabilities.general = types.GeneralClientCapabilities(position_encodings=offered)

    result = await editor.begin(adapt=adapt)
    assert result.capabilities.position_encoding == encoding
    editor.open("shop/till.py", 'x = "ä😀"; import shop.stock\n')
    await editor.told("shop/till.py", "BW101")
    found = ("BW101", 0, column, 0, column + 10)
    assert place(editor.diagnostics("shop/till.py")[0]) == found
    # An edit behind these letters is counted likewise.
    version = editor.change("shop/till.py", (at(0, column + 5, column + 10), "desk"))
    await editor.told("shop/till.py", "BW101", version=version)
    found = ("BW101", 0, column, 0, column + 9)
    assert place(editor.diagnostics("shop/till.py")[0]) == found


async def test_an_edit_behind_a_form_feed_hits_its_line(editor: Editor) -> None:
    await editor.begin()
    editor.open("shop/desk.py", f"# a\fb\u2028c\x85d\ve\n{DESK}")
    await editor.told("shop/desk.py")
    version = editor.change("shop/desk.py", (at(1, 23, 28), "count"))
    await editor.told("shop/desk.py", "BW102", version=version)
    assert place(editor.diagnostics("shop/desk.py")[0]) == ("BW102", 1, 23, 1, 28)


async def test_what_is_closed_has_no_diagnostics(editor: Editor) -> None:
    await editor.begin()
    editor.open("shop/till.py")
    await editor.told("shop/till.py", "BW101")
    editor.close("shop/till.py")
    await editor.told("shop/till.py")


async def test_pulled_diagnostics_have_a_name_and_are_not_sent_twice(editor: Editor) -> None:
    await editor.begin("neovim")
    uri = editor.open("shop/till.py")
    document = types.TextDocumentIdentifier(uri)
    pull = editor.client.text_document_diagnostic_async
    first = await pull(types.DocumentDiagnosticParams(document))
    assert isinstance(first, types.RelatedFullDocumentDiagnosticReport)
    again = await pull(types.DocumentDiagnosticParams(document, previous_result_id=first.result_id))
    assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
    assert again.result_id == first.result_id
    editor.change("shop/till.py", (None, ""))
    other = await pull(types.DocumentDiagnosticParams(document, previous_result_id=first.result_id))
    assert isinstance(other, types.RelatedFullDocumentDiagnosticReport)
    assert not other.items


async def test_an_editor_that_pulls_is_pushed_nothing(editor: Editor) -> None:
    await editor.begin("neovim")
    editor.open("shop/till.py")
    assert await editor.codes("shop/till.py") == ["BW101"]
    assert editor.published == []
    provider = editor.result.capabilities.diagnostic_provider if editor.result else None
    assert isinstance(provider, types.DiagnosticOptions)
    assert provider.inter_file_dependencies


async def test_an_editor_that_pulls_is_told_when_another_file_changes_what_it_was_given(
    editor: Editor,
) -> None:
    refreshed: list[None] = []

    def refresh(_: None) -> None:
        refreshed.append(None)

    def adapt(capabilities: types.ClientCapabilities) -> None:
        assert capabilities.workspace is not None
        capabilities.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(
            refresh_support=True
        )

    # In the place of pytest-lsp's own handler.
    editor.client.protocol.fm.features[types.WORKSPACE_DIAGNOSTIC_REFRESH] = refresh
    await editor.begin("neovim", adapt=adapt)
    editor.open("shop/desk.py", f"{DESK}    Shelf()._left\n")
    before = await editor.codes("shop/desk.py")
    editor.open("shop/stock.py")
    assert await editor.codes("shop/stock.py") == []
    editor.change("shop/stock.py", (None, STOCK.replace("class Shelf", "class Rack")))
    await until(lambda: bool(refreshed))
    assert await editor.codes("shop/desk.py") != before


async def test_all_files_are_judged_for_an_editor_that_wants_it(editor: Editor) -> None:
    await editor.begin("neovim", options={"workspaceDiagnostics": True})
    ask = editor.client.workspace_diagnostic_async
    report = await ask(types.WorkspaceDiagnosticParams([]))
    assert [each.uri for each in report.items] == [editor.uri("shop/till.py")]
    [item] = report.items
    assert isinstance(item, types.WorkspaceFullDocumentDiagnosticReport)
    previous = [types.PreviousResultId(item.uri, item.result_id or "")]
    waiting = ask(types.WorkspaceDiagnosticParams(previous))
    editor.open("shop/desk.py", DESK.replace("Shelf", "count"))
    found = await waiting
    assert [each.uri for each in found.items] == [editor.uri("shop/desk.py")]
