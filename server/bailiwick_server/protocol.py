"""pygls' protocol, without its copies of documents, and with an answer to what is malformed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cattrs import Converter

logger = logging.getLogger(__name__)

_NOT_REQUESTS = frozenset({"result", "error"})


def converter() -> Converter:
    """What turns JSON into the protocol's classes, and back.

    It stops at the first thing that is wrong with a message: to collect all would take more code,
    which is written and compiled at every start.
    """
    made: Converter = default_converter()  # type: ignore[no-untyped-call]
    made.detailed_validation = False
    return made


class AnsweredError(JsonRpcException):
    """A message was no good, and its sender has been told."""


class Protocol(LanguageServerProtocol):
    """What differs from pygls' own.

    That keeps what notifications have come to for ever; here it goes when they are handled.
    Its `TextDocument` ends lines where the protocol does not, and cuts the whole text into lines
    for every edit; so the handlers here leave its workspace alone.
    """

    def _execute_handler(  # type: ignore[no-untyped-def]
        self, msg_id, handler, callback, args=None, kwargs=None
    ) -> None:
        def handled(future: Any) -> None:
            self._request_futures.pop(msg_id, None)
            callback(future)

        super()._execute_handler(msg_id, handler, handled, args, kwargs)

    def _hand_over(self, method: str, params: Any) -> Iterator[Any]:
        handler = self.fm.features.get(method)
        if handler is not None:
            yield handler, (params,), None

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Any:
        """The end is near: what is being answered is given up, which takes it off the list."""
        for message_id, future in list(self._request_futures.items()):
            if message_id != self.msg_id:
                future.cancel()
        return (yield from super().lsp_shutdown(*args))

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: Any) -> Any:
        """A document is opened."""
        yield from self._hand_over(types.TEXT_DOCUMENT_DID_OPEN, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: Any) -> Any:
        """A document is changed."""
        yield from self._hand_over(types.TEXT_DOCUMENT_DID_CHANGE, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: Any) -> Any:
        """A document is closed."""
        yield from self._hand_over(types.TEXT_DOCUMENT_DID_CLOSE, params)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: Any) -> Any:
        """A notebook is opened."""
        yield from self._hand_over(types.NOTEBOOK_DOCUMENT_DID_OPEN, params)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: Any) -> Any:
        """A notebook is changed."""
        yield from self._hand_over(types.NOTEBOOK_DOCUMENT_DID_CHANGE, params)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: Any) -> Any:
        """A notebook is closed."""
        yield from self._hand_over(types.NOTEBOOK_DOCUMENT_DID_CLOSE, params)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message from its JSON. A request with wrong parameters gets an answer that says so."""
        try:
            return super().structure_message(data)
        except JsonRpcException:
            message_id = data.get("id")
            if isinstance(message_id, (int, str)) and data.keys().isdisjoint(_NOT_REQUESTS):
                error = JsonRpcInvalidParams(f"wrong parameters for {data.get('method')!r}")
                self._send_response(message_id, error=error.to_response_error())
                raise AnsweredError from None
            raise
