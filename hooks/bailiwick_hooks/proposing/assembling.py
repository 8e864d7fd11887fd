"""From lines between modules to subsystems with names, permissions and owners."""

from __future__ import annotations

import re
from collections import Counter
from itertools import permutations
from typing import TYPE_CHECKING

from bailiwick_hooks.proposing.ground import Claims
from bailiwick_hooks.proposing.nouns import Grouping, Layering, Note, Part, Proposal
from bailiwick_hooks.proposing.packages import TESTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick_hooks.proposing.ground import Ground
    from bailiwick_hooks.proposing.nouns import Lines
    from bailiwick_hooks.proposing.owners import Owners

# Of what others import of a subsystem, more than this is no API that one would list.
_API = 4
_LOOSE = "scripts"
# Folders between `tests` and what mirrors the code.
_KINDS = frozenset({"functional", "integration", "unit"})


def assemble(ground: Ground, lines: Lines, owners: Owners) -> Proposal:
    """The proposal for a tree, with every module claimed that can be."""
    return _Assembly(ground, lines, owners).proposal()


class _Assembly:
    def __init__(self, ground: Ground, lines: Lines, owners: Owners) -> None:
        self.ground, self.lines, self.owners = ground, lines, owners
        self.parts: dict[str, Part] = {}
        self.by_module: dict[str, str] = {}
        self.barred: set[tuple[str, str]] = set()

    def proposal(self) -> Proposal:
        self._found_parts()
        self._give_tests()
        claims = Claims(self.by_module)
        groups, layers = list(self._groups()), list(self._layers())
        self._bar(groups, layers)
        self._befriend()
        self._permit(claims)
        self._open(claims)
        self._reserve(claims)
        self._hand_over(claims)
        judged = [file.module for file in self.ground.tree.files if file.judged]
        return Proposal(
            source_roots=self.ground.source_roots,
            exclude=self.ground.exclude,
            unclaimed="error" if all(map(claims.of, judged)) else "warning",
            parts=list(self.parts.values()),
            groups=groups,
            layers=layers,
            refused=self._refused(),
            notes=list(dict.fromkeys([*self.lines.notes, *self.owners.notes])),
            read=list(dict.fromkeys([*self.lines.read, *filter(None, [self.owners.path])])),
        )

    # -- who there is ------------------------------------------------------------------------

    def _found_parts(self) -> None:
        wanted = {m: why for m, why in self.lines.modules.items() if m in self.ground.modules}
        for top in self.ground.children(""):
            if (
                top in self.ground.packages
                and top not in wanted
                and self._has_unclaimed(top, wanted)
            ):
                wanted[top] = (
                    f"what is left of {top}"
                    if any(m.startswith(f"{top}.") for m in wanted)
                    else "a package"
                )
        names = _named(wanted)
        for module, name in names.items():
            self.parts[name] = Part(name, [module], wanted[module])
            self.by_module[module] = name
        loose = [m for m in self.ground.children("") if m not in self.ground.packages]
        loose = [module for module in loose if module not in self.by_module]
        if loose:
            name = _free(_LOOSE, self.parts)
            self.parts[name] = Part(name, loose, "modules beside the packages")
            self.by_module.update(dict.fromkeys(loose, name))

    def _has_unclaimed(self, top: str, wanted: Iterable[str]) -> bool:
        claims = Claims(dict.fromkeys(wanted, ""))
        return any(claims.of(m) is None for m in self.ground.below(top) if self.ground.modules[m])

    def _give_tests(self) -> None:
        """Tests that mirror a subsystem are part of it."""
        for module in sorted(self.ground.modules):
            parts = module.split(".")
            at = next((i for i, part in enumerate(parts) if part in TESTS), -1)
            if at < 0 or module in self.by_module or at == len(parts) - 1:
                continue
            mirror = [part.removeprefix("test_") for part in parts[at + 1 :] if part not in _KINDS]
            mirrored = ".".join([*parts[:at], *mirror])
            name = self.by_module.get(mirrored) or self._below_a_top(mirrored)
            if name and mirror:
                self.parts[name].tests.append(module)
                self.by_module[module] = name

    def _below_a_top(self, mirrored: str) -> str | None:
        """`tests.stock` for `shop.stock`, where there is but one such."""
        found = [name for m, name in self.by_module.items() if m.endswith(f".{mirrored}")]
        return found[0] if len(found) == 1 else None

    def _claims_below(self, module: str) -> list[str]:
        """The subsystems of a module and of what is below it, by name."""
        inner = [m for m in self.by_module if m == module or m.startswith(f"{module}.")]
        return list(dict.fromkeys(self.by_module[m] for m in inner if m in self.lines.modules))

    # -- groups, layers, and what they forbid ------------------------------------------------

    def _groups(self) -> Iterator[Grouping]:
        taken = set(self.parts)
        for siblings in self.lines.siblings:
            members = [self.by_module[m] for m in siblings.members if m in self.by_module]
            if len(set(members)) > 1:
                name = _free(_slug(siblings.name), taken)
                taken.add(name)
                origin = f"{siblings.place}  {siblings.name}"
                yield Grouping(name, tuple(dict.fromkeys(members)), origin, siblings.below)
                for one, other in permutations(siblings.members, 2):
                    self._bar_pair(one, other)

    def _layers(self) -> Iterator[Layering]:
        taken: set[str] = set()
        for order in self.lines.orders:
            named = {module for level in order.levels for module in level}
            levels, seen = [], set[str]()
            for level in order.levels:
                names: list[str] = []
                for module in level:
                    inner = [
                        name
                        for name in self._claims_below(module)
                        if name == self.by_module.get(module)
                        or not named & set(self.parts[name].modules)
                    ]
                    names += [name for name in inner if name not in seen]
                    seen.update(inner)
                if names:
                    levels.append(tuple(names))
            if len(levels) > 1:
                name = _free(_slug(order.name), taken)
                taken.add(name)
                yield Layering(name, tuple(levels), f"{order.place}  {order.name}", order.closed)

    def _bar(self, groups: list[Grouping], layers: list[Layering]) -> None:
        for group in groups:
            self.barred.update(permutations(group.members, 2))
        for layering in layers:
            for index, level in enumerate(layering.levels):
                above = [name for each in layering.levels[:index] for name in each]
                self.barred.update((user, used) for user in level for used in above)
        for source, target in self.lines.barred:
            self._bar_pair(source, target)

    def _bar_pair(self, source: str, target: str) -> None:
        users, targets = self._claims_below(source), self._claims_below(target)
        self.barred.update((a, b) for a in users for b in targets if a != b)

    def _befriend(self) -> None:
        for module, friends in self.lines.friends.items():
            part = self.parts.get(self.by_module.get(module, ""))
            if part is None:
                continue
            names = [name for friend in friends for name in self._claims_below(friend)]
            part.public = []
            part.public_to = [name for name in dict.fromkeys(names) if name != part.name]

    # -- what each may use, offers, and whose it is ------------------------------------------

    def _permit(self, claims: Claims) -> None:
        used = claims.used(self.ground)
        free = [self.by_module[m] for m in self.lines.free if m in self.by_module]
        for part in self.parts.values():
            module = part.modules[0]
            if module in TESTS or self.lines.uses.get(module, ()) is None:
                continue
            said = self.lines.uses.get(module)
            if said is None:
                names = {target for user, target in used if user == part.name}
            else:
                names = {name for m in said for name in self._claims_below(m)}
                names |= {*free, *self._lower(part.name)}
            names -= {part.name} | {b for a, b in self.barred if a == part.name}
            names -= {each.name for each in self.parts.values() if self._keeps_out(each, part.name)}
            part.uses = sorted(names)

    def _refused(self) -> dict[str, set[str]]:
        """By subsystem what must not come to stand among its `uses`."""
        found: dict[str, set[str]] = {}
        for user, used in self.barred:
            found.setdefault(user, set()).add(used)
        for user, part in self.parts.items():
            if self.lines.uses.get(part.modules[0]) is not None:
                found.setdefault(user, set()).update(self.parts)
        return found

    def _lower(self, name: str) -> set[str]:
        """What stands on the layers below a subsystem: tach lets it use them all."""
        found: set[str] = set()
        for layering in self._layers():
            at = next((i for i, level in enumerate(layering.levels) if name in level), None)
            if at is not None:
                found.update(each for level in layering.levels[at + 1 :] for each in level)
        return found

    @staticmethod
    def _keeps_out(part: Part, user: str) -> bool:
        return part.public == [] and user != part.name and user not in part.public_to

    def _open(self, claims: Claims) -> None:
        for module, entries in self.lines.public.items():
            part = self.parts.get(self.by_module.get(module, ""))
            if part is not None and part.public is None:
                own = [e for e in entries if claims.of(e.partition(":")[0]) == part.name]
                part.public = list(dict.fromkeys(own))
        wanted: dict[str, Counter[str]] = {}
        for (_, name), counts in claims.used(self.ground).items():
            wanted.setdefault(name, Counter()).update(counts)
        for part in self.parts.values():
            modules = sorted(wanted.get(part.name, ()))
            size = sum(len(self.ground.below(module)) for module in part.modules)
            if part.public is None and 0 < len(modules) <= _API and len(modules) < size:
                part.offered = modules

    def _reserve(self, claims: Claims) -> None:
        foreign = claims.foreign(self.ground)
        for package, sources in self.lines.reserved.items():
            barred = {name for source in sources for name in self._claims_below(source)}
            users = sorted(foreign.get(package, set()) - barred)
            for name in users:
                self.parts[name].packages.append(package)
            if not users:
                words = f"{package} is forbidden to some, but nobody uses it, to whom to reserve it"
                self.lines.notes.append(
                    Note(self.lines.modules[min(sources)].split("  ")[0], words)
                )

    def _hand_over(self, claims: Claims) -> None:
        files: dict[str, list[str]] = {}
        for file in self.ground.tree.files:
            name = claims.of(file.module)
            if file.judged and name:
                files.setdefault(name, []).append(file.path)
        for name, paths in files.items():
            self.parts[name].owners = self.owners.of(paths)


def _named(modules: Iterable[str]) -> dict[str, str]:
    """A name for each module: its last part, with as many before it as it takes to be unique."""
    names: dict[str, str] = {}
    ordered = sorted(modules)
    for module in ordered:
        parts = module.split(".")
        for length in range(1, len(parts) + 1):
            name = _slug("-".join(parts[-length:]))
            rivals = [m for m in ordered if m != module and _tail(m, length) == name]
            if not rivals or length == len(parts):
                break
        names[module] = _free(name, set(names.values()))
    return names


def _tail(module: str, length: int) -> str:
    return _slug("-".join(module.split(".")[-length:]))


def _slug(words: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", words).strip("-").lower() or "part"


def _free(name: str, taken: Iterable[str]) -> str:
    """A name that is not taken: this one, or this one with a number."""
    known, number, found = set(taken), 2, name
    while found in known:
        found, number = f"{name}-{number}", number + 1
    return found
