"""`bailiwick split --format html`, in a real browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.reports.browser import CONTRAST, asked
from tests.reports.shop import project, run

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = "$$('#list > details:not([hidden])')"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = project(tmp_path)
    assert run(folder, "split", "till", "--output", "till.html").returncode == 0
    return folder / "till.html"


def test_every_tie_of_the_document_is_on_it_with_all_its_places(page: Path) -> None:
    document = json.loads(run(page.parent, "split", "till", "--format", "json").stdout)
    wanted = sorted(
        [
            tie["symbol"],
            sorted(f"{each['path']}:{each['line']}" for each in tie["places"] + tie["in_tests"]),
        ]
        for tie in document["ties"]
    )
    script = """return $$('#list > details').map((tie) => [
        tie.querySelector('summary code').textContent,
        [...tie.querySelectorAll('li code')].map((each) => each.textContent).sort()])"""
    assert sorted(asked(page, script)) == wanted


def test_it_asks_for_nothing_else(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)=[\"'](?!#)", text)
    assert asked(page, "return performance.getEntriesByType('resource').length") == 0


def test_filters_leave_what_they_say_and_count_it(page: Path) -> None:
    told = asked(
        page,
        f"choose('direction', 'takes'); const takes = {SHOWN}.map((tie) => tie.dataset.direction);"
        f"choose('words', 'vault _force'); const one = {SHOWN}.length;"
        "return [[...new Set(takes)], one, $('#shown').textContent.split(' ')[0]]",
    )
    assert told == [["takes"], 1, "1"]


def test_what_is_in_tests_alone_is_shown_when_asked_for(page: Path) -> None:
    script = (
        f"const before = {SHOWN}.length; $('[name=tests]').click();"
        f"return [before, {SHOWN}.length, $$('#list > details').length]"
    )
    before, after, every = asked(page, script)
    assert before < after == every


def test_everything_has_a_name_and_a_narrow_screen_needs_no_scrolling_sideways(page: Path) -> None:
    script = """
      const reach = $$('select, input, summary, [tabindex="0"]');
      const name = (each) => each.getAttribute('aria-label') || each.textContent.trim()
        || each.closest('label')?.textContent;
      const root = document.documentElement;
      return [reach.filter((each) => !name(each)).length, root.scrollWidth <= root.clientWidth]
    """
    assert asked(page, script, "--window-size=500,900") == [0, True]


def test_words_can_be_read_on_their_ground_in_light_and_in_dark(page: Path) -> None:
    script = f"$$('details').forEach((each) => {{ each.open = true; }}); {CONTRAST}"
    assert asked(page, script) >= 4.5
    assert asked(page, script, "--blink-settings=preferredColorScheme=0") >= 4.5
