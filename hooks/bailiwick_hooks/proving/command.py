"""A `bailiwick check` as a configuration writes it, and what it would judge and say."""

from __future__ import annotations

import os
import shlex
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from bailiwick import RULES, UserError, find_policy

from bailiwick_hooks.commands import check
from bailiwick_hooks.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Sequence

_PROGRAMS = frozenset({"bailiwick", "bailiwick.exe", "bailiwick_hooks"})


class _RefusedError(Exception):
    """What argparse would end the process for."""


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _RefusedError(message)


@dataclass(frozen=True, slots=True, eq=False)
class CheckCommand:
    """The words behind `bailiwick check`, read as the command itself reads them.

    folder: absolute, in which it is run
    governing: the policy that is being proven
    refused: why the command would end with a mistake, in words; "" if it would not
    """

    folder: Path
    governing: Path
    args: Namespace
    selection: Selection | None
    refused: str = ""
    _nearest: dict[Path, Path | None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def parse(cls, words: Sequence[str], folder: Path, governing: Path) -> CheckCommand:
        """Read the words; whatever is wrong with them ends up in `refused`."""
        parser = _Parser(add_help=False)
        check.configure(parser)
        names = {code: rule.NAME for code, rule in RULES.items()}
        try:
            args = parser.parse_args(list(words))
            selection = Selection(args.select, args.ignore, names)
        except (_RefusedError, UserError) as error:
            return cls(folder, governing, Namespace(), None, f"its arguments are refused: {error}")
        return cls(folder, governing, args, selection)

    @property
    def strict(self) -> bool:
        """Whether warnings fail it."""
        return bool(getattr(self.args, "strict", False))

    def withheld(self, file: Path, *, named: bool) -> str:
        """Why it would not judge a file; `named`: its name is handed over, not only its folder."""
        if self.refused:
            return self.refused
        policy = self._policy_for(file)
        if policy != self.governing:
            return f"it is judged under {policy or 'no policy'}"
        if not named and self.args.paths:
            paths = [Path(os.path.abspath(self.folder / path)) for path in self.args.paths]  # noqa: PTH100 - keeps symlinks
            if not any(file.is_relative_to(path) for path in paths):
                return f"it judges only {' '.join(self.args.paths)}"
        return ""

    def _policy_for(self, file: Path) -> Path | None:
        if self.args.policy:
            return Path(os.path.abspath(self.folder / self.args.policy))  # noqa: PTH100
        if file.parent not in self._nearest:
            self._nearest[file.parent] = find_policy(file.parent)
        return self._nearest[file.parent]

    def silenced(self, code: str) -> str:
        """Why it would not say a finding of a rule."""
        if self.selection is None or self.selection.keeps(code):
            return ""
        words = [f"--select {','.join(self.args.select)}"] if self.args.select else []
        words += [f"--ignore {','.join(self.args.ignore)}"] if self.args.ignore else []
        return f"{' '.join(words)} leaves {code} out"


def check_words(line: str) -> list[str] | None:
    """The words behind `bailiwick check` in a line of shell, None if it is no such command."""
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words = list(lexer)
    except ValueError:
        return None
    for position, word in enumerate(words[:-1]):
        if word.rpartition("/")[2] in _PROGRAMS and words[position + 1] == "check":
            return _until_operator(words[position + 2 :])
    return None


def _until_operator(words: list[str]) -> list[str]:
    """The words of the one command, without what a tool or a shell will put in later."""
    own: list[str] = []
    for word in words:
        if word and set(word) <= set("();<>|&"):
            break
        if not word.startswith(("{", "$", "#")):
            own.append(word)
    return own
