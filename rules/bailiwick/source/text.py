"""From the bytes of a file to its text, as Python's own grammar says they are to be decoded."""

from __future__ import annotations

import codecs
import re

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


class NotTextError(Exception):
    """A file whose bytes are not the text of a Python module.

    `line` is 1-based and says where; the message says why.
    """

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def decode(data: bytes) -> str:
    r"""The text of a module, its line ends as ``\n``, without a byte order mark.

    Follows PEP 263 and PEP 3120: a byte order mark, then a coding cookie in one of the first
    two lines, then UTF-8. Columns are not changed by this, lines neither.

    Raises:
        NotTextError: for a wrong cookie, bytes that are not of the encoding, or NUL characters.
    """
    if b"\0" in data:
        raise NotTextError("contains NUL bytes, so it is no Python source", _line_of(data, b"\0"))
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotTextError(f"is not {error.encoding}: {error.reason}", line) from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _encoding(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if b"coding" not in data[:400]:
        return "utf-8"
    for line in data.split(b"\n", 2)[:2]:
        if cookie := _COOKIE.match(line):
            return _known(cookie[1].decode("ascii", "replace"))
        if line.strip() and not line.lstrip().startswith(b"#"):
            break
    return "utf-8"


def _known(name: str) -> str:
    try:
        codec = codecs.lookup(name)
        codec.decode(b"")
    except (LookupError, UnicodeError):
        raise NotTextError(f"names an unknown encoding: {name}") from None
    if not isinstance(codec.decode(b"")[0], str):
        raise NotTextError(f"names an encoding that is not one of text: {name}")
    return codec.name


def _line_of(data: bytes, what: bytes) -> int:
    return data.count(b"\n", 0, data.index(what)) + 1
