"""Places on a sheet: stretched over all of it, and moved apart where discs lie on one another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ROUNDS = 400


class Movable(Protocol):
    """A disc: its centre, and the radius of all of it."""

    x: float
    y: float
    whole: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn on; `between` lies between two discs at least, `margin` around all."""

    width: float
    height: float
    between: float
    margin: float

    def stretched(self, found: Mapping[str, Sequence[float]]) -> dict[str, tuple[float, float]]:
        """Places, whatever their scale, so that they reach over all of the sheet."""
        (left, wide), (top, high) = (_reach([float(p[i]) for p in found.values()]) for i in (0, 1))
        return {
            name: ((float(x) - left) / wide * self.width, (float(y) - top) / high * self.height)
            for name, (x, y) in found.items()
        }

    def part(self, discs: Sequence[Movable]) -> None:
        """Move apart what lies on one another, and back what has left the sheet."""
        for _ in range(_ROUNDS):
            moved = False
            for index, one in enumerate(discs):
                for other in discs[index + 1 :]:
                    moved |= self._pushed(one, other)
            for disc in discs:
                room = disc.whole + self.margin
                disc.x = min(max(disc.x, room), self.width - room)
                disc.y = min(max(disc.y, room), self.height - room)
            if not moved:
                return

    def _pushed(self, one: Movable, other: Movable) -> bool:
        dx, dy = other.x - one.x, other.y - one.y
        distance = math.hypot(dx, dy) or 0.01
        missing = one.whole + other.whole + self.between - distance
        if missing <= 0.5:
            return False
        # What is large stays where it is.
        share = other.whole / (one.whole + other.whole)
        dx, dy = (dx or 0.01) / distance * missing, dy / distance * missing
        one.x, one.y = one.x - dx * share, one.y - dy * share
        other.x, other.y = other.x + dx * (1 - share), other.y + dy * (1 - share)
        return True


def _reach(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return low, (high - low) or 1.0
