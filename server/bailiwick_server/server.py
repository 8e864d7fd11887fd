"""The server: what editors send becomes documents and jobs, what jobs find is sent back.

Handlers here run on the loop that reads; they change the documents and hand work to the worker.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from bailiwick import __version__
from lsprotocol import types
from pygls.exceptions import JsonRpcInternalError
from pygls.io_ import StdoutWriter, run_async
from pygls.lsp.server import LanguageServer

from bailiwick_server import parent
from bailiwick_server.abilities import Abilities
from bailiwick_server.analysis import Analysis, View
from bailiwick_server.diagnostics import diagnostics
from bailiwick_server.documents import Document, Text
from bailiwick_server.editor_log import LEVELS, EditorLog
from bailiwick_server.notebooks import Notebook
from bailiwick_server.pages import Pages
from bailiwick_server.places import Roots, path_of
from bailiwick_server.protocol import AnsweredError, Protocol, converter
from bailiwick_server.settings import Settings
from bailiwick_server.waiting import Waiting
from bailiwick_server.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future
    from pathlib import Path

    from bailiwick_server.analysis import PolicyView
    from bailiwick_server.standard_input import StandardInput

    Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)

# How urgent a job is: the lowest number comes first. What is asked of a document comes after the
# first look at it, which is begun already and which the answer needs: both are JUDGING. Of one that
# was never judged that takes as long as judging it: it is OPENING, and keys in others come first.
QUESTION, JUDGING, OPENING, SETTLING, BACKGROUND = range(5)
# Seconds without an edit after which the whole of a document is judged: at the least, at the most,
# and in times of how long that took last.
PAUSE, LONGEST_PAUSE, PAUSES = 0.1, 1.0, 2.0
# The same after an edit that other open files are likely to be concerned by.
_SHORT_PAUSE = 0.03
_AT_ONCE = 0.005
_TABLE = ".toml"


class BailiwickServer(LanguageServer):
    """One editor's server.

    documents: what is open, by address
    worker:    where all analysis is done, on `analysis`, which nothing else may touch
    """

    def __init__(self) -> None:
        cells = [types.NotebookCellLanguage("python")]
        notebooks = types.NotebookDocumentSyncOptions(
            [types.NotebookDocumentFilterWithNotebook("jupyter-notebook", cells)]
        )
        super().__init__(
            "bailiwick",
            __version__,
            protocol_cls=Protocol,
            converter_factory=converter,
            notebook_document_sync=notebooks,
        )
        self.documents: dict[str, Document] = {}
        self.settings = Settings()
        self.worker = Worker()
        self.analysis = Analysis(self.worker.pulse, self._stale)
        self.pages = Pages()
        self.encoding = types.PositionEncodingKind.Utf16
        self.abilities = Abilities()
        self.pulls = False
        # By address, the version and the diagnostics that the editor was told last.
        self.told: dict[str, tuple[int, list[types.Diagnostic]]] = {}
        self.notebooks: dict[str, Notebook] = {}
        # Set whenever a document, a file or a setting may be otherwise than before.
        self.something_changed = asyncio.Event()
        self.waiting = Waiting(self, lambda: self.analysis.modules_read)
        self._pauses: dict[str, asyncio.TimerHandle] = {}
        self._settling: dict[str, Future[list[types.Diagnostic]]] = {}
        # By address, the seconds that it took to judge the whole of a document last.
        self._took: dict[str, float] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    # -- life --------------------------------------------------------------------------------

    def start_stdio(self, reader: StandardInput) -> int:
        """Serve whoever writes to standard input until the end of that; the exit code.

        As `start_io`, but for the reader.
        """
        self._stop_event = stop = threading.Event()
        self.protocol.set_writer(StdoutWriter(sys.stdout.buffer))
        log = logging.getLogger("pygls.server")
        serving = run_async(stop, reader, self.protocol, log, self.report_server_error)
        try:
            asyncio.run(serving)
        except (BrokenPipeError, KeyboardInterrupt):
            logger.debug("nobody listens any more")
        except SystemExit as ended:
            return int(ended.code or 0)
        finally:
            self.shutdown()
        return 0

    def begin(self, params: types.InitializeParams) -> None:
        """Take what the editor says of itself."""
        capabilities = params.capabilities
        text_document = capabilities.text_document
        self.pulls = bool(text_document and text_document.diagnostic)
        self.encoding = types.PositionEncodingKind(self.workspace.position_encoding)
        if params.trace is not None:
            self.protocol.trace = params.trace
        self._loop = asyncio.get_running_loop()
        logging.getLogger().addHandler(EditorLog(self._log))
        self.abilities = Abilities.of(capabilities)
        self.set(params.initialization_options)
        folders = [folder.uri for folder in params.workspace_folders or ()]
        if not folders and params.root_uri:
            folders = [params.root_uri]
        if not folders and params.root_path:
            folders = [f"file://{params.root_path}"]
        self.analysis.encoding = self.encoding
        paths = tuple(path for uri in folders if (path := path_of(uri)) is not None)
        self.worker.start()
        self.do(lambda: self.analysis.open_folders(Roots(paths)))
        self.do(self.analysis.look_ahead, urgency=BACKGROUND)
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
        unsent = source is JsonRpcInternalError
        if not unsent and not isinstance(error, AnsweredError):
            logger.error("%s: %s", getattr(source, "__name__", source), error)

    def set(self, values: object) -> None:
        """Take settings, and log those that are no good."""
        self.settings, mistakes = self.settings.updated(values)
        level = LEVELS[self.settings.log_level]
        logging.getLogger("bailiwick_server").setLevel(level)
        # pygls logs every message that is sent: to send that, too, would never end.
        logging.getLogger("pygls").setLevel(max(level, logging.WARNING))
        for mistake in mistakes:
            logger.warning("%s", mistake)

    def _log(self, message: types.LogMessageParams) -> None:
        """Send a line for the editor's log, from whatever thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.window_log_message, message)

    def trace(self, message: str, verbose: str = "") -> None:
        """Tell the editor of work that was done, if it wants to know."""
        if self.protocol.trace != types.TraceValue.Off:
            more = verbose if self.protocol.trace == types.TraceValue.Verbose else None
            self.log_trace(types.LogTraceParams(message, more))

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
        if uri.endswith(_TABLE):
            # A policy may be made of several files.
            for other in self.documents:
                if other != uri and other.endswith(_TABLE):
                    self.judge(other)

    def close(self, uri: str) -> None:
        """A document is not open any more."""
        if self.documents.pop(uri, None) is None:
            logger.warning("%s is closed, which was not open", uri)
            return
        self.told.pop(uri, None)
        self._took.pop(uri, None)
        self._stop_settling(uri)
        self.something_changed.set()
        self.do(lambda: self.analysis.close(uri), then=lambda _: self.settle_baselines())
        if uri not in self.notebooks:
            self._clear([uri])

    # -- notebooks ---------------------------------------------------------------------------

    def open_notebook(self, params: types.DidOpenNotebookDocumentParams) -> None:
        """A notebook is open from now on."""
        notebook = Notebook.of(params, Text.of("", self.encoding))
        self._take_notebook(notebook)

    def change_notebook(self, params: types.DidChangeNotebookDocumentParams) -> None:
        """Cells have been edited, moved, made or deleted."""
        notebook = self.notebooks.get(params.notebook_document.uri)
        if notebook is None:
            logger.warning("a change of %s, which is not open", params.notebook_document.uri)
            return
        gone = set(notebook.cells)
        notebook = notebook.changed(params, Text.of("", self.encoding))
        self._take_notebook(notebook)
        self._clear(gone - set(notebook.cells))

    def close_notebook(self, uri: str) -> None:
        """A notebook is not open any more."""
        notebook = self.notebooks.get(uri)
        self.close(uri)
        self.notebooks.pop(uri, None)
        if notebook is not None:
            self._clear(set(notebook.cells))

    def judged_as(self, uri: str) -> str:
        """The address of the document that another is judged with: a cell's notebook, or itself."""
        return next((each.uri for each in self.notebooks.values() if uri in each.cells), uri)

    def place_of(self, uri: str, position: types.Position) -> tuple[str, types.Position]:
        """The document that another is judged with, and where a place of that is in it."""
        notebook = self.notebooks.get(self.judged_as(uri))
        first = notebook.first_line(uri) if notebook is not None else None
        if notebook is None or first is None:
            return uri, position
        return notebook.uri, types.Position(first + position.line, position.character)

    def _take_notebook(self, notebook: Notebook) -> None:
        self.notebooks[notebook.uri] = notebook
        self._take(notebook.document(Text.of("", self.encoding)))

    def _clear(self, uris: Iterable[str]) -> None:
        for uri in uris if not self.pulls else ():
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def _take(self, document: Document) -> None:
        uri = document.uri
        self.something_changed.set()
        self.documents[uri] = document
        self._stop_settling(uri)
        pause = min(max(PAUSE, PAUSES * self._took.get(uri, 0.0)), LONGEST_PAUSE)
        self._pauses[uri] = asyncio.get_running_loop().call_later(pause, self.settle, uri)
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
        return await asyncio.wrap_future(self.worker.submit(object(), self._urgency(uri), work))

    def _urgency(self, uri: str) -> int:
        return JUDGING if uri in self._took else OPENING

    async def ask_of_whole(self, uri: str, question: Callable[[View], Answer]) -> Answer | None:
        """The same after the document was judged as a whole, so that the session has its text.

        A baseline is held against the files that it names.
        """
        document = self.documents.get(uri)
        if document is None:
            return None

        def work() -> Answer:
            # It may have been broken off by an edit.
            now = self.documents.get(uri, document)
            return question(self.analysis.debt(now) or self.analysis.settle(now))

        return await asyncio.wrap_future(self.worker.submit(object(), SETTLING, work))

    def _answer(self, document: Document, question: Callable[[View], Answer]) -> Answer:
        started = time.perf_counter()
        view = self.analysis.view(document)
        if view.settled:
            self._took.setdefault(document.uri, time.perf_counter() - started)
        if view.shows and self._loop is not None:
            self._loop.call_soon_threadsafe(self._settle_soon, document)
        return question(view)

    def _settle_soon(self, document: Document) -> None:
        """Judge the whole of a document at once, if it waits for that and others are open."""
        loop, uri = asyncio.get_running_loop(), document.uri
        waits = self.documents.get(uri) is document and uri not in self._settling
        if waits and uri in self._pauses and len(self.documents) > 1:
            self._pauses[uri].cancel()
            self._pauses[uri] = loop.call_later(_SHORT_PAUSE, self.settle, uri)

    def read(self, path: Path) -> tuple[Text, int | None]:
        """A file as the editor has it, with its version there; else as it is stored, with None.

        Raises:
            OSError, UnicodeDecodeError: if it is not open, and cannot be read.
        """
        for document in list(self.documents.values()):
            if path_of(document.uri) == path:
                return document.text, document.version
        return Text.of(path.read_bytes().decode("utf-8"), self.encoding), None

    async def show(self, uri: str, place: types.Range | None = None) -> None:
        """Have the editor open a place, if it can."""
        if self.abilities.shows_documents:
            params = types.ShowDocumentParams(uri, take_focus=True, selection=place)
            await self.window_show_document_async(params)

    def judge(self, uri: str) -> None:
        """Have a document judged quickly as it is now, and what is found sent to the editor."""
        document = self.documents.get(uri)
        if document is not None:
            work = partial(self._answer, document, self.found)
            urgency = self._urgency(uri)
            done = self.do(work, ("judge", uri), urgency, then=partial(self._publish, document))
            self.waiting.watch(done, _name(uri))

    def _stop_settling(self, uri: str) -> None:
        """Give up to judge the whole of a document, which is another now."""
        if uri in self._pauses:
            self._pauses.pop(uri).cancel()
        if uri in self._settling:
            self._settling.pop(uri).cancel()

    def settle(self, uri: str) -> None:
        """Have a document judged as a whole, and what is otherwise than thought sent."""
        document = self.documents.get(uri)
        if document is not None:
            work = partial(self._settled, document)
            done = self.do(work, ("settle", uri), SETTLING, then=partial(self._told, document))
            self._settling[uri] = done
            self.waiting.watch(done, _name(uri))

    def _told(self, document: Document, found: list[types.Diagnostic]) -> None:
        """Send what was found, and look at what of the recorded debt is there still."""
        self._publish(document, found)
        if not document.uri.endswith(_TABLE):
            self.settle_baselines()

    def settle_baselines(self) -> None:
        """Have the baselines that are open held against the files as they are now."""

        def baselines() -> list[str]:
            tables = [each for each in list(self.documents.values()) if each.uri.endswith(_TABLE)]
            views = ((each.uri, self.analysis.policy_of(each)) for each in tables)
            return [uri for uri, view in views if view is not None and view.is_baseline]

        def settle(uris: list[str]) -> None:
            for uri in uris:
                self.settle(uri)

        if any(uri.endswith(_TABLE) for uri in self.documents):
            self.do(baselines, ("baselines",), BACKGROUND, then=settle)

    async def in_background(self, work: Callable[[], Answer]) -> Answer:
        """What some work gives that can wait until nothing else is to be done."""
        return await asyncio.wrap_future(self.worker.submit(object(), BACKGROUND, work))

    def _settled(self, document: Document) -> list[types.Diagnostic]:
        started = time.perf_counter()
        found = self.found(self.analysis.settle(document), judging=True)
        took = time.perf_counter() - started
        # What is known already takes no time.
        self._took[document.uri] = took if took > _AT_ONCE else self._took.get(document.uri, took)
        return found

    def _stale(self, uris: frozenset[str]) -> None:
        """The same, from the worker's thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.judge_again, uris)

    def judge_again(self, uris: Iterable[str]) -> None:
        """Have documents judged that others have changed for."""
        self.something_changed.set()
        for uri in uris:
            self.settle(uri)

    def refresh(self) -> None:
        """Ask the editor to pull all diagnostics anew, if it understands that."""
        workspace = self.client_capabilities.workspace
        if workspace and workspace.diagnostics and workspace.diagnostics.refresh_support:
            self.workspace_diagnostic_refresh(None)

    def found(self, view: View, *, judging: bool = False) -> list[types.Diagnostic]:
        """The diagnostics of a document; for the worker's thread.

        With `judging`, other files are judged for them where that is called for.
        """
        if not self.settings.enable:
            return []
        policy = self.analysis.policy_of(view.document)
        if policy is not None:
            from bailiwick_server.policies import policy_diagnostics

            found = policy_diagnostics(policy, self.tables())
            if found or not policy.is_baseline:
                return found
            view = self.analysis.stale_debt(policy, judging=judging)
        return diagnostics(view, self.pages.address)

    def tables(self) -> dict[Path, str]:
        """The TOML documents that are open, as they are now, by path."""
        texts = [each for each in list(self.documents.values()) if each.uri.endswith(_TABLE)]
        paths = ((path_of(each.uri), each.text.content) for each in texts)
        return {path: content for path, content in paths if path is not None}

    async def ask_of_policy(
        self, uri: str, question: Callable[[PolicyView], Answer]
    ) -> Answer | None:
        """The answer to a question about an open policy as it is now; None if it is none."""
        document = self.documents.get(uri)
        if document is None or not uri.endswith(_TABLE):
            return None

        def work() -> Answer | None:
            view = self.analysis.policy_of(document)
            return None if view is None else question(view)

        return await asyncio.wrap_future(self.worker.submit(object(), QUESTION, work))

    def _publish(self, document: Document, found: list[types.Diagnostic]) -> None:
        # What was found in an older text must not stand in the place of what is found now.
        if self.documents.get(document.uri) is not document:
            return
        if self.told.get(document.uri) == (document.version, found):
            return
        if self.pulls:
            # Unless nobody has asked for them yet.
            if document.uri in self.told:
                self.refresh()
            return
        self.told[document.uri] = document.version, found
        self.trace(f"{_name(document.uri)}: {len(found)} diagnostics", document.uri)
        notebook = self.notebooks.get(document.uri)
        if notebook is None:
            params = types.PublishDiagnosticsParams(document.uri, found, document.version)
            self.text_document_publish_diagnostics(params)
            return
        for uri, part in notebook.part(found).items():
            version = notebook.cells[uri].version
            params = types.PublishDiagnosticsParams(uri, part, version)
            self.text_document_publish_diagnostics(params)


def _name(uri: str) -> str:
    """The last part of an address, for people."""
    return uri.rpartition("/")[2]
