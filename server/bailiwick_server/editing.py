"""From edits of texts to those that an editor makes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick import Edit

    from bailiwick_server.abilities import Abilities
    from bailiwick_server.documents import Text

_ACTIVE = re.compile(r"([\\$}])")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Target:
    """A file whose text is to be edited; `version` is None where no editor has it open."""

    uri: str
    text: Text
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Insertion:
    """Some text put in at an offset; the cursor goes behind `cursor` of its characters."""

    offset: int
    text: str
    cursor: int | None = None


def workspace_edit(
    target: Target, edits: Iterable[types.TextEdit], abilities: Abilities
) -> types.WorkspaceEdit:
    """Edits of one file as the editor takes them."""
    changes = list(edits)
    if not abilities.document_changes:
        return types.WorkspaceEdit(changes={target.uri: changes})
    document = types.OptionalVersionedTextDocumentIdentifier(target.uri, target.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, [*changes])])


def text_edits(target: Target, edits: Iterable[Edit]) -> list[types.TextEdit]:
    """Edits of a fix, with the line ends that the text has."""
    end = line_end(target.text.content)
    return [
        types.TextEdit(target.text.range(edit.span), edit.text.replace("\n", end)) for edit in edits
    ]


def inserting(
    target: Target, insertions: Iterable[Insertion], abilities: Abilities
) -> types.WorkspaceEdit:
    """The insertions as an edit that leaves the cursor where it is wanted, if the editor can."""
    end = line_end(target.text.content)
    document = types.OptionalVersionedTextDocumentIdentifier(target.uri, target.version)
    edits: list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit] = []
    plain: list[types.TextEdit] = []
    for each in insertions:
        place = target.text.position(each.offset)
        there, new = types.Range(place, place), each.text.replace("\n", end)
        plain.append(types.TextEdit(there, new))
        if each.cursor is None:
            edits.append(plain[-1])
        else:
            before, behind = (
                _ACTIVE.sub(r"\\\1", part).replace("\n", end)
                for part in (each.text[: each.cursor], each.text[each.cursor :])
            )
            edits.append(types.SnippetTextEdit(there, types.StringValue(f"{before}$0{behind}")))
    if not abilities.snippets:
        return workspace_edit(target, plain, abilities)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, edits)])


def cursor_after(target: Target, insertions: Iterable[Insertion]) -> types.Position:
    """Where the cursor belongs when the insertions have been made."""
    end, shift, wanted = line_end(target.text.content), 0, 0
    content = target.text.content
    for each in sorted(insertions, key=lambda each: each.offset):
        begin, new = each.offset + shift, each.text.replace("\n", end)
        content = content[:begin] + new + content[begin:]
        shift += len(new)
        if each.cursor is not None:
            wanted = begin + len(each.text[: each.cursor].replace("\n", end))
    return target.text.of(content, target.text.encoding).position(wanted)


def line_end(content: str) -> str:
    """How the lines of a text end, by the first."""
    first = re.search(r"\r\n|\r|\n", content)
    return first[0] if first else "\n"


def difference(before: Text, after: str) -> Iterator[types.TextEdit]:
    """What is to be edited in a text to make it another, by whole lines."""
    old, new = _LINE.findall(before.content), _LINE.findall(after)
    starts = [*before.starts, len(before.content)]
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    matcher = SequenceMatcher(
        None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False
    )
    for kind, first, last, begin, stop in matcher.get_opcodes():
        if kind != "equal":
            range_ = types.Range(
                before.position(starts[head + first]), before.position(starts[head + last])
            )
            yield types.TextEdit(range_, "".join(new[head + begin : head + stop]))
