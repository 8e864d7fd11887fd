"""What is written by others than the editor, or made, renamed and deleted in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from bailiwick_server.places import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bailiwick_server.server import BailiwickServer

GLOBS = ("**/*.py", "**/*.toml")
_FILES = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern(glob), "file") for glob in ("**/*",)]
)


def register(server: BailiwickServer) -> None:
    """Declare the methods."""

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def written(params: types.DidChangeWatchedFilesParams) -> None:
        _stored(server, (each.uri for each in params.changes))

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        _stored(server, [params.text_document.uri])

    @server.feature(types.WORKSPACE_DID_CREATE_FILES, _FILES)
    def created(params: types.CreateFilesParams) -> None:
        _stored(server, (each.uri for each in params.files))

    @server.feature(types.WORKSPACE_DID_DELETE_FILES, _FILES)
    def deleted(params: types.DeleteFilesParams) -> None:
        _stored(server, (each.uri for each in params.files))

    @server.feature(types.WORKSPACE_DID_RENAME_FILES, _FILES)
    def renamed(params: types.RenameFilesParams) -> None:
        _stored(server, (uri for each in params.files for uri in (each.old_uri, each.new_uri)))


def _stored(server: BailiwickServer, uris: Iterable[str]) -> None:
    paths = [path for uri in uris if (path := path_of(uri))]
    server.do(lambda: server.analysis.stored(paths), then=lambda _: server.settle_baselines())


def watch(server: BailiwickServer) -> None:
    """Ask the editor to tell what is written, if it can be asked."""
    workspace = server.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace else None
    if watched and watched.dynamic_registration:
        options = types.DidChangeWatchedFilesRegistrationOptions(
            [types.FileSystemWatcher(glob) for glob in GLOBS]
        )
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registration = types.Registration("bailiwick-watching", method, options)
        server.client_register_capability(types.RegistrationParams([registration]))
