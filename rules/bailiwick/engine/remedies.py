"""The nearest public way to what a module may not import as it does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.engine.bench import Bench
    from bailiwick.index.index import Index
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.reference import Reference


class Remedies:
    """Looks for the same thing among what the policy lists as public."""

    def __init__(self, bench: Bench, index: Index) -> None:
        self.bench, self.index = bench, index

    def instead(self, text: ModuleText, reference: Reference) -> str:
        """What a module may import in place of what it does; "" if there is nothing."""
        if reference.kind != "import" or reference.name == "*":
            return ""
        return next(self._public_ways(text, reference), "")

    def _public_ways(self, text: ModuleText, reference: Reference) -> Iterator[str]:
        goal = self.goal(reference.module, reference.name)
        here = reference.module, reference.name
        own = self.bench.subsystem(reference.module)
        nearest = sorted(self._offers(reference), key=lambda it: self.bench.subsystem(it[0]) != own)
        for module, name in nearest:
            same = goal is not None and self.goal(module, name) == goal
            # A module that is not public itself may have public names.
            within = not reference.name and module == reference.module
            # What a module binds itself, it binds by the very import that is refused.
            if (same or within) and (module, name) != here and module != text.file.module:
                view = self.bench.view(text.file.module, module)
                offered = replace(reference, module=module, name=name)
                if view.target is not None and self.bench.breach(offered, view) is None:
                    yield offered.target

    def _offers(self, reference: Reference) -> Iterator[tuple[str, str]]:
        """What policies list as public, what listed modules and the parents import, and itself."""
        modules = []
        for subsystem in self.bench.policy.subsystems.values():
            for entry in subsystem.public or ():
                module, _, name = entry.partition(":")
                if name:
                    yield module, name
                else:
                    modules.append(module)
        parent = reference.module.rpartition(".")[0]
        while parent:
            modules.append(parent)
            parent = parent.rpartition(".")[0]
        last = reference.name or reference.module.rpartition(".")[2]
        for module in modules:
            text = self.index.texts.glance(module)
            for bound, entries in text.bound.items() if text else ():
                if any(imported.name == last for imported, _ in entries):
                    yield module, bound
        goal = self.goal(reference.module, reference.name)
        if goal is not None:
            # Where it is defined, which need not be where it was taken from.
            yield goal

    def goal(self, module: str, name: str) -> tuple[str, str] | None:
        """The thing that a module's name leads to, by the place where it is made.

        None where that is not known. What is made by a call has no place but where it is bound.
        """
        if not name:
            return module, ""
        target = self.index.find(module, name)
        if target is not None and target.kind != "instance":
            return target.module, target.name
        return self._home(module, name)

    def _home(self, module: str, name: str) -> tuple[str, str] | None:
        """The module that a name is imported from in the end, and its name there."""
        seen: set[tuple[str, str]] = set()
        while (module, name) not in seen:
            seen.add((module, name))
            text = self.index.texts.glimpse(module, name)
            entries = text.bound.get(name, ()) if text else ()
            if text is None or len(entries) > 1 or "." in name:
                return None
            if not entries:
                return module, name
            imported = entries[0][0]
            source = imported.absolute(text.package)
            if source is None or not imported.name or source not in self.index.texts.tree.modules:
                return None
            module, name = source, imported.name
        return None
