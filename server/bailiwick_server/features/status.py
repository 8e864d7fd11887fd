"""`bailiwick/status`: what a status bar shows; `bailiwick/subsystems`: whose files are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from bailiwick_server.places import uri_of

if TYPE_CHECKING:
    from bailiwick import Subsystem

    from bailiwick_server.analysis import View
    from bailiwick_server.server import BailiwickServer

STATUS = "bailiwick/status"
SUBSYSTEMS = "bailiwick/subsystems"


def register(server: BailiwickServer) -> None:
    """Declare the method."""

    @server.feature(STATUS)
    async def status(params: Any) -> dict[str, Any] | None:
        return await server.ask(_uri(params), _status)

    @server.feature(SUBSYSTEMS)
    async def subsystems(params: Any) -> list[dict[str, Any] | None]:
        uris = [str(uri) for uri in getattr(params, "uris", ())]
        return await server.in_background(
            lambda: [_whose(server.analysis.subsystem_at(uri)) for uri in uris]
        )


def _whose(subsystem: Subsystem | None) -> dict[str, Any] | None:
    if subsystem is None:
        return None
    return {"subsystem": subsystem.name, "owners": list(subsystem.owners)}


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
