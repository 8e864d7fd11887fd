"""What editors may ask: one module for each, registered here.

A module offers `register(server)`, which declares its methods. Handlers are thin: they ask
`server.ask(uri, question)`, and the question is put to a `View` of the document in the worker's
thread, so a handler neither holds up the loop nor sees a text half changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bailiwick_server.features import (
    code_action,
    code_lens,
    diagnostic,
    hover,
    life,
    notebooks,
    policy_document,
    status,
    synchronization,
    watching,
)

if TYPE_CHECKING:
    from bailiwick_server.server import BailiwickServer


class Feature(Protocol):
    """What a module of this package offers."""

    def register(self, server: BailiwickServer) -> None:
        """Declare its methods on a server that has not been started."""


FEATURES: tuple[Feature, ...] = (
    life,
    synchronization,
    notebooks,
    diagnostic,
    code_action,
    code_lens,
    hover,
    policy_document,
    status,
    watching,
)
