"""From a text in an editor to the bytes that it would be stored as."""

from __future__ import annotations

import codecs
import re

_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_LINE_END = re.compile(r"\r\n|\r|\n")
# Characters among which the first two lines are looked for.
_HEAD = 1000
_BLANK = re.compile(r"^[ \t\f]*(?:#.*)?$")


def encoded(text: str) -> bytes:
    """The bytes of a text in the encoding that it says it has, else in UTF-8.

    What that cannot express is written so that whoever decodes it finds it wrong.
    """
    name = _named(text)
    if name:
        try:
            return text.encode(name)
        except (LookupError, UnicodeError):
            pass
    return text.encode("utf-8", "surrogatepass")


def says_itself(text: str) -> bool:
    r"""Whether a text, stored and read again, would surely be as it is, with ``\n`` line ends."""
    return text.isascii() and "coding" not in text[:_HEAD] and "\r" not in text and "\0" not in text


def decoded(data: bytes, text: str) -> str:
    """The text that some bytes are, in the encoding that another text says it has."""
    return data.decode(_named(text) or "utf-8", "surrogatepass")


def plain(content: str) -> str:
    r"""A text as places of findings have it: with `\n` line ends, without a byte order mark."""
    return content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _named(text: str) -> str:
    """The encoding that one of the first two lines names, "" if none does, or a wrong one."""
    for line in _LINE_END.split(text[:_HEAD], maxsplit=2)[:2]:
        if found := _COOKIE.match(line.removeprefix("\ufeff")):
            return _text_encoding(found[1])
        if not _BLANK.match(line):
            break
    return ""


def _text_encoding(name: str) -> str:
    try:
        codec = codecs.lookup(name)
    except (LookupError, UnicodeError):
        return ""
    return codec.name if getattr(codec, "_is_text_encoding", True) else ""
