"""Where lines start after edits, as if all had been counted anew."""

from __future__ import annotations

import random

import pytest
from bailiwick_server.line_starts import Starts


@pytest.mark.parametrize("lines", [1, 5, 5_000])
@pytest.mark.parametrize("seed", range(5))
def test_after_any_edits_they_are_where_they_would_be_counted(lines: int, seed: int) -> None:
    chance = random.Random(seed)
    told = [10 * number for number in range(lines)]
    starts, place = Starts.of(list(told)), 0
    for _ in range(200):
        # Mostly near the last edit, sometimes far from it, and sometimes of much.
        place = chance.choice([place, place + 1, chance.randrange(len(told) + 1)])
        first = min(max(place, 1), len(told))
        last = min(first + chance.choice([0, 0, 1, 2, 2_000]), len(told))
        before = told[first - 1]
        count = chance.choice([0, 1, 1, 2, 3, 1_500])
        new = [before + 1 + number for number in range(count)]
        by = (new[-1] if new else before) + 7 - (told[last] if last < len(told) else 0)
        told = [*told[:first], *new, *(each + by for each in told[last:])]
        starts = starts.edited(first, last, new, by)
        assert len(starts) == len(told)
        assert list(starts) == told
        some = chance.randrange(len(told))
        assert (starts[some], starts[-1], starts[some : some + 3]) == (
            told[some],
            told[-1],
            told[some : some + 3],
        )
    with pytest.raises(IndexError):
        starts[len(told)]


def test_typing_in_one_place_of_a_long_text_keeps_what_is_around() -> None:
    old = list(range(0, 100_000, 10))
    starts = Starts.of(old)
    for number in range(100):
        starts = starts.edited(5_000, 5_000 + number, [50_000] * (number + 1), 1)
    assert starts.old is old
    assert len(starts) == len(old) + 100
