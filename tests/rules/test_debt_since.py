"""A change is judged by what is reported after it and was not before: debt and comments count."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from bailiwick import (
    Baseline,
    changed_since,
    check,
    check_change,
    load_policy,
    read_baseline,
    write_baseline,
)

from tests.repositories import commit, git

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """\
[subsystem.core]
modules = ["core"]
public = ["core.api"]
[subsystem.shop]
modules = ["shop"]
"""
DAY = datetime.date(2026, 11, 2)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with one breach that is allowed, and one that is recorded."""
    (tmp_path / "core").mkdir()
    (tmp_path / "bailiwick.toml").write_text(POLICY)
    (tmp_path / "core" / "api.py").write_text("")
    (tmp_path / "core" / "inner.py").write_text("a = b = c = 1\n")
    (tmp_path / "shop.py").write_text(
        "from core.inner import a  # bailiwick: allow[BW102] bug 1\nfrom core.inner import b\n"
    )
    record(tmp_path)
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "opening")
    return tmp_path


def record(shop: Path) -> None:
    """Record what is reported."""
    policy = load_policy(shop / "bailiwick.toml")
    known = read_baseline(policy) or Baseline()
    write_baseline(policy, known.grown(check(policy, cache=False).findings, DAY))


def new(shop: Path) -> list[str]:
    """What is new, cold and warm."""
    policy = load_policy(shop / "bailiwick.toml")
    change = [changed_since(shop, "HEAD")]
    runs = [check_change(policy, change, cache=cache) for cache in (False, True, True)]
    told = [[f"{each.code} {each.target}" for each in run.findings] for run in runs]
    assert told[0] == told[1] == told[2]
    return told[0]


def edit(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


def test_nothing_is_new_at_first(shop: Path) -> None:
    assert new(shop) == []


def test_a_breach_whose_comment_goes_is_new(shop: Path) -> None:
    edit(shop / "shop.py", "  # bailiwick: allow[BW102] bug 1", "")
    assert new(shop) == ["BW102 core.inner:a"]


def test_a_breach_whose_record_goes_is_new(shop: Path) -> None:
    edit(shop / "bailiwick-baseline.toml", "core.inner:b", "core.inner:x")
    assert new(shop) == ["BW903 ", "BW102 core.inner:b"]
    (shop / "bailiwick-baseline.toml").unlink()
    assert new(shop) == ["BW102 core.inner:b"]


def test_a_breach_that_is_recorded_with_the_change_is_not_new(shop: Path) -> None:
    edit(shop / "shop.py", "import b", "import b, c")
    assert new(shop) == ["BW102 core.inner:c"]
    record(shop)
    assert new(shop) == []


def test_what_is_paid_is_a_new_entry_to_take_out(shop: Path) -> None:
    edit(shop / "shop.py", "from core.inner import b\n", "")
    assert new(shop) == ["BW903 "]


def test_a_baseline_that_was_damaged_before_is_no_hindrance(shop: Path) -> None:
    text = (shop / "bailiwick-baseline.toml").read_text()
    (shop / "bailiwick-baseline.toml").write_text("<<<<<<< HEAD\n")
    git(shop, "commit", "--all", "--message", "a merge gone wrong")
    (shop / "bailiwick-baseline.toml").write_text(text)
    assert new(shop) == []
