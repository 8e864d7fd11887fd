"""A trend as a picture: the debt by rule, piled up, and what each subsystem takes of others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import RULES

from bailiwick_reports.templates import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bailiwick_reports.trend.nouns import Point, Trend

FOLDER = Path(__file__).parent / "plot"
HUES = 8
_WIDTH, _LEFT, _RIGHT = 1000, 64, 210
_TALL, _TOP, _BETWEEN = 240, 74, 84
# The largest get a hue of their own; the others are one.
_SHOWN = HUES - 1


@dataclass(frozen=True, slots=True)
class Curve:
    """One series: its shape, and where its name stands."""

    name: str
    hue: int
    path: str
    y: float
    label: float
    last: int


@dataclass(frozen=True, slots=True)
class Panel:
    """A plot with its scale; `marks` are heights with the number there."""

    title: str
    top: int
    curves: tuple[Curve, ...]
    marks: tuple[tuple[float, int], ...]


def svg(trend: Trend) -> str:
    """The picture."""
    across = _across(
        [point.date.timestamp() if trend.dated else at for at, point in enumerate(trend.points)]
    )
    debt = _named({code for point in trend.points for code in point.findings}, _rule)
    debts = [[point.findings.get(code, 0) for point in trend.points] for code in debt]
    users = sorted({user for point in trend.points for user, _ in point.edges})
    uses = [[_taken(point, user) for point in trend.points] for user in users]
    panels = (
        _panel("Debt: findings by rule", _TOP, list(debt.values()), debts, across),
        _panel(
            "References to other subsystems, by the one that refers",
            *(_TOP + _TALL + _BETWEEN, [user or "nobody's" for user in users], uses, across),
        ),
    )
    return filled(
        FOLDER,
        "trend.svg",
        trend=trend,
        panels=panels,
        ticks=_ticks(trend, across),
        width=_WIDTH,
        height=_TOP + 2 * _TALL + _BETWEEN + 60,
        left=_LEFT,
        right=_WIDTH - _RIGHT,
        tall=_TALL,
    )


def _rule(code: str) -> str:
    return f"{code} {RULES[code].NAME}" if code in RULES else code


def _named(keys: set[str], named: Callable[[str], str]) -> dict[str, str]:
    return {key: named(key) for key in sorted(keys)}


def _taken(point: Point, user: str) -> int:
    return sum(
        edge.references for (who, target), edge in point.edges.items() if who == user != target
    )


def _across(times: Sequence[float]) -> list[float]:
    """Where each point stands from left to right."""
    first, span = times[0], (times[-1] - times[0]) or 1.0
    room = _WIDTH - _LEFT - _RIGHT
    return [round(_LEFT + (time - first) / span * room, 1) for time in times]


def _panel(
    title: str,
    top: int,
    names: Sequence[str],
    series: Sequence[Sequence[int]],
    across: Sequence[float],
) -> Panel:
    """The largest series upon one another, the rest together on top."""
    order = sorted(range(len(series)), key=lambda index: (-max(series[index]), names[index]))
    chosen = [(names[index], list(series[index])) for index in order[:_SHOWN]]
    rest = [series[index] for index in order[_SHOWN:]]
    if rest:
        chosen.append((f"{len(rest)} others", [sum(column) for column in zip(*rest, strict=True)]))
    totals = [sum(column) for column in zip(*(values for _, values in chosen), strict=True)]
    step = _step(max(totals, default=0))
    most = step * max(1, math.ceil(max(totals, default=0) / step))
    scale = _TALL / most
    below = [0] * len(across)
    curves = []
    for hue, (name, values) in enumerate(chosen):
        above = [low + value for low, value in zip(below, values, strict=True)]
        path = _area(across, below, above, top, scale)
        middle = top + _TALL - (below[-1] + above[-1]) / 2 * scale
        curves.append((name, hue, path, middle, values[-1]))
        below = above
    labels = _spread([middle for *_, middle, _ in curves], top)
    return Panel(
        title,
        top,
        tuple(
            Curve(name, hue, path, round(middle, 1), round(label, 1), last)
            for (name, hue, path, middle, last), label in zip(curves, labels, strict=True)
        ),
        tuple((round(top + _TALL - value * scale, 1), value) for value in range(0, most + 1, step)),
    )


def _area(
    across: Sequence[float], below: Sequence[int], above: Sequence[int], top: int, scale: float
) -> str:
    def places(values: Sequence[int]) -> list[str]:
        return [
            f"{x} {top + _TALL - value * scale:.1f}"
            for x, value in zip(across, values, strict=True)
        ]

    return f"M{'L'.join(places(above))}L{'L'.join(places(below)[::-1])}z"


def _spread(wanted: Sequence[float], top: int) -> list[float]:
    """Heights for labels, from below to above, far enough from each other to be read."""
    found: list[float] = []
    for height in wanted:
        found.append(min(height, found[-1] - 16) if found else min(height, top + _TALL))
    lift = max(0.0, (top - 4) - min(found, default=top))
    return [height + lift for height in found]


def _step(most: int) -> int:
    """A round number of which four to eight make the scale."""
    if most <= 5:
        return 1
    size = 10 ** math.floor(math.log10(most / 4))
    return int(next(size * factor for factor in (1, 2, 5, 10) if most / (size * factor) <= 6))


def _ticks(trend: Trend, across: Sequence[float]) -> list[tuple[float, str, str]]:
    """Names below the plots, as many as have room."""
    found: list[tuple[float, str, str]] = []
    for x, point in sorted(zip(across, trend.points, strict=True), key=lambda pair: pair[0]):
        if not found or x - found[-1][0] >= 62:
            # A commit's own name says no more than its date.
            name = "" if point.commit and point.commit.startswith(point.name) else point.name[:12]
            found.append((x, name, f"{point.date:%Y-%m}" if trend.dated else ""))
    return found
