"""CODEOWNERS and MAINTAINERS, made of a policy, and held against it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bailiwick import Policy, Subsystem

    from bailiwick_reports.owners.nouns import Ground

Kind = Literal["codeowners", "maintainers"]

_TOLD_BY = "# Made from {} by `bailiwick owners --export {}`; `--check` holds it to that."
_TAG = re.compile(r"([A-Z]):[ \t]*(.*)")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a subsystem has of the tree: a folder, ended by `/`, or a file."""

    path: str
    subsystem: Subsystem


def claims(ground: Ground) -> list[Claim]:
    """Every folder and file that a subsystem claims, an outer one before those inside of it."""
    found = []
    folders = {path.rpartition("/")[0] for path in (file.path for file in ground.tree.files)}
    for subsystem in ground.policy.subsystems.values():
        for module in (*subsystem.modules, *subsystem.tests):
            path = _path_of(ground, module, folders)
            if path:
                found.append(Claim(path, subsystem))
    implicit = {
        claim.name: Claim(f"{file.path.rpartition('/')[0]}/", claim)
        for file in ground.tree.files
        if file.is_package and (claim := ground.owner(file.path)) is not None
        if claim.name == file.module and claim.name not in ground.policy.subsystems
    }
    found += implicit.values()
    return sorted(found, key=lambda claim: (claim.path.count("/"), claim.path))


def _path_of(ground: Ground, module: str, folders: set[str]) -> str:
    file = ground.tree.modules.get(module)
    if file is not None:
        return f"{file.path.rpartition('/')[0]}/" if file.is_package else file.path
    for root in ground.tree.roots:
        folder = "/".join([*([] if root == "." else [root]), *module.split(".")])
        if folder in folders or any(each.startswith(f"{folder}/") for each in folders):
            return f"{folder}/"
    return ""


# -- CODEOWNERS --------------------------------------------------------------------------------


def codeowners(ground: Ground) -> str:
    """The tree's CODEOWNERS: the last line that matches a file says whose it is."""
    lines = [_TOLD_BY.format(ground.policy.path.name, "codeowners"), ""]
    rows = [
        ("/" + claim.path.replace(" ", "\\ "), _names(claim.subsystem)) for claim in claims(ground)
    ]
    width = max((len(path) for path, _ in rows), default=0)
    lines += [f"{path:{width}}  {names}".rstrip() for path, names in rows]
    return "\n".join(lines) + "\n"


def _pattern(claim: Claim) -> str:
    return "/" + claim.path.replace(" ", "\\ ")


def _names(subsystem: Subsystem) -> str:
    return " ".join(_mentioned(owner) for owner in subsystem.owners)


def _mentioned(owner: str) -> str:
    """An owner as GitHub and GitLab name one: with an @, if there is none."""
    return owner if "@" in owner else f"@{owner.replace(' ', '-')}"


def _owners_by_line(text: str) -> Callable[[str], set[str]]:
    """Who owns a file by a CODEOWNERS. Raises ValueError if it cannot be read."""
    from codeowners import CodeOwners

    book = CodeOwners(text)
    return lambda path: {name for _, name in book.of(path)}


# -- MAINTAINERS -------------------------------------------------------------------------------


def maintainers(ground: Ground) -> str:
    """The tree's MAINTAINERS, as the kernel has it: sections by name, with people and files.

    What is excluded wins there, so what a subsystem has inside of another that lies inside of
    its own is a section of its own.
    """
    by_name: dict[str, list[Claim]] = {}
    for claim in claims(ground):
        by_name.setdefault(claim.subsystem.name, []).append(claim)
    lines = [_TOLD_BY.format(ground.policy.path.name, "maintainers")]
    for name in sorted(by_name, key=str.upper):
        others = _others_inside(name, by_name)
        inner = [claim for claim in by_name[name] if claim.path.startswith(others)]
        outer = [claim for claim in by_name[name] if claim not in inner]
        lines += _section(ground.policy, name.upper(), outer, others)
        if inner:
            lines += _section(ground.policy, f"{name.upper()} INSIDE OF OTHERS", inner, ())
    return "\n".join(lines) + "\n"


