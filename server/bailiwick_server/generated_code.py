"""The methods of the protocol's classes, compiled once and not at every start.

attrs writes them as source whenever the classes are made. lsprotocol has more than five hundred,
and half of the time that it takes to import goes into compiling that. Python keeps the bytecode of
modules, but not of what they write; here that is kept, in the same folder, by the same settings.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import marshal
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

# What is kept is of this Python alone.
_HEAD = importlib.util.MAGIC_NUMBER
# A few sources are otherwise in each process, for they follow the order of sets: one in so many is
# no reason to write all anew, which takes longer than to compile them.
_FEW = 20


def place() -> Path | None:
    """Where it is kept: beside the bytecode of this module; None if Python keeps none."""
    try:
        return Path(importlib.util.cache_from_source(__file__)).with_suffix(".attrs")
    except NotImplementedError:
        return None


@contextmanager
def kept() -> Iterator[None]:
    """While the context lasts, attrs compiles only what was never compiled before."""
    file = place()
    known = _read(file) if file is not None else {}
    used: dict[bytes, CodeType] = {}

    def compiled(source: str, name: str, mode: str) -> CodeType:
        key = hashlib.sha1(f"{name}\0{mode}\0{source}".encode(), usedforsecurity=False).digest()
        code = known.get(key)
        used[key] = compile(source, name, mode) if code is None else code
        return used[key]

    try:
        made = vars(importlib.import_module("attr._make"))
    except ImportError:
        made = {}
    # There a name goes before that of a builtin; another attrs may not ask for it, and compile.
    made["compile"] = compiled
    try:
        yield
    finally:
        del made["compile"]
    new = used.keys() - known.keys()
    if file is not None and _FEW * len(new) > len(used) and not sys.dont_write_bytecode:
        _write(file, used)


def _read(file: Path) -> dict[bytes, CodeType]:
    """What is kept; nothing if it cannot be read."""
    try:
        data = file.read_bytes()
        known = marshal.loads(data[len(_HEAD) :]) if data.startswith(_HEAD) else {}
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(file: Path, used: dict[bytes, CodeType]) -> None:
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        replace_file(file, _HEAD + marshal.dumps(used))
