"""The nouns of a rule: what it sees, what it answers, and what every rule module offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping

    from bailiwick.vocabulary.policy import Place, Policy, Severity, Subsystem
    from bailiwick.vocabulary.reference import Kind, Reference


@dataclass(frozen=True, slots=True)
class Example:
    """A tiny tree under a policy: documentation and test at once.

    files:    path from the policy's folder to text; empty `__init__.py` files are left out
    breaches: where the rule must speak, `path:line:column`, 1-based, in the order of the findings
    also:     what other rules find there, with the code before it
    """

    title: str
    policy: str
    files: Mapping[str, str]
    breaches: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def policy_text(self) -> str:
        """The policy without the indentation of the rule's source."""
        return _flush_left(self.policy)

    def tree(self) -> dict[str, str]:
        """The files without the indentation of the rule's source."""
        return {path: _flush_left(text) for path, text in self.files.items()}


@dataclass(frozen=True, slots=True)
class View:
    """Where a reference is judged from.

    module:    the module that refers
    subsystem: the one that claims it, None if none does
    target:    the subsystem that claims what is referred to, None if it is nobody's
    today:     the day on which permissions are still good or have expired
    is_module: False for a file of the project that is no module; `module` is then its path
    """

    policy: Policy
    module: str
    subsystem: Subsystem | None
    target: Subsystem | None
    today: datetime.date
    is_module: bool = True

    @property
    def foreign(self) -> bool:
        """Whether the target is another subsystem's."""
        if self.target is None:
            return False
        return self.subsystem is None or self.subsystem.name != self.target.name

    @property
    def user(self) -> str:
        """Who refers, as a message names it."""
        if self.subsystem is not None:
            return self.subsystem.name
        return f"{self.module} (unclaimed)" if self.is_module else self.module


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule's objection: one line for the reader, and the place in the policy that decides.

    `mild` where it costs one degree less than the rule usually does; `detail` is shown below the
    message as it stands, line by line; `subject` as in a finding.
    """

    message: str
    place: Place | None = None
    mild: bool = False
    detail: tuple[str, ...] = ()
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """The reference that shows that one subsystem uses another.

    `path` is relative to the policy's folder, with `/` on every system; `excerpt` is the line.
    """

    path: str
    reference: Reference
    excerpt: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.reference.span.line} imports {self.reference.target}"


class Rule(Protocol):
    """What every rule module offers; its docstring is the rule's page, in Markdown."""

    # `BW`, and what it is about: 1 imports, 2 privates, 3 contracts, 4 options, 9 the tool itself.
    CODE: str
    # The code in words, for those who read a suppression a year later.
    NAME: str
    # What a finding costs where the policy does not say.
    SEVERITY: Severity
    # What the rule says, in one line; the first line of the docstring after code and name.
    SUMMARY: str
    # Trees in which the rule finds nothing.
    VALID: tuple[Example, ...]
    # Trees in which it finds exactly what is listed, and other rules nothing but what is `also`.
    INVALID: tuple[Example, ...]


class ReferenceRule(Rule, Protocol):
    """A rule on one reference."""

    # Of references of other kinds it says nothing.
    KINDS: tuple[Kind, ...]

    # None where the reference breaks nothing, or nothing of this rule's concern.
    def judge(self, reference: Reference, view: View) -> Breach | None: ...  # noqa: D102


class GraphRule(Rule, Protocol):
    """A rule on who uses whom."""

    # Whether this reference, which broke no other rule, makes its subsystem a user of the target.
    def counts(self, reference: Reference, view: View) -> bool: ...  # noqa: D102

    # By (user, used) one witness each; yields the witness at which the breach is shown.
    def judge_graph(  # noqa: D102
        self, edges: Mapping[tuple[str, str], Witness]
    ) -> Iterator[tuple[Witness, Breach]]: ...


class ModuleRule(Rule, Protocol):
    """A rule on a module that no subsystem claims."""

    def judge_module(self, module: str) -> Breach: ...  # noqa: D102


class FileRule(Rule, Protocol):
    """A rule on a file, or a line of one, that is no reference; the reason says what is wrong."""

    def breach(self, reason: str) -> Breach: ...  # noqa: D102


def _flush_left(text: str) -> str:
    from textwrap import dedent

    return dedent(text).lstrip("\n")
