"""Entry points in `setup.cfg`: setuptools' `[options.entry_points]`, and pbr's `[entry_points]`.

configparser reads such a file, but keeps no places.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bailiwick.packaging.entry_point import declared, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.packaging.entry_point import EntryPoint

_SECTIONS = frozenset({"options.entry_points", "entry_points"})
_SECTION = re.compile(r"\[([^\]]+)\]")
_OPTION = re.compile(r"([^\s=:][^=:]*?)[ \t]*[=:]")
_COMMENTS = ("#", ";")


def entry_points(text: str) -> Iterator[EntryPoint]:
    """The entry points that a `setup.cfg` declares; what is no option is passed over."""
    section = group = ""
    for offset, line in lines_of(text):
        words = line.lstrip()
        if not words or words.startswith(_COMMENTS):
            continue
        indent = len(line) - len(words)
        if indent == 0:
            header = _SECTION.match(line)
            option = None if header else _OPTION.match(line)
            section = header[1].strip() if header else section
            group = option[1] if option else ""
            # The value may begin on the line of its option.
            indent = option.end() if option else len(line)
        if section in _SECTIONS and group:
            yield from declared(group, [(offset + indent, line[indent:])])
