"""Where in a text a rule could be broken: offsets of statements for libcst to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bailiwick.sieve.handles import HandleUses
from bailiwick.sieve.implementers import Implementers
from bailiwick.sieve.imports import parse_import
from bailiwick.sieve.options import Options
from bailiwick.sieve.proposals import Proposals
from bailiwick.sieve.reach import Reach
from bailiwick.sieve.registrations import Registrations
from bailiwick.sieve.strings import Strings

if TYPE_CHECKING:
    from bailiwick.sieve.imports import Imported
    from bailiwick.sieve.proposals import Others, Question
    from bailiwick.sieve.texts import ModuleText, Texts
    from bailiwick.vocabulary.policy import Policy

# Whether an import statement may break a rule, and the subsystems that it may make one use.
ImportVerdict = tuple[bool, tuple[str, ...]]


class Proposed(NamedTuple):
    """Where in a text to look.

    offsets: in the statements that may break a rule
    names:   whose values matter there, though nothing is reached through them
    edges:   by subsystem that the module may use, offsets of the imports that may show it
    """

    offsets: set[int]
    names: frozenset[str]
    edges: dict[str, list[int]]


class Sieve:
    """Proposes statements of one module after another."""

    def __init__(
        self, texts: Texts, policy: Policy, question: Question, *, whole: bool = False
    ) -> None:
        """With `whole` it is asked of most modules of the tree."""
        self.policy, self.question, self.tree = policy, question, texts.tree
        self.reach = Reach(texts, policy)
        self.implementers = Implementers(self.reach, policy)
        self.handles = HandleUses(self.reach, policy, question, self.implementers, whole=whole)
        self.strings = Strings(texts.dotted, policy, question)
        self.registrations = Registrations(texts, policy, question)
        self.options = Options(policy, self.registrations)
        self._others: Others = {}
        self._verdicts: dict[tuple[str, bool, str], dict[str, ImportVerdict]] = {}
        self._judged: dict[tuple[str, str, str], ImportVerdict] = {}

    def propose(self, text: ModuleText) -> Proposed:
        """Where something in a module may break a rule, and imports that may make edges."""
        offsets, edges = self._imports(text)
        # Anew, so that what it reads is noted as read for this module.
        own = self.reach.owner(text.file.module)
        beat = self.reach.texts.ledger.beat
        beat()
        work = Proposals(self.reach, self.question, text, own, self._others)
        offsets.update(work.offsets())
        beat()
        offsets.update(self.implementers.offsets(text))
        beat()
        handled = self.handles.find(text)
        beat()
        strings = self.strings.hunt(text, work)
        options = set(self.options.offsets(text, own))
        offsets.update(handled.offsets, strings.offsets, options)
        names = handled.names | strings.names | (text.config_names if options else set())
        code = {offset for offset in offsets if text.lines.is_code(offset)}
        return Proposed(code, frozenset(names), edges)

    def edges(self, text: ModuleText) -> dict[str, list[int]]:
        """The edges of a module alone: see `Proposed`."""
        return self._imports(text)[1]

    def _imports(self, text: ModuleText) -> tuple[set[int], dict[str, list[int]]]:
        """The import statements that may break a rule, and the edges."""
        offsets: set[int] = set()
        edges: dict[str, list[int]] = {}
        verdicts = self._verdicts_for(text)
        for statement in text.imports:
            verdict = verdicts.get(statement.text)
            if verdict is None:
                verdict = verdicts[statement.text] = self._judge(text, statement.text)
            if verdict[0]:
                offsets.add(statement.start)
            for target in verdict[1]:
                edges.setdefault(target, []).append(statement.start)
        return offsets, edges

    def forget(self, module: str, *, all_of: bool) -> None:
        """Forget what is known of a module that has changed; `all_of` it: not only its lines."""
        if all_of:
            self.reach.unlearn(module)
            self._others.clear()
        for key in [key for key in self._others if key[0] == module]:
            del self._others[key]

    def _verdicts_for(self, text: ModuleText) -> dict[str, ImportVerdict]:
        """The verdicts on import statements that hold for a module, as far as they are known.

        Modules of one subsystem and package share them.
        """
        module = text.file.module
        who = self.reach.owner(module) or module
        key = who, self.policy.is_test(module), text.package
        return self._verdicts.setdefault(key, {})

    def _judge(self, text: ModuleText, statement: str) -> ImportVerdict:
        """Whether an import statement may break a rule, and whom it may make one use."""
        relative = text.package if statement[4:].lstrip().startswith(".") else ""
        key = self.reach.owner(text.file.module) or text.file.module, relative, statement
        if self.policy.is_test(text.file.module):
            key = (f"{key[0]} tests", *key[1:])
        if key not in self._judged:
            breaks = False
            edges: dict[str | None, None] = {}
            for imported in parse_import(statement):
                target = self._target(imported, text.package)
                if target is not None:
                    breaks = breaks or self.question.import_breaks(text, *target)
                    edges[self.question.edge(text, *target)] = None
            self._judged[key] = breaks, tuple(edge for edge in edges if edge)
        return self._judged[key]

    def _target(self, imported: Imported, package: str) -> tuple[str, str] | None:
        base = imported.absolute(package)
        if base is None or imported.name is None:
            return None if base is None else (base, "")
        inner = f"{base}.{imported.name}"
        return (inner, "") if inner in self.tree.modules else (base, imported.name)
