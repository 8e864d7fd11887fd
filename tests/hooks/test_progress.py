"""The progress bar keeps out of the way of a short run."""

from __future__ import annotations

import pytest
from bailiwick_hooks.terminal import progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that the bar sees, to be set by the test."""
    now = [0.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    return now


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


def test_nothing_is_drawn_in_the_first_second(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with progress.ProgressBar("judging") as bar:
        for done in range(100):
            clock[0] = done / 100
            bar(done, 100)
    assert capsys.readouterr() == ("", "")


def test_after_a_second_it_counts_on_stderr(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with progress.ProgressBar("judging") as bar:
        clock[0] = 1.5
        bar(30, 100)
        bar(77, 100)
    drawn = capsys.readouterr()
    assert drawn.out == ""
    assert "77/100" in drawn.err
