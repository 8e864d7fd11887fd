"""`initialize`, `initialized`, settings and folders: what an editor says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from bailiwick_server.features import workspace_diagnostic
from bailiwick_server.features.watching import watch
from bailiwick_server.places import path_of
from bailiwick_server.settings import SECTION

if TYPE_CHECKING:
    from bailiwick_server.server import BailiwickServer


def register(server: BailiwickServer) -> None:
    """Declare the methods."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.begin(params)
        if server.settings.workspace_diagnostics:
            workspace_diagnostic.register(server)

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        watch(server)
        await _pull_settings(server)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def changed(params: types.DidChangeConfigurationParams) -> None:
        server.set(params.settings)
        await _pull_settings(server)
        server.judge_again(list(server.documents))

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        added = [path for each in params.event.added if (path := path_of(each.uri))]
        removed = [path for each in params.event.removed if (path := path_of(each.uri))]
        analysis = server.analysis

        def change() -> frozenset[str]:
            analysis.open_folders(analysis.roots.with_folders(added, removed))
            return frozenset(server.documents)

        server.something_changed.set()

        server.do(change, then=server.judge_again)


async def _pull_settings(server: BailiwickServer) -> None:
    """Ask for the settings, where the editor can be asked."""
    workspace = server.client_capabilities.workspace
    if not workspace or not workspace.configuration:
        return
    wanted = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    before = server.settings
    for values in await server.workspace_configuration_async(wanted):
        server.set(values)
    if server.settings != before:
        server.judge_again(list(server.documents))
