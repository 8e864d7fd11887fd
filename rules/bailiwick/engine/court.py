"""libcst's word on what the sieve proposes: references with places, breaches with reasons."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from bailiwick.catalogue import GRAPH_RULE
from bailiwick.engine.remedies import Remedies
from bailiwick.index.implementations import Implementations
from bailiwick.index.index import Index
from bailiwick.index.readers import CutReader, WholeReader
from bailiwick.rules.rule import Witness
from bailiwick.sieve.questions import YES, ask_text
from bailiwick.syntax.interpret import Found, Interpreter
from bailiwick.syntax.nodes import offsets
from bailiwick.syntax.parsing import parse
from bailiwick.syntax.strings import Naming
from bailiwick.vocabulary.reference import Reference, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from bailiwick.engine.bench import Bench
    from bailiwick.rules.rule import Breach, ReferenceRule
    from bailiwick.sieve.cut import Cut
    from bailiwick.sieve.registrations import Registrations
    from bailiwick.sieve.texts import ModuleText, Texts
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.naming import NamingCall


class Court:
    """Judges the modules of one tree."""

    def __init__(
        self, bench: Bench, texts: Texts, registrations: Registrations, *, exhaustive: bool = False
    ) -> None:
        self.bench, self.texts, self.registrations = bench, texts, registrations
        reader = self._reader = WholeReader(texts.ledger)
        cutting = reader if exhaustive else CutReader(reader, texts.ledger)
        self.index = Index(texts, cutting, bench.policy.contracts.values())
        self.implementations = Implementations(self.index, bench.policy)
        self.remedies = Remedies(bench, self.index)
        self._calls: dict[str, list[NamingCall]] = {}
        for call in bench.policy.naming_calls:
            self._calls.setdefault(call.last, []).append(call)

    def forget(self, module: str) -> None:
        """Read a module again when it is asked for next."""
        self._reader.forget(module)

    def judge(
        self, text: ModuleText, cut: Cut, holders: frozenset[str] | None = None
    ) -> list[Finding]:
        """The findings in a cut of a module, in order of their places in it.

        Raises:
            UnparsedError: if libcst cannot read the cut.
        """
        tree, references = self._references(text, cut, holders)
        broken = self._broken(text, references)
        self.texts.ledger.beat()
        spans = self._spans(tree, cut, [found for found, _, _ in broken])
        findings = []
        for (found, rule, breach), span in zip(broken, spans, strict=True):
            self.texts.ledger.beat()
            reference = self._reference(found, span)
            finding = self.bench.finding(text, reference, breach, rule)
            findings.append(replace(finding, instead=self.remedies.instead(text, reference)))
        return findings

    def witnesses(self, text: ModuleText, cut: Cut) -> dict[str, Witness]:
        """By subsystem, the first import in a cut that makes the module use it lawfully."""
        tree, references = self._references(text, cut, None)
        lawful = []
        for found in references:
            view = self.bench.view(text.file.module, found.module)
            reference = _placeless(found)
            counts = view.target is not None and GRAPH_RULE.counts(reference, view)
            if counts and not found.known_by and not self.bench.breach(reference, view):
                lawful.append(found)
        witnesses: dict[str, Witness] = {}
        spans = self._spans(tree, cut, lawful)
        for found, span in sorted(zip(lawful, spans, strict=True), key=lambda pair: _key(pair[1])):
            target = self.bench.view(text.file.module, found.module).target
            if target is not None:
                witness = Witness(text.file.path, replace(_placeless(found), span=span))
                witnesses.setdefault(target.name, witness)
        return witnesses

    def _references(
        self, text: ModuleText, cut: Cut, holders: frozenset[str] | None
    ) -> tuple[cst.Module, list[Found]]:
        tree = parse(cut.text)
        self.texts.ledger.beat()
        own = text.file.module
        concerns = lambda module: self.bench.view(own, module).foreign  # noqa: E731
        reading = Interpreter(own, text.package, self.index, concerns, self._naming(text), holders)
        reading.read(tree)
        reading.overrides()
        self.texts.ledger.beat()
        implementing = self.implementations.references(own, tree, reading.classes)
        return tree, [*reading.references, *implementing]

    def _naming(self, text: ModuleText) -> Naming:
        asked: dict[tuple[str, ...], list[str]] = {}

        def said(*question: str) -> list[str]:
            # That is more than the cut says.
            if question not in asked:
                asked[question] = ask_text(self.texts.ledger, text, question).split()
            return asked[question]

        def paths(chain: str) -> Iterator[str]:
            first, _, rest = chain.partition(".")
            return (f"{base}.{rest}" if rest else base for base in said("stands", first))

        def is_config_name(name: str) -> bool:
            return name in said("config")

        def registers(group: str) -> bool:
            return group in said("registers")

        groups = dict.fromkeys(self.bench.policy.option_groups, "")
        groups.update(self.registrations.refused(text))
        return Naming(self._calls, paths, groups, is_config_name, registers)

    def _broken(
        self, text: ModuleText, references: list[Found]
    ) -> list[tuple[Found, ReferenceRule, Breach]]:
        """The references that break a rule, one for each place, not again further down a chain."""
        broken: dict[int, tuple[Found, ReferenceRule, Breach]] = {}
        for found in references:
            self.texts.ledger.beat()
            reached = found.after is not None or (found.kind == "import" and found.known_by)
            if found.after is not None and id(found.after) in broken:
                broken.setdefault(id(found.first), broken[id(found.after)])
                continue
            if reached and found.kind == "import" and self._is_named(text, found.module):
                continue
            if id(found.first) in broken:
                continue
            view = self.bench.view_of(text.file.module, _placeless(found))
            verdict = self.bench.breach(_placeless(found), view)
            if verdict is not None:
                broken[id(found.first)] = (found, *verdict)
        return list({id(entry[0]): entry for entry in broken.values()}.values())

    def _is_named(self, text: ModuleText, module: str) -> bool:
        """Whether an import of the text names a module, which is judged where that stands."""
        # That is more than the cut says.
        return ask_text(self.texts.ledger, text, ("names", module)) == YES

    def _spans(self, tree: cst.Module, cut: Cut, references: list[Found]) -> list[Span]:
        if not references:
            return []
        nodes = [node for found in references for node in (found.first, found.last)]
        measured = offsets(tree, nodes, cut.text)
        starts = [0]
        for line in cut.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)

        def place(offset: int) -> tuple[int, int]:
            line = bisect_right(starts, offset)
            return line, offset - starts[line - 1] + 1

        return [
            Span(*place(measured[id(found.first)][0]), *place(measured[id(found.last)][1]))
            for found in references
        ]

    def _reference(self, found: Found, span: Span) -> Reference:
        known_by = found.known_by or self._known_by(found)
        return replace(_placeless(found), span=span, known_by=known_by)

    def _known_by(self, found: Found) -> str:
        """How the target of an import statement is known."""
        tree = self.texts.tree
        if found.module not in tree.modules:
            return f"{found.module} is not a module of this tree"
        where = _file(self.texts, found.module)
        if found.name == "":
            kind = "package" if _is_package(self.texts, found.module) else "module"
            return f"the name is the {kind} {where}"
        if found.name == "*":
            return f"the star takes all public names of {where}"
        target = self.index.find(found.module, found.name)
        if target is None:
            return f"{found.name} is a name in {where}"
        if target.via:
            path = f"{target.module}:{target.name}" if target.name else target.module
            return f"{path}{target.via}"
        return f"{found.name} is defined in {where}"


def _placeless(found: Found) -> Reference:
    span = Span(1, 1, 1, 1)
    return Reference(
        found.kind,
        span,
        found.module,
        found.name,
        found.grade,
        found.known_by,
        found.exists,
        found.guarded,
        found.contract,
        implementing=found.implementing,
        registered_by=found.registered_by,
    )


def _key(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _is_package(texts: Texts, module: str) -> bool:
    file = texts.tree.modules.get(module)
    return file is None or file.is_package


def _file(texts: Texts, module: str) -> str:
    file = texts.tree.modules.get(module)
    return file.path if file else module.replace(".", "/") + "/"
