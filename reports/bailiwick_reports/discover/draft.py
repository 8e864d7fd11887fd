"""A discovery as the draft of a policy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bailiwick import Policy

    from bailiwick_reports.discover.nouns import Community, Discovery

_WIDTH = 96


def draft(found: Discovery, policy: Policy) -> str:
    """A `bailiwick.toml` in which each community is a subsystem."""
    return "\n".join(_draft(found, policy)) + "\n"


def _draft(found: Discovery, policy: Policy) -> Iterator[str]:
    yield f"# A draft, from {found.commits:,} commits of {found.people:,} people between"
    yield f"# {found.first:%Y-%m-%d} and {found.last:%Y-%m-%d}: what the same people change,"
    yield "# what changes together, and what imports what."
    yield "# Names, owners and the public API are yours to decide."
    yield f"# {found.crossing:,} imported names cross between these subsystems."
    yield f"source-roots = {_list(policy.source_roots)}"
    if policy.exclude:
        yield f"exclude = {_list(policy.exclude)}"
    for each in found.communities:
        yield ""
        yield from _subsystem(each)


def _subsystem(each: Community) -> Iterator[str]:
    yield (
        f"# {each.commits:,} commits, {each.alone:.0%} of them here alone; "
        f"{len(each.regulars)} regular, {len(each.residents)} at home"
        f"{'' if each.mass == 'enough' else ': not enough mass by itself'}"
    )
    if each.residents:
        yield from _comment(f"at home: {', '.join(each.residents)}")
    yield f"[subsystem.{json.dumps(each.name)}]"
    names = sorted(area.name for area in each.areas)
    yield f"modules = {_list(names)}"
    tests = _tests(each, names)
    if tests:
        yield f"tests = {_list(tests)}"


def _tests(each: Community, names: Sequence[str]) -> list[str]:
    """The modules that belong to it and lie elsewhere: tests."""
    inside = tuple(f"{name}." for name in names)
    found = sorted(
        module
        for area in each.areas
        for module in area.modules
        if not f"{module}.".startswith(inside)
    )
    return [module for module in found if not _is_below_another(module, found)]


def _is_below_another(module: str, modules: Sequence[str]) -> bool:
    parent = module.rpartition(".")[0]
    while parent:
        if parent in modules:
            return True
        parent = parent.rpartition(".")[0]
    return False


def _list(values: Sequence[str]) -> str:
    flat = "[" + ", ".join(map(json.dumps, values)) + "]"
    if len(flat) < _WIDTH - 12:
        return flat
    return "[\n" + "".join(f"    {json.dumps(value)},\n" for value in values) + "]"


def _comment(text: str) -> Iterator[str]:
    from textwrap import wrap

    for line in wrap(" ".join(text.split()), _WIDTH - 2):
        yield f"# {line}"
