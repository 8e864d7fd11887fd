"""The words of ownership: what is touched, who may approve it, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bailiwick import Policy, Subsystem, Tree


@dataclass(frozen=True, slots=True)
class Need:
    """A subsystem whose approval some files need; one of the people has to give it.

    subsystem: "" for files that are nobody's
    paths:     the files, relative to the policy's folder
    owners:    as the policy names them
    people:    who may approve: the owners' people, leads first, then those they trust
    trusted:   those of them who may only because an owner trusts them
    """

    subsystem: str
    paths: tuple[str, ...]
    owners: tuple[str, ...]
    people: tuple[str, ...]
    trusted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """Who has to approve some files.

    needs:    by subsystem, those with the most files first
    smallest: fewest people who can approve all that anybody can, each with the subsystems that
              they are asked for
    others:   how many other choices of as few people there are
    """

    needs: tuple[Need, ...]
    smallest: tuple[tuple[str, tuple[str, ...]], ...]
    others: int

    @property
    def orphans(self) -> tuple[Need, ...]:
        """What nobody may approve."""
        return tuple(need for need in self.needs if not need.people)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing in who owns what: what kind, of whom, and why in words."""

    kind: str
    name: str
    says: str


class Ground:
    """The files of a tree, and whose they are."""

    def __init__(self, policy: Policy, tree: Tree) -> None:
        self.policy, self.tree = policy, tree
        self._packages = {
            file.path.rpartition("/")[0]: file.module for file in tree.files if file.is_package
        }

    def owner(self, path: str) -> Subsystem | None:
        """Whose a file is, a module or not: then the package's that it lies in."""
        module = self.tree.named(path) if path.endswith(".py") else None
        if module is not None:
            is_package = path.endswith("/__init__.py")
            return self.policy.subsystem_of(module, is_package)
        folder = path.rpartition("/")[0]
        while folder:
            if folder in self._packages:
                return self.policy.subsystem_of(self._packages[folder], is_package=True)
            folder = folder.rpartition("/")[0]
        return None

    def below(self, path: str) -> list[str]:
        """The files of the tree at a path or below it."""
        if path in (".", ""):
            return [file.path for file in self.tree.files]
        files = (file.path for file in self.tree.files)
        return [file for file in files if f"{file}/".startswith(f"{path}/")]

    def by_subsystem(self, paths: Iterable[str]) -> dict[str, list[str]]:
        """Some files by the name of the subsystem that they belong to, "" for nobody's."""
        found: dict[str, list[str]] = {}
        for path in paths:
            subsystem = self.owner(path)
            found.setdefault(subsystem.name if subsystem else "", []).append(path)
        return found
