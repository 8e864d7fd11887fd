"""`workspace/diagnostic`: diagnostics of all files, for editors that want them (a setting).

A request is answered when all files have been judged that have changed since the last one; where
none has, it is held open until one does. That is a stream of small jobs in the background, so
whatever is asked about an open document comes first.
"""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from bailiwick_server.features.diagnostic import result_id

if TYPE_CHECKING:
    from bailiwick_server.server import BailiwickServer

    Report = types.WorkspaceFullDocumentDiagnosticReport

# Seconds without any change after which all files are looked at anew, and the longest such wait.
QUIET, LONGEST_QUIET = 0.8, 5.0


def register(server: BailiwickServer) -> None:
    """Declare the method."""

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def pull(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        known = {each.uri: each.value for each in params.previous_result_ids}
        while True:
            server.something_changed.clear()
            reports = await _reports(server, known)
            if reports or not known:
                return types.WorkspaceDiagnosticReport(reports)
            await server.something_changed.wait()
            await _quiet(server)


async def _quiet(server: BailiwickServer) -> None:
    """Wait until nothing has changed for a while: who types looks at the file that is open.

    All files are looked at anew for this, which would take the time from judging each key.
    """
    until = time.monotonic() + LONGEST_QUIET
    while time.monotonic() < until:
        server.something_changed.clear()
        try:
            await asyncio.wait_for(server.something_changed.wait(), QUIET)
        except asyncio.TimeoutError:
            return


async def _reports(server: BailiwickServer, known: dict[str, str]) -> list[Report]:
    """A report for each file whose diagnostics are others than the editor knows."""
    found: list[Report] = []
    seen: set[str] = set()
    for uri in await server.in_background(server.analysis.everything):
        seen.add(uri)
        report = await server.in_background(partial(_report, server, uri, known.get(uri)))
        if report is not None:
            found.append(report)
    gone = [uri for uri in known if uri not in seen]
    empty = result_id([])
    found += [
        types.WorkspaceFullDocumentDiagnosticReport(uri, [], result_id=empty)
        for uri in gone
        if known[uri] != empty
    ]
    return found


def _report(server: BailiwickServer, uri: str, known: str | None) -> Report | None:
    document = server.documents.get(uri)
    view = server.analysis.settle(document) if document else server.analysis.stored_view(uri)
    diagnostics = server.found(view) if view is not None else []
    name = result_id(diagnostics)
    if name == (known or result_id([])):
        return None
    version = document.version if document else None
    return types.WorkspaceFullDocumentDiagnosticReport(uri, diagnostics, version, result_id=name)
