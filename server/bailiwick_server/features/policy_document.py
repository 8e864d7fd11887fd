"""Completion, definitions and links in a policy that is being written.

What they need is loaded when somebody writes one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from bailiwick_server.analysis import PolicyView
    from bailiwick_server.server import BailiwickServer

_TRIGGERS = ['"', "'", ".", ":", "[", "{", "="]


def register(server: BailiwickServer) -> None:
    """Declare the methods."""
    options = types.CompletionOptions(trigger_characters=_TRIGGERS)

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, options)
    async def completion(params: types.CompletionParams) -> types.CompletionList | None:
        def question(view: PolicyView) -> types.CompletionList:
            from bailiwick_server.completing import Completion

            items = Completion(view, params.position, server.abilities).items()
            # What is proposed grows with each dot and colon.
            return types.CompletionList(is_incomplete=True, items=list(items))

        return await server.ask_of_policy(params.text_document.uri, question)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> types.Location | None:
        def question(view: PolicyView) -> types.Location | None:
            from bailiwick_server import policies

            return policies.definition(view, params.position)

        return await server.ask_of_policy(params.text_document.uri, question)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def links(params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
        def question(view: PolicyView) -> list[types.DocumentLink]:
            from bailiwick_server import policies

            return list(policies.links(view))

        return await server.ask_of_policy(params.text_document.uri, question)
