"""Which policy governs what an editor has open, and what happens when that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from tests.server.conftest import DESK, POLICY, STOCK, TILL
from tests.server.editor import eventually, place, plain, until, uri_of, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.editor import Editor

pytestmark = pytest.mark.asyncio

CELL = "notebook-cell:/notes.ipynb#{}"


async def test_several_roots_have_their_own_policies(editor: Editor, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other / "bailiwick.toml", POLICY.replace("shop.", "mill."))
    write(other / "mill/stock.py", "class Shelf: ...\n")
    write(other / "mill/till.py", TILL.replace("shop.", "mill."))
    await editor.begin(folders=[editor.root / "shop", other])
    editor.open("other/mill/till.py")
    await editor.told("other/mill/till.py", "BW101")
    # The policy of the first lies above its root, where nobody looks.
    editor.open("shop/till.py")
    await editor.told("shop/till.py")
    assert (await editor.status("shop/till.py"))["state"] == "outside"


async def test_the_nearest_policy_governs(editor: Editor) -> None:
    write(editor.root / "tools/bailiwick.toml", '[subsystem.a]\nmodules = ["a"]\nuses = []\n')
    write(editor.root / "tools/a.py", "")
    await editor.begin()
    editor.open("tools/a.py")
    await eventually(lambda: _policy(editor, "tools/a.py"), editor.uri("tools/bailiwick.toml"))
    write(editor.root / "tools/deep/bailiwick.toml", POLICY)
    write(editor.root / "tools/deep/a.py", "")
    editor.open("tools/deep/a.py")
    deep = editor.uri("tools/deep/bailiwick.toml")
    await eventually(lambda: _policy(editor, "tools/deep/a.py"), deep)


async def _policy(editor: Editor, name: str) -> object:
    return (await editor.status(name))["policy"]


@pytest.mark.parametrize(
    "uri", ["untitled:Untitled-1", "git:/shop/till.py?x", "http://a/b.py", "vscode-vfs://x/y.py"]
)
async def test_what_is_no_file_is_left_alone(editor: Editor, uri: str) -> None:
    await editor.begin()
    editor.open(uri, TILL)
    await editor.told(uri)
    assert (await editor.status(uri))["state"] == "outside"


async def test_a_file_without_a_policy_is_left_alone(editor: Editor, tmp_path: Path) -> None:
    write(tmp_path / "apart/a.py", TILL)
    await editor.begin(folders=[tmp_path / "apart"])
    editor.open("apart/a.py")
    await editor.told("apart/a.py")


async def test_without_a_root_the_folders_around_a_file_are_searched(editor: Editor) -> None:
    await editor.begin(folders=[])
    editor.open("shop/till.py")
    await editor.told("shop/till.py", "BW101")


async def test_whose_files_are_is_told_of_those_that_are_not_open_too(editor: Editor) -> None:
    await editor.begin()
    names = ["shop/till.py", "shop/nobody.py", "shop/desk.py"]
    found = await editor.subsystems(names)
    assert [whose and whose["subsystem"] for whose in found] == ["till", None, "desk"]


async def test_the_status_says_whose_a_document_is_and_how_it_stands(editor: Editor) -> None:
    await editor.begin()
    editor.open("shop/till.py")
    status = await editor.status("shop/till.py")
    assert status["subsystem"] == "till"
    assert status["owners"] == ["till-team"]
    assert status["counts"] == {"error": 1, "warning": 0, "info": 0}
    assert status["policy"] == editor.uri("bailiwick.toml")
    assert status["state"] == "ok"


@pytest.mark.parametrize("told", [True, False])
async def test_a_changed_policy_is_in_force_at_once(editor: Editor, told: bool) -> None:
    await editor.begin()
    editor.open("shop/till.py")
    await editor.told("shop/till.py", "BW101")
    write(editor.root / "bailiwick.toml", POLICY.replace("uses = []\n", ""))
    if told:
        editor.stored("bailiwick.toml")
    else:
        editor.change("shop/till.py", (None, f"{TILL}\n"))
    await editor.told("shop/till.py")


async def test_a_policy_that_is_extended_is_watched_too(editor: Editor) -> None:
    write(editor.root / "common.toml", POLICY)
    write(editor.root / "bailiwick.toml", 'extends = ["common.toml"]\n')
    await editor.begin()
    editor.open("shop/till.py")
    await editor.told("shop/till.py", "BW101")
    write(editor.root / "common.toml", POLICY.replace("uses = []\n", ""))
    editor.stored("common.toml")
    await editor.told("shop/till.py")


async def test_while_the_policy_is_broken_the_last_good_one_stays_in_force(
    editor: Editor,
) -> None:
    await editor.begin()
    editor.open("shop/till.py")
    await editor.told("shop/till.py", "BW101")
    write(editor.root / "bailiwick.toml", POLICY + "[subsystem.")
    editor.stored("bailiwick.toml")
    await eventually(lambda: _state(editor), "stale")
    assert "bailiwick.toml" in (await editor.status("shop/till.py"))["message"]
    version = editor.change("shop/till.py", (None, f"\n{TILL}"))
    await editor.told("shop/till.py", "BW101", version=version)
    write(editor.root / "bailiwick.toml", POLICY)
    editor.stored("bailiwick.toml")
    await eventually(lambda: _state(editor), "ok")


async def _state(editor: Editor) -> object:
    return (await editor.status("shop/till.py"))["state"]


async def test_a_policy_that_is_written_later_governs_from_then_on(editor: Editor) -> None:
    (editor.root / "bailiwick.toml").unlink()
    await editor.begin()
    editor.open("shop/till.py")
    await editor.told("shop/till.py")
    write(editor.root / "bailiwick.toml", POLICY)
    editor.stored("bailiwick.toml")
    version = editor.change("shop/till.py", (None, f"{TILL}\n"))
    await editor.told("shop/till.py", "BW101", version=version)


async def test_a_file_that_is_written_by_others_counts(editor: Editor) -> None:
    await editor.begin()
    editor.open("shop/desk.py", f"{DESK}\n\nShelf._hidden\n")
    await editor.told("shop/desk.py")
    write(editor.root / "shop/stock.py", "class Shelf:\n    _hidden = 1\n")
    editor.stored("shop/stock.py")
    await editor.told("shop/desk.py", "BW201")


async def test_a_file_that_is_renamed_is_known_by_its_new_name(editor: Editor) -> None:
    await editor.begin()
    editor.open("shop/desk.py", "from shop.shelf import Shelf\nShelf()._left\n")
    await editor.told("shop/desk.py")
    (editor.root / "shop/stock.py").rename(editor.root / "shop/shelf.py")
    write(editor.root / "bailiwick.toml", POLICY.replace("shop.stock", "shop.shelf"))
    renamed = types.FileRename(editor.uri("shop/stock.py"), editor.uri("shop/shelf.py"))
    editor.client.workspace_did_rename_files(types.RenameFilesParams([renamed]))
    editor.stored("bailiwick.toml")
    await editor.told("shop/desk.py", "BW201")


async def test_a_file_that_is_deleted_is_no_module_any_more(editor: Editor) -> None:
    write(editor.root / "shop/stock/__init__.py", "from shop.stock.shelves import Shelf\n")
    write(editor.root / "shop/stock/shelves.py", STOCK)
    (editor.root / "shop/stock.py").unlink()
    await editor.begin()
    editor.open("shop/desk.py", "import shop.stock.shelves\n")
    await editor.told("shop/desk.py", "BW102")
    (editor.root / "shop/stock/shelves.py").unlink()
    deleted = types.FileDelete(editor.uri("shop/stock/shelves.py"))
    editor.client.workspace_did_delete_files(types.DeleteFilesParams([deleted]))
    await editor.told("shop/desk.py")


async def test_files_are_watched_where_the_editor_can(editor: Editor) -> None:
    registered: list[types.Registration] = []

    def register(params: types.RegistrationParams) -> None:
        registered.extend(params.registrations)

    editor.client.feature(types.CLIENT_REGISTER_CAPABILITY)(register)
    await editor.begin("vscode")
    await until(lambda: bool(registered))
    [watching] = registered
    assert watching.method == types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    globs = {each["globPattern"] for each in plain(watching.register_options)["watchers"]}
    assert globs == {"**/*.py", "**/*.toml"}


async def test_the_log_says_no_more_than_is_wanted(editor: Editor) -> None:
    await editor.begin(options={"logLevel": "error"})
    editor.change("shop/desk.py", (None, ""))
    editor.open("shop/till.py")
    await editor.told("shop/till.py", "BW101")
    assert editor.client.log_messages == []
    params = types.DidChangeConfigurationParams({"bailiwick": {"logLevel": "info"}})
    editor.client.workspace_did_change_configuration(params)
    editor.change("shop/desk.py", (None, ""))
    await editor.logs("which is not open")


async def test_folders_that_are_opened_later_are_searched(editor: Editor, tmp_path: Path) -> None:
    write(tmp_path / "apart/a.py", "")
    await editor.begin(folders=[tmp_path / "apart"])
    editor.open("shop/till.py")
    await editor.told("shop/till.py")
    folder = types.WorkspaceFolder(uri_of(editor.root), "shop")
    event = types.WorkspaceFoldersChangeEvent(added=[folder], removed=[])
    params = types.DidChangeWorkspaceFoldersParams(event)
    editor.client.workspace_did_change_workspace_folders(params)
    await editor.told("shop/till.py", "BW101")


async def test_settings_come_with_the_first_message_and_when_they_change(editor: Editor) -> None:
    await editor.begin(options={"enable": False, "logLevel": "loud"})
    editor.open("shop/till.py")
    await editor.told("shop/till.py")
    await editor.logs("bailiwick.logLevel cannot be 'loud'")
    settings = {"bailiwick": {"enable": True}}
    editor.client.set_configuration({"bailiwick": {"enable": True}})
    params = types.DidChangeConfigurationParams(settings)
    editor.client.workspace_did_change_configuration(params)
    await editor.told("shop/till.py", "BW101")


async def test_the_cells_of_a_notebook_are_judged_in_order(editor: Editor) -> None:
    write(editor.root / "bailiwick.toml", POLICY.replace('"shop.till"', '"shop.till", "notes"'))
    await editor.begin("vscode", adapt=_pushed)
    texts = [
        "%matplotlib inline\nimport shop.stock as s\n",
        "# words",
        "s.Shelf\n!ls\nimport shop.stock",
    ]
    kinds = [
        types.NotebookCellKind.Code,
        types.NotebookCellKind.Markup,
        types.NotebookCellKind.Code,
    ]
    cells = [types.NotebookCell(kind, CELL.format(n)) for n, kind in enumerate(kinds)]
    notebook = types.NotebookDocument(editor.uri("notes.ipynb"), "jupyter-notebook", 1, cells)
    opened = [
        types.TextDocumentItem(CELL.format(n), "python", 1, text)
        for n, text in enumerate(texts)
        if kinds[n] == types.NotebookCellKind.Code
    ]
    params = types.DidOpenNotebookDocumentParams(notebook, opened)
    editor.client.notebook_document_did_open(params)
    await editor.told(CELL.format(0), "BW101")
    assert place(editor.diagnostics(CELL.format(0))[0]) == ("BW101", 1, 7, 1, 17)
    await editor.told(CELL.format(2), "BW101")
    assert place(editor.diagnostics(CELL.format(2))[0]) == ("BW101", 2, 7, 2, 17)
    closed = types.DidCloseNotebookDocumentParams(
        types.NotebookDocumentIdentifier(notebook.uri),
        [types.TextDocumentIdentifier(each.uri) for each in opened],
    )
    editor.client.notebook_document_did_close(closed)
    await editor.told(CELL.format(0))


def _pushed(capabilities: types.ClientCapabilities) -> None:
    assert capabilities.text_document is not None
    capabilities.text_document.diagnostic = None
    sync = types.NotebookDocumentSyncClientCapabilities()
    capabilities.notebook_document = types.NotebookDocumentClientCapabilities(sync)
