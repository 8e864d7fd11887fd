"""Every failure becomes words and an exit code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bailiwick import Mistake, PolicyError, UserError
from bailiwick_hooks.error_handler import error_handler

if TYPE_CHECKING:
    from collections.abc import Callable


def _raise(error: BaseException) -> Callable[[], int]:
    def run() -> int:
        raise error

    return run


MISTAKES = PolicyError(
    [
        Mistake("bailiwick.toml", 3, 1, 'unknown key "modles"', 'did you mean "modules"?'),
        Mistake("bailiwick.toml", 9, 5, "no subsystem is called libvrt"),
    ]
)

FAILURES: dict[str, tuple[BaseException, int, str]] = {
    "an exit": (SystemExit(2), 2, ""),
    "an interruption": (KeyboardInterrupt(), 130, "interrupted\n"),
    "a slip of the user": (UserError("no such thing."), 2, "error: no such thing.\n"),
    "mistakes in a policy": (
        MISTAKES,
        2,
        'bailiwick.toml:3:1: unknown key "modles"\n'
        '    did you mean "modules"?\n'
        "bailiwick.toml:9:5: no subsystem is called libvrt\n"
        "\n"
        "error: 2 mistakes in the policy; nothing was checked."
        " `bailiwick schema` prints what a policy may hold.\n",
    ),
}


@pytest.mark.parametrize("kind", FAILURES)
def test_it_says_what_to_do_after(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    error, code, words = FAILURES[kind]
    assert error_handler(_raise(error), []) == code
    assert capsys.readouterr() == ("", words)


def test_a_fault_of_ours_is_one_line_and_a_saved_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert error_handler(_raise(KeyError("first\nsecond")), ["check", "."]) == 3
    words = capsys.readouterr().err
    assert "Traceback" not in words
    assert "KeyError" in words.splitlines()[0]
    saved = re.search(r"The traceback is in (.+)\.\n", words)
    assert saved
    file = Path(saved[1])
    text = file.read_text(encoding="utf-8")
    file.unlink()
    assert "arguments: ['check', '.']" in text
    assert "Traceback (most recent call last)" in text
    assert "in run" in text


def test_a_result_is_passed_on() -> None:
    assert error_handler(lambda: 1, []) == 1
