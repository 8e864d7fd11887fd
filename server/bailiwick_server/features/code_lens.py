"""`textDocument/codeLens`: who uses a definition; who has and who calls a contract's member."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from lsprotocol import types

from bailiwick_server.counting import Counts, count
from bailiwick_server.telling import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bailiwick_server.analysis import View
    from bailiwick_server.server import BailiwickServer

# Seconds for which a count is good enough.
_FRESH = 30.0


def register(server: BailiwickServer) -> None:
    """Declare the method."""
    ledger = _Ledger(server)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions())
    async def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        if not server.settings.code_lens:
            return []
        uri = params.text_document.uri
        policy_file = await server.ask(uri, lambda view: view.policy_file)
        if policy_file is None:
            return []
        counts = ledger.counts(policy_file)
        return await server.ask_of_whole(uri, lambda view: list(lenses(view, counts))) or []


class _Ledger:
    """The last counts by policy, made anew now and then while somebody asks for them."""

    def __init__(self, server: BailiwickServer) -> None:
        self.server = server
        self._known: dict[Path, Counts] = {}
        self._begun: dict[Path, float] = {}
        self._tasks: dict[Path, asyncio.Task[None]] = {}

    def counts(self, policy_file: Path) -> Counts:
        """What is known; if that is old or nothing, it is counted, and the editor asks again."""
        old = time.monotonic() - self._begun.get(policy_file, -_FRESH) >= _FRESH
        if old and policy_file not in self._tasks:
            self._begun[policy_file] = time.monotonic()
            self._tasks[policy_file] = asyncio.create_task(self._count(policy_file))
        return self._known.get(policy_file, Counts())

    async def _count(self, policy_file: Path) -> None:
        try:
            counts = await count(policy_file)
        finally:
            del self._tasks[policy_file]
        self._begun[policy_file] = time.monotonic()
        if counts is not None and counts != self._known.get(policy_file):
            self._known[policy_file] = counts
            if self.server.abilities.refreshes_lenses:
                await self.server.workspace_code_lens_refresh_async(None)


def lenses(view: View, counts: Counts) -> Iterator[types.CodeLens]:
    """The lenses of a document, in order; for the worker's thread."""
    session = view.session
    file = session.file(view.path) if session else None
    if session is None or file is None:
        return
    found: dict[tuple[int, str], types.CodeLens] = {}
    for name, users in counts.uses.get(file.module, {}).items():
        _add(found, view, f"{file.module}:{name}", f"used by {shown(users)}")
    for member, called in counts.members.items():
        if member.partition(":")[0] == file.module:
            by = ", ".join(called.implementers) or "nobody"
            says = f"implemented by {by} · called by {shown(called.calls)}"
            _add(found, view, member, says)
    yield from (found[key] for key in sorted(found))


def _add(found: dict[tuple[int, str], types.CodeLens], view: View, target: str, says: str) -> None:
    definition = view.definition(target)
    if definition is not None and definition.path == view.path and definition.span.end_column > 1:
        there = view.document.text.range(definition.span)
        # A command without a name is shown, and does nothing.
        command = types.Command(says, "")
        found[there.start.line, target] = types.CodeLens(there, command=command)


def shown(users: Mapping[str, int]) -> str:
    """Subsystems with how often each, the most frequent first."""
    ranked = sorted(users.items(), key=lambda item: (-item[1], item[0]))
    words = ", ".join(f"{name} ({number})" for name, number in ranked[:SHOWN])
    more = f" and {len(ranked) - SHOWN} more" if len(ranked) > SHOWN else ""
    return words + more if words else "nobody"
