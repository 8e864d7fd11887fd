"""What an editor understands, as far as that changes what it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol.types import MarkupKind

if TYPE_CHECKING:
    from lsprotocol.types import ClientCapabilities

_MARKDOWN = MarkupKind.Markdown


@dataclass(frozen=True, slots=True)
class Abilities:
    """The abilities of an editor.

    resolves_edits:   whether it asks for the edit of a code action when that is chosen
    document_changes: whether it takes edits with the version of the document that they are for
    snippets:         whether such an edit may say where the cursor goes
    shows_documents:  whether it opens a place when it is asked to
    snippet_items:    whether a completion may say where the cursor goes
    refreshes_lenses: whether it asks for lenses anew when it is told to
    markdown_hover:   whether it shows Markdown where somebody points
    markdown_items:   whether it does beside what it proposes
    """

    resolves_edits: bool = False
    document_changes: bool = False
    snippets: bool = False
    shows_documents: bool = False
    snippet_items: bool = False
    refreshes_lenses: bool = False
    markdown_hover: bool = False
    markdown_items: bool = False

    @classmethod
    def of(cls, capabilities: ClientCapabilities) -> Abilities:
        """Those that an editor says it has."""
        text, workspace = capabilities.text_document, capabilities.workspace
        window = capabilities.window
        action = text.code_action if text else None
        resolves = action.resolve_support if action else None
        edit = workspace.workspace_edit if workspace else None
        item = text.completion.completion_item if text and text.completion else None
        hover = text.hover if text else None
        lens = workspace.code_lens if workspace else None
        document_changes = bool(edit and edit.document_changes)
        return cls(
            resolves_edits=resolves is not None and "edit" in resolves.properties,
            document_changes=document_changes,
            snippets=document_changes and bool(edit and edit.snippet_edit_support),
            shows_documents=bool(window and window.show_document and window.show_document.support),
            snippet_items=bool(item and item.snippet_support),
            refreshes_lenses=bool(lens and lens.refresh_support),
            markdown_hover=_MARKDOWN in ((hover and hover.content_format) or ()),
            markdown_items=_MARKDOWN in ((item and item.documentation_format) or ()),
        )
