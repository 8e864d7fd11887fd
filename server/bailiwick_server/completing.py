"""What may be written at a place of a policy or of its baseline, as an editor completes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types

from bailiwick_server import debts, policies
from bailiwick_server.telling import markup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick import Spot

    from bailiwick_server.abilities import Abilities
    from bailiwick_server.analysis import PolicyView
    from bailiwick_server.debts import Proposal

_CURSOR = re.compile(r"\$0")
_KINDS = {
    "header": types.CompletionItemKind.Module,
    "key": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.Value,
}


class Completion:
    """What may be written at a place."""

    def __init__(self, view: PolicyView, position: types.Position, abilities: Abilities) -> None:
        self.view, self.abilities = view, abilities
        self.offset = view.document.text.offset(position)

    def items(self) -> Iterator[types.CompletionItem]:
        """The proposals, as the editor can take them."""
        if self.view.is_baseline:
            yield from map(self._of_debt, debts.proposals(self.view, self.offset))
            return
        spot = policies.draft(self.view).spot(self.offset)
        if spot is None:
            return
        for each in spot.proposals:
            yield self._item(spot, each.word, each.insert, each.meaning, "0")
        names = policies.names_for(self.view, spot.roles, spot.path, spot.typed)
        for name, told in names:
            if name not in spot.siblings:
                yield self._item(spot, name, self._named(spot, name), told, "1")

    def _named(self, spot: Spot, name: str) -> str:
        if spot.kind == "value" and not spot.quoted:
            return f'"{name}"'
        return f"{name} = [$0]" if spot.kind == "key" else name

    def _item(
        self, spot: Spot, label: str, insert: str, told: str, order: str
    ) -> types.CompletionItem:
        text, word = self.view.document.text, spot.word
        start = text.position(word.start if word else self.offset)
        end = text.position(word.end if word else self.offset)
        if word is not None and spot.kind == "key" and " = " in insert and self._is_given(word.end):
            insert = insert.partition(" = ")[0]
        range_ = types.Range(start, end)
        filtered = label if spot.quoted or spot.kind != "value" else insert
        return self._made(
            label, _KINDS[spot.kind], insert, range_, told, f"{order}{label}", filtered
        )

    def _of_debt(self, each: Proposal) -> types.CompletionItem:
        text = self.view.document.text
        range_ = types.Range(text.position(each.start), text.position(self.offset))
        kind = _KINDS["key" if each.is_key else "value"]
        filtered = each.word if each.is_key else each.insert
        return self._made(each.word, kind, each.insert, range_, each.meaning, each.word, filtered)

    def _made(
        self,
        label: str,
        kind: types.CompletionItemKind,
        insert: str,
        range_: types.Range,
        told: str,
        order: str,
        filtered: str,
    ) -> types.CompletionItem:
        snippets, markdown = self.abilities.snippet_items, self.abilities.markdown_items
        new = insert if snippets else _CURSOR.sub("", insert)
        as_snippet = types.InsertTextFormat.Snippet
        return types.CompletionItem(
            label,
            kind=kind,
            documentation=markup(told, markdown=markdown) if told else None,
            sort_text=order,
            filter_text=filtered,
            insert_text_format=as_snippet if "$0" in insert and snippets else None,
            text_edit=types.TextEdit(range_, new),
        )

    def _is_given(self, end: int) -> bool:
        """Whether a value stands behind a key already."""
        return self.view.document.text.content[end:].lstrip(" \t").startswith("=")
