"""Subsystems where no other tool names any: packages, and the folders that have owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick_hooks.proposing.nouns import Lines

if TYPE_CHECKING:
    from bailiwick_hooks.proposing.ground import Ground
    from bailiwick_hooks.proposing.owners import Owners

TESTS = frozenset({"test", "tests"})
# A package of fewer modules is one subsystem, however it is divided.
_LARGE = 8
# A package of modules alone, without folders, is divided if it has no more of them than a person
# would list.
_FEW = 12


def by_packages(ground: Ground, owners: Owners) -> Lines:
    """Each top-level package, or each package below it where it is large."""
    lines = Lines()
    tops = [top for top in ground.children("") if top in ground.packages]
    real = [top for top in tops if top not in TESTS]
    for top in real:
        for module in _division(ground, _heart(ground, top), alone=len(real) == 1):
            lines.modules[module] = "a package" if module in ground.packages else "a module"
    for module, place in owners.folders(ground):
        lines.modules.setdefault(module, f"owned by itself in {place}")
    for top in set(tops) & TESTS:
        lines.modules[top] = "tests of no part alone"
    return lines


def _heart(ground: Ground, package: str) -> str:
    """The first package, from one down, in which there is more than one other package."""
    children = ground.children(package)
    while len(children) == 1 and children[0] in ground.packages:
        package, children = children[0], ground.children(children[0])
    return package


def _division(ground: Ground, package: str, *, alone: bool) -> list[str]:
    children = [child for child in ground.children(package) if not _is_tests(child)]
    packages = [child for child in children if child in ground.packages]
    size = len(ground.below(package))
    if len(packages) > 1 and (alone or size >= _LARGE):
        return [package, *packages]
    if alone and len(packages) <= 1 and 1 < len(children) <= _FEW:
        return [package, *children]
    return [package]


def _is_tests(module: str) -> bool:
    return module.rpartition(".")[2] in TESTS
