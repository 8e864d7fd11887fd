"""What only those outside show of an implementation: the calls that it fails, and what they use.

Both are asked when a whole tree is reported on, and of few modules: those whose verdicts say that
they have read the contract's class.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bailiwick.engine.uses import uses
from bailiwick.rules import contract_drift, off_contract_use, undeclared_extension
from bailiwick.sieve.outline import defined
from bailiwick.vocabulary.reference import Reference, Span
from bailiwick.vocabulary.signature import Implementing, Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bailiwick.engine.judge import Judge
    from bailiwick.engine.verdict import Verdict
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Contract

    Class = tuple[str, str]

# Callers that are listed with a finding.
_LISTED = 10


class Outside:
    """Looks at a judged tree from outside its implementations."""

    def __init__(self, judge: Judge, verdicts: Mapping[str, Verdict]) -> None:
        self.judge, self.verdicts = judge, verdicts

    def complete(self, findings: list[Finding]) -> list[Finding]:
        """The findings, with the callers of what has drifted, and those on what is undeclared."""
        completed = [
            self._with_callers(finding) if finding.code == contract_drift.CODE else finding
            for finding in findings
        ]
        used = [finding for finding in findings if finding.code == off_contract_use.CODE]
        return [*completed, *(self._undeclared(used) if used else ())]

    # -- calls that fail ---------------------------------------------------------------------

    def _with_callers(self, finding: Finding) -> Finding:
        for contract, implementing in self._drifts(finding):
            member = finding.target.rpartition(".")[2]
            failing = [
                f"fails     {seen.site}  {seen.code}"
                for text in self._readers(contract, "declared")
                if f".{member}" in text.text
                for seen in uses(self.judge, text, contract, frozenset({member}))
                if seen.call is not None and implementing.breaks(seen.call)
            ]
            if len(failing) > _LISTED:
                failing[_LISTED:] = [f"          and {len(failing) - _LISTED} more"]
            return replace(finding, detail=(*finding.detail, *failing))
        return finding

    def _drifts(self, finding: Finding) -> Iterator[tuple[Contract, Implementing]]:
        """The contract and the two members that a finding is about; nothing if they are gone."""
        path, _, member = finding.target.partition(":")[2].rpartition(".")
        declarer = finding.target.partition(":")[0], path
        implementations = self.judge.court.implementations
        for contract in self.judge.policy.contracts.values():
            target = implementations.interface(contract)
            if target is None or declarer not in self.judge.court.index.order(
                target.module, target.name
            ):
                continue
            for text, cls in self._definers(contract, [finding.path], member):
                if _place(text, cls[1], member)[0] == finding.span.line:
                    here = target.module, target.name
                    for each in implementations.pairs(contract, here, cls, member):
                        yield contract, each

    # -- what is used, and not declared ------------------------------------------------------

    def _undeclared(self, used: Iterable[Finding]) -> Iterator[Finding]:
        by_target: dict[str, list[Finding]] = {}
        for finding in used:
            by_target.setdefault(finding.target, []).append(finding)
        for contract in self.judge.policy.contracts.values():
            interface = self.judge.court.index.interface_of(contract.name)
            prefix = f"{interface[0]}:{interface[1]}."
            for target, users in by_target.items():
                if target.startswith(prefix):
                    yield from self._definitions(contract, target.removeprefix(prefix), users)

    def _definitions(
        self, contract: Contract, member: str, users: list[Finding]
    ) -> Iterator[Finding]:
        bench, rule = self.judge.bench, undeclared_extension
        module, name = self.judge.court.index.interface_of(contract.name)
        paths = [text.file.path for text in self._readers(contract, "outline")]
        for text, cls in self._definers(contract, paths, member):
            line, column = _place(text, cls[1], member)
            definition = self.judge.court.index.outline(*cls).definitions[member][0]
            reference = Reference(
                "extension",
                Span(line, column, line, column + len(member)),
                module,
                f"{name}.{member}",
                "deferred",
                f"{cls[1]} is derived from {module}:{name}",
                implementing=Implementing(
                    contract.name, f"{cls[1]}.{member}", Member("unknown"), definition.member
                ),
            )
            breach = rule.judge(reference, bench.view(text.file.module, module))
            if breach is not None:
                found = bench.finding(text, reference, breach, rule)
                lines = [f"used      {each.path}:{each.span.line}" for each in users[:_LISTED]]
                if len(users) > _LISTED:
                    lines.append(f"          and {len(users) - _LISTED} more")
                excerpt = text.text.split("\n")[line - 1]
                yield replace(found, detail=tuple(lines), excerpt=excerpt)

    # -- modules -----------------------------------------------------------------------------

    def _definers(
        self, contract: Contract, paths: Iterable[str], member: str
    ) -> Iterator[tuple[ModuleText, Class]]:
        """The implementing classes of some files that define a member themselves."""
        index, interface = (
            self.judge.court.index,
            self.judge.court.index.interface_of(contract.name),
        )
        wanted = set(paths)
        for file in self.judge.tree.files:
            text = self.judge.texts.of(file.module) if file.path in wanted else None
            if text is None or member not in text.text or self.judge.policy.is_test(file.module):
                continue
            for path in self.judge.sieve.implementers.classes(text, contract.interface):
                cls = file.module, path
                derived = cls != interface and interface in index.family(*cls)
                if derived and member in index.outline(*cls).definitions:
                    yield text, cls

    def _readers(self, contract: Contract, question: str) -> Iterator[ModuleText]:
        """The modules whose verdicts depend on a contract's class, by what they asked of it."""
        modules = {
            module
            for module, _ in self.judge.court.index.order(
                *self.judge.court.index.interface_of(contract.name)
            )
        }
        asked = tuple(f"{module}?{question}?" for module in modules)
        for file in self.judge.tree.files:
            verdict = self.verdicts.get(file.path)
            if verdict is None or self.judge.policy.is_test(file.module):
                continue
            near = file.module in modules or not modules.isdisjoint(verdict.reads)
            if near or any(read.startswith(asked) for read in verdict.reads):
                text = self.judge.texts.of(file.module)
                if text is not None:
                    yield text


def _place(text: ModuleText, path: str, member: str) -> tuple[int, int]:
    """Line and column of the last definition of a member in a class."""
    places = [
        each.name_at
        for header in text.class_headers(path)
        for each in defined(text, header, frozenset({member}))
    ]
    place = max(places, default=0)
    begin = text.text.rfind("\n", 0, place) + 1
    return text.text.count("\n", 0, begin) + 1, place - begin + 1
