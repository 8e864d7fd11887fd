"""`bailiwick/status`: what a status bar shows of a document."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from bailiwick_server.places import uri_of

if TYPE_CHECKING:
    from bailiwick_server.analysis import View
    from bailiwick_server.server import BailiwickServer

STATUS = "bailiwick/status"


def register(server: BailiwickServer) -> None:
    """Declare the method."""

    @server.feature(STATUS)
    async def status(params: Any) -> dict[str, Any] | None:
        return await server.ask(_uri(params), _status)


def _uri(params: Any) -> str:
    """The address in parameters like `{"textDocument": {"uri": …}}`."""
    document = getattr(params, "textDocument", None) or getattr(params, "text_document", None)
    return str(getattr(document, "uri", ""))


def _status(view: View) -> dict[str, Any]:
    subsystem = view.subsystem
    counts = Counter(finding.severity for finding in view.findings)
    return {
        "uri": view.document.uri,
        "version": view.document.version,
        "state": _state(view),
        "subsystem": subsystem.name if subsystem else None,
        "owners": list(subsystem.owners) if subsystem else [],
        "counts": {each: counts[each] for each in ("error", "warning", "info")},
        "policy": uri_of(view.policy_file) if view.policy_file else None,
        "message": view.trouble,
    }


def _state(view: View) -> str:
    """`outside` any policy, `ok`, `stale` under the last good policy, or `broken` without one."""
    if view.policy_file is None:
        return "outside"
    if view.session is None:
        return "broken"
    return "stale" if view.trouble else "ok"
