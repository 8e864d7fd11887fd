"""Where the target of a finding is defined, found when it is reported.

A verdict holds on while other files move their lines, so no place in another file is kept in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from keyword import iskeyword
from typing import TYPE_CHECKING

from bailiwick.sieve.texts import Texts
from bailiwick.source.ledger import Ledger
from bailiwick.source.tree import Tree
from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick.sieve.texts import ModuleText
    from bailiwick.source.lines import Line
    from bailiwick.vocabulary.policy import Policy

_MODULE = Span(1, 1, 1, 1)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Definition:
    """Where something is defined.

    path: relative to the policy's folder, `/` on every system
    span: of its name, 1-based, columns in characters; line 1, column 1 where a module is meant, or
          where nothing in it tells more
    """

    path: str
    span: Span


def definitions(policy: Policy, targets: Iterable[str]) -> dict[str, Definition]:
    """Where each `package.module` or `package.module:Name` of the tree is defined.

    What lies outside the tree is left out.
    """
    texts = Texts(Tree.of(policy), Ledger(), {})
    found = ((target, definition(texts, target)) for target in dict.fromkeys(targets))
    return {target: place for target, place in found if place is not None}


def definition(texts: Texts, target: str) -> Definition | None:
    """The same for one, in texts that are at hand."""
    module, _, name = target.partition(":")
    file = texts.tree.modules.get(module)
    if file is None:
        return None
    text = texts.of(module) if name else None
    try:
        span = _span(text, name) if text is not None else None
    except StopIteration:  # a text that cannot be cut into lines
        span = None
    return Definition(file.path, span or _MODULE)


def names_in(texts: Texts, module: str, cls: str = "") -> list[str]:
    """What a module, or a class in it, defines at its top, in order."""
    text = texts.of(module)
    if text is None:
        return []
    around: list[Line | None] = [*text.class_headers(cls)] if cls else [None]
    shape = r"(?m)^[ \t\f]*(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)?([^\W\d]\w*)[ \t]*(?=[:(=])"
    places = (offset for header in around for offset in _directly_in(text, header, shape))
    words = (_WORD.match(text.text, offset) for offset in places)
    return list(dict.fromkeys(word[0] for word in words if word and not iskeyword(word[0])))


def _span(text: ModuleText, name: str) -> Span | None:
    """The span of the last part of a dotted name where it is defined, or of what encloses that."""
    outer, _, last = name.rpartition(".")
    offset = next(_defined(text, outer, last), None)
    if offset is None:
        return _span(text, outer) if outer else None
    line = text.text.count("\n", 0, offset) + 1
    column = offset - text.text.rfind("\n", 0, offset)
    return Span(line, column, line, column + len(last))


def _defined(text: ModuleText, outer: str, last: str) -> Iterator[int]:
    """Where a name is defined at the top of a module or class, the most telling place first."""
    for found in text.class_headers(f"{outer}.{last}" if outer else last):
        yield from _matches(text, rf"class[ \t\f\\\n]+({re.escape(last)})\b", found.start)
    around: list[Line | None] = [*text.class_headers(outer)] if outer else [None]
    for pattern in (r"(?:async[ \t]+)?def[ \t]+({})\b", r"({})[ \t]*(?::(?!=)|=(?!=))"):
        shape = rf"(?m)^[ \t\f]*{pattern.format(re.escape(last))}"
        yield from (offset for header in around for offset in _directly_in(text, header, shape))
    for header in around:
        if header is None:
            yield from _imported(text, last)
        else:
            on_self = rf"\b(?:self|cls)\.({re.escape(last)})[ \t]*(?::[^=\n]+)?=(?!=)"
            yield from _matches(text, on_self, header.start, text.lines.block_end(header))


def _directly_in(text: ModuleText, header: Line | None, shape: str) -> Iterator[int]:
    """Where a shape stands at the top of a class, of the module without one."""
    start = header.start if header else 0
    end = text.lines.block_end(header) if header else len(text.text)
    for offset in _matches(text, shape, start, end):
        line = text.text.rfind("\n", 0, offset) + 1
        first = line + len(text.text[line:offset]) - len(text.text[line:offset].lstrip())
        chain = text.lines.enclosing(first, len(text.text[line:first].expandtabs()))
        inside = (chain[-1].start if chain else None) == (header.start if header else None)
        if inside and text.lines.line_at(first).start == first:
            yield offset


def _imported(text: ModuleText, name: str) -> Iterator[int]:
    for _, statement in text.bound.get(name, ()):
        places = re.finditer(rf"\b{re.escape(name)}\b", statement.text)
        yield from (statement.start + place.start() for place in list(places)[-1:])


def _matches(text: ModuleText, shape: str, start: int, end: int | None = None) -> Iterator[int]:
    """The offsets of a shape's group in code, in order."""
    found = re.compile(shape).finditer(text.text, start, len(text.text) if end is None else end)
    return (match.start(1) for match in found if not text.lines.in_string(match.start(1)))
