"""A crossing: one place where a module of one subsystem refers to something of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bailiwick.vocabulary.policy import Grade
    from bailiwick.vocabulary.survey import Site

# How a module refers: by an import statement, by a name that it has imported, by a string that
# names an object, by an option of a config object, by a private member of what it has at hand,
# or through a contract, as its implementer or its caller.
Way = Literal["import", "use", "string", "option", "member", "contract"]


@dataclass(frozen=True, slots=True)
class Crossing:
    """One place; nothing is said of whether it keeps the policy, but for `rule`.

    site:      where it is, relative to the policy's folder
    user:      the module that it is in
    subsystem: whose that module is, "" for nobody's
    in_test:   whether that is a test of its subsystem
    module:    the module that is referred to; of an option, the one that registers it
    name:      the name in it as it is written there, without what follows behind a first dot; ""
               for the module itself, "*" for a star; of an option `[group] option`
    target:    whose that is, "" for nobody's
    grade:     when it is executed: at import, later, or only by a type checker
    rule:      the code of the rule that it breaks, "" if it breaks none
    exists:    False where the tree has no such thing for sure
    """

    site: Site
    user: str
    subsystem: str
    in_test: bool
    way: Way
    module: str
    name: str
    target: str
    grade: Grade = "runtime"
    rule: str = ""
    exists: bool = True

    @property
    def symbol(self) -> str:
        """What is referred to: `module`, `module:name`, or `[group] option`."""
        if self.way == "option":
            return self.name
        return f"{self.module}:{self.name}" if self.name else self.module
