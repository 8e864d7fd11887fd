"""What a path may lead to across modules, without a parser: more than it does, never less."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from bailiwick.sieve.texts import end_of_class
from bailiwick.sieve.values import bound_to, root
from bailiwick.source.ledger import Memo, Told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bailiwick.sieve.texts import ModuleText, Texts
    from bailiwick.vocabulary.policy import Policy

# Of so many dotted paths it is remembered which module they begin with.
_PATHS = 1 << 16
# A class and its bases, each by module, name, and where its name ends in the header.
Lineage = tuple[tuple[str, str, int], ...]
# The same without the places.
Classes = tuple[tuple[str, str], ...]


def _classes(kept: list[list[str]]) -> Classes:
    """Classes as they were kept."""
    return tuple((module, cls) for module, cls in kept)


class Reach:
    """Follows imports, stars and bases through the texts of a tree, each once."""

    def __init__(self, texts: Texts, policy: Policy) -> None:
        self.texts, self.policy, self.tree = texts, policy, texts.tree
        # As `Tree.split`, whose answers repeat a hundred times.
        self.split = lru_cache(_PATHS)(texts.tree.split)
        # By private name the modules that may define it, as far as they have been learnt.
        self.definers: dict[str, set[str]] = {}
        self._learnt: set[str] = set()
        self._owners: dict[str, str] = {}
        self._beside: dict[str, frozenset[str]] = {}
        ledger = texts.ledger
        nothing: frozenset[str] = frozenset()
        self._abroad: Memo[Mapping[str, list[tuple[str, str]]]] = Memo(ledger, {})
        self._lineages: Memo[Lineage] = Memo(ledger, ())
        self._leads = Told(ledger, "leads", self._follow, nothing, frozenset[str])
        self._classes: Told[Classes] = Told(ledger, "classes", self._read_classes, (), _classes)
        self._kept = Told(ledger, "kept", self._read_kept, nothing, frozenset[str])
        self._sources = Told(ledger, "sources", self._read_sources, nothing, frozenset[str])
        self._others = Told(ledger, "abroad", self._read_others, nothing, frozenset[str])
        self._origins = Told(ledger, "origins", self._read_origins, nothing, frozenset[str])
        self._bases = Told(ledger, "bases", self._read_base_modules, nothing, frozenset[str])

    def owner(self, module: str) -> str:
        """The name of the subsystem that claims a module, "" for none."""
        known = self._owners.get(module)
        if known is None:
            file = self.tree.modules.get(module)
            packaged = file is None or file.is_package
            subsystem = self.policy.subsystem_of(module, is_package=packaged)
            known = self._owners[module] = subsystem.name if subsystem else ""
        return known

    def owned_by(self, subsystem: str) -> set[str]:
        """The modules that a subsystem claims."""
        return self._owned.get(subsystem, set())

    @cached_property
    def _owned(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for module in self.tree.modules:
            found.setdefault(self.owner(module), set()).add(module)
        return found

    @cached_property
    def below(self) -> dict[str, set[str]]:
        """By package, the subsystems that claim modules below it."""
        found: dict[str, set[str]] = {}
        for module in self.tree.modules:
            owner, package = self.owner(module), module.rpartition(".")[0]
            # Where it is known, it is known of all packages above, too.
            while package and owner not in (owners := found.setdefault(package, set())):
                owners.add(owner)
                package = package.rpartition(".")[0]
        return found

    def packages_beside(self, own: str) -> frozenset[str]:
        """The packages below which other subsystems claim modules, too."""
        if own not in self._beside:
            others = (package for package, owners in self.below.items() if owners - {own})
            self._beside[own] = frozenset(others)
        return self._beside[own]

    def leads(self, dotted: str) -> frozenset[str]:
        """The subsystems that a dotted path may lead to, through any re-export."""
        return self._leads(dotted)

    def _follow(self, dotted: str) -> frozenset[str]:
        module, rest = self.split(dotted)
        if not module:
            return frozenset()
        found = {self.owner(module)}
        text = self.texts.glimpse(module, rest) if rest else None
        for path in self.onward(text, rest) if text else ():
            found |= self.leads(path)
        return frozenset(found)

    def onward(self, text: ModuleText, name: str) -> Iterator[str]:
        """The dotted paths that a dotted name of a module may stand for by its imports.

        What is imported from a module that the tree lacks leads to that module and no further:
        taken for a name of the package above, it could lead back here, longer each time.
        """
        head, _, more = name.partition(".")
        for imported, _ in (*text.bound.get(head, ()), *text.bound.get("*", ())):
            source = imported.absolute(text.package)
            path = source if imported.name == "*" else imported.path(text.package)
            rest = name if imported.name == "*" else more
            if source is None or path is None:
                continue
            if path.startswith(source) and source not in self.tree.modules:
                yield self.tree.split(source)[0]
            else:
                yield f"{path}.{rest}" if rest else path

    def is_class(self, dotted: str) -> bool:
        """Whether a dotted path may lead to one class of its module, and to nothing else."""
        module, name = self.split(dotted)
        text = self.texts.glimpse(module, name) if name and "." not in name else None
        if text is None or len(text.class_starts.get(name, ())) != 1:
            return False
        return not any(each in text.bound for each in (name, "*")) and name not in text.given

    def lineage(self, dotted: str) -> Lineage:
        """The classes that a dotted path may lead to, and all their bases."""
        module, rest = self.split(dotted)
        if not module or not rest:
            return ()
        return self._lineages(dotted, lambda: self._read_lineage(module, rest))

    def classes(self, dotted: str) -> Classes:
        """The same without their places: whoever asks depends on which classes these are alone."""
        return self._classes(dotted)

    def _read_classes(self, dotted: str) -> Classes:
        return tuple(dict.fromkeys((module, cls) for module, cls, _ in self.lineage(dotted)))

    def _read_lineage(self, module: str, rest: str) -> Lineage:
        text = self.texts.glimpse(module, rest)
        if text is None:
            return ()
        found: list[tuple[str, str, int]] = []
        name = rest.rpartition(".")[2]
        self.texts.see(text, name)
        for start in text.class_starts.get(name, ()):
            found.append((module, name, start))
            for parent in self.bases(text, start):
                found.extend(self.lineage(parent))
        if not found:
            for path in self._given(text, rest):
                found.extend(self.lineage(path))
        for path in self.onward(text, rest):
            found.extend(self.lineage(path))
        return tuple(dict.fromkeys(found))

    def _given(self, text: ModuleText, name: str) -> Iterator[str]:
        """The dotted paths of what a global, or an attribute of a class, is given or made by."""
        first, _, attribute = name.partition(".")
        if attribute and first in text.class_starts:
            yield from self._kept(text.file.module, attribute.rpartition(".")[2])
        for chain in text.given.get(name, ()):
            yield from self.paths(text, chain)

    def _read_kept(self, module: str, attribute: str) -> frozenset[str]:
        text = self.texts.of(module)
        if text is None or not attribute:
            return frozenset()
        chains = bound_to(text.text, attribute, 0, len(text.text))
        known = (chain for chain, _ in chains if text.knows(root(chain)))
        return frozenset(path for chain in known for path in self.paths(text, chain))

    def learn(self, modules: frozenset[str]) -> None:
        """Make sure that `definers` knows the private names of these modules."""
        for module in modules - self._learnt:
            for name in self.texts.own_privates(module):
                self.definers.setdefault(name, set()).add(module)
        self._learnt |= modules
        self.texts.ledger.note_all(frozenset(f"^{module}" for module in modules))

    def unlearn(self, module: str) -> None:
        """Forget the private names of a module, which has changed."""
        if module in self._learnt:
            self._learnt.discard(module)
            for modules in self.definers.values():
                modules.discard(module)

    def foreign(self, own: str, path: str) -> Mapping[str, list[tuple[str, str]]]:
        """The private names of classes of other subsystems that a path leads to.

        With each the classes, by module and name, that may define it.
        """
        return self._abroad((own, path), lambda: self._read_foreign(own, path))

    def _read_foreign(self, own: str, path: str) -> Mapping[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for module, cls in self.classes(path):
            text = self.texts.name_check(module) if self.owner(module) != own else None
            if text is None:
                continue
            for start in text.class_starts.get(cls, ()):
                for name in text.private_members(start, end_of_class(text.text, start)):
                    found.setdefault(name, []).append((module, cls))
        return found

    def sources(self, text: ModuleText) -> frozenset[str]:
        """The modules from which a module's imports may bring classes, and their bases."""
        return self._sources(text.file.module)

    def abroad(self, text: ModuleText, own: str) -> frozenset[str]:
        """The same as seen from a subsystem, without the modules of its own."""
        return self._others(own, text.file.module)

    def _read_others(self, own: str, module: str) -> frozenset[str]:
        return self._sources(module) - self.owned_by(own)

    def _read_sources(self, module: str) -> frozenset[str]:
        text = self.texts.glance(module)
        found: set[str] = set()
        # What `import a.b` binds is `a` alone; what it names is reached through that.
        named = text.paths_named | text.named_modules if text else ()
        for path in named:
            if self.split(path)[0]:
                found |= self.origins(path)
        return frozenset(found)

    def origins(self, path: str) -> frozenset[str]:
        """The modules that may define the classes a path leads to, or that stand below it."""
        return self._origins(path)

    def _read_origins(self, path: str) -> frozenset[str]:
        module, rest = self.split(path)
        if not module:
            return frozenset()
        found = {module, *(base for base, _, _ in self.lineage(path))}
        text = None if rest else self.texts.glance(module)
        for name, paths in text.paths.items() if text else ():
            for inner in paths:
                if name == "*":
                    found |= self.origins(inner.removesuffix(".*"))
                    continue
                home = self.split(inner)[0]
                found.add(home or module)
                if home:
                    found.update(base for base, _, _ in self.lineage(inner))
        return frozenset(found.union(*map(self.base_modules, found)))

    def base_modules(self, module: str) -> frozenset[str]:
        """The modules in which the classes of a module have their bases, near and far."""
        return self._bases(module)

    def _read_base_modules(self, module: str) -> frozenset[str]:
        text = self.texts.glance(module)
        if text is None or not text.class_starts:
            return frozenset()
        parents: dict[str, None] = {}
        for name, starts in text.class_starts.items():
            parents.update(dict.fromkeys(self.onward(text, name)))
            for start in starts:
                parents.update(dict.fromkeys(text.bases(start).paths))
        every = (base for parent in parents for base, _, _ in self.lineage(parent))
        return frozenset({module}.union(every))

    def bases(self, text: ModuleText, start: int) -> tuple[str, ...]:
        """The dotted paths that the bases in a class header may have; `start` is after its name."""
        bases = text.bases(start)
        for name in bases.names:
            # Also that a name is none of its classes.
            self.texts.see(text, name)
        return bases.paths

    def paths(self, text: ModuleText, chain: str) -> Iterator[str]:
        """The dotted paths in the tree that a chain of names in a module may stand for."""
        # Whatever is looked up of a text here, also that a name is none of its classes, is noted.
        self.texts.see(text, root(chain))
        yield from text.imported(chain)
        yield f"{text.file.module}.{chain}"
