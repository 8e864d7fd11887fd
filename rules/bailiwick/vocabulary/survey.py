"""A contract as its users see it: its members, who has them, who calls them from where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """A place in the tree; `path` is relative to the policy's folder, line and column 1-based."""

    path: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Used:
    """A place at which a member is used through a handle.

    subsystem: whose place it is, "" for nobody's
    code:      how it is called, in short; "" where it is only named
    breaks:    the implementations that this call fails on, as `module:Class.member`
    """

    site: Site
    subsystem: str
    code: str = ""
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Implementation:
    """What a class has in place of a member.

    owner:       `module:Class` that defines it
    subsystem:   whose it is, "" for nobody's
    differences: what keeps it from taking every call, in words
    """

    owner: str
    site: Site
    subsystem: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberSurvey:
    """One member.

    name:            of the member
    kind:            `method`, `static method`, `class method`, `property`, `data`, `unknown`
    shown:           how it is declared, in one line
    owner:           `module:Class` that declares it; "" for what the contract does not declare
    site:            where it is declared; None for what the contract does not declare
    implementations: the definitions that stand in its place
    inherited_by:    the implementing classes that have nothing in its place, as `module:Class`
    uses:            through handles, outside tests
    """

    name: str
    kind: str
    shown: str
    owner: str = ""
    site: Site | None = None
    implementations: tuple[Implementation, ...] = ()
    inherited_by: tuple[str, ...] = ()
    uses: tuple[Used, ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """A contract.

    contract, interface: its name and its class, `module:Class`
    place:               the line of the policy, `file:line`
    site:                where the class is
    hides:               why it may have members that are not declared, "" if nothing says so
    implementers:        the classes derived from it, outside tests, as `module:Class`
    members:             what it declares, by name
    undeclared:          what is used through its handles and not declared; implementations are
                         the classes that happen to have it
    """

    contract: str
    interface: str
    place: str
    site: Site
    hides: str
    implementers: tuple[str, ...]
    members: tuple[MemberSurvey, ...]
    undeclared: tuple[MemberSurvey, ...]

    @property
    def uncalled(self) -> tuple[str, ...]:
        """The members that are declared and never used through a handle."""
        return tuple(member.name for member in self.members if not member.uses)
