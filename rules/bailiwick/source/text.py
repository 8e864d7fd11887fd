"""From a file to its bytes, and from those to its text, as Python's own grammar decodes it."""

from __future__ import annotations

import codecs
import re
import stat
from pathlib import Path

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_LEADING = re.compile(rb"[ \t\f]*(?:#.*)?$")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LINE_ENDS = re.compile("\r\n|\r|\n")
_OTHER_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class NotTextError(Exception):
    """A file whose bytes are not the text of a Python module.

    `line` and `column` are 1-based and say where; the message says why.
    """

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line, self.column = line, column


def read(path: str, *, is_file: bool) -> bytes:
    """The bytes of a file; `is_file` says that it is known to be none of what has no end.

    Raises:
        OSError: if it cannot be read, and for a pipe, a socket or a device.
    """
    if not is_file and not stat.S_ISREG(Path(path).stat().st_mode):
        raise OSError(0, "not a regular file")
    with open(path, "rb") as stored:
        return stored.read()


def decode(data: bytes) -> str:
    r"""The text of a module, its line ends as ``\n``, without a byte order mark.

    Follows PEP 263 and PEP 3120: a byte order mark, then a coding cookie in one of the first
    two lines, then UTF-8. Columns are not changed by this, lines neither.

    Raises:
        NotTextError: for a wrong cookie, bytes that are not of the encoding, or NUL characters.
    """
    if b"\0" in data or data.startswith(_OTHER_MARKS[-2:]):
        raise _binary(data)
    encoding = encoding_of(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        place = _place(data[: error.start], encoding)
        raise NotTextError(f"a byte that is not {encoding}: {error.reason}", *place) from None
    except ValueError:
        raise NotTextError(f"bytes that are not {encoding}") from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _binary(data: bytes) -> NotTextError:
    if data.startswith(_OTHER_MARKS):
        return NotTextError("UTF-16 or UTF-32, which Python does not read")
    place = _place(data[: data.index(b"\0")], "utf-8")
    return NotTextError("a NUL byte, so this is no Python source", *place)


def encoding_of(data: bytes) -> str:
    """The encoding that a module's bytes say they have; with a byte order mark, `utf-8-sig`.

    Raises:
        NotTextError: for an encoding that nobody knows, or that the mark contradicts.
    """
    marked = data.startswith(codecs.BOM_UTF8)
    named = _cookie(data) if b"coding" in data[:400] else ""
    if marked and named not in ("", "utf-8"):
        raise NotTextError(f"a byte order mark of UTF-8, but a cookie that says {named}")
    return "utf-8-sig" if marked else named or "utf-8"


def _cookie(data: bytes) -> str:
    """The encoding that one of the first two lines names, "" if none does."""
    for number, line in enumerate(_LINE_END.split(data, 2)[:2], start=1):
        line = line.removeprefix(codecs.BOM_UTF8)
        if found := _COOKIE.match(line):
            column = found.start(1) + 1
            return _known(found[1].decode("ascii", "replace"), number, column)
        if not _LEADING.match(line):
            break
    return ""


def _known(name: str, line: int, column: int) -> str:
    try:
        codec = codecs.lookup(name)
    except (LookupError, UnicodeError):
        raise NotTextError(f"unknown encoding: {name}", line, column) from None
    # The codecs module knows others, too, such as hex, but nobody's source is decoded by them.
    if not getattr(codec, "_is_text_encoding", True):
        raise NotTextError(f"not an encoding of text: {name}", line, column)
    return codec.name


def _place(before: bytes, encoding: str) -> tuple[int, int]:
    """Line and column behind some bytes."""
    try:
        text = before.decode(encoding)
    except UnicodeError:
        text = before.decode("latin-1")
    lines = _LINE_ENDS.split(text)
    return len(lines), len(lines[-1]) + 1


def module_text(data: bytes) -> str:
    """What `decode` gives, and of what is no text of a module whatever can be read of it."""
    try:
        return decode(data)
    except NotTextError:
        return "\n".join(_LINE_ENDS.split(data.decode("utf-8", "replace")))
