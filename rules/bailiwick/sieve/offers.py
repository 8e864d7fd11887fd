"""Whether a module has a name that a string says it has: read off its text, in doubt with a yes.

A string is called stale only where this says no. It says yes, too, where a text merely looks as
if the name were given: in a method, in a docstring, to another object of the same name.
"""

from __future__ import annotations

import builtins
import re
from typing import TYPE_CHECKING

from bailiwick.sieve.definitions import definitions, top_definitions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.sieve.texts import ModuleText

YES, NO = "yes", "no"
# The answer where the names are given at run time, so that nobody can say.
OPEN = "open"

_HEADER = re.compile(r"(def|class)[ \t]+(\w+)")
# What lets a module, or a class, get names that its text does not show.
_OPEN_MODULE = (
    "\ndef __getattr__(",
    " globals()",
    "(globals()",
    "\nglobals()",
    "sys.modules",
    " exec(",
    "\nexec(",
    "__path__",
)
# A package that imports its modules by their names may be given names by them.
_OPEN_PACKAGE = ("__import__(", "import_module(")
_OPEN_CLASS = ("def __getattr", "setattr(", "__dict__", "locals()")
_ARGUMENTS = re.compile(r"[ \t\\\n]*(?:\[[^\]]*\])?[ \t\\\n]*\(([^()]*)\)[ \t\\\n]*:")
_NO_ARGUMENTS = re.compile(r"[ \t\\\n]*(?:\[[^\]]*\])?[ \t\\\n]*:")
_COMMENT = re.compile(r"#[^\n]*")
_CHAIN = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*\Z")
_ABSTRACT = frozenset({"metaclass=ABCMeta", "metaclass=abc.ABCMeta"})
# Bases that bring nothing along but dunder names.
_BARE = frozenset({"object", "ABC", "abc.ABC"})
# Decorators of classes that leave them as they are, or add only dunder names.
_HARMLESS = frozenset(
    {
        "dataclass",
        "dataclasses.dataclass",
        "final",
        "typing.final",
        "functools.total_ordering",
        "total_ordering",
        "six.add_metaclass(abc.ABCMeta)",
        "six.python_2_unicode_compatible",
    }
)


class Offers:
    """What the headers of one text show to be defined.

    names: by the dotted name of a class, "" for the module, what is defined in it
    spans: by the dotted name of a class, where its names end in their headers, and its bodies
    """

    def __init__(self, text: str) -> None:
        self.names: dict[str, set[str]] = {"": set()}
        self.spans: dict[str, list[tuple[int, int]]] = {}
        # The classes and functions around: indent, path, and where the name ends.
        stack: list[tuple[int, str, int]] = []
        for start, margin, header in _headers(text):
            kind, name = header.groups()
            indent = len(margin.expandtabs()) if "\t" in margin else len(margin)
            while stack and stack[-1][0] >= indent:
                self._close(stack.pop(), start)
            around = stack[-1][1] if stack else ""
            if around is not _HIDDEN:
                self.names.setdefault(around, set()).add(name)
            # Of what stands in a function nobody outside can tell.
            path = _HIDDEN
            if kind == "class" and around is not _HIDDEN:
                path = f"{around}.{name}" if around else name
                self.names.setdefault(path, set())
            stack.append((indent, path, header.end()))
        while stack:
            self._close(stack.pop(), len(text))

    def _close(self, opened: tuple[int, str, int], end: int) -> None:
        _, path, start = opened
        if path is not _HIDDEN:
            self.spans.setdefault(path, []).append((start, end))


_HIDDEN = "?"


def _headers(text: str) -> Iterator[tuple[int, str, re.Match[str]]]:
    """The lines that begin a function or class: where they start, their margin, and the name."""
    found = []
    for word in ("def ", "class "):
        position = -1
        while (position := text.find(word, position + 1)) >= 0:
            start = text.rfind("\n", 0, position) + 1
            before = text[start:position]
            if not before or before.isspace() or before.strip() == "async":
                found.append((start, position))
    for start, position in sorted(found):
        header = _HEADER.match(text, position)
        if header is not None:
            margin = text[start:position]
            yield start, margin[: len(margin) - len(margin.lstrip())], header


