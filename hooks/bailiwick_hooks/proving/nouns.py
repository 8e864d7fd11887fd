"""The nouns of a proof: a boundary, a violation of it, a way to the judge, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Boundary:
    """A line of the policy that forbids something.

    name:       what is forbidden, in words
    decided_by: `file:line` of the policy, "" where the default decides
    """

    name: str
    decided_by: str = ""

    @property
    def order(self) -> tuple[str, int]:
        """Sorts boundaries as the lines stand in the policy's files."""
        path, _, line = self.decided_by.rpartition(":")
        return path, int(line or 0)


@dataclass(frozen=True, slots=True)
class Violation:
    """A small breach of a boundary that stands in no file.

    code:   the rule that is to find it
    user:   the subsystem in whose place it stands, "" for none
    path:   of the module, relative to the policy's folder, with `/`
    line:   1-based, where the finding is to be
    text:   the statement, as a reader would write it
    contract: of the policy, that it breaks; "" where it is about none
    """

    boundary: Boundary
    code: str
    user: str
    path: str
    line: int
    text: str
    contract: str = ""


class Way(Protocol):
    """One of the ways on which a file comes to be judged: a hook, a command of the CI, flake8."""

    # As the report calls it.
    @property
    def name(self) -> str: ...  # noqa: D102

    # Where it is configured, `file:line`; "" for a way that needs no configuration.
    @property
    def place(self) -> str: ...  # noqa: D102

    # Whether a finding that is only a warning fails it.
    @property
    def strict(self) -> bool: ...  # noqa: D102

    # Why a file never gets there, in words; "" if it does. The path is the policy's.
    def withheld(self, path: str) -> str: ...  # noqa: D102

    # Why a finding of that rule in that file is not said there; "" if it is.
    def silenced(self, path: str, code: str) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Trial:
    """A violation that was sent on a way; `reason` says why it was not caught, "" if it was."""

    violation: Violation
    way: Way
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """What the lines do not reach: files that a way leaves out, or what the policy misnames.

    way:       "" where it is the policy's own
    subsystem: whose files they are, "" if that is not known
    paths:     seen from the policy's folder, in order; none where there is nothing at all
    """

    way: str
    reason: str
    subsystem: str = ""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of all violations.

    ways:   in the order of the report
    idle:   subsystems of a policy that is shared that this tree has nothing of
    notes:  what else a reader should know, a sentence each
    """

    trials: Sequence[Trial]
    ways: tuple[Way, ...]
    gaps: tuple[Gap, ...] = ()
    idle: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every violation was caught on every way."""
        return not self.gaps and not any(trial.reason for trial in self.trials)

    def by_boundary(self) -> dict[Boundary, list[Trial]]:
        """The trials by boundary, in the order of the policy."""
        found: dict[Boundary, list[Trial]] = {}
        for trial in self.trials:
            found.setdefault(trial.violation.boundary, []).append(trial)
        return dict(sorted(found.items(), key=lambda entry: entry[0].order))

    def by_reason(self) -> dict[tuple[Way, str], list[Trial]]:
        """The trials in which nothing was caught, by way and reason, the most frequent first."""
        found: dict[tuple[int, str], list[Trial]] = {}
        for trial in self.trials:
            if trial.reason:
                found.setdefault((self.ways.index(trial.way), trial.reason), []).append(trial)
        frequent = sorted(found.items(), key=lambda entry: -len(entry[1]))
        return {(self.ways[way], reason): trials for (way, reason), trials in frequent}
