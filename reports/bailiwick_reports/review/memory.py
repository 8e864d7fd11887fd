"""Reviews that were made, kept as long as commits, policy and tools are the same."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bailiwick import Crossing, Finding, Memory, Series, Site, Span

from bailiwick_reports.api.comparing import Change
from bailiwick_reports.owners.nouns import Approval, Need
from bailiwick_reports.review.nouns import Exemption, PolicyChange, Reference, Review, Share

if TYPE_CHECKING:
    from collections.abc import Callable

    from bailiwick import Policy

_KEPT = "review"
_NOUNS = (
    *(Approval, Change, Crossing, Exemption, Finding, Need, PolicyChange, Reference, Review),
    *(Series, Share, Site, Span),
)
_BY_NAME: dict[str, Any] = {noun.__name__: noun for noun in _NOUNS}
_WHICH, _WHAT = "is", "has"


def remembered(
    policy: Policy, commits: tuple[str, str], home: str | None, make: Callable[[], Review]
) -> Review:
    """A review as it was made before, or else made now and kept."""
    tool = Path(__file__).parents[1]
    memory = Memory.of_commits(policy, _KEPT, commits, [home or ""], tool)
    if memory is None:
        return make()
    try:
        known = restored(memory.rows[_KEPT])
    except (KeyError, TypeError, ValueError):
        known = None
    if isinstance(known, Review):
        return known
    review = make()
    memory.rows[_KEPT] = plain(review)
    memory.save(_KEPT)
    return review


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


def restored(row: Any) -> Any:
    """The reverse. Raises KeyError, TypeError or ValueError for what is no such row."""
    if isinstance(row, list):
        return tuple(map(restored, row))
    if not isinstance(row, dict):
        return row
    if _WHICH not in row:
        return {key: restored(each) for key, each in row[_WHAT].items()}
    return _BY_NAME[row[_WHICH]](*map(restored, row[_WHAT]))
