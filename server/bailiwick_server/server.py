"""The server: what editors send becomes documents and jobs, what jobs find is sent back.

Handlers here run on the loop that reads; they change the documents and hand work to the worker.
"""

from __future__ import annotations

import asyncio
import logging
import os
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from bailiwick import __version__
from lsprotocol import types
from pygls.lsp.server import LanguageServer

from bailiwick_server import parent
from bailiwick_server.analysis import Analysis, View
from bailiwick_server.diagnostics import diagnostics
from bailiwick_server.documents import Document, Text
from bailiwick_server.pages import Pages
from bailiwick_server.places import Roots, path_of
from bailiwick_server.protocol import AnsweredError, Protocol
from bailiwick_server.settings import Settings
from bailiwick_server.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)

# How urgent a job is: the lowest number comes first.
QUESTION, JUDGING, SETTLING, BACKGROUND = range(4)
# Seconds without an edit after which the whole of a document is judged.
PAUSE = 0.1


class BailiwickServer(LanguageServer):
    """One editor's server.

    documents: what is open, by address
    worker:    where all analysis is done, on `analysis`, which nothing else may touch
    """

    def __init__(self) -> None:
        super().__init__("bailiwick", __version__, protocol_cls=Protocol)
        self.documents: dict[str, Document] = {}
        self.settings = Settings()
        self.worker = Worker()
        self.analysis = Analysis(self.worker.pulse, self._stale)
        self.pages = Pages()
        self.encoding = types.PositionEncodingKind.Utf16
        self.pulls = False
        # By address, the version and the diagnostics that the editor was told last.
        self.told: dict[str, tuple[int, list[types.Diagnostic]]] = {}
        self._pauses: dict[str, asyncio.TimerHandle] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    # -- life --------------------------------------------------------------------------------

    def begin(self, params: types.InitializeParams) -> None:
        """Take what the editor says of itself."""
        capabilities = params.capabilities
        text_document = capabilities.text_document
        self.pulls = bool(text_document and text_document.diagnostic)
        self.encoding = types.PositionEncodingKind(self.workspace.position_encoding)
        self.set(params.initialization_options)
        folders = [folder.uri for folder in params.workspace_folders or ()]
        if not folders and params.root_uri:
            folders = [params.root_uri]
        if not folders and params.root_path:
            folders = [f"file://{params.root_path}"]
        paths = tuple(path for uri in folders if (path := path_of(uri)) is not None)
        self._loop = asyncio.get_running_loop()
        self.worker.start()
        self.do(lambda: self.analysis.open_folders(Roots(paths)))
        if params.process_id:
            parent.watch(params.process_id, self.abandon)

    def abandon(self) -> None:
        """End at once: nobody is there any more."""
        self.pages.remove()
        os._exit(1)

    def shutdown(self) -> None:
        """End, after the last message."""
        self.worker.stop()
        self.pages.remove()
        super().shutdown()  # type: ignore[no-untyped-call]

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log what went wrong outside of any request; nobody is to be interrupted by it."""
        if not isinstance(error, AnsweredError):
            logger.error("%s: %s", getattr(source, "__name__", source), error)

    def set(self, values: object) -> None:
        """Take settings, and log those that are no good."""
        self.settings, mistakes = self.settings.updated(values)
        for mistake in mistakes:
            self.window_log_message(types.LogMessageParams(types.MessageType.Warning, mistake))

    # -- documents ---------------------------------------------------------------------------

    def open(self, item: types.TextDocumentItem) -> None:
        """A document is open from now on, with this text."""
        text = Text.of(item.text, self.encoding)
        self._take(Document(item.uri, item.version, text, str(item.language_id)))

    def change(self, params: types.DidChangeTextDocumentParams) -> None:
        """A document has been edited."""
        uri = params.text_document.uri
        document = self.documents.get(uri)
        if document is None:
            logger.warning("an edit for %s, which is not open", uri)
            return
        edits = [(getattr(each, "range", None), each.text) for each in params.content_changes]
        self._take(document.changed(params.text_document.version, edits))

    def close(self, uri: str) -> None:
        """A document is not open any more."""
        if self.documents.pop(uri, None) is None:
            logger.warning("%s is closed, which was not open", uri)
            return
        self.told.pop(uri, None)
        if uri in self._pauses:
            self._pauses.pop(uri).cancel()
        self.do(lambda: self.analysis.close(uri))
        if not self.pulls:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def _take(self, document: Document) -> None:
        uri = document.uri
        self.documents[uri] = document
        if uri in self._pauses:
            self._pauses.pop(uri).cancel()
        self._pauses[uri] = asyncio.get_running_loop().call_later(PAUSE, self.settle, uri)
        if not self.pulls:
            self.judge(uri)

    # -- work --------------------------------------------------------------------------------

    def do(
        self,
        work: Callable[[], Answer],
        key: Any = None,
        urgency: int = QUESTION,
        then: Callable[[Answer], None] | None = None,
    ) -> Future[Answer]:
        """Have something done in the worker's thread, and its answer handled on this loop."""
        future = self.worker.submit(key or object(), urgency, work)
        loop = asyncio.get_running_loop()

        def finished(done: Future[Answer]) -> None:
            if done.cancelled():
                return
            error = done.exception()
            if error is not None:
                logger.error("a job failed", exc_info=error)
            elif then is not None:
                loop.call_soon_threadsafe(then, done.result())

        future.add_done_callback(finished)
        return future

    async def ask(self, uri: str, question: Callable[[View], Answer]) -> Answer | None:
        """The answer to a question about an open document as it is now; None if it is not open."""
        document = self.documents.get(uri)
        if document is None:
            return None
        work = partial(self._answer, document, question)
        return await asyncio.wrap_future(self.worker.submit(object(), QUESTION, work))

    def _answer(self, document: Document, question: Callable[[View], Answer]) -> Answer:
        return question(self.analysis.view(document))

    def judge(self, uri: str) -> None:
        """Have a document judged quickly as it is now, and what is found sent to the editor."""
        document = self.documents.get(uri)
        if document is not None:
            work = partial(self._answer, document, self.found)
            self.do(work, ("judge", uri), JUDGING, then=partial(self._publish, document))

    def settle(self, uri: str) -> None:
        """Have a document judged as a whole, and what is otherwise than thought sent."""
        document = self.documents.get(uri)
        if document is not None:
            work = partial(self._settled, document)
            self.do(work, ("settle", uri), SETTLING, then=partial(self._publish, document))

    def _settled(self, document: Document) -> list[types.Diagnostic]:
        return self.found(self.analysis.settle(document))

    def _stale(self, uris: frozenset[str]) -> None:
        """The same, from the worker's thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.judge_again, uris)

    def judge_again(self, uris: Iterable[str]) -> None:
        """Have documents judged that others have changed for."""
        for uri in uris:
            self.settle(uri)

    def refresh(self) -> None:
        """Ask the editor to pull all diagnostics anew, if it understands that."""
        workspace = self.client_capabilities.workspace
        if workspace and workspace.diagnostics and workspace.diagnostics.refresh_support:
            self.workspace_diagnostic_refresh(None)

    def found(self, view: View) -> list[types.Diagnostic]:
        """The diagnostics of a document; for the worker's thread."""
        return diagnostics(view, self.pages.address) if self.settings.enable else []

    def _publish(self, document: Document, found: list[types.Diagnostic]) -> None:
        # What was found in an older text must not stand in the place of what is found now.
        if self.documents.get(document.uri) is not document:
            return
        if self.told.get(document.uri) == (document.version, found):
            return
        if self.pulls:
            self.refresh()
            return
        self.told[document.uri] = document.version, found
        params = types.PublishDiagnosticsParams(document.uri, found, document.version)
        self.text_document_publish_diagnostics(params)
