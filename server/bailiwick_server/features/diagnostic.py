"""`textDocument/diagnostic`: diagnostics for editors that ask for them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from lsprotocol import types

from bailiwick_server.settings import SECTION

if TYPE_CHECKING:
    from bailiwick_server.analysis import View
    from bailiwick_server.server import BailiwickServer

    Report = types.DocumentDiagnosticReport


def register(server: BailiwickServer) -> None:
    """Declare the methods."""
    options = types.DiagnosticOptions(
        identifier=SECTION, inter_file_dependencies=True, workspace_diagnostics=False
    )

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def pull(params: types.DocumentDiagnosticParams) -> Report:
        asked = params.text_document.uri
        uri = server.judged_as(asked)

        def question(view: View) -> Report:
            found = server.found(view)
            server.told[uri] = view.document.version, found
            if asked != uri:
                found = server.notebooks[uri].part(found)[asked]
            name = result_id(found)
            if name == params.previous_result_id:
                return types.RelatedUnchangedDocumentDiagnosticReport(name)
            return types.RelatedFullDocumentDiagnosticReport(found, result_id=name)

        report = await server.ask(uri, question)
        return report or types.RelatedFullDocumentDiagnosticReport([])


def result_id(found: list[types.Diagnostic]) -> str:
    """What names a list of diagnostics: the same if and only if all of them are the same."""
    words = json.dumps([repr(each) for each in found])
    return hashlib.sha1(words.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
