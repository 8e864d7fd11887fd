"""The proof itself: every violation is sent on every way, and what is not caught is explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bailiwick import RULES, Tree, probe

from bailiwick_hooks.proving.nouns import Gap, Proof, Trial
from bailiwick_hooks.proving.violations import plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bailiwick import Finding, Policy, Probing

    from bailiwick_hooks.proving.nouns import Violation, Way
    from bailiwick_hooks.proving.violations import Plan

    # From the paths that will be sent, relative to the policy's folder, to the ways.
    Ways = Callable[[Iterable[str]], tuple[Way, ...]]

_FAILING = "error"


def prove(
    policy: Policy,
    ways_for: Ways,
    *,
    wanted: Callable[[str], bool] = lambda _: True,
    progress: Callable[[int, int], None] | None = None,
) -> Proof:
    """Send a violation of every boundary on every way.

    wanted:   whether violations of a rule, by its code, are to be sent
    progress: is told how many texts are judged, of how many
    """
    tree = Tree.of(policy)
    existing = frozenset(file.path for file in tree.files)
    planned = plan(policy, tree)
    ways = ways_for(planned.texts)
    judged = probe(policy, planned.texts, tree=tree, progress=progress)
    court = _Court(policy, planned, judged)
    sent = [violation for violation in planned.violations if wanted(violation.code)]
    trials = tuple(
        Trial(violation, way, court.excuse(violation, way))
        for violation in sent
        for way in ways
        if way.strict or not court.is_mild(violation)
    )
    mild = {each.code for each in sent if court.is_mild(each)} if not _all_strict(ways) else set()
    survey = _Survey(policy, tree, planned, trials, existing)
    return Proof(
        trials,
        ways,
        gaps=(*survey.misnamed(judged), *survey.left_out(ways)),
        idle=tuple(survey.idle()),
        notes=(*survey.notes(), *_mildness(mild)),
    )


def _all_strict(ways: Iterable[Way]) -> bool:
    return all(way.strict for way in ways)


def _mildness(codes: Iterable[str]) -> Iterator[str]:
    for code in sorted(codes):
        yield (
            f"{code} {RULES[code].NAME} is a warning unless the policy says otherwise, and was "
            "only tried where warnings fail."
        )


class _Court:
    """Says of a violation on a way why it was not caught."""

    def __init__(self, policy: Policy, planned: Plan, judged: Probing) -> None:
        self.policy, self.judged = policy, judged
        self.subsystems = {ground.name: ground.subsystem for ground in planned.grounds}
        self.found: dict[tuple[str, int], list[Finding]] = {}
        self.suppressed: dict[tuple[str, int], str] = {}
        for path, probed in judged.texts.items():
            for each in probed.suppressed:
                self.suppressed[path, each.finding.span.line] = each.reason
            for finding in probed.findings:
                self.found.setdefault((path, finding.span.line), []).append(finding)

    def is_mild(self, violation: Violation) -> bool:
        """Whether its rule is only a warning, and the policy has not said so itself."""
        rule, subsystem = RULES[violation.code], self.subsystems.get(violation.user)
        own = subsystem.severities if subsystem else {}
        # A module that nobody claims is tried only where the policy makes it an error.
        is_said = rule.CODE in {*own, *self.policy.severities, "BW904"}
        return rule.SEVERITY != _FAILING and not is_said

    def excuse(self, violation: Violation, way: Way) -> str:
        """Why it was not caught, in words; "" if it was."""
        reason = way.withheld(violation.path) or self.judged.texts[violation.path].unjudged
        if reason:
            return reason
        found = self.found.get((violation.path, violation.line), [])
        excuses = [self._unsaid(each, way) for each in found if each.severity != "off"]
        if not excuses:
            return self._unfound(violation)
        return "" if "" in excuses else excuses[0]

    def _unsaid(self, finding: Finding, way: Way) -> str:
        silenced = way.silenced(finding.path, finding.code)
        if silenced or finding.severity == _FAILING or way.strict:
            return silenced
        return (
            f"{finding.code} is only {_a(finding.severity)}, which fails nothing without --strict"
        )

    def _unfound(self, violation: Violation) -> str:
        reason = self.suppressed.get((violation.path, violation.line))
        if reason is not None:
            return f"a comment in {violation.path} allows {violation.code} in the file: {reason}"
        rule, subsystem = RULES[violation.code], self.subsystems.get(violation.user)
        if self.policy.severity(rule.CODE, subsystem, rule.SEVERITY) == "off":
            own = subsystem is not None and rule.CODE in subsystem.severities
            table = f"subsystem.{violation.user}.rules" if own else "rules"
            return f'the rule is off: [{table}] {rule.CODE} = "off"'
        if violation.contract in self.judged.doubted:
            return f"contract {violation.contract}: {self.judged.doubted[violation.contract]}"
        broken = [f for f in self.judged.texts[violation.path].findings if f.code == "BW901"]
        if broken:
            return f"{violation.path} cannot be read: {broken[0].message}"
        return "nothing was found, and nothing explains it: please report this"


@dataclass(frozen=True, slots=True)
class _Survey:
    """What the violations alone do not show: files and names that no violation stands for.

    existing: the paths of the files that the tree has, without those that were made
    """

    policy: Policy
    tree: Tree
    planned: Plan
    trials: tuple[Trial, ...]
    existing: frozenset[str]

    def misnamed(self, judged: Probing) -> Iterator[Gap]:
        """The prefixes, siblings and contracts of the project's own files that are not there."""
        binding: dict[str, str] = {}
        for ground in self.planned.grounds:
            binding |= dict.fromkeys(ground.missing, ground.name)
        for group in self.policy.groups.values():
            binding |= dict.fromkeys(filter(None, (group.siblings_of,)), "")
        for contract in self.policy.contracts.values():
            handles = (contract.interface, *contract.returned_by, *contract.held_by)
            binding |= dict.fromkeys(handles, "")
        for mention, mistake in judged.stray:
            if mention.target in binding:
                place = f"{mistake.path}:{mistake.line}"
                hint = f" {mistake.hint}" if mistake.hint else ""
                yield Gap("", f"{place}  {mistake.message}.{hint}", binding[mention.target])

    def left_out(self, ways: Iterable[Way]) -> Iterator[Gap]:
        """The files of a subsystem that a way leaves out, for a reason that no trial has given."""
        for way in ways:
            told = {trial.reason for trial in self.trials if trial.way is way}
            found: dict[tuple[str, str], list[str]] = {}
            for file in self.tree.files:
                if file.path not in self.existing or not file.judged:
                    continue
                reason = way.withheld(file.path)
                if reason and reason not in told:
                    owner = self.policy.subsystem_of(file.module, file.is_package)
                    if owner is not None:
                        found.setdefault((reason, owner.name), []).append(file.path)
            for (reason, name), paths in found.items():
                yield Gap(way.name, reason, name, tuple(paths))

    def idle(self) -> Iterator[str]:
        """The subsystems of a shared policy that this tree has nothing of."""
        own = {mention.target for mention in self.policy.mentions}
        for ground in self.planned.grounds:
            if not ground.places and own.isdisjoint(ground.missing):
                yield ground.name

    def notes(self) -> Iterator[str]:
        """What the policy itself leaves out of the files that it claims."""
        excluded: dict[str, int] = {}
        for file in self.tree.files:
            if not file.judged and file.path in self.existing:
                owner = self.policy.subsystem_of(file.module, file.is_package)
                if owner is not None:
                    excluded[owner.name] = excluded.get(owner.name, 0) + 1
        for name, count in excluded.items():
            files_ = "1 file" if count == 1 else f"{count:,} files"
            yield f"`exclude` in the policy leaves out {files_} of {name}."


def _a(severity: str) -> str:
    return f"an {severity}" if severity == "info" else f"a {severity}"
