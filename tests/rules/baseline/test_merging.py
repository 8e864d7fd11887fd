"""Baselines of two branches, merged by git as it merges any text."""

from __future__ import annotations

import datetime
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bailiwick.baseline.document import read, write
from bailiwick.baseline.entry import Baseline, Entry
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.repositories import attempt, commit, git

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME = "bailiwick-baseline.toml"


def entry(path: str, target: str = "core.inner:a", count: int = 1) -> Entry:
    return Entry("BW102", path, target, "core", count, datetime.date(2026, 11, 2))


def record(folder: Path, entries: Iterable[Entry]) -> None:
    text = write(Baseline.of(entries), {"core": ("core-team",)})
    (folder / NAME).write_bytes(text.encode())
    commit(folder)


def merged(
    folder: Path, base: Iterable[Entry], ours: Iterable[Entry], theirs: Iterable[Entry]
) -> set[Entry] | None:
    """What is recorded after two branches have been merged; None if git finds a conflict."""
    git(folder, "init", "--initial-branch", "main")
    record(folder, base)
    git(folder, "checkout", "-b", "theirs")
    record(folder, theirs)
    git(folder, "checkout", "main")
    record(folder, ours)
    if attempt(folder, "merge", "theirs").returncode:
        return None
    return recorded((folder / NAME).read_text(encoding="utf-8"))


def recorded(text: str) -> set[Entry]:
    return set(read(text, NAME).entries.values())


A1, A2, B1, B2, C1 = (
    entry("shop/a.py", "core.inner:a"),
    entry("shop/a.py", "core.inner:b"),
    entry("shop/b.py", "core.inner:a"),
    entry("shop/b.py", "core.inner:b"),
    entry("shop/c.py", "core.inner:a"),
)
BASE = {A1, A2, B1, B2, C1}
A3, B0, D1 = (
    entry("shop/a.py", "core.inner:c"),
    entry("shop/b.py", "core.inner:_"),
    entry("shop/d.py", "core.inner:a"),
)

# By what the two do: what each of them records in the end.
NEIGHBOURS = {
    "both pay, in files next to each other": (BASE - {A2}, BASE - {B1}),
    "one pays all of a file, the other some of the next": (BASE - {A1, A2}, BASE - {B1}),
    "both record, in files next to each other": (BASE | {A3}, BASE | {B0}),
    "one records a new file, the other pays in a file": (BASE | {D1}, BASE - {B1}),
    "both pay the same": (BASE - {A2, B1}, BASE - {A2, B1}),
    "one pays some of what the other pays": (BASE - {A2}, BASE - {A2, B2}),
    "one pays part of one entry, the other the next file": (
        BASE - {C1} | {replace(C1, count=2)},
        BASE - {B1},
    ),
}


@pytest.mark.parametrize("what", NEIGHBOURS)
def test_branches_that_touch_the_debt_of_different_files_merge(what: str, tmp_path: Path) -> None:
    ours, theirs = NEIGHBOURS[what]
    kept = {each for each in ours | theirs if (each in ours and each in theirs) or each not in BASE}
    assert merged(tmp_path, BASE, ours, theirs) == kept


def test_the_line_that_is_advised_lets_any_branches_merge(tmp_path: Path) -> None:
    (tmp_path / ".gitattributes").write_text(f"{NAME} merge=union\n")
    ours, theirs = BASE - {A1} | {A3}, BASE - {A2} | {entry("shop/a.py", "core.inner:d")}
    found = merged(tmp_path, BASE, ours, theirs)
    assert found is not None
    assert found >= (ours & theirs) | (ours - BASE) | (theirs - BASE)


def test_files_next_to_each_other_that_are_paid_whole_need_that_line(tmp_path: Path) -> None:
    assert merged(tmp_path, BASE, BASE - {B1, B2}, BASE - {C1}) is None
    git(tmp_path, "merge", "--abort")
    (tmp_path / ".gitattributes").write_text(f"{NAME} merge=union\n")
    git(tmp_path, "merge", "theirs")
    found = recorded((tmp_path / NAME).read_text(encoding="utf-8"))
    assert BASE - {B1, B2, C1} <= found <= BASE


POOL = [entry(f"shop/{name}.py", f"core.inner:{of}") for name in "abc" for of in "abc"]
some = st.sets(st.sampled_from(POOL))


@settings(max_examples=60)
@given(some, some, some)
def test_a_union_loses_nothing_that_is_owed(
    base: set[Entry], ours: set[Entry], theirs: set[Entry]
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        files = [Path(scratch, name) for name in ("ours", "base", "theirs")]
        for file, entries in zip(files, (ours, base, theirs), strict=True):
            file.write_bytes(write(Baseline.of(entries), {}).encode())
        union = ["git", "merge-file", "--union", "-p", *map(str, files)]
        text = subprocess.run(union, capture_output=True, check=True).stdout.decode()
    found = recorded(text)
    assert found >= (ours & theirs) | (ours - base) | (theirs - base)
    assert found <= ours | theirs
