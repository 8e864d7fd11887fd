"""The words of a suppression: `allow[BW101, import-private] until 2027-01-01 reason`."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, NamedTuple

from bailiwick.vocabulary.suppression import Allowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OF_LINE, _OF_FILE = "allow", "allow-file"
_VERB = re.compile(r"([^\s\[]*)[ \t]*(?:\[([^\]]*)(\]?))?[ \t:,-]*")
_UNTIL = re.compile(r"until\b[ \t]*((\d{4}-\d\d-\d\d)?[^\s:,]*)[ \t:,-]*")
_NAMED = re.compile(r"[^\s,]+")
_LETTER = re.compile(r"[^\W_]")
# What these say of a comment or of the baseline is put right there.
_NEVER_ALLOWED = frozenset({"BW902", "BW903"})


def never_allowed(code: str) -> bool:
    """Whether no comment can allow findings of a rule."""
    return code in _NEVER_ALLOWED


class Wording(NamedTuple):
    """What a suppression says; columns are offsets in its words, the rest is as it has it."""

    of_file: bool
    allowed: tuple[Allowed, ...]
    until: datetime.date | None
    reason: str
    fault: str

    @classmethod
    def of(cls, words: str, rules: Mapping[str, str]) -> Wording:
        """What these words say; `rules` gives each rule's name by its code."""
        said = _VERB.match(words)
        verb, inside, bracket = said.groups() if said else ("", None, None)
        rest = words[said.end() :] if said else ""
        if bracket == "":
            inside, _, rest = (inside or "").partition(" ")
        until, reason, no_day = _until(rest.strip())
        named = tuple(_allowed(inside or "", said.start(2) if said else 0, rules))
        if verb not in (_OF_LINE, _OF_FILE):
            fault = f'"{verb}" is neither "{_OF_LINE}" nor "{_OF_FILE}"'
        elif not named:
            fault = f"it names no rule: {verb}[CODE] reason"
        elif not bracket:
            fault = "its bracket is not closed"
        elif no_day:
            fault = no_day
        elif not _LETTER.search(reason):
            fault = "it has no reason"
        else:
            fault = ""
        return cls(verb == _OF_FILE, named, until, reason, fault)


def _until(words: str) -> tuple[datetime.date | None, str, str]:
    """The last day, the words behind it, and what is wrong with a day that is none."""
    found = _UNTIL.match(words)
    if found is None:
        return None, words, ""
    try:
        # Python 3.11 would take other forms, too.
        day = datetime.date.fromisoformat(found[1] if found[1] == found[2] else "")
    except ValueError:
        return None, words, f'"until" needs a day such as 2027-01-01, not "{found[1]}"'
    return day, words[found.end() :], ""


def _allowed(inside: str, shift: int, rules: Mapping[str, str]) -> Iterator[Allowed]:
    """The words between the brackets; `shift` is where those begin."""
    codes = {name: code for code, name in rules.items()}
    for word in _NAMED.finditer(inside):
        code = codes.get(word[0].lower(), word[0].upper())
        if code in _NEVER_ALLOWED:
            yield Allowed(word[0], shift + word.start(), "", f"{word[0]} cannot be allowed")
        elif code in rules:
            yield Allowed(word[0], shift + word.start(), code)
        else:
            yield Allowed(word[0], shift + word.start(), "", _unknown(word[0], rules))


def _unknown(word: str, rules: Mapping[str, str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word.upper(), rules, 1)
    near = near or get_close_matches(word.lower(), rules.values(), 1)
    guess = f'; did you mean "{near[0]}"?' if near else ""
    return f'no rule is called "{word}"{guess}'
