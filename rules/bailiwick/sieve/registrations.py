"""Which groups of config options are registered by modules that are not open to everybody."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from bailiwick.sieve.questions import ask
from bailiwick.source.ledger import MODULES, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bailiwick.sieve.texts import ModuleText, Texts
    from bailiwick.vocabulary.policy import Policy

    # Pairs of a group and a module that registers options in it.
    Registered = tuple[tuple[str, str], ...]


class Question(Protocol):
    """What is asked of policy and rules."""

    def import_breaks(self, text: ModuleText, module: str, name: str) -> bool:
        """Whether importing that from this module could break a rule."""


def _pairs(kept: list[list[str]]) -> Registered:
    """Groups with the modules that register them, as they were kept."""
    return tuple((group, module) for group, module in kept)


class Registrations:
    """Finds who owns a group that no subsystem lists: those whose modules register it.

    An option is then like a name that such a module defines: whoever may import one of these
    modules may use it. So a group that a public module registers, too, is free.
    """

    def __init__(self, texts: Texts, policy: Policy, question: Question) -> None:
        self.texts, self.policy, self.question = texts, policy, question
        self._registered: Told[Registered] = Told(
            texts.ledger, "registrations", self._read_registered, (), _pairs
        )

    def refused(self, text: ModuleText) -> dict[str, str]:
        """By group that a module may not use, the first of the modules that register it."""
        modules: dict[str, list[str]] = {}
        for group, module in self._registered():
            modules.setdefault(group, []).append(module)
        return {
            group: registering[0]
            for group, registering in modules.items()
            if all(self.question.import_breaks(text, module, "") for module in registering)
        }

    def _read_registered(self) -> Registered:
        self.texts.ledger.note(MODULES)
        hidden = self._read(self._modules[False])
        groups = {group for group, _ in hidden} - self.policy.option_groups
        if not groups:
            return ()
        every = [*hidden, *self._read(self._modules[True])]
        return tuple(sorted(pair for pair in every if pair[0] in groups))

    def _read(self, modules: Iterable[str]) -> list[tuple[str, str]]:
        return [
            (group, module)
            for module in modules
            for group in ask(self.texts, module, ("registers",)).split()
        ]

    @cached_property
    def _modules(self) -> Mapping[bool, list[str]]:
        """The modules but for tests, by whether they are open to everybody."""
        found: dict[bool, list[str]] = {True: [], False: []}
        for module, file in self.texts.tree.modules.items():
            packaged = file is None or file.is_package
            owner = self.policy.subsystem_of(module, is_package=packaged)
            if file is not None and not self.policy.is_test(module):
                hidden = owner is not None and not self.policy.is_public(owner, module, "", None)
                found[not hidden].append(module)
        return found
