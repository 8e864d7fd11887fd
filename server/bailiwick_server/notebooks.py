"""Notebooks: their Python cells, in order, are judged as one module."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lsprotocol.types import NotebookCellKind

from bailiwick_server.documents import Document, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lsprotocol import types

# Lines that are IPython's, not Python's: magics, commands for a shell, help.
_NOT_PYTHON = re.compile(r"^([ \t]*)[%!?]|^[^#\"'\n=]*\?[ \t]*$", re.MULTILINE)
_OTHER_LANGUAGE = re.compile(r"\s*%%(?!time|capture|prun)")
_LINE = re.compile(r"^.", re.MULTILINE)
# Behind a notebook's own name, so that its cells are a module beside others.
SUFFIX = ".ipynb"


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook that is open.

    cells:  all its code cells by address, also those in other languages
    order:  the addresses of all its cells as they follow each other
    """

    uri: str
    version: int
    order: tuple[str, ...]
    cells: Mapping[str, Document]

    @classmethod
    def of(cls, params: types.DidOpenNotebookDocumentParams, text: Text) -> Notebook:
        """A notebook as it is opened; `text` is any, for its encoding."""
        document = params.notebook_document
        cells = {
            each.uri: Document(
                each.uri,
                each.version,
                Text.of(each.text, text.encoding),
                str(each.language_id),
                document.uri,
            )
            for each in params.cell_text_documents
        }
        return cls(document.uri, document.version, _code(document.cells), cells)

    def changed(self, params: types.DidChangeNotebookDocumentParams, text: Text) -> Notebook:
        """The notebook after a change of its cells or of what stands in them."""
        order, cells = list(self.order), dict(self.cells)
        change = params.change.cells
        if change is not None and change.structure is not None:
            moved = change.structure.array
            new = _code(moved.cells or ())
            order[moved.start : moved.start + moved.delete_count] = new
            for each in change.structure.did_open or ():
                opened = Text.of(each.text, text.encoding)
                language = str(each.language_id)
                cells[each.uri] = Document(each.uri, each.version, opened, language, self.uri)
            for closed in change.structure.did_close or ():
                cells.pop(closed.uri, None)
        for content in (change.text_content or ()) if change is not None else ():
            cell = cells.get(content.document.uri)
            if cell is not None:
                edits = [(getattr(each, "range", None), each.text) for each in content.changes]
                cells[cell.uri] = cell.changed(content.document.version, edits)
        return replace(
            self, version=params.notebook_document.version, order=tuple(order), cells=cells
        )

    def python(self) -> list[Document]:
        """The Python cells, in order."""
        found = (self.cells.get(uri) for uri in self.order)
        return [cell for cell in found if cell is not None and cell.language == "python"]

    def document(self, text: Text) -> Document:
        """All Python cells as one text, each on lines of its own."""
        content = "".join(f"{_as_python(cell.text.content)}\n" for cell in self.python())
        return Document(self.uri, self.version, Text.of(content, text.encoding), "python")

    def first_line(self, uri: str) -> int | None:
        """The line of that text, 0-based, at which a cell begins; None for one in no Python."""
        first = 0
        for cell in self.python():
            if cell.uri == uri:
                return first
            first += len(cell.text.starts)
        return None

    def part(self, diagnostics: Sequence[types.Diagnostic]) -> dict[str, list[types.Diagnostic]]:
        """Diagnostics of that text by the address of the cell that they belong to."""
        found: dict[str, list[types.Diagnostic]] = {uri: [] for uri in self.cells}
        first = 0
        for cell in self.python():
            count = len(cell.text.starts)
            for each in diagnostics:
                if first <= each.range.start.line < first + count:
                    found[cell.uri].append(_lifted(each, first))
            first += count
        return found


def _code(cells: Iterable[types.NotebookCell]) -> tuple[str, ...]:
    return tuple(each.document if each.kind == NotebookCellKind.Code else "" for each in cells)


def _as_python(text: str) -> str:
    """A cell with comments in place of what is IPython's; lines and columns stay."""
    if _OTHER_LANGUAGE.match(text):
        return _LINE.sub("#", text)
    return _NOT_PYTHON.sub(_commented, text)


def _commented(line: re.Match[str]) -> str:
    margin = line[1] or ""
    return f"{margin}#{line[0][len(margin) + 1 :]}"


def _lifted(diagnostic: types.Diagnostic, lines: int) -> types.Diagnostic:
    import attrs

    start, end = diagnostic.range.start, diagnostic.range.end
    place = attrs.evolve(
        diagnostic.range,
        start=attrs.evolve(start, line=start.line - lines),
        end=attrs.evolve(end, line=end.line - lines),
    )
    return attrs.evolve(diagnostic, range=place)
