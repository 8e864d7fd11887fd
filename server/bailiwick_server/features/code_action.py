"""`textDocument/codeAction`, `codeAction/resolve`: what may be done about a finding."""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bailiwick import UserError
from lsprotocol import types

from bailiwick_server import remedies
from bailiwick_server.diagnostics import range_of
from bailiwick_server.editing import (
    Target,
    cursor_after,
    difference,
    inserting,
    text_edits,
    workspace_edit,
)
from bailiwick_server.places import uri_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bailiwick import Finding

    from bailiwick_server.analysis import View
    from bailiwick_server.editing import Insertion
    from bailiwick_server.remedies import Remedy
    from bailiwick_server.server import BailiwickServer

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.bailiwick"
FIX_ALL_TITLE = "Bailiwick: fix all that is safe to fix"
RECORD, SHOW, READ = "bailiwick.record", "bailiwick.show", "bailiwick.readPage"
_QUICK = types.CodeActionKind.QuickFix.value


def register(server: BailiwickServer) -> None:
    """Declare the methods."""
    options = types.CodeActionOptions(
        code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=True
    )

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        actions = _Actions(server, params)
        return await server.ask_of_whole(params.text_document.uri, actions.all) or []

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        data = _plain(action.data)
        if not isinstance(data, dict) or action.edit is not None:
            return action
        question = partial(complete, server, action, data)
        return await server.ask_of_whole(str(data.get("uri", "")), question) or action

    # pygls reads the types of these parameters; "object" would mean the server to it.

    @server.command(RECORD)
    async def record(uri: str, code: str, target: str, line: int, column: int) -> None:
        await _record(server, uri, _Known(code, target, line, column))

    @server.command(SHOW)
    async def show(uri: str, line: int, character: int) -> None:
        start = types.Position(line, character)
        await server.show(uri, types.Range(start, start))

    @server.command(READ)
    async def read(code: str) -> None:
        page = server.pages.address(code)
        if page:
            await server.show(page)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a finding is known by, in a text that may have been edited since."""

    code: str
    target: str
    line: int
    column: int

    @classmethod
    def of(cls, finding: Finding) -> _Known:
        return cls(finding.code, finding.target, finding.span.line, finding.span.column)

    def again(self, view: View) -> Finding | None:
        """The nearest one of that kind."""
        same = (e for e in view.findings if (e.code, e.target) == (self.code, self.target))
        return min(same, key=self._distance, default=None)

    def _distance(self, finding: Finding) -> tuple[int, int]:
        span = finding.span
        return abs(span.line - self.line), abs(span.column - self.column)


class _Actions:
    """What is offered for a stretch of a document."""

    def __init__(self, server: BailiwickServer, params: types.CodeActionParams) -> None:
        self.server, self.params = server, params
        self.only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
        self.wanted = params.range

    def all(self, view: View) -> list[types.CodeAction]:
        """The actions; for the worker's thread."""
        return [*self._remedies(view), *self._fix_all(view)]

    def _asked_for(self, kind: str) -> bool:
        asked = (kind == each or kind.startswith(f"{each}.") for each in self.only)
        return not self.only or any(asked)

    def _remedies(self, view: View) -> Iterator[types.CodeAction]:
        if not self._asked_for(_QUICK):
            return
        findings = [each for each in view.findings if self._meets(range_of_finding(view, each))]
        for remedy in remedies.remedies(view, findings):
            shows = self.server.abilities.shows_documents
            if remedy.kind in (remedies.LINE, remedies.PAGE) and not shows:
                continue
            action = self._action(view, remedy)
            if action is not None:
                yield action

    def _meets(self, found: types.Range) -> bool:
        wanted = self.wanted
        before = (found.end.line, found.end.character) < (wanted.start.line, wanted.start.character)
        behind = (found.start.line, found.start.character) > (wanted.end.line, wanted.end.character)
        return not before and not behind

    def _action(self, view: View, remedy: Remedy) -> types.CodeAction | None:
        action = types.CodeAction(
            remedy.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=self._diagnostics(view, remedy.finding) or None,
            is_preferred=True if remedy.safe else None,
            data=_data(view, remedy),
        )
        if remedy.kind == remedies.LINE:
            place = remedies.deciding_place(view, remedy.finding)
            if place is None:
                return None
            action.command = _showing(uri_of(place[0]), types.Position(place[1] - 1, 0))
        elif remedy.kind == remedies.PAGE:
            action.command = types.Command(remedy.title, READ, arguments=[remedy.finding.code])
        elif remedy.kind == remedies.RECORD:
            known = _Known.of(remedy.finding)
            arguments = [view.document.uri, *astuple(known)]
            action.command = types.Command(remedy.title, RECORD, arguments=arguments)
        elif not self.server.abilities.resolves_edits:
            return complete(self.server, action, _data(view, remedy), view)
        return action

    def _diagnostics(self, view: View, finding: Finding) -> list[types.Diagnostic]:
        there = range_of_finding(view, finding)
        return [
            each
            for each in self.params.context.diagnostics
            if each.code == finding.code and each.range == there
        ]

    def _fix_all(self, view: View) -> Iterator[types.CodeAction]:
        invoked = self.params.context.trigger_kind != types.CodeActionTriggerKind.Automatic
        if not self._asked_for(FIX_ALL) or not (self.only or invoked) or not view.findings:
            return
        # Nobody is to be offered what comes to nothing.
        if not any(remedy.safe for remedy in remedies.fixing(view, list(view.findings))):
            return
        data = {"uri": view.document.uri}
        action = types.CodeAction(FIX_ALL_TITLE, kind=FIX_ALL, data=data)
        if not self.server.abilities.resolves_edits:
            action = complete(self.server, action, data, view)
            if action.edit is None:
                return
        yield action


