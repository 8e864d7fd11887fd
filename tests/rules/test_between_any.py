"""Two states of a tree judged side by side give what each gives by itself, whatever differs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import bailiwick
import pytest
from bailiwick.engine import cache
from bailiwick.engine.since import introduced
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.test_cache import Tree, path, text
from tests.rules.test_since_any import change, found, steps, stored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bailiwick import Crossings, Finding

    from tests.rules.test_cache import Edit
    from tests.rules.test_since_any import State


def told(crossed: Crossings) -> tuple[object, ...]:
    return crossed.places, crossed.unread, crossed.users


def compare(tree: Tree, state: State, before: Sequence[Finding], now: Sequence[Finding]) -> None:
    after = bailiwick.load_policy(tree.root / "bailiwick.toml")
    made = change(state, stored(tree))
    overlay = made.before()
    earlier = bailiwick.load_policy(tree.root / "bailiwick.toml", overlay)
    paths = {path for path in made.paths if path.endswith(".py")}
    # Two processes may judge the two states at once.
    for warm, jobs in ((False, 1), (False, 2), (True, 2), (True, 1)):
        seen = bailiwick.between(earlier, after, made, paths, cache=warm, jobs=jobs)
        assert list(seen.introduced) == introduced(now, before)
        alone = bailiwick.crossings(earlier, overlay=overlay, paths=paths, cache=False, jobs=1)
        assert told(seen.before) == told(alone)
        alone = bailiwick.crossings(after, paths=paths, cache=False, jobs=1)
        assert told(seen.after) == told(alone)


def change_and_compare(texts: dict[str, str], steps: list[list[Edit]], folder: Path) -> None:
    tree = Tree(folder)
    for name, words in texts.items():
        tree.write(name, words)
    seen: list[tuple[State, Sequence[Finding]]] = []
    for edits in steps:
        for act, chosen in edits:
            act(tree, *chosen)
        now = found(tree)
        for state, before in seen:
            compare(tree, state, before, now)
        seen = [(stored(tree), now)]


@settings(max_examples=40)
@given(st.dictionaries(path, text, min_size=4), steps)
def test_two_states_side_by_side_give_what_each_gives_alone(
    texts: dict[str, str], steps: list[list[Edit]]
) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        # Each change here has a time of its own, so that even the latest can be trusted.
        patch.setattr(cache, "_FRESH", 0)
        change_and_compare(texts, steps, Path(folder))
