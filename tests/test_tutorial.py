"""The tutorial on real Nova: its page is what its commands say today."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from examples import tutorial

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="is told in a Unix shell")


@pytest.fixture(scope="module")
def told(nova_tree: Path) -> str:
    """The page as it is made now."""
    return tutorial.page(nova_tree)


def test_the_page_is_what_its_commands_say_today(told: str) -> None:
    assert told == tutorial.PAGE.read_text(encoding="utf-8"), "make tutorial writes it anew"


def test_the_commit_that_crosses_the_line_is_refused_with_what_to_do(told: str) -> None:
    refused = told.partition("## A commit that crosses")[2].partition("So, through")[0]
    assert "\n(exit code 1)\n" in refused
    assert "= instead: nova.virt.images\n" in refused


def test_the_same_commit_through_the_public_way_is_made(told: str) -> None:
    made = told.partition("So, through")[2].partition("## In CI")[0]
    assert "Passed\n" in made
    assert made.endswith("$ git log -1 --format=%s\nFetch images for ironic\n```\n\n")


def test_ci_tells_what_is_new_and_no_more(told: str) -> None:
    ci = told.partition("## In CI")[2]
    shown = [line for line in ci.splitlines() if ": BW" in line or line.startswith("BW")]
    assert shown
    assert [line for line in shown if "vmwareapi" not in line] == []
