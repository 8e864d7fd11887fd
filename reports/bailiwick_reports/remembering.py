"""Reports that were made, kept as plain JSON as long as commits, policy and tools are the same."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bailiwick import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bailiwick import Policy

    Nouns = Sequence[type]

Made = TypeVar("Made")
_WHICH, _WHAT = "is", "has"


def memory(
    policy: Policy,
    name: str,
    commits: Sequence[str],
    asked: Sequence[str],
    *,
    work_tree: bool = False,
) -> Memory | None:
    """Where a report on some commits, and on the work tree, is kept; None if it cannot be.

    asked: what it depends on besides
    """
    tool = Path(__file__).parent
    return Memory.of_commits(policy, name, commits, asked, tool, work_tree=work_tree)


def remembered(
    kept: Memory | None, name: str, kind: type[Made], nouns: Nouns, make: Callable[[], Made]
) -> Made:
    """A report as it was made before, or else made now and kept.

    kind:  what the report is
    nouns: the dataclasses that it is made of
    """
    if kept is None:
        return make()
    try:
        known = restored(kept.rows[name], nouns)
    except (KeyError, TypeError, ValueError):
        known = None
    if isinstance(known, kind):
        return known
    made = make()
    kept.rows[name] = plain(made)
    kept.save(name)
    return made


def plain(value: Any) -> Any:
    """A noun as plain JSON; its sequences are tuples, all of them."""
    if is_dataclass(value):
        words = [plain(getattr(value, field.name)) for field in fields(value)]
        return {_WHICH: type(value).__name__, _WHAT: words}
    if isinstance(value, tuple):
        return list(map(plain, value))
    if isinstance(value, dict):
        return {_WHAT: {key: plain(each) for key, each in value.items()}}
    return value


def restored(row: Any, nouns: Nouns) -> Any:
    """The reverse. Raises KeyError, TypeError or ValueError for what is no such row."""
    return _restored(row, {noun.__name__: noun for noun in nouns})


def _restored(row: Any, nouns: dict[str, type]) -> Any:
    if isinstance(row, list):
        return tuple(_restored(each, nouns) for each in row)
    if not isinstance(row, dict):
        return row
    if _WHICH not in row:
        return {key: _restored(each, nouns) for key, each in row[_WHAT].items()}
    return nouns[row[_WHICH]](*_restored(row[_WHAT], nouns))
