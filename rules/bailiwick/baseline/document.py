"""The text of a baseline file: one line for each entry, so that branches merge."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import tomli

from bailiwick.baseline.entry import Baseline, Entry
from bailiwick.vocabulary.errors import Mistake, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bailiwick.vocabulary.finding import Key

VERSION = 1
_HEADER = """\
# The recorded debt of this tree, written by `bailiwick baseline`. What is listed here is not
# reported; what is not listed is. It may only shrink. Each line stands for itself: of a merge the
# lines of both sides may stay, and `bailiwick baseline shrink` puts them in order. You may change
# `until`, the last day on which an entry holds, and `reason`. Comments are not kept.
"""
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
_KEPT = "to start again from what stands now, delete it and run `bailiwick baseline write`"


@dataclass(frozen=True, slots=True)
class Field:
    """A key of an entry: what it holds, what that means, and whether it must be there."""

    kind: type
    words: str
    meaning: str
    required: bool = True

    def fits(self, value: Any) -> bool:
        """Whether a value is of that kind; a count is 1 or more, and no truth."""
        if isinstance(value, int):
            return self.kind is int and value is not True and value > 0
        return type(value) is self.kind


FIELDS: Mapping[str, Field] = {
    "subsystem": Field(
        str, "a text", "Who owes it; left out for what is nobody's.", required=False
    ),
    "path": Field(
        str,
        "a text",
        "The file, as seen from the policy's folder; left out for all.",
        required=False,
    ),
    "code": Field(str, "a text", "The rule that is broken."),
    "target": Field(str, "a text", "What is used that may not be.", required=False),
    "count": Field(
        int, "a number of 1 or more", "How often, at the most; once if left out.", required=False
    ),
    "since": Field(datetime.date, "a date", "The day on which it was recorded."),
    "until": Field(datetime.date, "a date", "The last day on which it is let be.", required=False),
    "reason": Field(str, "a text", "Why it is let be for now.", required=False),
}


def read(text: str, named: str) -> Baseline:
    """The baseline in a text; `named` is what messages call the file.

    Raises:
        UserError: for a text that is none, with places and what to do.
    """
    rows, found = _examined(text, named)
    if found:
        raise UserError("\n       ".join(map(str, found)))
    return Baseline.of(map(_entry, rows))


def mistakes(text: str, named: str) -> list[Mistake]:
    """Why a text is no baseline; nothing if it is one."""
    return _examined(text, named)[1]


def _examined(text: str, named: str) -> tuple[Any, list[Mistake]]:
    """The rows of a text, and what is wrong with it."""
    conflict = _CONFLICT.search(text)
    if conflict:
        message = "a merge left its marks here"
        hint = "delete the lines with the marks and keep those of both sides between them, then\n"
        hint += "    run `bailiwick baseline shrink`"
        return (), [Mistake(named, *_place(text, conflict.start()), message, hint)]
    try:
        document = tomli.loads(text)
    except (ValueError, RecursionError) as error:
        return (), [Mistake(named, 0, 0, f"not valid TOML: {error}", _KEPT)]
    version = _version_mistake(document, named)
    if version is not None:
        return (), [version]
    rows: Any = document.get("debt")
    return rows, list(_mistakes(rows, text, named))


def _version_mistake(document: Mapping[str, Any], named: str) -> Mistake | None:
    version = document.get("version")
    if version == VERSION:
        return None
    if type(version) is int and version > VERSION:
        message = f"written by a newer Bailiwick: its format is {version}, this one reads {VERSION}"
        return Mistake(named, 0, 0, message, "upgrade Bailiwick where this runs")
    message = f"this is no baseline: there is no `version = {VERSION}` in it"
    return Mistake(named, 0, 0, message, _KEPT)


def _mistakes(rows: Any, text: str, named: str) -> Iterator[Mistake]:
    if not isinstance(rows, list):
        yield Mistake(named, 0, 0, "`debt` must be a list of entries", _KEPT)
        return
    for number, row in enumerate(rows):
        for words in _row_mistakes(row):
            yield Mistake(named, _line(text, number, len(rows)), 1, words)


def _row_mistakes(row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "an entry must be a table, { code = …, path = …, … }"
        return
    for key, value in row.items():
        field = FIELDS.get(key)
        if field is None:
            yield f"an entry has no key `{key}`; it has {', '.join(FIELDS)}"
        elif not field.fits(value):
            yield f"`{key}` must be {field.words}"
    for key, field in FIELDS.items():
        if field.required and key not in row:
            yield f"`{key}` is missing"


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        code=row["code"],
        path=row.get("path", ""),
        target=row.get("target", ""),
        subsystem=row.get("subsystem", ""),
        count=row.get("count", 1),
        since=row["since"],
        until=row.get("until"),
        reason=row.get("reason", ""),
    )


def write(baseline: Baseline, owners: Mapping[str, tuple[str, ...]]) -> str:
    """The text of a baseline; `owners` of each subsystem are named above what offends it.

    The same baseline always gives the same text. Before the entries of each file stands a comment:
    git then merges changes to the debts of different files, though their lines are neighbours.
    """
    lines = [_HEADER.rstrip("\n"), f"version = {VERSION}", "debt = ["]
    subsystem = path = None
    for entry in sorted(baseline.entries.values(), key=lambda each: each.order):
        if entry.subsystem != subsystem:
            subsystem, path = entry.subsystem, None
            lines += ["", f"  # {_heading(subsystem, owners)}"]
        if entry.path != path:
            path = entry.path
            lines.append(f"  #   {_in_comment(path) or 'the whole tree'}")
        lines.append(f"  {_row(entry)},")
    return "\n".join([*lines, "]", ""])


def _heading(subsystem: str, owners: Mapping[str, tuple[str, ...]]) -> str:
    words = _in_comment(subsystem) or "nobody's"
    owned = ", ".join(owners.get(subsystem, ()))
    return f"{words}, owned by {_in_comment(owned)}" if owned else words


def _row(entry: Entry) -> str:
    pairs = [
        ("subsystem", _text(entry.subsystem) if entry.subsystem else ""),
        ("path", _text(entry.path) if entry.path else ""),
        ("code", _text(entry.code)),
        ("target", _text(entry.target) if entry.target else ""),
        ("count", str(entry.count) if entry.count != 1 else ""),
        ("since", entry.since.isoformat()),
        ("until", entry.until.isoformat() if entry.until else ""),
        ("reason", _text(entry.reason) if entry.reason else ""),
    ]
    return "{ " + ", ".join(f"{key} = {value}" for key, value in pairs if value) + " }"


def _text(words: str) -> str:
    """A text as TOML writes it, which is how JSON does, but for one character."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def _in_comment(words: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in words)


def lines(text: str) -> Mapping[Key, int]:
    """By key, the line, 1-based, of each entry of a valid text."""
    rows = tomli.loads(text)["debt"]
    found: dict[Key, int] = {}
    for number, row in enumerate(rows):
        found.setdefault(_entry(row).key, _line(text, number, len(rows)))
    return found


def _line(text: str, number: int, count: int) -> int:
    """The line of one of the entries, counted from 0."""
    rows = _rows(text)
    if len(rows) == count:
        return rows[number]
    # Somebody has put several on one line, or one on several.
    from bailiwick.policyfile.positions import positions

    return _place(text, positions(text)["debt", number][1])[0]


@lru_cache(maxsize=1)
def _rows(text: str) -> list[int]:
    return [n for n, line in enumerate(text.split("\n"), 1) if line.lstrip().startswith("{")]


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
