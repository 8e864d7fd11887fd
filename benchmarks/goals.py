"""What the figures are meant to reach, and whether they do. Said, never enforced."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import commits, ours, peers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.commits import Durations
    from benchmarks.measure import Measurement

MIB = 1024 * 1024
PEAK = 200
LARGEST = "four Novas"
WHOLE = "Nova"


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that must not exceed a limit; both in `unit`."""

    what: str
    limit: float
    measured: float
    unit: str

    @property
    def met(self) -> bool:
        """Whether the figure is within its limit."""
        return self.measured <= self.limit

    @property
    def verdict(self) -> str:
        """Met or missed, and by how much."""
        if self.met:
            return "met"
        return f"missed by {self.measured - self.limit:.2f} {self.unit}"


def goals(
    measured: Mapping[str, Measurement],
    hooks: Durations,
    growth: Mapping[str, Measurement],
    share: float,
) -> list[Goal]:
    """Judge each goal whose cases were measured; `share` is the largest tree in Novas."""
    return [
        *_against_peers(measured),
        *_alone(measured),
        *_at_a_commit(measured, hooks),
        *_growth(growth, share),
    ]


def _against_peers(measured: Mapping[str, Measurement]) -> Iterator[Goal]:
    """Ratios within the same round."""
    for mine, limit, theirs in (
        (ours.WARM, 0.5, peers.IMPORT_LINTER_WARM),
        (ours.WARM, 1.0, peers.RUFF_WARM),
        (ours.COLD, 1.0, peers.IMPORT_LINTER_COLD),
    ):
        if theirs in measured:
            ratio = measured[mine].times(measured[theirs])
            yield Goal(f"{mine} ÷ {theirs}", limit, ratio, "times")


def _alone(measured: Mapping[str, Measurement]) -> Iterator[Goal]:
    for name in (ours.TEN, ours.TEN_BREAKING):
        longer = measured[name].beyond(measured[ours.FLOOR])
        yield Goal(f"{name} beyond {ours.FLOOR}", 0.15, longer, "s")
    peak = max(measured[name].peak for name in ours.EVERYDAY)
    yield Goal("bailiwick, peak memory of a process, --exhaustive apart", PEAK, peak / MIB, "MiB")


def _at_a_commit(measured: Mapping[str, Measurement], hooks: Durations) -> Iterator[Goal]:
    for name, durations in hooks.items():
        seconds = median(durations[commits.HOOK])
        yield Goal(f"the hook's own part in a commit of {name}", 0.3, seconds, "s")
    ratio = measured[commits.SINCE].times(measured[commits.WHOLE])
    yield Goal(f"{commits.SINCE} ÷ {commits.WHOLE}", 2.0, ratio, "times")


def _growth(growth: Mapping[str, Measurement], share: float) -> Iterator[Goal]:
    for how in ("cold", "warm"):
        if growth:
            ratio = growth[f"{LARGEST}, {how}"].times(growth[f"{WHOLE}, {how}"])
            yield Goal(f"{LARGEST} ÷ {WHOLE}, {how}: linear or better", share, ratio, "times")
