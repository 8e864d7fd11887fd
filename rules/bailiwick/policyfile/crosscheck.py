"""Mistakes that only the whole policy shows: names that nobody bears, claims that collide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.policyfile import keys
from bailiwick.policyfile.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.policyfile.document import Mistakes, Node
    from bailiwick.policyfile.extending import Merged, Reading
    from bailiwick.vocabulary.policy import Policy


def crosscheck(policy: Policy, reading: Reading, merged: Merged) -> None:
    """Reports what is wrong with a policy as a whole."""
    document, mistakes = merged.document, reading.mistakes
    _find_nobody(document, mistakes)
    _find_missing_keys(document, mistakes)
    _find_namesakes(document, mistakes)
    _find_unknown_names(merged, mistakes)
    _find_double_claims(document, mistakes)
    _find_double_parents(document, mistakes)
    _find_double_levels(policy, document, mistakes)
    _find_folders_that_are_not_there(policy, document, mistakes)
    _find_targets_elsewhere(policy, document, reading)
    _find_odd_uses(policy, document, mistakes)
    _find_odd_teams(policy, document, mistakes)


def _find_nobody(document: Node, mistakes: Mistakes) -> None:
    if "subsystem" not in document.table or document.get("subsystem").value == {}:
        hint = 'for example: [subsystem.core], and below it: modules = ["package.core"]'
        mistakes.add(document.source, None, "the policy declares no subsystem", hint)
    for name, group in document.get("group").table.items():
        if not group.get("members").items and not group.get("siblings-of").value:
            hint = "it needs `members`, or `siblings-of`, or both"
            mistakes.add(group.source, group.key, f'group "{name}" has nobody in it', hint)


def _find_missing_keys(document: Node, mistakes: Mistakes) -> None:
    for kind, table in _KINDS.items():
        for node in document.get(kind).table.values():
            if node.value is not None:
                table.find_missing(node, mistakes)


_KINDS = {
    "subsystem": keys.SUBSYSTEM_TABLE,
    "layers": keys.LAYERS_TABLE,
    "contract": keys.CONTRACT_TABLE,
    "team": keys.TEAM_TABLE,
}


def _find_namesakes(document: Node, mistakes: Mistakes) -> None:
    for name, group in document.get("group").table.items():
        if name in document.get("subsystem").table:
            message = f'"{name}" is the name of a subsystem already'
            hint = "a group's name stands for its members, so it must be its own"
            mistakes.add(group.source, group.key, message, hint)


def _find_unknown_names(merged: Merged, mistakes: Mistakes) -> None:
    subsystems = merged.document.get("subsystem").table
    groups = merged.document.get("group").table
    for shape, node in keys.POLICY.leaves(merged.document):
        if shape is keys.SUBSYSTEM:
            known = list(subsystems)
        elif shape is keys.SUBSYSTEM_OR_GROUP:
            known = [*subsystems, *groups]
        else:
            continue
        name = node.value
        if name is None or name in known or merged.lost(name, node):
            continue
        message = f'"{name}" is not {shape.describe()} of this policy'
        hint = did_you_mean(name, known)
        if name in groups:
            message, hint = f'"{name}" is a group, not a subsystem', ""
        mistakes.add(node.source, node.start, message, hint)


def _find_double_claims(document: Node, mistakes: Mistakes) -> None:
    """Within one file; between files, the one that extends the other takes the module over."""
    found: dict[tuple[str, str], tuple[str, str, Node]] = {}
    for name, key, item in _claimed(document):
        first = found.setdefault((item.source.shown, item.value), (name, key, item))
        other, other_key, where = first
        if where is not item and (other, other_key) != (name, key):
            whose = "its own `" + other_key + "`" if other == name else f'subsystem "{other}"'
            message = f'"{item.value}" is claimed by {whose} already, in line {where.line}'
            mistakes.add(item.source, item.start, message)


def _claimed(document: Node) -> Iterator[tuple[str, str, Node]]:
    """Every claim as subsystem, key and module, in the order of the files."""
    claims = [
        (name, key, item)
        for name, table in document.get("subsystem").table.items()
        for key in ("modules", "tests")
        for item in table.get(key).items
        if item.value is not None
    ]
    return iter(sorted(claims, key=lambda claim: claim[2].start))


def _find_double_parents(document: Node, mistakes: Mistakes) -> None:
    found: dict[str, str] = {}
    for name, group in document.get("group").table.items():
        parent = group.get("siblings-of")
        if parent.value is None:
            continue
        other = found.setdefault(parent.value, name)
        if other != name:
            message = f'the siblings of "{parent.value}" are in group "{other}" already'
            mistakes.add(parent.source, parent.start, message)


def _find_double_levels(policy: Policy, document: Node, mistakes: Mistakes) -> None:
    for table in document.get("layers").table.values():
        found: dict[str, Node] = {}
        for shape, node in keys.LAYERS_TABLE.leaves(table):
            if shape is not keys.SUBSYSTEM_OR_GROUP or node.value is None:
                continue
            for member in policy.members(node.value):
                first = found.setdefault(member, node)
                if first is not node:
                    by = "" if first.value == member else f', by its group "{first.value}"'
                    message = f'"{member}" is in this list already{by}'
                    mistakes.add(node.source, node.start, message)


def _find_folders_that_are_not_there(policy: Policy, document: Node, mistakes: Mistakes) -> None:
    for item in document.get("source-roots").items:
        if item.value is not None and not (policy.root / item.value).is_dir():
            message = f'there is no folder "{item.value}" beside the policy'
            mistakes.add(item.source, item.start, message)


def _find_targets_elsewhere(policy: Policy, document: Node, reading: Reading) -> None:
    """What a subsystem opens must be its own; what it uses, the other's.

    Only the governing file is held to this: it may well take modules over from those it extends.
    """
    for owner, item in _targets(document):
        known = owner in policy.subsystems or owner in policy.groups
        if item.value is None or item.source is not reading.sources[0] or not known:
            continue
        module = item.value.partition(":")[0]
        claims = [policy.subsystem_of(module, is_package) for is_package in (False, True)]
        if not any(claim and owner in policy.names_of(claim.name) for claim in claims):
            whose = f'"{claims[0].name}"' if claims[0] else "nobody"
            message = f'"{module}" belongs to {whose}, not to "{owner}"'
            reading.mistakes.add(item.source, item.start, message)


def _targets(document: Node) -> Iterator[tuple[str, Node]]:
    """Every target in `public`, `public-to` and `uses`, with whom it should belong to."""
    for name, table in document.get("subsystem").table.items():
        for opened in (table.get("public"), *table.get("public-to").table.values()):
            yield from ((name, item) for item in opened.items)
        for use in table.get("uses").items:
            owner = use.get("subsystem").value
            yield from ((owner, item) for item in use.get("names").items)


def _find_odd_uses(policy: Policy, document: Node, mistakes: Mistakes) -> None:
    for name, table in document.get("subsystem").table.items():
        for use in table.get("uses").items:
            where = use.get("subsystem") if use.table else use
            if where.value == name:
                mistakes.add(where.source, where.start, "a subsystem may use itself anyway")
            elif where.value in policy.subsystems and not use.get("reason").value:
                user, target = policy.subsystems[name], policy.subsystems[where.value]
                barrier = policy.barrier(user, target)
                if barrier:
                    message = f"an exception to a rule needs a reason: {barrier.says}"
                    hint = f'write {{ subsystem = "{target.name}", reason = "…" }}'
                    mistakes.add(where.source, where.start, message, hint)


def _find_odd_teams(policy: Policy, document: Node, mistakes: Mistakes) -> None:
    """Leads who are no members, and trust in what a team does not own, which would hold nothing."""
    for name, table in document.get("team").table.items():
        members = table.get("members").texts
        for lead in table.get("leads").items:
            if lead.value is not None and lead.value not in members:
                message = f'"{lead.value}" leads team "{name}" and is not one of its members'
                hint = did_you_mean(lead.value, members) or "list everybody in `members`"
                mistakes.add(lead.source, lead.start, message, hint)
        for trusted, node in table.get("trusts").table.items():
            meant = [policy.subsystems.get(each) for each in policy.members(trusted)]
            known = [each for each in meant if each is not None]
            if known and not any(name in each.owners for each in known):
                message = f'team "{name}" does not own "{trusted}", and so trusts nobody there'
                mistakes.add(node.source, node.key, message)
