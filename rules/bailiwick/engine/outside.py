"""What only those outside show of an implementation: the calls that it fails, and what they use.

Both are asked when a whole tree is reported on, and of few modules: those whose verdicts say that
they have read the contract's class. What was found is remembered.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from bailiwick.engine import rows
from bailiwick.rules import contract_drift, off_contract_use, undeclared_extension
from bailiwick.sieve.outline import defined
from bailiwick.sieve.questions import NO, ask
from bailiwick.vocabulary.reference import Reference, Span
from bailiwick.vocabulary.signature import Implementing, Member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bailiwick.engine.judge import Judge
    from bailiwick.engine.remarks import Remarks
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.source.tree import File
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Contract

    Class = tuple[str, str]

# Callers that are listed with a finding.
_LISTED = 10


class Outside:
    """Looks at a judged tree from outside its implementations."""

    def __init__(self, judge: Judge, remarks: Remarks) -> None:
        self.judge, self.remarks = judge, remarks
        # The modules of contracts' classes, and the files that have asked about them.
        self._asked: list[tuple[list[str], str, list[str]]] = []

    def _remark(self, name: str, work: Callable[[], list[Any]]) -> list[Any]:
        """What the work gives, or gave when the same files had asked about the same classes."""
        known = self.remarks.recall(name)
        if known is not None and all(self._is_asked(*each) for each in known["asked"]):
            return list(known["found"])
        self._asked = []
        said = self.remarks.work_out(name, lambda: {"found": work(), "asked": self._asked})
        return list(said["found"])

    def _is_asked(self, modules: list[str], question: str, paths: list[str]) -> bool:
        return paths == [file.path for file in self._askers(modules, question)]

    def _askers(self, modules: Iterable[str], question: str) -> list[File]:
        """The files, but for tests, whose verdicts rest on modules, by what they asked of them.

        These modules themselves are among them.
        """
        judge, known, every = self.judge, self.remarks.known, set(modules)
        asked = tuple(f"{module}?{question}?" for module in every)
        notes = {word for word in known.questions(every) if word.startswith(asked)}
        near = known.resting_on(every | notes)[0]
        return [
            file
            for file in judge.tree.files
            if (file.path in near or file.module in every)
            and file.path in known
            and not judge.policy.is_test(file.module)
        ]

    # -- calls that fail ---------------------------------------------------------------------

    def with_callers(self, finding: Finding) -> Finding:
        """A finding on a method that has drifted, with the calls that this one fails."""
        if finding.code != contract_drift.CODE:
            return finding
        place = finding.path, finding.span.line, finding.target, finding.detail
        name = f"callers {rows.digest(place)}"
        failing = self._remark(name, lambda: self._failing(finding))
        return replace(finding, detail=(*finding.detail, *failing))

    def _failing(self, finding: Finding) -> list[str]:
        from bailiwick.engine.uses import uses

        for contract, implementing in self._drifts(finding):
            member = finding.target.rpartition(".")[2]
            failing = [
                f"fails     {seen.site}  {seen.code}"
                for file in self._readers(contract, "declared")
                if (text := self._mentioning(file, f".{member}")) is not None
                for seen in uses(self.judge, text, contract, frozenset({member}))
                if seen.call is not None and implementing.breaks(seen.call)
            ]
            if len(failing) > _LISTED:
                failing[_LISTED:] = [f"          and {len(failing) - _LISTED} more"]
            return failing
        return []

    def _drifts(self, finding: Finding) -> Iterator[tuple[Contract, Implementing]]:
        """The contract and the two members that a finding is about; nothing if they are gone."""
        path, _, member = finding.target.partition(":")[2].rpartition(".")
        declarer = finding.target.partition(":")[0], path
        here = [file for file in self.judge.tree.files if file.path == finding.path]
        implementations = self.judge.court.implementations
        for contract in self.judge.policy.contracts.values():
            target = implementations.interface(contract)
            if target is None or declarer not in self.judge.court.index.order(
                target.module, target.name
            ):
                continue
            for text, cls in self._definers(contract, here, member):
                if _place(text, cls[1], member)[0] == finding.span.line:
                    interface = target.module, target.name
                    for each in implementations.pairs(contract, interface, cls, member):
                        yield contract, each

    # -- what is used, and not declared ------------------------------------------------------

    def undeclared(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings on definitions of what some findings show in use, and undeclared."""
        by_target: dict[str, list[Finding]] = {}
        for finding in findings:
            if finding.code == off_contract_use.CODE:
                by_target.setdefault(finding.target, []).append(finding)
        for target, users in by_target.items():
            lines = [f"used      {each.path}:{each.span.line}" for each in users[:_LISTED]]
            if len(users) > _LISTED:
                lines.append(f"          and {len(users) - _LISTED} more")
            for row in self._remark(f"undeclared {target}", partial(self._definitions, target)):
                yield replace(rows.finding(row), detail=tuple(lines))

    def _definitions(self, target: str) -> list[Any]:
        found: list[Finding] = []
        for contract in self.judge.policy.contracts.values():
            interface = self.judge.court.index.interface_of(contract.name)
            prefix = f"{interface[0]}:{interface[1]}."
            if target.startswith(prefix):
                found += self._definitions_in(contract, target.removeprefix(prefix))
        return [rows.finding_row(each) for each in found]

    def _definitions_in(self, contract: Contract, member: str) -> Iterator[Finding]:
        bench, rule = self.judge.bench, undeclared_extension
        module, name = self.judge.court.index.interface_of(contract.name)
        files = self._readers(contract, "outline")
        for text, cls in self._definers(contract, files, member):
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
                yield replace(found, detail=(), excerpt=text.text.split("\n")[line - 1])

    # -- modules -----------------------------------------------------------------------------

    def _definers(
        self, contract: Contract, files: Iterable[File], member: str
    ) -> Iterator[tuple[ModuleText, Class]]:
        """The implementing classes of some files that define a member themselves."""
        index, texts = self.judge.court.index, self.judge.texts
        interface = index.interface_of(contract.name)
        for file in files:
            # Nothing but the question is noted of a text that does not have the name.
            if ask(texts, file.module, ("mentions", member)) in ("", NO):
                continue
            text = texts.glance(file.module)
            if text is None or self.judge.policy.is_test(file.module):
                continue
            for path in self.judge.sieve.implementers.classes(text, contract.interface):
                cls = file.module, path
                derived = cls != interface and interface in index.family(*cls)
                if derived and member in index.outline(*cls).definitions:
                    texts.of(file.module)
                    yield text, cls

    def _readers(self, contract: Contract, question: str) -> list[File]:
        """The modules whose verdicts depend on a contract's class, by what they asked of it."""
        index = self.judge.court.index
        order = index.order(*index.interface_of(contract.name))
        modules = sorted({module for module, _ in order})
        files = self._askers(modules, question)
        self._asked.append((modules, question, [file.path for file in files]))
        return files

    def _mentioning(self, file: File, words: str) -> ModuleText | None:
        """The text of a module if these stand in it; else only that is noted."""
        said = ask(self.judge.texts, file.module, ("mentions", words))
        return self.judge.texts.of(file.module) if said not in ("", NO) else None


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
