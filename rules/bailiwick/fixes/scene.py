"""The tree around a module that is to be changed: what a change there may touch elsewhere."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst

from bailiwick.engine.judge import Judge
from bailiwick.fixes.source import Source, grade_at
from bailiwick.source.tree import Tree
from bailiwick.vocabulary.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bailiwick.sieve.texts import ModuleText
    from bailiwick.source.tree import File
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Grade, Policy


class Scene:
    """One state of a tree, with the answers that fixes need of it, each found once."""

    def __init__(
        self,
        policy: Policy,
        buffers: Mapping[str, bytes],
        sources: dict[str, Source] | None = None,
    ) -> None:
        """`buffers` gives text that is not saved, by path as the tree has it.

        `sources` are those of an earlier scene: what has not changed is not read again.
        """
        tree = Tree.of(policy)
        for path in buffers:
            tree.add(path)
        self._set(Judge(policy, tree, buffers=buffers), sources)

    @classmethod
    def of(cls, judge: Judge, sources: dict[str, Source] | None = None) -> Scene:
        """The state of a tree that a judge knows already."""
        scene = cls.__new__(cls)
        scene._set(judge, sources)
        return scene

    def _set(self, judge: Judge, sources: dict[str, Source] | None) -> None:
        self.judge, self.policy, self.tree = judge, judge.policy, judge.tree
        self.sources = {} if sources is None else sources
        self.index = judge.court.index
        self._loads: dict[str, frozenset[str]] = {}
        self._judged: dict[str, list[Finding]] = {}

    @cached_property
    def _files(self) -> Mapping[str, File]:
        return {file.path: file for file in self.tree.files}

    def source(self, path: str) -> Source | None:
        """The module of a file, None if it cannot be read or is not the tree's."""
        file = self._files.get(path)
        text = self.judge.texts.ask(file.module) if file is not None else None
        if text is None:
            return None
        known = self.sources.get(path)
        if known is None or known.text != text.text:
            known = self.sources[path] = Source(text)
        return known

    def data(self, path: str) -> bytes:
        """The bytes of a file as they are in this state. Raises OSError."""
        buffered = self.judge.texts.buffers.get(path)
        return self.judge.texts.data(self._files[path]) if buffered is None else buffered

    def judged(self, path: str) -> list[Finding]:
        """The findings in a file, whether somebody wants to hear of them or not."""
        if path not in self._judged:
            self._judged[path] = self.judge.verdict(self._files[path]).placed()
        return self._judged[path]

    def permits(self, source: Source, finding: Finding, grade: Grade) -> bool:
        """Whether the policy would allow what was found, were it an import of that grade."""
        module, _, name = finding.target.partition(":")
        bench = self.judge.bench
        reference = Reference("import", finding.span, module, name, grade, "")
        return bench.breach(reference, bench.view(source.file.module, module)) is None

    def same(self, one: str, other: str) -> bool:
        """Whether two targets, `module` or `module:name`, are the same thing."""
        remedies = self.judge.court.remedies
        goal = remedies.goal(*_parted(one))
        return goal is not None and goal == remedies.goal(*_parted(other))

    def owner(self, module: str) -> str:
        """The name of the subsystem that claims a module, "" for none."""
        subsystem = self.judge.bench.subsystem(module)
        return subsystem.name if subsystem is not None else ""

    # -- what is bound where -----------------------------------------------------------------

    def binding(self, module: str, name: str) -> str:
        """How a module comes by a name at its top.

        "always" by one plain statement or because it is a module of the tree, "" not at run
        time, and "perhaps" where it depends, or is made otherwise.
        """
        if f"{module}.{name}" in self.tree.modules:
            return "always"
        text = self.judge.texts.ask(module)
        tree = self.index.reader.top(text, name) if text is not None else None
        if text is None or tree is None:
            return "perhaps"
        if any(_binds(statement, name) for statement in tree.body):
            return "always"
        made = "perhaps" if "__getattr__" in text.text or "*" in text.bound else ""
        entries = text.bound.get(name, ())
        if entries and all(
            grade_at(text.text, statement.start) == "typing" for _, statement in entries
        ):
            return made
        return "perhaps"

    # -- who takes what from where -----------------------------------------------------------

    def loads(self, module: str) -> frozenset[str]:
        """The modules of the tree that are loaded, at the latest, while one is imported."""
        if module not in self._loads:
            seen: set[str] = set()
            waiting = [module]
            while waiting:
                current = waiting.pop()
                if current not in seen and current in self.tree.modules:
                    seen.add(current)
                    waiting.append(current.rpartition(".")[0])
                    waiting.extend(self._loaded_by(current))
            self._loads[module] = frozenset(seen)
        return self._loads[module]

    def _loaded_by(self, module: str) -> Iterator[str]:
        text = self.judge.texts.ask(module)
        for entries in text.bound.values() if text else ():
            for imported, statement in entries:
                base = imported.absolute(text.package) if text else None
                if text and base is not None and grade_at(text.text, statement.start) == "runtime":
                    yield base
                    if imported.name:
                        yield f"{base}.{imported.name}"

    def takers(self, module: str, name: str) -> bool:
        """Whether another module of the tree seems to take a name from this one."""
        last = module.rpartition(".")[2]
        reach = re.compile(rf"\b{re.escape(last)}\.{re.escape(name)}\b")
        if not self._taken.get(module, frozenset()).isdisjoint((name, "*")):
            return True
        for text in self._all_texts:
            if text.file.module != module and name in text.text:
                if last in text.text and reach.search(text.text):
                    return True
                aliases = self._aliases.get((text.file.module, module), ())
                if any(f"{alias}.{name}" in text.text for alias in aliases):
                    return True
        return False

    def mentions(self, word: str) -> Iterator[ModuleText]:
        """The modules of the tree in whose text something stands."""
        return (text for text in self._all_texts if word in text.text)

    @cached_property
    def _all_texts(self) -> list[ModuleText]:
        texts = (self.judge.texts.ask(file.module) for file in self.tree.files)
        return [text for text in texts if text is not None]

    @cached_property
    def _taken(self) -> Mapping[str, set[str]]:
        """By module, the names that others import from it."""
        found: dict[str, set[str]] = {}
        for text in self._all_texts:
            for entries in text.bound.values():
                for imported, _ in entries:
                    base = imported.absolute(text.package)
                    if base is not None and imported.name:
                        found.setdefault(base, set()).add(imported.name)
        return found

    @cached_property
    def _aliases(self) -> Mapping[tuple[str, str], set[str]]:
        """By module and module imported there, what that is called there."""
        found: dict[tuple[str, str], set[str]] = {}
        for text in self._all_texts:
            for bound, entries in text.bound.items():
                for imported, _ in entries:
                    path = imported.path(text.package)
                    if path in self.tree.modules:
                        found.setdefault((text.file.module, path), set()).add(bound)
        return found


def _parted(target: str) -> tuple[str, str]:
    module, _, name = target.partition(":")
    return module, name


def _binds(statement: cst.CSTNode, name: str) -> bool:
    """Whether a statement at the margin binds a name, come what may."""
    if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
        return statement.name.value == name
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    for part in statement.body:
        if isinstance(part, (cst.Import, cst.ImportFrom)) and not isinstance(
            part.names, cst.ImportStar
        ):
            bound = [alias.evaluated_alias or alias.evaluated_name for alias in part.names]
            if name in bound:
                return True
        if isinstance(part, cst.Assign):
            targets = [target.target for target in part.targets]
            if any(isinstance(each, cst.Name) and each.value == name for each in targets):
                return True
    return False
