"""The protocol's classes, each made whole when it is first used.

lsprotocol has more than five hundred of them, for which attrs writes and compiles methods when they
are imported: most of the time that a server would take to start. An editor and a server need some
thirty of them for the first diagnostics, and never more than two hundred.
"""

from __future__ import annotations

import importlib
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable

    Kind = TypeVar("Kind", bound=type[Any])

# attrs keeps there what it knows of a class.
_FIELDS = "__attrs_attrs__"
# A class may need another, and two threads the same.
_making = threading.RLock()


def load() -> None:
    """Import the protocol's classes; a library that is otherwise than thought is only slower.

    Raises:
        ModuleNotFoundError: without pygls.
    """
    names = vars(importlib.import_module("attrs"))
    whole, names["define"] = names["define"], late
    try:
        importlib.import_module("lsprotocol.types")
    finally:
        names["define"] = whole
    # All names in annotations would be looked up at once: here that is done class by class.
    with suppress(ModuleNotFoundError):
        vars(importlib.import_module("lsprotocol._hooks"))["_resolved_forward_references"] = True


@overload
def late(cls: Kind) -> Kind: ...


@overload
def late(cls: None = None, **how: Any) -> Callable[[Kind], Kind]: ...


def late(cls: Any = None, **how: Any) -> Any:
    """In the place of `attrs.define`: leaves a class as it is until somebody makes one or asks."""
    if cls is None:
        return lambda decorated: late(decorated, **how)

    def begin(self: Any, *values: Any, **named: Any) -> None:
        _make(cls, how)
        cls.__init__(self, *values, **named)

    cls.__init__ = begin
    setattr(cls, _FIELDS, _Fields(cls, how))
    return cls


class _Fields:
    """Stands for the fields of a class until somebody asks for them."""

    def __init__(self, cls: type[Any], how: dict[str, Any]) -> None:
        self._cls, self._how = cls, how

    def __get__(self, instance: object, asked: type[Any]) -> Any:
        _make(self._cls, self._how)
        return getattr(self._cls, _FIELDS)


def _make(cls: type[Any], how: dict[str, Any]) -> None:
    """Have attrs make a class in its place, which it cannot with slots."""
    import attrs

    with _making:
        if isinstance(vars(cls)[_FIELDS], _Fields):
            attrs.define(cls, **{**how, "slots": False, "init": True})
            attrs.resolve_types(cls)
