"""Where every key, table and array element of a TOML text stands.

No TOML library gives this at a start-up cost that a linter can bear: tomli keeps no positions, and
tomlkit, which takes 50 ms to import, keeps the white space of a document but no line numbers
(0.15.2). So this reads the text a second time. It trusts that tomli has read it before: it finds
its way in every valid TOML 1.0 or 1.1 document, and in any other it merely comes to an end.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\[\s\S])*?"{3,5}'
    r"|'''[\s\S]*?'{3,5}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'"
)
_BARE_KEY = re.compile(r"[^\s.=\]\"'#]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]+")


def positions(text: str) -> Mapping[Path, tuple[int, int]]:
    r"""The offsets, in characters, of the key and of the value at every path of a document.

    `text` is valid TOML with `\n` line ends. An array element has its own offset for a key, a
    table with a header that of the last part of the header for both. A table that is only
    implied stands where its name stands first.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.found


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self.found: dict[Path, tuple[int, int]] = {}
        self.lengths: dict[Path, int] = {}  # of the arrays of tables

    def document(self) -> None:
        table: Path = ()
        self.skip(_BLANK)
        while self.offset < len(self.text):
            if self.text[self.offset] == "[":
                table = self.header()
            else:
                self.key_value(table)
            self.skip(_BLANK)

    def header(self) -> Path:
        brackets = 2 if self.text.startswith("[[", self.offset) else 1
        self.offset += brackets
        self.skip(_BLANK)
        keys = self.dotted_key()
        self.skip(_BLANK)
        self.offset += brackets
        path: Path = ()
        for name, start in keys:
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
            path = (*path, name)
            self.found.setdefault(path, (start, start))
        if brackets == 2:
            index = self.lengths.get(path, 0)
            self.lengths[path] = index + 1
            path = (*path, index)
        self.found[path] = start, start
        return path

    def key_value(self, table: Path) -> None:
        path = table
        for name, start in self.dotted_key():
            path = (*path, name)
            self.found.setdefault(path, (start, start))
        key = self.found[path][0]
        self.skip(_BLANK)
        self.offset += len("=")
        self.skip(_BLANK)
        self.found[path] = key, self.offset
        self.value(path)

    def dotted_key(self) -> list[tuple[str, int]]:
        keys = [self.key()]
        while self.skip(_DOT):
            keys.append(self.key())
        return keys

    def key(self) -> tuple[str, int]:
        start = self.offset
        if self.text[start] not in "\"'":
            self.skip(_BARE_KEY)
            return self.text[start : self.offset], start
        self.skip(_STRING)
        return _unquoted(self.text[start : self.offset]), start

    def value(self, path: Path) -> None:
        first = self.text[self.offset]
        if first == "[":
            self.array(path)
        elif first == "{":
            self.inline_table(path)
        else:
            self.skip(_STRING if first in "\"'" else _BARE_VALUE)

    def array(self, path: Path) -> None:
        index = 0
        while not self.closes("]"):
            element = (*path, index)
            self.found[element] = self.offset, self.offset
            self.value(element)
            index += 1

    def inline_table(self, path: Path) -> None:
        while not self.closes("}"):
            self.key_value(path)

    def closes(self, bracket: str) -> bool:
        """Steps over the opening bracket or a comma to the next element, or over the end."""
        self.skip(_BLANK)
        if self.text[self.offset] != bracket:
            if self.text[self.offset] not in "[{,":
                raise ValueError(f"no comma at offset {self.offset}")  # rather than not to end
            self.offset += 1
            self.skip(_BLANK)
        if self.text[self.offset] != bracket:
            return False
        self.offset += 1
        return True

    def skip(self, pattern: re.Pattern[str]) -> bool:
        match = pattern.match(self.text, self.offset)
        if match is None:
            return False
        self.offset = match.end()
        return True


def _unquoted(key: str) -> str:
    if "\\" not in key:
        return key[1:-1]
    import tomli

    return next(iter(tomli.loads(f"{key} = 0")))
