"""The policy: which subsystems there are, what each offers, and what each may use.

Everything here is plain data with the questions that it can answer about itself.
It knows no file format; `bailiwick.policyfile` reads one.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bailiwick.vocabulary.naming import NamingCall

Severity = Literal["error", "warning", "info", "off"]
Grade = Literal["runtime", "deferred", "typing"]
Unclaimed = Literal["error", "warning", "ignore"]

BASELINE = "bailiwick-baseline.toml"
"""The file of the recorded debt, where the policy names no other."""

UNCLAIMED_MODULE = "BW904"
"""The rule whose severity is the policy's key `unclaimed`."""


def is_private(dotted: str) -> bool:
    """Whether a name, or a part of a dotted name, has a leading underscore.

    Dunder names are public, and so is `_` itself, which gettext made a public function.
    """
    if not dotted.startswith("_") and "._" not in dotted:
        return False
    parts = dotted.split(".")
    return any(p[0] == "_" and not (p[:2] == p[-2:] == "__") and p.strip("_") for p in parts if p)


def opens(entries: tuple[str, ...], module: str, name: str) -> bool:
    """Whether a list of `module` and `module:name` opens `module:name`.

    A listed module opens itself and its public names, but no module below it; a listed name
    opens itself and its public members, but not the module.
    """
    for listed in _names_by_module(entries).get(module, ()):
        if not listed or name.startswith(f"{listed}."):
            if not is_private(name[len(listed) :].lstrip(".")):
                return True
        elif name == listed:
            return True
    return False


@functools.lru_cache(maxsize=1024)
def _names_by_module(entries: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        module, _, name = entry.partition(":")
        names[module] = (*names.get(module, ()), name)
    return names


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a policy file that decides something.

    `path` is the file as the user would name it (a shipped policy is `<nova>`); `line` is
    1-based; `says` is what stands there in words, such as `group "drivers" is independent`.
    """

    path: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.says}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The policy's answer to a question, and the place that gave it (None: the default did)."""

    allowed: bool
    place: Place | None = None

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True, slots=True)
class Use:
    """A subsystem, or every member of a group, that another subsystem may use.

    `names` narrows it to these (`module` or `module:name`), `only` to imports that nothing but a
    type checker executes, `until` to the time up to and including that day.
    """

    subsystem: str
    place: Place
    names: tuple[str, ...] | None = None
    only: Literal["typing"] | None = None
    reason: str = ""
    until: datetime.date | None = None

    @property
    def conditional(self) -> bool:
        """Whether it depends on what is used, how, and when."""
        return not (self.names is None and self.only is None and self.until is None)

    def admits(self, module: str, name: str, grade: Grade, today: datetime.date) -> bool:
        """Whether this entry alone allows the use of `module:name`."""
        return (
            not self.expired(today)
            and (self.only is None or grade == self.only)
            and (self.names is None or opens(self.names, module, name))
        )

    def expired(self, today: datetime.date) -> bool:
        """Whether its last day is over."""
        return self.until is not None and self.until < today

    def refusal(self, grade: Grade, today: datetime.date) -> Place:
        """Why it does not admit what it was asked for, in words."""
        if self.expired(today):
            says = f'uses of "{self.subsystem}" expired on {self.until}'
        elif self.only is not None and grade != self.only:
            says = f"{self.place.says} for {self.only} only"
        else:
            says = f"{self.place.says}, but only {', '.join(self.names or ())}"
        return Place(self.place.path, self.place.line, says)


@dataclass(frozen=True, slots=True)
class Subsystem:
    """A named set of modules with owners, a public API and the subsystems that it may use.

    `public` and `uses` are None where the policy leaves them out: then every name without a
    leading underscore is public, and any subsystem's public API may be used. In `public_to`,
    by subsystem or group, None opens every such name too.
    `places` maps a key of the table (`modules`, `public`, `uses` …) to where it stands.
    """

    name: str
    place: Place
    modules: tuple[str, ...]
    tests: tuple[str, ...] = ()
    public: tuple[str, ...] | None = None
    public_to: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict, hash=False)
    uses: tuple[Use, ...] | None = None
    owners: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    option_groups: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict, hash=False)
    places: Mapping[str, Place] = field(default_factory=dict, hash=False)

    def opens(self, entries: tuple[str, ...] | None, module: str, name: str) -> bool:
        """Whether `module:name` is one of these entries of `public` or `public_to`.

        None is every name without a leading underscore anywhere below the claimed prefix.
        """
        if entries is not None:
            return opens(entries, module, name)
        if is_private(name):
            return False
        return not is_private(module) or not is_private(self._below_claim(module))

    def _below_claim(self, module: str) -> str:
        claims = [c for c in (*self.modules, *self.tests) if f"{module}.".startswith(f"{c}.")]
        return module[len(max(claims, key=len)) + 1 :] if claims else module


