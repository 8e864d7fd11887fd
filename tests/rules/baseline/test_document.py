"""The text of a baseline: what is written is read back, and what is damaged is said."""

from __future__ import annotations

import datetime

import pytest
from bailiwick.baseline.document import lines, read, write
from bailiwick.baseline.entry import Baseline, Entry
from bailiwick.vocabulary.errors import UserError
from hypothesis import given
from hypothesis import strategies as st

DAY = datetime.date(2026, 11, 2)
NAMED = "bailiwick-baseline.toml"
ENTRY = Entry("BW201", "a/b.py", "c.d:_e", "c", 2, DAY, datetime.date(2027, 1, 1), "bug 1")
ROW = 'code = "BW201", path = "a/b.py", since = 2026-11-02'

words = st.text(st.characters(exclude_categories=["Cs"]))
entries = st.builds(
    Entry,
    code=words,
    path=words,
    target=words,
    subsystem=words,
    count=st.integers(1, 10**6),
    since=st.dates(),
    until=st.none() | st.dates(),
    reason=words,
)


@given(st.lists(entries))
def test_what_is_written_is_read_back(recorded: list[Entry]) -> None:
    baseline = Baseline.of(recorded)
    text = write(baseline, {"": ("\n",)})
    assert read(text, NAMED) == baseline
    assert read(text.replace("\n", "\r\n"), NAMED) == baseline
    assert write(Baseline.of(reversed(list(baseline.entries.values()))), {"": ("\n",)}) == text


@given(st.lists(entries, min_size=1))
def test_each_entry_has_a_line_of_its_own(recorded: list[Entry]) -> None:
    baseline = Baseline.of(recorded)
    text = write(baseline, {})
    assert len(set(lines(text).values())) == len(baseline.entries)


def test_entries_are_found_where_somebody_has_put_two_on_a_line() -> None:
    rows = f'{{ {ROW} }}, {{ {ROW}, target = "x" }},\n{{ {ROW}, target = "y" }}'
    text = f"version = 1\ndebt = [\n{rows}]"
    assert list(lines(text).values()) == [3, 3, 4]


def test_the_owners_of_what_is_offended_stand_above_it() -> None:
    text = write(Baseline.of([ENTRY]), {"c": ("alice", "bob")})
    assert text.splitlines()[-4:] == [
        "  # c, owned by alice, bob",
        "  #   a/b.py",
        '  { subsystem = "c", path = "a/b.py", code = "BW201", target = "c.d:_e", count = 2, '
        'since = 2026-11-02, until = 2027-01-01, reason = "bug 1" },',
        "]",
    ]


# By what is wrong: the text, and what is said of it.
DAMAGED = {
    "no version": ("debt = []", "bailiwick-baseline.toml: this is no baseline: there is no"),
    "a newer version": (
        "version = 2\nitems = []",
        "bailiwick-baseline.toml: written by a newer Bailiwick: its format is 2, this one reads 1",
    ),
    "no list": ("version = 1\ndebt = 3", "bailiwick-baseline.toml: `debt` must be a list"),
    "no TOML": (
        "version = 1\ndebt = [\n",
        "bailiwick-baseline.toml: not valid TOML: ",
    ),
    "marks of a merge": (
        f"version = 1\ndebt = [\n<<<<<<< HEAD\n{{ {ROW} }},\n=======\n>>>>>>> other\n]",
        "bailiwick-baseline.toml:3:1: a merge left its marks here",
    ),
    "no table": ("version = 1\ndebt = [\n3\n]", "bailiwick-baseline.toml:3:1: an entry must be"),
    "an unknown key": (
        f"version = 1\ndebt = [\n{{ {ROW}, untill = 2026-01-01 }}\n]",
        "bailiwick-baseline.toml:3:1: an entry has no key `untill`",
    ),
    "a missing key": (
        'version = 1\ndebt = [\n{ code = "BW201" }\n]',
        "bailiwick-baseline.toml:3:1: `since` is missing",
    ),
    "a count of nothing": (
        f"version = 1\ndebt = [\n{{ {ROW}, count = 0 }}\n]",
        "bailiwick-baseline.toml:3:1: `count` must be a number of 1 or more",
    ),
    "a truth for a number": (
        f"version = 1\ndebt = [\n{{ {ROW}, count = true }}\n]",
        "bailiwick-baseline.toml:3:1: `count` must be a number of 1 or more",
    ),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_what_is_damaged_is_said_with_its_place(damage: str) -> None:
    text, said = DAMAGED[damage]
    with pytest.raises(UserError) as caught:
        read(text, NAMED)
    assert str(caught.value).startswith(said)


def test_of_two_records_of_the_same_the_stricter_deadline_holds() -> None:
    text = (
        f"version = 1\ndebt = [\n{{ {ROW}, count = 3, until = 2027-05-01 }},\n"
        f'{{ {ROW}, count = 2, until = 2027-04-01, reason = "bug" }},\n{{ {ROW} }},\n]'
    )
    (entry,) = read(text, NAMED).entries.values()
    assert (entry.count, entry.until, entry.reason) == (3, datetime.date(2027, 4, 1), "bug")
