"""From the references of a tree to the areas and links of its map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick import UserError, crossings, module_text

from bailiwick_reports.map.nouns import UNCLAIMED, Area, Atlas, Link, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bailiwick import Crossing, Crossings, Policy

# Characters of a line of code that are shown.
_SHOWN = 200


def surveyed(
    policy: Policy, *, cache: bool, told: Callable[[int, int], None] | None = None
) -> Atlas:
    """Survey the tree of a policy.

    Raises:
        UserError: if the policy declares no subsystem, or governs no module.
    """
    if not policy.subsystems:
        raise UserError(
            f"{policy.path} declares no subsystem, so there is nothing to draw a map of.\n"
            "       `bailiwick discover` proposes some; `bailiwick init` takes over other tools'."
        )
    found = crossings(policy, cache=cache, progress=told)
    places = [place for place in found.places if place.rule or place.subsystem != place.target]
    asked: dict[str, set[int]] = {}
    for place in places:
        asked.setdefault(place.site.path, set()).add(place.site.line)
    counts, lines = _read(found, asked)
    areas = _areas(policy, found, counts)
    if not areas:
        raise UserError(f"{policy.path} governs no Python module, so there is nothing to draw.")
    return Atlas(
        title=policy.root.name or str(policy.root),
        areas=areas,
        links=_links(places),
        inside=_inside(areas, found.users),
        lines=lines,
        unread=found.unread,
    )


def _read(
    found: Crossings, asked: Mapping[str, set[int]]
) -> tuple[dict[str, int], dict[tuple[str, int], str]]:
    """How many lines each file has, and the lines that were asked for."""
    counts: dict[str, int] = {}
    lines: dict[tuple[str, int], str] = {}
    for path in {file.path for file in found.tree.files if file.judged} | asked.keys():
        try:
            data = (found.tree.root / path).read_bytes()
        except OSError:
            continue
        counts[path] = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
        if path in asked:
            text = module_text(data).split("\n")
            for line in asked[path]:
                shown = text[line - 1].strip() if line <= len(text) else ""
                lines[path, line] = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]} …"
    return counts, lines


def _areas(policy: Policy, found: Crossings, counts: Mapping[str, int]) -> tuple[Area, ...]:
    parts: dict[str, list[Part]] = {}
    owners: dict[str, tuple[str, ...]] = {}
    for file in found.tree.files:
        if not file.judged:
            continue
        claim = policy.subsystem_of(file.twin_of or file.module, file.is_package)
        name = claim.name if claim else UNCLAIMED
        owners[name] = claim.owners if claim else ()
        part = Part(file.module, file.path, counts.get(file.path, 0), policy.is_test(file.module))
        parts.setdefault(name, []).append(part)
    areas = [
        Area(name, owners[name], tuple(sorted(own, key=lambda part: part.module)))
        for name, own in parts.items()
    ]
    return tuple(sorted(areas, key=lambda area: (-area.code, -area.tests, area.name)))


def _links(places: list[Crossing]) -> tuple[Link, ...]:
    ends: dict[tuple[str, str], list[Crossing]] = {}
    for place in places:
        pair = place.subsystem or UNCLAIMED, place.target or UNCLAIMED
        ends.setdefault(pair, []).append(place)
    links = [Link(*pair, tuple(found)) for pair, found in ends.items()]
    return tuple(sorted(links, key=lambda link: (-len(link.places), link.user, link.target)))


def _inside(
    areas: tuple[Area, ...], users: Mapping[str, frozenset[str]]
) -> tuple[tuple[str, str], ...]:
    owner = {part.module: area.name for area in areas for part in area.parts}
    return tuple(
        sorted(
            (user, module)
            for module, several in users.items()
            for user in several
            if user != module and module in owner and owner.get(user) == owner[module]
        )
    )