@dataclass(frozen=True, slots=True)
class Group:
    """Siblings; `siblings_of` names a package whose other subpackages belong to the group too.

    `place` is the line that makes them independent, if they are.
    """

    name: str
    place: Place
    members: tuple[str, ...]
    independent: bool = False
    siblings_of: str | None = None


@dataclass(frozen=True, slots=True)
class Layers:
    """Subsystems and groups in layers, highest first: a layer may use those below it.

    `closed` lets it use only the one directly below. Subsystems of one layer are not judged
    against each other, nor is one that stands in no layer.
    """

    name: str
    place: Place
    layers: tuple[tuple[str, ...], ...]
    closed: bool = False

    def forbid(self, user: Iterable[str], target: Iterable[str]) -> Place | None:
        """The place that keeps `user` from `target`; both by all names that they go by."""
        above, below = self._level(user), self._level(target)
        if above is None or below is None or above == below:
            return None
        if below < above:
            says = f'layers "{self.name}" put it below {_quoted(self.layers[below])}'
        elif self.closed and below > above + 1:
            says = (
                f'layers "{self.name}" are closed: '
                f"only {_quoted(self.layers[above + 1])} may be used from there"
            )
        else:
            return None
        return Place(self.place.path, self.place.line, says)

    def _level(self, names: Iterable[str]) -> int | None:
        wanted = set(names)
        return next((i for i, layer in enumerate(self.layers) if wanted & set(layer)), None)


@dataclass(frozen=True, slots=True)
class Contract:
    """A class that is the declared API between subsystems, and the handles it is called through.

    `implemented_by` names subsystems and groups; every other entry is a `module:name`, also
    where the file leaves out the module of a protected member. `selected_by` names options, as
    `option` or `group.option`.
    """

    name: str
    place: Place
    interface: str
    implemented_by: tuple[str, ...] = ()
    returned_by: tuple[str, ...] = ()
    held_by: tuple[str, ...] = ()
    selected_by: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()

    @property
    def loaders(self) -> frozenset[str]:
        """The modules that make handles, which have to know what stands behind them."""
        return frozenset(entry.partition(":")[0] for entry in self.returned_by)


