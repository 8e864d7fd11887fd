"""What a name in the code refers to, for somebody who points at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sort = Literal["module", "class", "instance", "member", "other"]


@dataclass(frozen=True, slots=True)
class Pointed:
    """What stands at a place.

    sort:     `instance` of the class, `member` of it
    module:   dotted name of the module that it is taken from
    name:     dotted name of the object inside that, "" for the module itself
    home:     where it is defined in the end, `package.module` or `package.module:Name`
    contract: name of the contract whose class or member it is, "" if there is none
    handle:   whether it is, or is reached through, a handle of that contract
    shown:    how the contract declares it, in one line; "" for what it does not declare
    """

    sort: Sort
    module: str
    name: str
    home: str
    contract: str = ""
    handle: bool = False
    shown: str = ""

    @property
    def target(self) -> str:
        """`package.module` or `package.module:Name`."""
        return f"{self.module}:{self.name}" if self.name else self.module
