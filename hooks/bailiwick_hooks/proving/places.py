"""Where a violation could stand: a place for each prefix that a subsystem claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick import Policy, Subsystem, Tree

# The module that is made where a package can take one more.
MADE = "bailiwick_proof"
# The package that is born into a group.
_BORN = "bailiwick_proof_package"


@dataclass(frozen=True, slots=True)
class Place:
    """A module in which a subsystem's code could stand.

    prefix:   what the subsystem claims there
    path:     relative to the policy's folder, with `/`
    module:   dotted
    is_made:  whether it is a new module; else the violation is put behind what is there
    """

    prefix: str
    path: str
    module: str
    is_made: bool
    is_test: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a subsystem stands in the tree.

    missing: claimed prefixes that are not there
    parent:  for a package that is only born for the proof, the one above it
    """

    subsystem: Subsystem
    places: tuple[Place, ...]
    missing: tuple[str, ...] = ()
    parent: str = ""

    @property
    def name(self) -> str:
        """The subsystem's name."""
        return self.subsystem.name

    @property
    def title(self) -> str:
        """What a reader knows it by."""
        return f"a package born under {self.parent}" if self.parent else self.name

    @property
    def main(self) -> Place:
        """The place that stands for all of it: where code is, and not only tests."""
        return min(self.places, key=lambda place: (place.is_test, not place.is_made))


def grounds(policy: Policy, tree: Tree) -> list[Ground]:
    """Where each declared subsystem stands, then a package that is born into each group."""
    folders = _folders(tree)
    found = []
    for subsystem in policy.subsystems.values():
        places, missing = [], []
        for prefix, is_test in _claims(subsystem):
            place = _place(policy, tree, folders, prefix, is_test)
            if place:
                places.append(place)
            elif prefix not in tree.modules:
                missing.append(prefix)
        found.append(Ground(subsystem, tuple(places), tuple(missing)))
    return [*found, *_newborn(policy, folders)]


def _claims(subsystem: Subsystem) -> Iterator[tuple[str, bool]]:
    yield from ((prefix, False) for prefix in subsystem.modules)
    yield from ((prefix, True) for prefix in subsystem.tests)


def _folders(tree: Tree) -> dict[str, str]:
    """The folder of each package, with or without an `__init__`, as a path in the tree."""
    folders: dict[str, str] = {}
    for file in tree.files:
        if file.twin_of:
            continue
        package = file.module if file.is_package else file.module.rpartition(".")[0]
        folder = file.path.rpartition("/")[0]
        while package and package not in folders:
            folders[package] = folder
            package, folder = package.rpartition(".")[0], folder.rpartition("/")[0]
    return folders


def _place(
    policy: Policy, tree: Tree, folders: dict[str, str], prefix: str, is_test: bool
) -> Place | None:
    if prefix in folders:
        made = f"{prefix}.{MADE}"
        owner = policy.subsystem_of(made)
        # A package whose every module somebody else claims has no room.
        if owner is None or prefix not in (*owner.modules, *owner.tests):
            return None
        return Place(
            prefix, _join(folders[prefix], f"{MADE}.py"), made, is_made=True, is_test=is_test
        )
    file = tree.modules.get(prefix)
    return Place(prefix, file.path, prefix, is_made=False, is_test=is_test) if file else None


def _newborn(policy: Policy, folders: dict[str, str]) -> Iterator[Ground]:
    """A package born below a group's `siblings-of`, as the group says that it is one of them."""
    for group in policy.groups.values():
        parent = group.siblings_of
        if not parent or parent not in folders:
            continue
        package = f"{parent}.{_BORN}"
        subsystem = policy.subsystem_of(package, is_package=True)
        if subsystem is not None and subsystem.name == package:
            path = _join(folders[parent], _BORN, "__init__.py")
            place = Place(package, path, package, is_made=True, is_test=False)
            yield Ground(subsystem, (place,), parent=parent)


def _join(*parts: str) -> str:
    return "/".join(filter(None, parts))
