"""A split as the JSON document of docs/split.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bailiwick_reports.documents import place, written
from bailiwick_reports.split.nouns import DIRECTIONS, STANDINGS

if TYPE_CHECKING:
    from bailiwick import Crossing

    from bailiwick_reports.split.nouns import Edge, Split, Tie

# Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1


def document(split: Split) -> str:
    """Return the document, in ASCII."""
    return written(_content(split))


def _content(split: Split) -> dict[str, Any]:
    return {
        "version": VERSION,
        "subsystem": split.subsystem,
        "owners": list(split.owners),
        "modules": split.modules,
        "test_modules": split.test_modules,
        "separable": split.is_separable,
        "summary": {
            direction: {standing: _sums(split.of(direction, standing)) for standing in STANDINGS}
            for direction in DIRECTIONS
        },
        "ties": [_tie(tie) for tie in split.ties],
        "moves": [
            {"module": move.module, "owner": move.owner, "places": move.ties, "needs": move.needs}
            for move in split.moves
        ],
        "circles": [[_edge(edge) for edge in circle] for circle in split.circles],
        "surface": {module: list(names) for module, names in split.surface.items()},
        "offers": {module: list(names) for module, names in split.offers.items()},
        "since": split.since or None,
        "changes": [
            {**_named(each.tie), "before": each.before, "now": each.now} for each in split.changes
        ],
        "unread": dict(split.unread),
    }


def _sums(ties: tuple[Tie, ...]) -> dict[str, int]:
    return {
        "symbols": len(ties),
        "places": sum(len(tie.places) for tie in ties),
        "in_tests": sum(len(tie.in_tests) for tie in ties),
    }


def _named(tie: Tie) -> dict[str, str]:
    return {
        "direction": tie.direction,
        "standing": tie.standing,
        "symbol": tie.symbol,
        "other": tie.other,
    }


def _tie(tie: Tie) -> dict[str, Any]:
    return {
        **_named(tie),
        "remedy": tie.remedy,
        "why": tie.why,
        "places": [_place(each) for each in tie.places],
        "in_tests": [_place(each) for each in tie.in_tests],
    }


def _place(each: Crossing) -> dict[str, Any]:
    return {
        **place(each),
        "way": each.way,
        "rule": each.rule,
    }


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "user": edge.user,
        "used": edge.used,
        "imports": edge.count,
        "for_example": {**_place(edge.witness), "symbol": edge.witness.symbol},
    }
