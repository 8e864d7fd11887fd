"""An editor: it starts a real server over stdio, holds documents, and does as it is told."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Union

from lsprotocol import types
from pygls.protocol import default_converter
from pygls.uris import from_fs_path
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import register_lsp_features

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
    from pathlib import Path

    from cattrs import Converter

COMMAND = [sys.executable, "-m", "bailiwick_hooks", "server"]
# Real clients' capabilities; only the first pulls none.
PROFILES = {
    "vscode": "visual_studio_code@1.65.2",
    "neovim": "neovim@0.11.0",
    "emacs": "emacs@29.1",
}
# Seconds in which whatever is waited for comes on a machine that is busy with much else.
DEADLINE = 120.0
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
            completion_item=types.ClientCompletionItemOptions(
                snippet_support=True, documentation_format=[types.MarkupKind.Markdown]
            )
        ),
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
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


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def uri_of(path: Path) -> str:
    return str(from_fs_path(str(path)))


def plain(answer: Any) -> Any:
    """An answer to a request of our own, which pygls makes an object of."""
    if hasattr(answer, "_asdict"):
        return {name: plain(value) for name, value in answer._asdict().items()}
    return [plain(each) for each in answer] if isinstance(answer, (list, tuple)) else answer


def place(diagnostic: types.Diagnostic) -> tuple[str, int, int, int, int]:
    """Code, first line and character, last line and character; all 0-based."""
    start, end = diagnostic.range.start, diagnostic.range.end
    return str(diagnostic.code), start.line, start.character, end.line, end.character


class Editor:
    """What an editor does, and what it is told; every wait has a generous deadline.

    Documents are named by their path below the root, or by their address.

    texts:     what it holds, by address, but for documents that were edited in part
    published: all diagnostics that were pushed
    """

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client, self.root = client, root
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.published: list[types.PublishDiagnosticsParams] = []
        self.result: types.InitializeResult | None = None
        self._watch()

    def _watch(self) -> None:
        # Beside pytest-lsp's own handler, which keeps only the last.
        features = self.client.protocol.fm.features
        kept = features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS]

        def publish(params: types.PublishDiagnosticsParams) -> None:
            self.published.append(params)
            kept(params)

        features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = publish

    async def begin(
        self,
        profile: str | types.ClientCapabilities = "emacs",
        folders: list[Path] | None = None,
        options: dict[str, Any] | None = None,
        process: int | None = None,
        adapt: Callable[[types.ClientCapabilities], None] | None = None,
    ) -> types.InitializeResult:
        if isinstance(profile, str):
            capabilities: types.ClientCapabilities = client_capabilities(PROFILES[profile])
        else:
            capabilities = profile
        if adapt is not None:
            adapt(capabilities)
        roots = [self.root] if folders is None else folders
        params = types.InitializeParams(
            capabilities=capabilities,
            process_id=process,
            root_uri=uri_of(roots[0]) if roots else None,
            workspace_folders=[types.WorkspaceFolder(uri_of(each), each.name) for each in roots],
            initialization_options=options,
        )
        self.result = await self.client.initialize_session(params)
        return self.result

    def uri(self, name: str) -> str:
        return name if ":" in name[2:] else uri_of(self.root / name)

    def open(self, name: str, text: str | None = None, language: str = "") -> str:
        """Open a document, with its own text or another; gives its address."""
        uri = self.uri(name)
        content = (self.root / name).read_bytes().decode() if text is None else text
        self.texts[uri], self.versions[uri] = content, 1
        language = language or ("toml" if name.endswith(".toml") else "python")
        item = types.TextDocumentItem(uri, language, 1, content)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, name: str, *edits: str | tuple[types.Range | None, str]) -> int:
        """Edit a document, as a whole where there is no range; gives its version."""
        uri = self.uri(name)
        self.versions[uri] = self.versions.get(uri, 0) + 1
        changes: list[types.TextDocumentContentChangeEvent] = []
        for edit in edits:
            range_, text = (None, edit) if isinstance(edit, str) else edit
            if range_ is None:
                self.texts[uri] = text
                changes.append(types.TextDocumentContentChangeWholeDocument(text))
            else:
                self.texts.pop(uri, None)
                changes.append(types.TextDocumentContentChangePartial(range_, text))
        document = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))
        return self.versions[uri]

    def close(self, name: str) -> None:
        document = types.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    def stored(self, *names: str) -> None:
        """Say that files have been written."""
        kind = types.FileChangeType.Changed
        events = [types.FileEvent(self.uri(name), kind) for name in names]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

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

    async def status(self, name: str) -> Any:
        params = {"textDocument": {"uri": self.uri(name)}}
        ask: Any = self.client.protocol.send_request_async
        return plain(await ask("bailiwick/status", params))

    async def subsystems(self, names: list[str]) -> Any:
        """Whose files are, open or not."""
        ask: Any = self.client.protocol.send_request_async
        params = {"uris": [self.uri(name) for name in names]}
        return plain(await ask("bailiwick/subsystems", params))

    async def codes(self, name: str) -> list[str]:
        """The codes of what is found now, asked for and not waited for."""
        return [place(each)[0] for each in await self.pull(name)]

    async def pull(self, name: str) -> list[types.Diagnostic]:
        document = types.TextDocumentIdentifier(self.uri(name))
        params = types.DocumentDiagnosticParams(document)
        report = await self.client.text_document_diagnostic_async(params)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return list(report.items)

    async def told(self, name: str, *codes: str, version: int | None = None) -> None:
        """Wait until the last diagnostics that were pushed for a document have these codes."""
        uri = self.uri(name)

        def holds() -> bool:
            pushed = [each for each in self.published if each.uri == uri]
            if not pushed or (version is not None and pushed[-1].version != version):
                return False
            return sorted(str(each.code) for each in pushed[-1].diagnostics) == sorted(codes)

        await until(holds, lambda: f"{uri}: {[e for e in self.published if e.uri == uri][-1:]}")

    def diagnostics(self, name: str) -> list[types.Diagnostic]:
        """What was pushed last for a document."""
        return list(self.client.diagnostics[self.uri(name)])

    async def shown(
        self, name: str, fits: Callable[[list[types.Diagnostic]], bool] = bool
    ) -> list[types.Diagnostic]:
        """The diagnostics that were pushed last for a document, as soon as they fit."""
        uri = self.uri(name)
        pushed = self.client.diagnostics
        await until(lambda: uri in pushed and fits(list(pushed[uri])), lambda: f"{pushed.get(uri)}")
        return self.diagnostics(uri)

    async def logs(self, words: str) -> None:
        """Wait for a line in the log with these words."""
        await until(lambda: any(words in each.message for each in self.client.log_messages))

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


async def until(holds: Callable[[], bool], says: Callable[[], str] = str) -> None:
    """Wait until something holds."""
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end, says()
        await asyncio.sleep(0.01)


async def eventually(ask: Callable[[], Awaitable[Any]], wanted: object) -> None:
    """Ask again until this is the answer."""
    end = time.monotonic() + DEADLINE
    while (answer := await ask()) != wanted:
        assert time.monotonic() < end, answer
        await asyncio.sleep(0.02)


def at(line: int, start: int, end: int | None = None) -> types.Range:
    """A range within a line, empty without an end."""
    last = start if end is None else end
    return types.Range(types.Position(line, start), types.Position(line, last))


@asynccontextmanager
async def started(root: Path) -> AsyncIterator[Editor]:
    """An editor and its server, until the end of the block; `begin` is still to be called."""
    client = LanguageClient(converter_factory=_converter)
    register_lsp_features(client)
    await client.start_io(*COMMAND)
    yield Editor(client, root)
    if client.capabilities is not None:
        await asyncio.wait_for(client.shutdown_session(), DEADLINE)
    elif client._server is not None:
        # A test has failed before it began: the server would wait for ever.
        client._server.kill()
    await client.stop()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def editing(
    root: Path,
    capabilities: types.ClientCapabilities = ABLE,
    options: dict[str, Any] | None = None,
) -> AsyncIterator[Editor]:
    """The same, with the folder open."""
    async with started(root) as editor:
        await editor.begin(capabilities, options=options)
        yield editor


def session(work: Coroutine[Any, Any, None]) -> None:
    """Run a test's session with an editor to its end."""
    asyncio.run(asyncio.wait_for(work, 4 * DEADLINE))
