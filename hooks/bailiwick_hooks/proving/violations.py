"""Small breaches of every boundary, written into texts that stand in no file."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bailiwick_hooks.here import seen_from_here
from bailiwick_hooks.proving.breaches import Breach, drift, foreign_option, misuse, patch
from bailiwick_hooks.proving.nouns import Boundary, Violation
from bailiwick_hooks.proving.places import MADE, Place, grounds
from bailiwick_hooks.proving.privates import Privates, privates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick import Contract, Policy, Tree
    from bailiwick import Place as PolicyPlace

    from bailiwick_hooks.proving.places import Ground

# What each subsystem is given to keep to itself, where it has nothing private of its own.
_OWN = (
    "def _bailiwick_proof(): ...",
    "class BailiwickProof:",
    "    def _bailiwick_proof(self): ...",
)


@dataclass(slots=True)
class Sheet:
    """A text that is being written at a place; `start` lines stand before it already."""

    place: Place
    before: bytes = b""
    start: int = 0
    lines: list[str] = field(default_factory=list)

    def write(self, *lines: str) -> int:
        """Add lines; returns the number of the last one, 1-based."""
        self.lines += lines
        return self.start + len(self.lines)

    @property
    def data(self) -> bytes:
        """The whole text."""
        return self.before + "\n".join([*self.lines, ""]).encode()


@dataclass(frozen=True, slots=True)
class Plan:
    """All violations of a policy's boundaries, and the texts by path in which they stand."""

    violations: tuple[Violation, ...]
    texts: dict[str, bytes]
    grounds: tuple[Ground, ...]


def plan(policy: Policy, tree: Tree) -> Plan:
    """Write a violation of every boundary, for every subsystem that could break it."""
    return _Author(policy, tree).plan()


