"""What a tree offers: one entry for each name that a subsystem or a contract opens to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bailiwick.vocabulary.survey import Site

EntryKind = Literal["class", "function", "data", "name"]


@dataclass(frozen=True, slots=True)
class ApiEntry:
    """One name that is offered.

    owner:    the subsystem, or `contract NAME` for a member of a contract's interface
    symbol:   `module:Name` or `module:Class.member`
    kind:     `function` also for methods and properties; `name` for what is defined elsewhere
    shown:    as it is declared, in one line: decorators, and the header without its colon; of a
              `name` where it leads, of data nothing
    site:     where that is; None where it comes out of a file
    """

    owner: str
    symbol: str
    kind: EntryKind
    shown: str
    site: Site | None = None

    @property
    def member(self) -> str:
        """The last part of its name."""
        return self.symbol.rpartition(":")[2].rpartition(".")[2]
