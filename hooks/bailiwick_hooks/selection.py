"""`--select` and `--ignore`: which rules' findings are shown and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EVERYTHING = "ALL"
# A file that nobody could read is not clean: it stays unless it is ignored by its own code.
NOT_PARSED = "BW901"


class Selection:
    """The rules that a user wants to hear of.

    A selector is a code, the beginning of one (`BW1`), a rule's name, or `ALL`. Of two that
    speak of the same rule the longer one wins, so `--ignore BW2 --select BW201` keeps BW201;
    of two equal ones `--ignore` does.
    """

    def __init__(
        self, select: Sequence[str], ignore: Sequence[str], names: Mapping[str, str]
    ) -> None:
        """`names` are those of all rules, by code. Raises UserError for a misspelt selector."""
        self._select = _prefixes(select, names) or ("",)
        self._ignore = _prefixes(ignore, names)
        self._kept = {code: self._judge(code) for code in names}

    def keeps(self, code: str) -> bool:
        """Whether findings of this rule are wanted."""
        return self._kept.get(code, True)

    def _judge(self, code: str) -> bool:
        if code == NOT_PARSED:
            return code not in self._ignore
        return _longest(code, self._select) > _longest(code, self._ignore)


def _longest(code: str, prefixes: Sequence[str]) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=-1)


def _prefixes(selectors: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    codes = {name: code for code, name in names.items()}
    prefixes = []
    for selector in (part.strip() for text in selectors for part in text.split(",")):
        prefix = codes.get(selector.lower(), selector.upper())
        if prefix == EVERYTHING:
            prefix = ""
        elif not selector or not any(code.startswith(prefix) for code in names):
            raise UserError(unknown_rule(selector, names))
        prefixes.append(prefix)
    return tuple(prefixes)


def unknown_rule(word: str, names: Mapping[str, str]) -> str:
    """Say that no rule is called so, and which one may have been meant."""
    from difflib import get_close_matches

    known = [*names, *names.values(), EVERYTHING]
    near = get_close_matches(word.upper(), known, 1) or get_close_matches(word.lower(), known, 1)
    guess = f" Did you mean {near[0]}?" if near else ""
    return f"no rule is called {word!r}.{guess} `bailiwick rules` lists them all."
