"""What a change introduces is what two cold runs differ in, whatever was changed."""

from __future__ import annotations

import hashlib
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import bailiwick
import pytest
from bailiwick.engine import cache
from bailiwick.engine.since import introduced
from bailiwick.revisions.change import Change
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.test_cache import Tree, edit, path, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bailiwick import Finding

    from tests.rules.test_cache import Edit

State = dict[str, bytes]
steps = st.lists(st.lists(edit, min_size=1, max_size=3), min_size=2, max_size=4)


def stored(tree: Tree) -> State:
    found = [file for kind in ("*.toml", "*.cfg", "**/*.py") for file in tree.root.glob(kind)]
    return {each.relative_to(tree.root).as_posix(): each.read_bytes() for each in found}


def change(before: State, now: State) -> Change:
    paths = {path for path in {*before, *now} if before.get(path) != now.get(path)}
    return Change(
        paths=frozenset(paths),
        renamed={},
        before=partial(dict, {path: before.get(path) for path in paths}),
        identity=hashlib.sha1(repr(sorted(before.items())).encode()).hexdigest(),
    )


def change_again_and_again(texts: dict[str, str], steps: list[list[Edit]], folder: Path) -> None:
    tree = Tree(folder)
    for name, words in texts.items():
        tree.write(name, words)
    # At first there is no policy, so nothing that it forbids.
    seen: list[tuple[State, Sequence[Finding]]] = [(stored(tree), ())]
    for edits in steps:
        for act, chosen in edits:
            act(tree, *chosen)
        now = found(tree)
        policy = bailiwick.load_policy(tree.root / "bailiwick.toml")
        for state, before in seen[-2:]:
            made = change(state, stored(tree))
            for warm in (True, True, False):
                report = bailiwick.check_change(policy, [made], cache=warm, jobs=1)
                assert list(report.findings) == introduced(now, before)
        seen.append((stored(tree), now))


def found(tree: Tree) -> tuple[Finding, ...]:
    findings, *_ = tree.found(warm=False)
    assert isinstance(findings, tuple)
    return findings


@settings(max_examples=40)
@given(st.dictionaries(path, text, min_size=4), steps)
def test_what_a_change_introduces_is_what_two_cold_runs_differ_in(
    texts: dict[str, str], steps: list[list[Edit]]
) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        # Each change here has a time of its own, so that even the latest can be trusted.
        patch.setattr(cache, "_FRESH", 0)
        change_again_and_again(texts, steps, Path(folder))
