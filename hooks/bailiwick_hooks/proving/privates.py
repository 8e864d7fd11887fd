"""What a subsystem keeps to itself, found in its texts: real names, that a violation can use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bailiwick import Tree

_PRIVATE = re.compile(rb"^(?:def|class) (_[a-z]\w*)", re.MULTILINE | re.IGNORECASE)
_CLASS = re.compile(rb"^class ([A-Za-z]\w*)\b[^\n]*:[ \t]*\r?\n", re.MULTILINE)
_METHOD = re.compile(rb"^    def (_[a-z]\w*)\(self\b", re.MULTILINE | re.IGNORECASE)
_PUBLIC = re.compile(rb"^    def ([a-z]\w*)\(\s*self\b", re.MULTILINE | re.IGNORECASE)
_TOP = re.compile(rb"^[^\s#)\]}]", re.MULTILINE)
# Of each kind this many are enough to choose from.
_ENOUGH = 5


@dataclass(slots=True)
class Privates:
    """The private names of some modules, a few of each kind: module, name and, if one, member."""

    functions: list[tuple[str, str]]
    methods: list[tuple[str, str, str]]


def privates(tree: Tree, modules: Iterable[str]) -> Privates:
    """Look through modules until enough is found; those that cannot be read have none."""
    found = Privates([], [])
    for module in modules:
        if len(found.functions) >= _ENOUGH and len(found.methods) >= _ENOUGH:
            break
        data = _bytes(tree, module)
        if len(found.functions) < _ENOUGH:
            found.functions += [(module, name[1].decode()) for name in _PRIVATE.finditer(data)]
        if len(found.methods) < _ENOUGH:
            found.methods += _methods(module, data)
    return found


def _bytes(tree: Tree, module: str) -> bytes:
    path = tree.path_of(module)
    try:
        return path.read_bytes() if path else b""
    except OSError:
        return b""


def _methods(module: str, data: bytes) -> list[tuple[str, str, str]]:
    """Private methods of classes at the top of a module, by the way that they are indented."""
    found = []
    for header in _CLASS.finditer(data):
        end = _TOP.search(data, header.end())
        body = data[header.end() : end.start() if end else len(data)]
        found += [
            (module, header[1].decode(), method[1].decode()) for method in _METHOD.finditer(body)
        ]
    return found


def has_name(tree: Tree, module: str, name: str, *, whole: bool = True) -> bool:
    """Whether a name, or what begins with it, stands anywhere in a module's text."""
    pattern = rf"\b{re.escape(name)}" + (r"\b" if whole else "")
    return re.search(pattern.encode(), _bytes(tree, module)) is not None


def public_method(tree: Tree, module: str, name: str) -> str:
    """A public method of a class at the top of a module that no decorator changes; "" if none."""
    data = _bytes(tree, module)
    for header in _CLASS.finditer(data):
        if header[1].decode() == name:
            end = _TOP.search(data, header.end())
            body = data[header.end() : end.start() if end else len(data)]
            for method in _PUBLIC.finditer(body):
                before = body[: method.start()].rstrip().rpartition(b"\n")[2].strip()
                if not before.startswith(b"@"):
                    return method[1].decode()
    return ""
