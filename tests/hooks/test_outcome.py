"""The last line of a run, and whether it fails."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bailiwick_hooks.outcome import Excuse, Outcome
from findings import finding

SUMMARIES = {
    ("", 0): "No Python file to check.",
    ("", 1): "1 file keeps within its bailiwick.",
    ("", 1505): "All 1,505 files keep within their bailiwick.",
    ("e", 1): "Found 1 error in 1 file.",
    ("eeew", 1505): "Found 3 errors and 1 warning in 1,505 files.",
    ("iwe", 2): "Found 1 error, 1 warning and 1 info in 2 files.",
    ("ii", 2): "Found 2 infos in 2 files.",
}
SEVERITY = {"e": "error", "w": "warning", "i": "info"}


def _outcome(severities: str, files: int) -> Outcome:
    return Outcome(tuple(finding(severity=SEVERITY[letter]) for letter in severities), files)


@pytest.mark.parametrize(("severities", "files"), SUMMARIES)
def test_the_summary_counts(severities: str, files: int) -> None:
    assert _outcome(severities, files).summary() == SUMMARIES[severities, files]


@pytest.mark.parametrize(
    ("severities", "fails", "fails_strictly"),
    [("", False, False), ("i", False, True), ("w", False, True), ("ew", True, True)],
)
def test_only_errors_fail_a_run_that_is_not_strict(
    severities: str, fails: bool, fails_strictly: bool
) -> None:
    outcome = _outcome(severities, 1)
    assert outcome.fails(strict=False) is fails
    assert outcome.fails(strict=True) is fails_strictly


def test_the_summary_of_all_counts_what_is_known_and_not_reported() -> None:
    comment, record = Excuse("inSource", "bug 1"), Excuse("external", "")
    known = tuple((finding(), excuse) for excuse in (comment, record, record))
    clean = Outcome((), 3, excused=known)
    assert clean.summary() == (
        "All 3 files keep within their bailiwick "
        "(2 recorded in the baseline, 1 allowed by comments)."
    )
    assert replace(clean, reach="new").summary() == "Nothing new in 3 files."
    assert not clean.fails(strict=True)
