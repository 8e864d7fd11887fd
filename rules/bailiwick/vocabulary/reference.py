"""A reference: one place in the code where a module refers to something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bailiwick.vocabulary.policy import Grade
    from bailiwick.vocabulary.signature import Implementing

Kind = Literal[
    "import",
    "attribute",
    "override",
    "inherited",
    "handle",
    "identity",
    "selection",
    "implementation",
    "string",
    "option",
    "extension",
]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text on one line or several.

    Lines and columns are 1-based, columns count characters, and the end column is exclusive.
    """

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Reference:
    """One place where a module refers to something.

    kind:      `import` (also dynamic, and a module reached through a package), `attribute`,
               `override` (a member that a base class has too), `inherited` (a base's member
               used through `self`, `cls` or `super()`), `handle` (a member used through a
               contract's handle), `identity` (a question whether a class stands behind a handle),
               `selection` (one for the name of what stands behind it), `implementation`
               (a member of a class that stands in place of a contract's), `extension` (one that
               is used through a handle, and that the contract does not declare)
    span:      the tokens that refer
    module:    dotted name of the module that is referred to, or that holds the object
    name:      dotted name of the object inside it, "" for the module itself, "*" for a star
    grade:     whether it is executed at import, later, or only by a type checker
    known_by:  in words, how the target is known
    exists:    whether the target was found in the checked tree
    guarded:   whether the code asks first if the target is there (`hasattr`)
    contract:  name of the contract that the handle is of, "" if there is none
    implementing: of those two, what the class has and what the contract declares
    registered_by: of an option in a group that no subsystem lists, a module that registers it
    """

    kind: Kind
    span: Span
    module: str
    name: str
    grade: Grade
    known_by: str
    exists: bool = True
    guarded: bool = False
    contract: str = ""
    implementing: Implementing | None = None
    registered_by: str = ""

    @property
    def target(self) -> str:
        """`package.module` or `package.module:Name.member`, of an option `[group] option`."""
        if self.kind == "option":
            return f"[{self.module}] {self.name}".rstrip()
        return f"{self.module}:{self.name}" if self.name else self.module
