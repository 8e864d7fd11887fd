"""Breaches of contracts, of names in strings and of config options, as a few lines of text each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bailiwick_hooks.proving.privates import has_name, public_method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick import Contract, Policy, Tree

    from bailiwick_hooks.proving.nouns import Boundary
    from bailiwick_hooks.proving.places import Place


@dataclass(frozen=True, slots=True)
class Breach:
    """Some lines that break a boundary where they stand; the last is where the finding is.

    contract, group: of the policy, where it is about one
    """

    boundary: Boundary
    code: str
    lines: tuple[str, ...]
    contract: str = ""
    group: str = ""

    def stands_in(self, policy: Policy, tree: Tree, place: Place) -> bool:
        """Whether the lines would break the boundary in a place of the same subsystem as well."""
        if self.group and not place.is_made:
            # A module that registers options in a group may use it.
            return not (
                has_name(tree, place.module, self.group)
                and has_name(tree, place.module, "register_", whole=False)
            )
        contract = policy.contracts.get(self.contract)
        if contract is None:
            return True
        if self.code == "BW302" and place.is_test:
            # The stand-ins of tests are no implementations.
            return False
        if self.code == "BW304" and place.module in contract.loaders:
            return False
        return place.module != contract.interface.partition(":")[0]


def drift(tree: Tree, contract: Contract, boundary: Boundary, number: int) -> Iterator[Breach]:
    """For an implementer: a class that cannot take a call."""
    module, _, name = contract.interface.partition(":")
    method = public_method(tree, module, name)
    if method:
        base = f"{name}{number}"
        lines = (
            f"from {module} import {name} as {base}",
            f"class Derived{base}({base}):",
            f"    def {method}(self, *, bailiwick_proof): ...",
        )
        yield Breach(boundary, "BW302", lines, contract.name)


def misuse(
    tree: Tree, contract: Contract, boundary: Boundary, number: int, implementer: str
) -> Iterator[Breach]:
    """For a caller: a member that is not declared, and the two questions who answers.

    implementer: a module of one, "" if there is none in the tree; it has a class BailiwickProof
    """
    module, _, name = contract.interface.partition(":")
    outer, _, inner = name.partition(".")
    if has_name(tree, module, name.rpartition(".")[2]):
        base = f"{outer}{number}"
        interface = f"{base}.{inner}" if inner else base
        taken = f"from {module} import {outer} as {base}"
        use = f"def use{number}(given: {interface}): return given.bailiwick_proof"
        yield Breach(boundary, "BW301", (taken, use), contract.name)
        if implementer:
            own = f"from {implementer} import BailiwickProof as Own{number}"
            asks = f"def ask{number}(given: {interface}): return isinstance(given, Own{number})"
            yield Breach(boundary, "BW304", (taken, own, asks), contract.name)
    for option in contract.selected_by[:1]:
        compared = f'named{number} = cfg.CONF.{option} == "bailiwick_proof"'
        lines = ("from oslo_config import cfg", compared)
        yield Breach(boundary, "BW304", lines, contract.name)


def patch(boundary: Boundary, module: str, name: str) -> Breach:
    """A private name of another subsystem, given to mock as a string."""
    lines = ("import unittest.mock", f'unittest.mock.patch("{module}.{name}")')
    return Breach(boundary, "BW203", lines)


def foreign_option(boundary: Boundary, group: str) -> Breach:
    """An option of a group that another subsystem owns."""
    lines = ("from oslo_config import cfg", f"cfg.CONF.{group}.bailiwick_proof")
    return Breach(boundary, "BW401", lines, group=group)
