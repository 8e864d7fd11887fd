"""What a user can get wrong, said so that it can be put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class UserError(Exception):
    """The user's mistake: a message that says what is wrong and what to do next. Exit code 2."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a policy file.

    `line` and `column` are 1-based, the column in characters; 0 where the whole file is meant.
    """

    path: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place}: {self.message}" + (f"\n    {self.hint}" if self.hint else "")


class PolicyError(UserError):
    """A policy that cannot be used: every mistake in it, in the order of the file."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))
