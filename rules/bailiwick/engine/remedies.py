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
        goal = self._goal(reference.module, reference.name)
        here = reference.module, reference.name
        for module, name in self._offers(reference):
            same = goal is not None and self._goal(module, name) == goal
            # A module that is not public itself may have public names.
            within = not reference.name and module == reference.module
            if (same or within) and (module, name) != here:
                view = self.bench.view(text.file.module, module)
                offered = replace(reference, module=module, name=name)
                if view.target is not None and self.bench.breach(offered, view) is None:
                    yield offered.target

    def _offers(self, reference: Reference) -> Iterator[tuple[str, str]]:
        """What policies list as public, and what listed modules and the parents import."""
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

    def _goal(self, module: str, name: str) -> tuple[str, str] | None:
        if not name:
            return module, ""
        target = self.index.find(module, name)
        return (target.module, target.name) if target else None
