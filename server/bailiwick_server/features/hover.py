"""`textDocument/hover`: whose a name is, and whether it may be used; what a policy's words mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from bailiwick_server.diagnostics import range_of
from bailiwick_server.telling import markup, told

if TYPE_CHECKING:
    from bailiwick_server.analysis import PolicyView, View
    from bailiwick_server.server import BailiwickServer


def register(server: BailiwickServer) -> None:
    """Declare the method."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        uri = params.text_document.uri
        whole, position = server.place_of(uri, params.position)

        def question(view: View) -> str:
            return words(view, position)

        def policy_question(view: PolicyView) -> str:
            from bailiwick_server import policies

            return policies.told(view, params.position)

        if uri.endswith(".toml"):
            value = await server.ask_of_policy(uri, policy_question)
        else:
            value = await server.ask(whole, question)
        if not value:
            return None
        return types.Hover(markup(value, markdown=server.abilities.markdown_hover))


def words(view: View, position: types.Position) -> str:
    """What is told of the place in a document; for the worker's thread."""
    session, policy = view.session, view.policy
    if session is None or policy is None or session.file(view.path) is None:
        return ""
    text = view.document.text
    now = text.content
    offset = text.offset(position)
    if now.startswith("\ufeff"):
        now, offset = now[1:], max(offset - 1, 0)
    if "\r" in now:
        offset -= now.count("\r\n", 0, offset)
        now = now.replace("\r\n", "\n").replace("\r", "\n")
    pointed = session.point(view.path, now, offset)
    target = session.owner(pointed.module) if pointed else None
    here = (each for each in view.findings if _covers(range_of(text, each.span), position))
    return told(policy, view.subsystem, target, pointed, here)


def _covers(found: types.Range, position: types.Position) -> bool:
    place = position.line, position.character
    start, end = found.start, found.end
    return (start.line, start.character) <= place <= (end.line, end.character)
