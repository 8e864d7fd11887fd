"""`workspace/didChangeWatchedFiles`: what is written by others than the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from bailiwick_server.places import path_of

if TYPE_CHECKING:
    from bailiwick_server.server import BailiwickServer

GLOBS = ("**/*.py", "**/*.toml", "**/setup.cfg")


def register(server: BailiwickServer) -> None:
    """Declare the methods."""

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def written(params: types.DidChangeWatchedFilesParams) -> None:
        paths = [path for each in params.changes if (path := path_of(each.uri))]
        server.do(lambda: server.analysis.stored(paths))