def offers(text: ModuleText, path: str) -> str:
    """Whether a module's text may give a dotted name: `Name`, or `Class.member` without bases."""
    around, _, name = path.rpartition(".")
    if name.startswith("__") and name.endswith("__"):
        return YES
    if name in text.offers.names.get(around, ()):
        return YES
    return _class_offers(text, around, name) if around else _module_offers(text, name)


def holds(text: ModuleText, path: str) -> str:
    """Whether a dotted name is that of a class of the module; open for what begins otherwise."""
    names = text.offers.names
    if path in names:
        return YES
    return OPEN if path.partition(".")[0] in names[""] else NO


def _module_offers(text: ModuleText, name: str) -> str:
    source = text.text
    # A builtin can be put before itself, and `mock.patch` does so unasked.
    if name in text.bound or f"\n{name} = " in source or hasattr(builtins, name):
        return YES
    if f'"{name}"' in source or f"'{name}'" in source or _is_global(source, name):
        return YES
    if next(top_definitions(text, name), None) is not None:
        return YES
    signs = (*_OPEN_MODULE, *_OPEN_PACKAGE) if text.file.is_package else _OPEN_MODULE
    is_open = any(sign in source for sign in signs) or source.startswith(_OPEN_MODULE[0][1:])
    return OPEN if is_open else NO


def _is_global(source: str, name: str) -> bool:
    """Whether a function may bind a name at the top of its module."""
    position = -1
    while (position := source.find("global ", position + 1)) >= 0:
        if name in source[position : source.find("\n", position)]:
            return True
    return False


def _class_offers(text: ModuleText, path: str, name: str) -> str:
    source, last = text.text, path.rpartition(".")[2]
    spans = text.offers.spans.get(path)
    if not spans:
        return OPEN
    for start, end in spans:
        if next(definitions(text, name, start, end), None) is not None:
            return YES
        if source.find(f'"{name}"', start, end) >= 0 or source.find(f"'{name}'", start, end) >= 0:
            return YES
    if any(_is_open(source, *span) for span in spans):
        return OPEN
    given = f"{last}.{name}" in source or f"setattr({last}" in source
    return YES if given else NO


def _is_open(source: str, start: int, end: int) -> bool:
    """Whether a class may get names at run time: from itself, or from a decorator."""
    signs = any(source.find(sign, start, end) >= 0 for sign in _OPEN_CLASS)
    return signs or _is_replaced(source, source.rfind("class", 0, start))


def _is_replaced(source: str, header: int) -> bool:
    """Whether a decorator stands on a class that may make another of it."""
    end = source.rfind("\n", 0, header) + 1
    while end > 0:
        start = source.rfind("\n", 0, end - 1) + 1
        line = source[start : end - 1].strip()
        if not line.startswith("@"):
            return _in_decorator(line)
        if line[1:].split("#")[0].strip().removesuffix("()") not in _HARMLESS:
            return True
        end = start
    return False


def _in_decorator(line: str) -> bool:
    """Whether a line that no blank line parts from a class may be the end of a decorator."""
    return line.count(")") > line.count("(")


def bases(text: str, start: int) -> tuple[str, ...] | None:
    """The bases of a class whose name ends at an offset, as they are written.

    Those that bring no names along are left out. None where they cannot be told, or where a
    metaclass may give the class what it likes.
    """
    if _NO_ARGUMENTS.match(text, start):
        return ()
    found = _ARGUMENTS.match(text, start)
    if found is None:
        return None
    listed = []
    for part in _COMMENT.sub("", found[1]).split(","):
        base = "".join(part.split())
        if base in _ABSTRACT or base in _BARE or not base:
            continue
        if not _CHAIN.match(base):
            return None
        listed.append(base)
    return tuple(listed)


def class_ends(text: ModuleText, path: str) -> Iterator[int]:
    """The offsets at which the name ends in the headers of the classes of a dotted name."""
    return (start for start, _ in text.offers.spans.get(path, ()))