@dataclass(frozen=True, slots=True)
class Team:
    """People who own subsystems together; `owners` of a subsystem names it.

    `trusts` has by subsystem or group the people and teams whose approval is as good as its own.
    """

    name: str
    place: Place
    members: tuple[str, ...]
    leads: tuple[str, ...] = ()
    trusts: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Mention:
    """A `module` or `module:Name` that a policy file of the project says is there.

    `path`, `line` and `column` are as in `Mistake`. What a shipped policy names is no mention:
    it serves many releases of a project, and none of them has everything.
    """

    target: str
    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """Everything that the governing policy file and those it extends declare.

    root:         folder of the governing file
    path:         the governing file
    files:        every file read, shipped ones too
    fingerprint:  hex digest of the texts of all files
    source_roots: relative to root, `/` on every system
    exclude:      patterns as in .gitignore, relative to root
    severities:   by rule code, for the whole tree
    baseline:     the file of the recorded debt, relative to root
    unclaimed:    what a module that no subsystem claims costs
    naming_calls: callables that are given names of objects as strings

    The questions are pure. Answers that are asked for often are remembered.
    """

    root: Path
    path: Path
    files: tuple[Path, ...]
    fingerprint: str
    subsystems: Mapping[str, Subsystem]
    source_roots: tuple[str, ...] = (".",)
    exclude: tuple[str, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)
    layers: Mapping[str, Layers] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    unclaimed: Unclaimed = "warning"
    baseline: str = BASELINE
    mentions: tuple[Mention, ...] = ()
    naming_calls: tuple[NamingCall, ...] = ()
    _prefixes: dict[str, _Claim] = field(init=False, repr=False)
    _claims: dict[tuple[str, bool], _Claim] = field(init=False, repr=False, default_factory=dict)
    _pairs: dict[tuple[str, str], _Pair] = field(init=False, repr=False, default_factory=dict)
    _reserved: dict[str, tuple[Subsystem, ...]] = field(init=False, repr=False)
    _options: dict[str, tuple[Subsystem, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        prefixes: dict[str, _Claim] = {}
        reserved: dict[str, tuple[Subsystem, ...]] = {}
        options: dict[str, tuple[Subsystem, ...]] = {}
        for subsystem in self.subsystems.values():
            prefixes.update((module, (subsystem, False)) for module in subsystem.modules)
            prefixes.update((module, (subsystem, True)) for module in subsystem.tests)
            for package in subsystem.packages:
                reserved[package] = (*reserved.get(package, ()), subsystem)
            for group in subsystem.option_groups:
                options[group] = (*options.get(group, ()), subsystem)
        object.__setattr__(self, "_prefixes", prefixes)
        object.__setattr__(self, "_reserved", reserved)
        object.__setattr__(self, "_options", options)

    def fingerprint_on(self, today: datetime.date) -> str:
        """The fingerprint, other again from the day on which an entry of `uses` has expired."""
        uses = (use for subsystem in self.subsystems.values() for use in subsystem.uses or ())
        return f"{self.fingerprint}-{sum(use.expired(today) for use in uses)}"

    def subsystem_of(self, module: str, is_package: bool = False) -> Subsystem | None:
        """The subsystem with the longest claimed prefix of a module; None if nobody claims it.

        A package directly below a group's `siblings_of` that nobody claims more closely is a
        subsystem of its own, named after itself. `a.b.c` proves that `a.b` is a package.
        """
        return self._claim(module, is_package)[0]

    def is_test(self, module: str) -> bool:
        """Whether a module is claimed by the `tests` of its subsystem."""
        return self._claim(module, is_package=False)[1]

    def _claim(self, module: str, is_package: bool) -> _Claim:
        claim = self._claims.get((module, is_package))
        if claim is None:
            claim = self._claims[module, is_package] = self._find_claim(module, is_package)
        return claim

    def _find_claim(self, module: str, is_package: bool) -> _Claim:
        prefix = module
        while prefix and prefix not in self._prefixes:
            prefix = prefix.rpartition(".")[0]
        implicit = None
        for group in self.groups.values():
            parent = group.siblings_of or ""
            if parent and len(prefix) <= len(parent) and module.startswith(f"{parent}."):
                child, _, rest = module[len(parent) + 1 :].partition(".")
                if rest or is_package:
                    prefix = f"{parent}.{child}"
                    implicit = Subsystem(name=prefix, place=group.place, modules=(prefix,))
        return (implicit, False) if implicit else self._prefixes.get(prefix, (None, False))

    def members(self, name: str) -> tuple[str, ...]:
        """The declared subsystems that a name stands for: itself, or the members of a group."""
        return self.groups[name].members if name in self.groups else (name,)

    def names_of(self, subsystem: str) -> tuple[str, ...]:
        """Every name that a subsystem goes by in the policy: its own and those of its groups."""
        parent = "" if subsystem in self.subsystems else subsystem.rpartition(".")[0]
        groups = (
            group.name
            for group in self.groups.values()
            if subsystem in group.members or (parent and group.siblings_of == parent)
        )
        return (subsystem, *groups)

    def may_use(
        self,
        user: Subsystem | None,
        target: Subsystem,
        module: str,
        name: str,
        grade: Grade,
        today: datetime.date,
    ) -> Verdict:
        """Whether a subsystem may use `module:name` of another one, if it is public.

        `name` is "" for the module itself and "*" for a star. An entry of `uses` that names the
        target itself, not through a group, wins over groups and layers. Without `user`, that is
        for an unclaimed module, any use is allowed.
        """
        if user is None or user.name == target.name:
            return ALLOWED
        pair = self._pairs.get((user.name, target.name))
        if pair is None:
            pair = self._pairs[user.name, target.name] = self._judge_pair(user, target)
        uses, otherwise = pair
        if not uses:
            return otherwise
        for use in uses:
            if use.admits(module, name, grade, today):
                return Verdict(True, use.place)
        return Verdict(False, uses[0].refusal(grade, today))

    def _judge_pair(self, user: Subsystem, target: Subsystem) -> _Pair:
        """The conditional entries of `uses` to ask, or the verdict if there are none."""
        barrier = self.barrier(user, target)
        if user.uses is None:
            return (), Verdict(barrier is None, barrier)
        names = {target.name} if barrier else set(self.names_of(target.name))
        uses = [use for use in user.uses if use.subsystem in names]
        uses.sort(key=lambda use: use.subsystem != target.name)
        for use in uses:
            if not use.conditional:
                return (), Verdict(True, use.place)
        return tuple(uses), Verdict(False, barrier or user.places.get("uses", user.place))

    def barrier(self, user: Subsystem, target: Subsystem) -> Place | None:
        """The group or the layers that keep one subsystem from another, whatever it `uses`."""
        user_names, target_names = self.names_of(user.name), self.names_of(target.name)
        for group in self.groups.values():
            if group.independent and group.name in user_names and group.name in target_names:
                return group.place
        barriers = (each.forbid(user_names, target_names) for each in self.layers.values())
        return next(filter(None, barriers), None)

    def is_public(self, target: Subsystem, module: str, name: str, to: Subsystem | None) -> Verdict:
        """Whether `module:name` of `target` is open to `to` (None: to an unclaimed module).

        `name` is "" for the module itself and "*" for a star, which is as open as the module.
        """
        if to is not None and to.name == target.name:
            return ALLOWED
        if target.opens(target.public, module, name):
            return Verdict(True, target.places.get("public"))
        if to is not None and target.public_to:
            for friend in self.names_of(to.name):
                opened = target.public_to.get(friend, ())
                if target.opens(opened, module, name):
                    return Verdict(True, target.places.get("public-to"))
        return Verdict(False, target.places.get("public"))

    def severity(self, code: str, subsystem: Subsystem | None, default: Severity) -> Severity:
        """What a finding in a file of `subsystem` costs."""
        if code == UNCLAIMED_MODULE:
            return "off" if self.unclaimed == "ignore" else self.unclaimed
        if subsystem is not None and code in subsystem.severities:
            return subsystem.severities[code]
        return self.severities.get(code, default)

    def people(self, owner: str) -> tuple[str, ...]:
        """Who an owner is: the members of a team, its leads first, or the one person named."""
        team = self.teams.get(owner)
        return tuple(dict.fromkeys((*team.leads, *team.members))) if team else (owner,)

    def approvers(self, subsystem: Subsystem) -> tuple[str, ...]:
        """The people who may approve changes of a subsystem: its owners' and those they trust."""
        found: list[str] = []
        for owner in subsystem.owners:
            found += self.people(owner)
        for owner in subsystem.owners:
            trusts = self.teams[owner].trusts if owner in self.teams else {}
            for name in self.names_of(subsystem.name):
                for trusted in trusts.get(name, ()):
                    found += self.people(trusted)
        return tuple(dict.fromkeys(found))

    def package_owners(self, package: str) -> tuple[Subsystem, ...]:
        """The subsystems that a third-party top-level package is reserved to; none: it is free."""
        return self._reserved.get(package, ())

    def implements(self, subsystem: Subsystem | None, contract: str) -> bool:
        """Whether a subsystem is among those that implement a contract."""
        if subsystem is None:
            return False
        implementers = self.contracts[contract].implemented_by
        return any(name in implementers for name in self.names_of(subsystem.name))

    @property
    def option_groups(self) -> frozenset[str]:
        """The groups of config options that belong to a subsystem."""
        return frozenset(self._options)

    def option_owners(self, group: str) -> tuple[Subsystem, ...]:
        """The subsystems that a group of config options belongs to; none: it is free."""
        return self._options.get(group, ())

    def protected(self, module: str, name: str) -> bool:
        """Whether a contract lets its implementers use and override `module:name`."""
        return any(f"{module}:{name}" in contract.protected for contract in self.contracts.values())


ALLOWED = Verdict(True)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


if TYPE_CHECKING:
    _Claim = tuple[Subsystem | None, bool]
    _Pair = tuple[tuple[Use, ...], Verdict]
