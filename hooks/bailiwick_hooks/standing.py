"""What a policy says of one module: who claims it, what it offers, what it may use."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bailiwick_hooks.here import place_seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick import Place, Policy, Subsystem, Use

    from bailiwick_hooks.here import Seen

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

    @property
    def terms(self) -> str:
        """How far it goes and which line says so, in words."""
        return "  ".join(filter(None, [self._limits(), self.decided_by]))

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
    """A module under a policy; `path` is "" for a module that is not there.

    `seen` turns the paths of policy files into what they are called from where the user is.
    """

    policy: Policy
    module: str
    path: str
    subsystem: Subsystem | None
    seen: Seen = str

    def permissions(self) -> list[Permission]:
        """Every other subsystem, and whether this module's may use it.

        One for each entry of `uses` that allows it, where they are narrowed.
        """
        mine = self.subsystem
        if mine is None:
            return []
        others = (each for each in self.policy.subsystems.values() if each.name != mine.name)
        return [permission for other in others for permission in self._permissions(mine, other)]

    def _permissions(self, mine: Subsystem, other: Subsystem) -> list[Permission]:
        names = self.policy.names_of(other.name)
        uses = [use for use in mine.uses or () if use.subsystem in names and use.conditional]
        whole = self._permission(mine, other, None)
        narrowed = [self._permission(mine, other, use) for use in uses]
        return [each for each in narrowed if each.allowed] or [whole]

    def _permission(self, mine: Subsystem, other: Subsystem, use: Use | None) -> Permission:
        # A permission that is narrowed to names or to type checkers is asked for what it grants.
        target = use.names[0] if use and use.names else next(iter(other.modules), "")
        module, _, name = target.partition(":")
        grade = use.only if use and use.only else "runtime"
        today = datetime.date.today()
        verdict = self.policy.may_use(mine, other, module, name, grade, today)
        return Permission(other.name, verdict.allowed, self._words(verdict.place), use)

    def contracts(self) -> dict[str, str]:
        """The contracts that this module has part in: their names, and which part."""
        names = set(self.policy.names_of(self.subsystem.name)) if self.subsystem else set()
        parts = {}
        for name, contract in self.policy.contracts.items():
            if contract.interface.partition(":")[0] == self.module:
                parts[name] = "declares"
            elif not names.isdisjoint(contract.implemented_by):
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
            "public": _names(mine.public) if mine else [],
            "public_to": {to: _names(what) for to, what in mine.public_to.items()} if mine else {},
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
        yield from _entries("public", _public(mine.public, self._line(mine, "public")))
        for friend, what in mine.public_to.items():
            yield from _entries(f"to {friend}", _public(what, self._line(mine, "public-to")))
        permissions = self.permissions()
        yield from _entries("may use", _by_terms(p for p in permissions if p.allowed))
        yield from _entries("may not use", _by_terms(p for p in permissions if not p.allowed))
        yield from _entries("packages", [f"{name} (reserved)" for name in mine.packages])
        yield from _entries("options", list(mine.option_groups))
        yield from _entries("contracts", [f"{part} {it}" for it, part in self.contracts().items()])

    def _claimed_by(self) -> str:
        if self.subsystem is None:
            return ""
        key = "tests" if self.policy.is_test(self.module) else "modules"
        return self._words(self.subsystem.places.get(key, self.subsystem.place))

    def _line(self, subsystem: Subsystem, key: str) -> str:
        return self._words(subsystem.places.get(key)).partition("  ")[0]

    def _words(self, place: Place | None) -> str:
        return place_seen(str(place), self.seen) if place else ""


def _names(public: tuple[str, ...] | None) -> list[str] | str:
    return "all" if public is None else list(public)


def _public(public: tuple[str, ...] | None, line: str) -> list[str]:
    if public is None:
        return ["every name without a leading underscore"]
    return [*public, f"nothing{' else' if public else ''}  {line}".rstrip()]


def _by_terms(permissions: Iterable[Permission]) -> list[str]:
    """Name together the subsystems of which the same line says the same."""
    groups: dict[str, list[str]] = {}
    for permission in permissions:
        groups.setdefault(permission.terms, []).append(permission.subsystem)
    return [f"{', '.join(names)}  {terms}".rstrip() for terms, names in groups.items()]


def _entries(key: str, entries: list[str]) -> Iterator[tuple[str, str]]:
    """Name the key once, before the first of its entries."""
    for number, entry in enumerate(entries):
        yield ("" if number else key), entry
