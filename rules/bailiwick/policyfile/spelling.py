"""The nearest right spelling of a word that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for the reader, "" where no known word is near."""
    import difflib  # only a policy with a mistake in it pays for this

    lower = {each.lower(): each for each in known}
    near = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    return f'did you mean "{lower[near[0]]}"?' if near else ""
