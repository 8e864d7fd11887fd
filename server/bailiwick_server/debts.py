"""The baseline as a document: what may be written in its entries, and what that means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bailiwick

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick import Policy

    from bailiwick_server.analysis import PolicyView

# An entry from its brace on, each of its finished pairs, and the one that is being written.
_STRING = r'"(?:[^"\\\n]|\\.)*"'
_PAIR = re.compile(rf"[{{,]\s*(?P<key>\w+)\s*=\s*(?:{_STRING}|[\w-]+)\s*(?=[,}}])")
_KEY = re.compile(r"[{,]\s*(?P<typed>\w*)\Z")
_VALUE = re.compile(r'[{,]\s*(?P<key>\w+)\s*=\s*(?:"(?P<typed>[^"\n]*))?\Z')


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that may stand at a place.

    start: the offset from which on it replaces what is typed
    """

    word: str
    insert: str
    start: int
    meaning: str
    is_key: bool


def proposals(view: PolicyView, offset: int) -> Iterator[Proposal]:
    """What may be written at an offset of the baseline."""
    text = view.document.text.content
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    if (key := _KEY.search(line)) is not None and _is_inside(line):
        start = offset - len(key["typed"])
        given = {pair["key"] for pair in _PAIR.finditer(f"{line[: key.start()]},")}
        for name, field in bailiwick.BASELINE_KEYS.items():
            if name not in given:
                cursor = '"$0"' if field.kind is str else "$0"
                yield Proposal(name, f"{name} = {cursor}", start, field.meaning, is_key=True)
    elif (value := _VALUE.search(line)) is not None and view.policy is not None:
        typed = value["typed"]
        for word, meaning in _values(view.policy, value["key"], view):
            insert = word if typed is not None else f'"{word}"'
            yield Proposal(word, insert, offset - len(typed or ""), meaning, is_key=False)


def _is_inside(line: str) -> bool:
    """Whether the end of a line lies in an entry, and in no text of it."""
    without = re.sub(_STRING, "", line)
    return without.count("{") > without.count("}") and '"' not in without


def _values(policy: Policy, key: str, view: PolicyView) -> Iterator[tuple[str, str]]:
    if key == "code":
        yield from ((code, rule.NAME) for code, rule in sorted(bailiwick.RULES.items()))
    elif key == "subsystem":
        for subsystem in policy.subsystems.values():
            yield subsystem.name, ", ".join(subsystem.owners)
    elif key == "path" and view.session is not None:
        yield from ((file.path, "") for file in view.session.tree.files if file.judged)


def meaning(key: str) -> str:
    """What a key of an entry means, "" for one that has none."""
    field = bailiwick.BASELINE_KEYS.get(key)
    return f"`{key}`: {field.meaning}" if field is not None else ""
