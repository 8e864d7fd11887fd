"""An editor: it starts a real server over stdio, holds documents, and does as it is told."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Union

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import register_lsp_features

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from pathlib import Path

    from cattrs import Converter

PATIENCE = 60.0
_BY_CLASS = types.ClientCodeActionResolveOptions(properties=["edit"])

# What the editors of today can do that matters here.
ABLE = types.ClientCapabilities(
    general=types.GeneralClientCapabilities(position_encodings=["utf-16"]),
    window=types.WindowClientCapabilities(
        show_document=types.ShowDocumentClientCapabilities(support=True)
    ),
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(
            document_changes=True, snippet_edit_support=True
        ),
        code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
    ),
    text_document=types.TextDocumentClientCapabilities(
        code_action=types.CodeActionClientCapabilities(
            data_support=True, resolve_support=_BY_CLASS, is_preferred_support=True
        ),
        completion=types.CompletionClientCapabilities(
            completion_item=types.ClientCompletionItemOptions(snippet_support=True)
        ),
    ),
)
# One that can do nothing that a client need not.
PLAIN = types.ClientCapabilities()
# One that shows documents, but has no snippets in edits, as Neovim.
SHOWING = types.ClientCapabilities(
    window=ABLE.window,
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
    ),
    text_document=ABLE.text_document,
)


class Editor:
    """A client with the documents that it holds."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client, self.root = client, root
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.published = asyncio.Event()

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def open(self, name: str, text: str | None = None) -> str:
        """Open a file, with its own text or another; gives its address."""
        uri = self.uri(name)
        content = (self.root / name).read_bytes().decode() if text is None else text
        self.texts[uri], self.versions[uri] = content, 1
        language = "python" if name.endswith(".py") else "toml"
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, language, 1, content))
        )
        return uri

    def change(self, uri: str, text: str) -> None:
        """Replace the whole text of a document."""
        self.texts[uri] = text
        self.versions[uri] += 1
        identifier = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [whole]))

    def save(self, uri: str) -> None:
        """Write a document to disk, and have the watcher say so."""
        name = uri.removeprefix(self.root.as_uri() + "/")
        (self.root / name).write_bytes(self.texts[uri].encode())
        self.client.text_document_did_save(
            types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri))
        )
        self.client.workspace_did_change_watched_files(
            types.DidChangeWatchedFilesParams([types.FileEvent(uri, types.FileChangeType.Changed)])
        )

    async def diagnostics(
        self, uri: str, fits: Callable[[list[types.Diagnostic]], bool] = bool
    ) -> list[types.Diagnostic]:
        """The diagnostics of a document as soon as they fit."""

        async def wait() -> list[types.Diagnostic]:
            while True:
                found = list(self.client.diagnostics.get(uri, ()))
                if uri in self.client.diagnostics and fits(found):
                    return found
                await asyncio.sleep(0.02)

        try:
            return await asyncio.wait_for(wait(), PATIENCE)
        except asyncio.TimeoutError:
            raise AssertionError(f"last seen: {self.client.diagnostics.get(uri)}") from None

    async def codes(self, uri: str, wanted: list[str]) -> None:
        """Wait until the diagnostics of a document have these codes."""
        await self.diagnostics(uri, lambda found: sorted(str(d.code) for d in found) == wanted)

    # -- places ------------------------------------------------------------------------------

    def place(self, uri: str, words: str, inside: int = 0) -> types.Position:
        """Where some words stand for the first time, so many characters on."""
        offset = self.texts[uri].index(words) + inside
        before = self.texts[uri][:offset]
        column = len(before.rpartition("\n")[2].encode("utf-16-le")) // 2
        return types.Position(before.count("\n"), column)

    def offset(self, uri: str, place: types.Position) -> int:
        """The offset of a position in UTF-16 units."""
        lines = self.texts[uri].split("\n")
        line = lines[place.line].encode("utf-16-le")[: 2 * place.character].decode("utf-16-le")
        return sum(len(each) + 1 for each in lines[: place.line]) + len(line)

    def at(self, uri: str, words: str, inside: int = 0) -> dict[str, Any]:
        """The same as parameters of a request."""
        identifier = types.TextDocumentIdentifier(uri)
        return {"text_document": identifier, "position": self.place(uri, words, inside)}

    # -- what it is told ---------------------------------------------------------------------

    async def actions(
        self, uri: str, words: str, *only: str, automatic: bool = False
    ) -> list[types.CodeAction]:
        """What is offered where some words stand."""
        place = self.place(uri, words)
        trigger = (
            types.CodeActionTriggerKind.Automatic
            if automatic
            else types.CodeActionTriggerKind.Invoked
        )
        context = types.CodeActionContext(
            list(self.client.diagnostics.get(uri, ())),
            only=list(only) or None,
            trigger_kind=trigger,
        )
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri), types.Range(place, place), context
        )
        found = await self.client.text_document_code_action_async(params)
        return [each for each in found or () if isinstance(each, types.CodeAction)]

    async def choose(self, action: types.CodeAction) -> types.CodeAction:
        """Do what a code action says: its edit, and then its command."""
        if action.edit is None and action.command is None:
            action = await self.client.code_action_resolve_async(action)
        if action.edit is not None:
            self.apply(action.edit)
        if action.command is not None:
            await self.client.workspace_execute_command_async(
                types.ExecuteCommandParams(action.command.command, action.command.arguments)
            )
        return action

    def apply(self, edit: types.WorkspaceEdit) -> None:
        """Edit the documents, those that are not open on disk; a snippet's cursor becomes a bar."""
        edits: dict[str, list[tuple[types.Range, str]]] = {}
        for uri, changes in (edit.changes or {}).items():
            edits[uri] = [(each.range, each.new_text) for each in changes]
        for document in edit.document_changes or ():
            assert isinstance(document, types.TextDocumentEdit)
            version = document.text_document.version
            assert version in (None, self.versions.get(document.text_document.uri))
            edits[document.text_document.uri] = [_edit(each) for each in document.edits]
        for uri, made in edits.items():
            is_open = uri in self.texts
            if not is_open:
                name = uri.removeprefix(self.root.as_uri() + "/")
                self.texts[uri] = (self.root / name).read_bytes().decode()
            text = self.texts[uri]
            placed = [
                (self.offset(uri, each.start), self.offset(uri, each.end), new)
                for each, new in made
            ]
            for start, end, new in sorted(placed, reverse=True):
                text = text[:start] + new + text[end:]
            if is_open:
                self.change(uri, text)
            else:
                (self.root / name).write_bytes(text.encode())
                del self.texts[uri]


