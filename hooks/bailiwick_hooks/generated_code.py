"""The methods of dataclasses and the patterns of modules, compiled once and not at every start.

`dataclasses` writes methods as source whenever a class is made, and has that compiled: half of the
time in which libcst is imported goes into it, and a quarter of that in which we are; our patterns
take as long again. Python keeps the bytecode of modules, but nothing of what they have compiled;
here that is kept, in the same folder and by the same settings.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import marshal
import re
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    # What was compiled, by the digest of its source. Most runs need a part, so each is marshalled
    # by itself.
    Kept = dict[bytes, bytes]

# What is kept is of this Python alone.
_HEAD = importlib.util.MAGIC_NUMBER + sys.version.encode()
# To write all anew takes longer than to compile so few sources, or one in so many.
_FEW, _SHARE = 10, 20
# Where more would be kept, much of it is of libraries as they were once.
_MOST = 5_000
# What compiles patterns, and what it makes them with. Where Python has others, nothing is lent.
_COMPILER: Any = sys.modules.get("re._compiler") or sys.modules.get("sre_compile")
_ENGINE: Any = sys.modules.get("_sre")


@contextmanager
def kept() -> Iterator[None]:
    """While the context lasts, only that is compiled which never was before."""
    file = _place()
    known = _read(file) if file is not None else {}
    code = _Code(known)
    # Of classes without a docstring `dataclasses` asks it, which takes longer to load than itself.
    sys.modules.setdefault("inspect", _Late("inspect"))
    import dataclasses

    with _lent(dataclasses, "exec", code.run), _lent(_COMPILER, "compile", code.pattern):
        yield
    new = code.new
    pays = len(new) > _FEW or _SHARE * len(new) > len(known)
    if file is not None and pays and not sys.dont_write_bytecode:
        _write(file, {**known, **new} if len(known) + len(new) <= _MOST else new)


class _Code:
    """Takes the place of what compiles; `new` has what was not known."""

    def __init__(self, known: Kept) -> None:
        self._known = known
        self.new: Kept = {}
        self._compile = getattr(_COMPILER, "compile", None)

    def run(self, source: str, spaces: dict[str, Any], names: dict[str, Any]) -> None:
        """As the builtin `exec`, which `dataclasses` gives a method as source."""
        key = _digest(source)
        found = self._known.get(key)
        if found is not None:
            exec(marshal.loads(found), spaces, names)
        else:
            code = compile(source, "<string>", "exec", dont_inherit=True)
            self.new[key] = marshal.dumps(code)
            exec(code, spaces, names)

    def pattern(self, source: Any, flags: int = 0) -> Any:
        """As the function of `re` that compiles a pattern."""
        assert self._compile is not None
        if not _is_constant(source):
            return self._compile(source, flags)
        key = _digest(f"{int(flags)} {source!r}")
        found = self._known.get(key)
        if found is not None:
            return _ENGINE.compile(*marshal.loads(found))

        def heard(text: Any, options: int, code: list[int], *rest: Any) -> Any:
            parts = text, int(options), [*map(int, code)], *rest
            self.new[key] = marshal.dumps(parts)
            return _ENGINE.compile(*parts)

        with _lent(_COMPILER, "_sre", SimpleNamespace(**{**vars(_ENGINE), "compile": heard})):
            return self._compile(source, flags)


def _is_constant(source: Any) -> bool:
    """Whether a pattern is one of a module that is being loaded.

    What a run makes up is hardly ever asked for again.
    """
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__") == re.__name__:
        frame = frame.f_back
    return frame.f_code.co_name == "<module>" and isinstance(source, (str, bytes))


@contextmanager
def _lent(module: Any, name: str, value: Any) -> Iterator[None]:
    """Let a name of a module mean this while the context lasts.

    There it goes before a builtin. Where it is not asked for, nothing is lost but time.
    """
    names = vars(module) if module is not None else {}
    missing = object()
    before = names.get(name, missing)
    names[name] = value
    try:
        yield
    finally:
        if before is missing:
            del names[name]
        else:
            names[name] = before


class _Late(ModuleType):
    """Stands for a module that is loaded when somebody uses it, and not when it is imported."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        module = importlib.import_module(self.__name__)
        vars(self).update(vars(module))
        return getattr(module, name)


def _digest(source: str) -> bytes:
    return hashlib.sha1(source.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()


def _place() -> Path | None:
    """Where it is kept: beside the bytecode of this module; None if Python keeps none."""
    try:
        return Path(importlib.util.cache_from_source(__file__)).with_suffix(".kept")
    except NotImplementedError:
        return None


def _read(file: Path) -> Kept:
    """What is kept; nothing if it cannot be read."""
    try:
        data = file.read_bytes()
        found = marshal.loads(memoryview(data)[len(_HEAD) :]) if data.startswith(_HEAD) else {}
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, every: Kept) -> None:
    from bailiwick import replace_file

    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, _HEAD + marshal.dumps(every))
