"""What a policy says of one module: who claims it, what it offers, what it may use."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick import Policy, Subsystem, Use

# As in `--format json` of `check`: raised when a key changes its meaning or goes.
VERSION = 1


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether one subsystem may use another, by which line, and how far.

    `use` is the entry of `uses` that speaks of the other subsystem by name, if there is one;
    `decided_by` is "" where no line decides and the default does.
    """

    subsystem: str
    allowed: bool
    decided_by: str
    use: Use | None

    def document(self) -> dict[str, Any]:
        """As a part of the JSON document."""
        use = self.use
        return {
            "subsystem": self.subsystem,
            "decided_by": self.decided_by,
            "names": list(use.names) if use and use.names is not None else None,
            "only": use.only if use else None,
            "reason": use.reason if use else "",
            "until": use.until.isoformat() if use and use.until else None,
        }

    def __str__(self) -> str:
        return "  ".join(filter(None, [self.subsystem, self._limits(), self.decided_by]))

    def _limits(self) -> str:
        if not self.use:
            return ""
        limits = [
            f"only {', '.join(self.use.names)}" if self.use.names is not None else "",
            f"for {self.use.only} only" if self.use.only else "",
            f"until {self.use.until}" if self.use.until else "",
            self.use.reason,
        ]
        words = "; ".join(filter(None, limits))
        return f"({words})" if words else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A module under a policy; `path` is "" for a module that is not there."""

    policy: Policy
    module: str
    path: str
    subsystem: Subsystem | None

    def permissions(self) -> list[Permission]:
        """Every other subsystem, and whether this module's may use it."""
        mine = self.subsystem
        if mine is None:
            return []
        return [
            self._permission(mine, other)
            for other in self.policy.subsystems.values()
            if other.name != mine.name
        ]

    def _permission(self, mine: Subsystem, other: Subsystem) -> Permission:
        use = next((use for use in mine.uses or () if use.subsystem == other.name), None)
        # A permission that is narrowed to names or to type checkers is asked for what it grants.
        target = use.names[0] if use and use.names else next(iter(other.modules), "")
        module, _, name = target.partition(":")
        grade = use.only if use and use.only else "runtime"
        today = datetime.date.today()
        verdict = self.policy.may_use(mine, other, module, name, grade, today)
        place = str(verdict.place) if verdict.place else ""
        return Permission(other.name, verdict.allowed, place, use)

    def contracts(self) -> dict[str, str]:
        """The contracts that this module has part in: their names, and which part."""
        parts = {}
        for name, contract in self.policy.contracts.items():
            if contract.interface.partition(":")[0] == self.module:
                parts[name] = "declares"
            elif self.subsystem and self.subsystem.name in contract.implemented_by:
                parts[name] = "implements"
        return parts

    def document(self) -> dict[str, Any]:
        """Return the JSON document of `where --format json`."""
        mine = self.subsystem
        permissions = self.permissions()
        return {
            "version": VERSION,
            "module": self.module,
            "path": self.path,
            "policy": str(self.policy.path),
            "subsystem": mine.name if mine else None,
            "claimed_by": self._claimed_by(),
            "test": self.policy.is_test(self.module),
            "owners": list(mine.owners) if mine else [],
            "public": list(mine.public) if mine and mine.public is not None else "all",
            "public_to": {name: list(what) for name, what in mine.public_to.items()}
            if mine
            else {},
            "may_use": [each.document() for each in permissions if each.allowed],
            "may_not_use": [each.document() for each in permissions if not each.allowed],
            "packages": list(mine.packages) if mine else [],
            "option_groups": list(mine.option_groups) if mine else [],
            "contracts": self.contracts(),
        }

    def lines(self) -> Iterator[str]:
        """Yield the answer in words."""
        yield f"{self.module}  ({self.path or 'no such file'})"
        for key, words in self._facts():
            yield f"  {key:<12} {words}"

    def _facts(self) -> Iterator[tuple[str, str]]:
        mine = self.subsystem
        if mine is None:
            yield "subsystem", f"none claims it; unclaimed = {self.policy.unclaimed!r}"
            yield "may use", "what any subsystem has made public"
            return
        yield "subsystem", f"{mine.name}  {self._claimed_by()}"
        if self.policy.is_test(self.module):
            yield "tests", "it is a test of this subsystem, and may see its privates"
        yield "owners", ", ".join(mine.owners) or "none named"
        yield from _entries("public", _public(mine))
        for friend, names in mine.public_to.items():
            yield f"to {friend}", ", ".join(names)
        permissions = self.permissions()
        yield from _entries("may use", [str(each) for each in permissions if each.allowed])
        yield from _entries("may not use", [str(each) for each in permissions if not each.allowed])
        yield from _entries("packages", [f"{name} (reserved)" for name in mine.packages])
        yield from _entries("options", list(mine.option_groups))
        yield from _entries("contracts", [f"{part} {it}" for it, part in self.contracts().items()])

    def _claimed_by(self) -> str:
        if self.subsystem is None:
            return ""
        key = "tests" if self.policy.is_test(self.module) else "modules"
        return str(self.subsystem.places.get(key, self.subsystem.place))


def _public(subsystem: Subsystem) -> list[str]:
    if subsystem.public is None or subsystem.public == ("all",):
        return ["every name without a leading underscore"]
    place = subsystem.places.get("public")
    decided = f"{place.path}:{place.line}" if place else ""
    return [*subsystem.public, f"and nothing else  {decided}"] if subsystem.public else ["nothing"]


def _entries(key: str, entries: list[str]) -> Iterator[tuple[str, str]]:
    """Name the key once, before the first of its entries."""
    for number, entry in enumerate(entries):
        yield ("" if number else key), entry