def _edit(
    each: types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit,
) -> tuple[types.Range, str]:
    if isinstance(each, types.SnippetTextEdit):
        return each.range, each.snippet.value.replace("$0", "|").replace("\\", "")
    return each.range, each.new_text


def _converter() -> Converter:
    """pygls' own, which takes every action that has a command for a bare command."""
    converter: Converter = default_converter()  # type: ignore[no-untyped-call]

    def action(data: dict[str, Any], _: type) -> types.Command | types.CodeAction:
        is_bare = isinstance(data.get("command"), str)
        kind: Any = types.Command if is_bare else types.CodeAction
        found: types.Command | types.CodeAction = converter.structure(data, kind)
        return found

    either = Union[types.Command, types.CodeAction]  # noqa: UP007 - the key that cattrs knows
    converter.register_structure_hook(either, action)
    return converter


@asynccontextmanager
async def editing(
    root: Path,
    capabilities: types.ClientCapabilities = ABLE,
    options: dict[str, Any] | None = None,
) -> AsyncIterator[Editor]:
    """An editor that has a folder open, and its server, until the end of the block."""
    client = LanguageClient(converter_factory=_converter)
    register_lsp_features(client)
    editor = Editor(client, root)

    await client.start_io(sys.executable, "-m", "bailiwick_hooks", "server")
    await client.initialize_session(
        types.InitializeParams(
            capabilities,
            root_uri=root.as_uri(),
            workspace_folders=[types.WorkspaceFolder(root.as_uri(), root.name)],
            initialization_options=options,
        )
    )
    try:
        yield editor
    finally:
        await asyncio.wait_for(client.shutdown_session(), PATIENCE)
        await client.stop()  # type: ignore[no-untyped-call]


def session(work: Coroutine[Any, Any, None]) -> None:
    """Run a test's session with an editor to its end."""
    asyncio.run(asyncio.wait_for(work, 4 * PATIENCE))