def _section(
    policy: Policy, title: str, claimed: list[Claim], excluded: tuple[str, ...]
) -> Iterator[str]:
    subsystem = claimed[0].subsystem
    yield from ("", title)
    yield from _people(policy, subsystem)
    yield f"S:\t{'Maintained' if subsystem.owners else 'Orphan'}"
    yield from (f"F:\t{claim.path}" for claim in claimed)
    yield from (f"X:\t{path}" for path in excluded)


def _people(policy: Policy, subsystem: Subsystem) -> Iterator[str]:
    """Leads maintain, other members review; where a team has no lead, all maintain."""
    own = list(dict.fromkeys(p for owner in subsystem.owners for p in policy.people(owner)))
    leads = {lead for o in subsystem.owners if o in policy.teams for lead in policy.teams[o].leads}
    for person in own:
        yield f"{'M' if person in leads or not leads else 'R'}:\t{person}"
    for owner in subsystem.owners:
        if owner in policy.teams:
            yield f"L:\t{owner}"


def _others_inside(name: str, by_name: dict[str, list[Claim]]) -> tuple[str, ...]:
    own = [claim.path for claim in by_name[name] if claim.path.endswith("/")]
    others = [claim.path for other, found in by_name.items() if other != name for claim in found]
    return tuple(sorted(path for path in others if path.startswith(tuple(own))))


@dataclass(frozen=True, slots=True)
class _Section:
    people: frozenset[str]
    files: tuple[str, ...]
    excluded: tuple[str, ...]

    def has(self, path: str) -> bool:
        return _is_below(path, self.files) and not _is_below(path, self.excluded)


def _maintained(text: str) -> Callable[[str], set[str]]:
    """Who maintains a file by a MAINTAINERS: all people of all sections that have it."""
    sections = []
    for part in re.split(r"\n\s*\n", text):
        tags = [match.groups() for match in map(_TAG.match, part.split("\n")) if match]
        found = {tag: tuple(value.strip() for t, value in tags if t == tag) for tag in "MRFX"}
        if found["F"]:
            sections.append(_Section(frozenset(found["M"] + found["R"]), found["F"], found["X"]))
    return lambda path: {p for each in sections if each.has(path) for p in each.people}


def _is_below(path: str, patterns: tuple[str, ...]) -> bool:
    return any(
        path.startswith(pattern)
        if pattern.endswith("/")
        else re.fullmatch(_glob(pattern), path) is not None
        for pattern in patterns
    )


def _glob(pattern: str) -> str:
    """As the kernel reads it: a star stays within a folder."""
    return re.escape(pattern).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")


# -- held against the policy -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """Files of which a file of owners says otherwise than the policy.

    policy, file: who owns them by each; () for nobody
    """

    subsystem: str
    paths: tuple[str, ...]
    policy: tuple[str, ...]
    file: tuple[str, ...]


def differences(ground: Ground, kind: Kind, text: str) -> list[Difference]:
    """What a CODEOWNERS or MAINTAINERS says otherwise than the policy, by subsystem.

    Raises:
        ValueError: if it cannot be read.
    """
    said = _owners_by_line(text) if kind == "codeowners" else _maintained(text)
    groups: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for file in ground.tree.files:
        subsystem = ground.owner(file.path)
        meant = _meant(ground.policy, subsystem, kind)
        stands = said(file.path)
        if meant != stands:
            name = subsystem.name if subsystem else ""
            key = name, tuple(sorted(meant)), tuple(sorted(stands))
            groups.setdefault(key, []).append(file.path)
    found = [
        Difference(name, tuple(paths), meant_by, stands_there)
        for (name, meant_by, stands_there), paths in groups.items()
    ]
    return sorted(found, key=lambda each: (each.subsystem, each.paths))


def _meant(policy: Policy, subsystem: Subsystem | None, kind: Kind) -> set[str]:
    if subsystem is None:
        return set()
    if kind == "codeowners":
        return {_mentioned(owner) for owner in subsystem.owners}
    return {person for owner in subsystem.owners for person in policy.people(owner)}