def range_of_finding(view: View, finding: Finding) -> types.Range:
    """Where a finding is shown."""
    return range_of(view.document.text, finding.span)


def complete(
    server: BailiwickServer, action: types.CodeAction, data: dict[str, Any], view: View
) -> types.CodeAction:
    """The action with its edit, in the document as it is now; for the worker's thread."""
    kind = data.get("kind")
    target = Target(view.document.uri, view.document.text, view.document.version)
    if kind is None:
        fixed = remedies.all_fixed(view)
        if fixed is not None:
            edits = difference(view.document.text, fixed)
            action.edit = workspace_edit(target, edits, server.abilities)
        return action
    finding = _known(data).again(view)
    if finding is None:
        return action
    if kind == remedies.FIX:
        for remedy in remedies.fixing(view, [finding]):
            if remedy.title == data.get("title"):
                edits_there = text_edits(target, remedy.edits)
                action.edit = workspace_edit(target, edits_there, server.abilities)
                return action
    elif kind == remedies.SHRINK:
        edits = difference(view.document.text, remedies.shrunk(view))
        action.edit = workspace_edit(target, edits, server.abilities)
    elif kind == remedies.ALLOW:
        insertion = remedies.allowing_insertion(view, finding)
        if insertion is not None:
            _insert(server, action, target, [insertion])
    elif kind == remedies.PERMIT:
        permitted = remedies.permission(view, finding, server.read)
        if permitted is not None:
            _insert(server, action, *permitted)
    return action


def _insert(
    server: BailiwickServer,
    action: types.CodeAction,
    target: Target,
    insertions: Sequence[Insertion],
) -> None:
    """Insert, and go to where something has to be filled in."""
    abilities = server.abilities
    action.edit = inserting(target, insertions, abilities)
    fills = any(each.cursor is not None for each in insertions)
    if fills and abilities.shows_documents and not abilities.snippets:
        action.command = _showing(target.uri, cursor_after(target, insertions))


def _showing(uri: str, place: types.Position) -> types.Command:
    return types.Command("Open", SHOW, arguments=[uri, place.line, place.character])


def _data(view: View, remedy: Remedy) -> dict[str, Any]:
    known = asdict(_Known.of(remedy.finding))
    return {"uri": view.document.uri, "kind": remedy.kind, "title": remedy.title, **known}


def _known(data: dict[str, Any]) -> _Known:
    line, column = (data.get(key) for key in ("line", "column"))
    return _Known(
        str(data.get("code")),
        str(data.get("target")),
        line if isinstance(line, int) else 0,
        column if isinstance(column, int) else 0,
    )


async def _record(server: BailiwickServer, uri: str, known: _Known) -> None:
    """Write a finding into the baseline, and go to the reason that has to be given there."""

    def question(view: View) -> tuple[str, types.Range] | None:
        finding = known.again(view)
        if finding is None:
            return None
        path = remedies.record(view, finding)
        server.analysis.stored([path])
        text, _ = server.read(path)
        start = text.content.find(remedies.REASON)
        there = text.position(start), text.position(start + len(remedies.REASON))
        return uri_of(path), types.Range(*there)

    try:
        place = await server.ask_of_whole(uri, question)
    except UserError as error:
        server.window_show_message(types.ShowMessageParams(types.MessageType.Error, str(error)))
        return
    server.judge_again(list(server.documents))
    if place is not None:
        await server.show(*place)


def _plain(value: Any) -> Any:
    """What came as JSON, whatever pygls has made of it."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
