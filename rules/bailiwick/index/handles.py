"""What the policy says of the handles of contracts, by where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bailiwick.vocabulary.policy import Contract


class Handles:
    """The contracts, and by place the name of the one that is called there.

    returned:  by module and name of a function or method that returns a handle
    held:      by module and dotted path of an attribute or parameter that is one
    methods:   the last names of `returned`
    selectors: by the name of an option whose value selects who implements the contract
    """

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self.contracts = {contract.name: contract for contract in contracts}
        self.returned: dict[tuple[str, str], str] = {}
        self.held: dict[tuple[str, str], str] = {}
        self.selectors: dict[str, str] = {}
        for name, contract in self.contracts.items():
            self.returned.update((_place(entry), name) for entry in contract.returned_by)
            self.held.update((_place(entry), name) for entry in contract.held_by)
            self.selectors.update((option, name) for option in contract.selected_by)
        self.methods = frozenset(path.rpartition(".")[2] for _, path in self.returned)


def _place(entry: str) -> tuple[str, str]:
    module, _, name = entry.partition(":")
    return module, name
