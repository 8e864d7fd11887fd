"""The methods of dataclasses, compiled once and not at every start.

`dataclasses` writes them as source whenever a class is made, and has that compiled: half of the
time in which libcst is imported goes into it, and a quarter of that in which we are. Python keeps
the bytecode of modules, but not of what they write; here that is kept, in the same folder and by
the same settings.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.util
import marshal
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    # Bytecode by the digest of its source. Most runs need a part, so each is marshalled by itself.
    Kept = dict[bytes, bytes]

# What is kept is of this Python alone.
_HEAD = importlib.util.MAGIC_NUMBER
# To write all anew takes longer than to compile one source in so many.
_FEW = 20
# Where more would be kept, much of it is of libraries as they were once.
_MOST = 5_000


@contextmanager
def kept() -> Iterator[None]:
    """While the context lasts, only those methods are compiled that never were before."""
    file = _place()
    known = _read(file) if file is not None else {}
    new: Kept = {}

    def run(source: str, spaces: dict[str, Any], names: dict[str, Any]) -> None:
        key = hashlib.sha1(source.encode(), usedforsecurity=False).digest()
        found = known.get(key)
        if found is not None:
            exec(marshal.loads(found), spaces, names)
        else:
            code = compile(source, "<string>", "exec", dont_inherit=True)
            new[key] = marshal.dumps(code)
            exec(code, spaces, names)

    # There a name goes before that of a builtin. Where it were not asked for, nothing is kept.
    vars(dataclasses)["exec"] = run
    try:
        yield
    finally:
        del vars(dataclasses)["exec"]
    if file is not None and _FEW * len(new) > len(known) and not sys.dont_write_bytecode:
        _write(file, {**known, **new} if len(known) + len(new) <= _MOST else new)


def _place() -> Path | None:
    """Where it is kept: beside the bytecode of this module; None if Python keeps none."""
    try:
        return Path(importlib.util.cache_from_source(__file__)).with_suffix(".dataclasses")
    except NotImplementedError:
        return None


def _read(file: Path) -> Kept:
    """What is kept; nothing if it cannot be read."""
    try:
        data = file.read_bytes()
        found = marshal.loads(data[len(_HEAD) :]) if data.startswith(_HEAD) else {}
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, every: Kept) -> None:
    from bailiwick import replace_file

    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, _HEAD + marshal.dumps(every))
