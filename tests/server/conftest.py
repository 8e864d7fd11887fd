"""A small shop under a policy, and a real server over stdio that an editor talks to."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.uris import from_fs_path
from pytest_lsp import client_capabilities
from pytest_lsp.client import make_test_lsp_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from pytest_lsp import LanguageClient

# Real clients' capabilities; only the first pulls none.
PROFILES = {
    "vscode": "visual_studio_code@1.65.2",
    "neovim": "neovim@0.11.0",
    "emacs": "emacs@29.1",
}
DEADLINE = 60.0
POLICY = """\
unclaimed = "ignore"

[subsystem.till]
modules = ["shop.till"]
uses = []
owners = ["till-team"]

[subsystem.stock]
modules = ["shop.stock"]
public = ["shop.stock:Shelf"]
owners = ["stock-team"]

[subsystem.desk]
modules = ["shop.desk"]
uses = ["stock"]
"""
STOCK = """\
class Shelf:
    def take(self):
        self._left = 1


def count():
    return 1
"""
TILL = """\
from shop.stock import Shelf


def sell():
    return Shelf().take()
"""
DESK = """\
from shop.stock import Shelf


def ask():
    return Shelf()
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A tree with one finding: BW101 in the first line of shop/till.py."""
    texts = {
        "bailiwick.toml": POLICY,
        "shop/__init__.py": "",
        "shop/stock.py": STOCK,
        "shop/till.py": TILL,
        "shop/desk.py": DESK,
    }
    for name, text in texts.items():
        write(tmp_path / name, text)
    return tmp_path


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
    """What an editor does, and what it is told; every wait has a generous deadline."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client, self.root = client, root
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
        profile: str = "emacs",
        folders: list[Path] | None = None,
        options: dict[str, Any] | None = None,
        process: int | None = None,
        adapt: Callable[[types.ClientCapabilities], None] | None = None,
    ) -> types.InitializeResult:
        capabilities = client_capabilities(PROFILES[profile])
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

    def open(self, name: str, text: str | None = None, language: str = "python") -> str:
        uri = self.uri(name)
        if text is None:
            text = (self.root / name).read_bytes().decode()
        self.versions[uri] = 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, name: str, *edits: tuple[types.Range | None, str]) -> int:
        """Edit a document; gives its version."""
        uri = self.uri(name)
        self.versions[uri] = self.versions.get(uri, 0) + 1
        changes: list[types.TextDocumentContentChangeEvent] = [
            types.TextDocumentContentChangeWholeDocument(text)
            if range_ is None
            else types.TextDocumentContentChangePartial(range_, text)
            for range_, text in edits
        ]
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

    async def status(self, name: str) -> Any:
        params = {"textDocument": {"uri": self.uri(name)}}
        ask: Any = self.client.protocol.send_request_async
        return plain(await ask("bailiwick/status", params))

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
            return [str(each.code) for each in pushed[-1].diagnostics] == list(codes)

        await until(holds, lambda: f"{uri}: {[e for e in self.published if e.uri == uri][-1:]}")

    def diagnostics(self, name: str) -> list[types.Diagnostic]:
        """What was pushed last for a document."""
        return list(self.client.diagnostics[self.uri(name)])

    async def logs(self, words: str) -> None:
        """Wait for a line in the log with these words."""
        await until(lambda: any(words in each.message for each in self.client.log_messages))


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


COMMAND = [sys.executable, "-m", "bailiwick_hooks", "server"]


@pytest_asyncio.fixture
async def editor(shop: Path) -> AsyncIterator[Editor]:
    """An editor on the shop, with a server that has been started; `begin` is still to be called."""
    client = make_test_lsp_client()
    await client.start_io(*COMMAND)
    editor = Editor(client, shop)
    yield editor
    if client.capabilities is not None:
        await asyncio.wait_for(client.shutdown_session(), DEADLINE)
    await client.stop()  # type: ignore[no-untyped-call]