class _Author:
    def __init__(self, policy: Policy, tree: Tree) -> None:
        self.policy, self.tree = policy, tree
        self.today = datetime.date.today()
        self.seen = seen_from_here(policy.root)
        self.all = grounds(policy, tree)
        self.standing = [ground for ground in self.all if ground.places]
        self.sheets: dict[str, Sheet] = {}
        self.violations: list[Violation] = []
        # The breach that each of them is.
        self.breaches: list[Breach] = []
        self.privates = self._find_privates()

    def plan(self) -> Plan:
        for ground in self.standing:
            self._sheet(ground.main).write(*_OWN)
        for target in self.standing:
            for user in self.standing:
                if user.name != target.name:
                    self._break_pair(user, target)
        for user in self.standing:
            self._take_packages(user)
        for contract in self.policy.contracts.values():
            self._break_contract(contract)
        for user in self.standing:
            self._use_options(user)
        for user in self.standing:
            self._break_elsewhere(user)
        self._leave_unclaimed()
        texts = {sheet.place.path: sheet.data for sheet in self.sheets.values()}
        return Plan(tuple(self.violations), texts, tuple(self.all))

    def _find_privates(self) -> dict[str, Privates]:
        modules: dict[str, list[str]] = {}
        for file in self.tree.files:
            if file.judged and not file.twin_of and not self.policy.is_test(file.module):
                owner = self.policy.subsystem_of(file.module, file.is_package)
                if owner is not None:
                    modules.setdefault(owner.name, []).append(file.module)
        return {name: privates(self.tree, found) for name, found in modules.items()}

    def _sheet(self, place: Place) -> Sheet:
        sheet = self.sheets.get(place.path)
        if sheet is None:
            sheet = self.sheets[place.path] = self._new_sheet(place)
        return sheet

    def _new_sheet(self, place: Place) -> Sheet:
        if place.is_made:
            return Sheet(place)
        try:
            before = (self.tree.root / place.path).read_bytes() + b"\n"
        except OSError:
            before = b""
        # As the reader of source counts them, whatever ends a line.
        lines = before.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
        return Sheet(place, before, lines)

    def _add(self, breach: Breach, user: Ground, place: Place) -> None:
        line = self._sheet(place).write(*breach.lines)
        words = "; ".join(each.strip() for each in breach.lines)
        self.breaches.append(breach)
        self.violations.append(
            Violation(
                breach.boundary, breach.code, user.name, place.path, line, words, breach.contract
            )
        )

    def _break_pair(self, user: Ground, target: Ground) -> None:
        for breach in self._breaches(user, target):
            self._add(breach, user, user.main)

    def _breaches(self, user: Ground, target: Ground) -> Iterator[Breach]:
        """One breach of each kind between two subsystems."""
        known = self.privates.get(target.name, Privates([], []))
        made = target.main.module
        functions = [*known.functions, (made, "_bailiwick_proof")]
        methods = [*known.methods, (made, "BailiwickProof", "_bailiwick_proof")]
        yield from self._breach_by_import(user, target, functions)
        barred = [
            (module, name, member)
            for module, name, member in methods
            if not self._is_public(user, target, module, f"{name}.{member}")
        ]
        if barred:
            module, name, member = barred[0]
            borders = self._privates_of(target)
            # A name of its own each time: what is bound twice is judged as either.
            base = f"{name}{len(self.violations)}"
            taken = f"from {module} import {name} as {base}"
            yield Breach(borders, "BW201", (taken, f"{base}.{member}"))
            derived = (f"class Derived{base}({base}):", f"    def {member}(self): ...")
            yield Breach(borders, "BW202", (taken, *derived))

    def _breach_by_import(
        self, user: Ground, target: Ground, functions: list[tuple[str, str]]
    ) -> Iterator[Breach]:
        for module, name in functions:
            verdict = self.policy.may_use(
                user.subsystem, target.subsystem, module, name, "runtime", self.today
            )
            if not verdict:
                decided = self._decided(verdict.place)
                yield Breach(decided, "BW101", (f"from {module} import {name}",))
                break
        borders = self._privates_of(target)
        for module, name in functions:
            if not self._is_public(user, target, module, name):
                if verdict:
                    yield Breach(borders, "BW102", (f"from {module} import {name}",))
                yield patch(borders, module, name)
                return

    def _is_public(self, user: Ground, target: Ground, module: str, name: str) -> bool:
        return bool(self.policy.is_public(target.subsystem, module, name, user.subsystem))

    def _take_packages(self, user: Ground) -> None:
        reserved = {p for ground in self.all for p in ground.subsystem.packages}
        for package in sorted(reserved):
            owners = self.policy.package_owners(package)
            names = [owner.name for owner in owners]
            if user.name not in names and package not in self.tree.modules:
                place = owners[0].places.get("packages", owners[0].place)
                name = f"package {package} is reserved to {' and '.join(names)}"
                boundary = Boundary(name, self._file_and_line(place))
                breach = Breach(boundary, "BW104", (f"import {package}",))
                self._add(breach, user, user.main)

    def _break_contract(self, contract: Contract) -> None:
        """Implementations that cannot take a call, and callers who use or ask what they may not."""
        place = self._file_and_line(contract.place)
        boundary = Boundary(f'contract "{contract.name}"', place)
        tree, standing = self.tree, self.standing
        inside = [each for each in standing if self._implements(each, contract)]
        implementer = inside[0].main.module if inside else ""
        for user in standing:
            number = len(self.violations)
            if user in inside:
                breaches = drift(tree, contract, boundary, number)
            else:
                breaches = misuse(tree, contract, boundary, number, implementer)
            for breach in breaches:
                if breach.stands_in(self.policy, tree, user.main):
                    self._add(breach, user, user.main)

    def _implements(self, user: Ground, contract: Contract) -> bool:
        return self.policy.implements(user.subsystem, contract.name)

    def _use_options(self, user: Ground) -> None:
        """An option of each other subsystem that owns some."""
        for owner in self.all:
            own = user.subsystem.option_groups
            groups = [group for group in owner.subsystem.option_groups if group not in own]
            if groups and owner.name != user.name:
                place = owner.subsystem.places.get("option-groups", owner.subsystem.place)
                boundary = Boundary(f"options of {owner.title}", self._file_and_line(place))
                breach = foreign_option(boundary, groups[0])
                if breach.stands_in(self.policy, self.tree, user.main):
                    self._add(breach, user, user.main)

    def _break_elsewhere(self, user: Ground) -> None:
        """One breach of each kind in each other place of a subsystem: only the place differs."""
        kinds: dict[str, Breach] = {}
        for violation, breach in zip(self.violations, self.breaches, strict=True):
            if violation.path == user.main.path and violation.user == user.name:
                kinds.setdefault(breach.code, breach)
        for place in user.places:
            if place is not user.main:
                for breach in kinds.values():
                    if breach.stands_in(self.policy, self.tree, place):
                        self._add(breach, user, place)

    def _leave_unclaimed(self) -> None:
        """A new module at the top of each source root, if one that nobody claims is an error."""
        if self.policy.unclaimed != "error" or self.policy.subsystem_of(MADE) is not None:
            return
        boundary = Boundary("modules that no subsystem claims")
        for root in self.policy.source_roots:
            path = f"{MADE}.py" if root == "." else f"{root.rstrip('/')}/{MADE}.py"
            self.violations.append(Violation(boundary, "BW904", "", path, 1, "(an empty module)"))
            self.sheets[path] = Sheet(Place("", path, MADE, is_made=True, is_test=False))

    def _decided(self, place: PolicyPlace | None) -> Boundary:
        return Boundary(place.says, self._file_and_line(place)) if place else Boundary("uses")

    def _privates_of(self, target: Ground) -> Boundary:
        subsystem = target.subsystem
        place = subsystem.places.get("public", subsystem.place)
        return Boundary(f"privates of {target.title}", self._file_and_line(place))

    def _file_and_line(self, place: PolicyPlace) -> str:
        path = place.path if place.path.startswith("<") else self.seen(place.path)
        return f"{path}:{place.line}"
