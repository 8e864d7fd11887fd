"""What is missing in who owns what: nobody, one alone, or names that say nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick_reports.owners.nouns import Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick import Policy

    from bailiwick_reports.owners.nouns import Ground

_FEW = 3


def gaps(ground: Ground) -> tuple[Gap, ...]:
    """All that is missing, the gravest first."""
    policy = ground.policy
    files = ground.by_subsystem(file.path for file in ground.tree.files if file.judged)
    return (
        *_nobody(policy, files),
        *_alone(policy, files),
        *_teams_of_one(policy),
        *_alone_in_everything(policy),
        *_unknown(policy),
        *_idle(policy),
    )


def _nobody(policy: Policy, files: dict[str, list[str]]) -> Iterator[Gap]:
    unclaimed = files.get("", [])
    if unclaimed:
        shown = ", ".join(unclaimed[:_FEW]) + (" …" if len(unclaimed) > _FEW else "")
        yield Gap("unclaimed", "", f"{len(unclaimed)} files belong to no subsystem: {shown}")
    for name, paths in sorted(files.items()):
        subsystem = policy.subsystems.get(name)
        if name and not (subsystem.owners if subsystem else ()):
            yield Gap("no owner", name, f"has no owner, and {len(paths)} files")


def _alone(policy: Policy, files: dict[str, list[str]]) -> Iterator[Gap]:
    for name, subsystem in policy.subsystems.items():
        people = policy.approvers(subsystem)
        known = any(owner in policy.teams for owner in subsystem.owners)
        if known and len(people) == 1 and name in files:
            yield Gap("one approver", name, f"only {people[0]} may approve it")


def _teams_of_one(policy: Policy) -> Iterator[Gap]:
    for name, team in policy.teams.items():
        if len(team.members) == 1:
            yield Gap("team of one", name, f"has one member, {team.members[0]}")


def _alone_in_everything(policy: Policy) -> Iterator[Gap]:
    """People whose every team has nobody else."""
    teams: dict[str, list[str]] = {}
    for name, team in policy.teams.items():
        for person in team.members:
            teams.setdefault(person, []).append(name)
    for person, names in teams.items():
        if len(names) > 1 and all(len(policy.teams[name].members) == 1 for name in names):
            yield Gap("alone", person, f"is alone in every team: {', '.join(names)}")


def _unknown(policy: Policy) -> Iterator[Gap]:
    """Owners that are no team, where the policy has teams: a person, or a slip of the pen."""
    if not policy.teams:
        return
    people = {person for team in policy.teams.values() for person in team.members}
    for name, subsystem in policy.subsystems.items():
        for owner in subsystem.owners:
            if owner not in policy.teams and owner not in people:
                yield Gap("unknown owner", owner, f"owns {name}, and is no team and in no team")


def _idle(policy: Policy) -> Iterator[Gap]:
    owning = {owner for each in policy.subsystems.values() for owner in each.owners}
    trusted = {
        each for team in policy.teams.values() for people in team.trusts.values() for each in people
    }
    for name in policy.teams:
        if name not in owning and name not in trusted:
            yield Gap("idle team", name, "owns nothing, and nobody trusts it")
