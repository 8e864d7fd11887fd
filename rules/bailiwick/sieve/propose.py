"""Where in a text a rule could be broken: offsets of statements for libcst to look at."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from bailiwick.sieve.imports import Imported, parse_import
from bailiwick.source.ledger import Memo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.sieve.texts import ModuleText, Texts
    from bailiwick.vocabulary.policy import Policy, Subsystem

_PRIVATE = re.compile(r"\.(_\w+)")
_CHAIN = re.compile(r"(?<![\w.])[^\W\d][\w.]*")
_WORD = re.compile(r"[^\W\d]\w*")
_RECEIVER = re.compile(r"[\w.]*\Z")
_CLASS = re.compile(r"(?:^|\n)[ \t\f]*class[ \t]+(\w+)[ \t]*\(([^)]*)\)")
_DEFINED = re.compile(
    r"\bdef[ \t]+(_\w+)|(?<!\w)(_[^\W_]\w*)[ \t]*(?:[=:,)\]+*/|&^%@-]|\bin\b|>>|<<|\\\n)"
)
_STRING_ARGUMENT = re.compile(r"""[ \t\n]*[rbuRBU]?(["'])([\w.]*)\1[ \t\n]*[,)]""")
_NOBODY: frozenset[str] = frozenset()
_SELF = frozenset({"self", "cls", "mcs"})

# The private names that a class and its bases define: module, its subsystem ("" for none), names.
Privates = tuple[tuple[str, str, frozenset[str]], ...]


class Question(Protocol):
    """What the sieve asks of policy and rules."""

    def import_breaks(self, text: ModuleText, module: str, name: str) -> bool:
        """Whether importing that from this module could break a rule."""

    def edge(self, text: ModuleText, module: str, name: str) -> str | None:
        """The subsystem that the import makes this module's one a user of, if it breaks nothing."""


class Sieve:
    """Proposes statements of one module after another."""

    def __init__(self, texts: Texts, policy: Policy, question: Question) -> None:
        self.texts, self.policy, self.question = texts, policy, question
        self.tree = texts.tree
        self._leads: Memo[frozenset[str]] = Memo(texts.ledger, frozenset())
        self._chains: Memo[Privates] = Memo(texts.ledger, ())
        self._judged: dict[tuple[str, str, str], tuple[bool, tuple[str, ...]]] = {}

    def owner(self, module: str) -> str:
        """The name of the subsystem that claims a module, "" for none."""
        file = self.tree.modules.get(module)
        packaged = file is None or file.is_package
        subsystem = self.policy.subsystem_of(module, is_package=packaged)
        return subsystem.name if subsystem else ""

    @cached_property
    def below(self) -> dict[str, set[str]]:
        """By package, the subsystems that claim modules below it."""
        found: dict[str, set[str]] = {}
        for module in self.tree.modules:
            owner, package = self.owner(module), module.rpartition(".")[0]
            while package:
                found.setdefault(package, set()).add(owner)
                package = package.rpartition(".")[0]
        return found

    def propose(self, text: ModuleText) -> set[int]:
        """Offsets at which something may break a rule."""
        return _Proposals(self, text).offsets()

    def edges(self, text: ModuleText) -> dict[str, list[int]]:
        """By subsystem, the import statements that may make this module use it."""
        found: dict[str, list[int]] = {}
        for statement in text.imports:
            for target in self.judged(text, statement.text)[1]:
                found.setdefault(target, []).append(statement.start)
        return found

    def judged(self, text: ModuleText, statement: str) -> tuple[bool, tuple[str, ...]]:
        """Whether an import statement may break a rule, and whom it may make one use."""
        module = text.file.module
        subsystem = self.policy.subsystem_of(module, is_package=text.file.is_package)
        who = subsystem.name if subsystem else module
        if self.policy.is_test(module):
            who += " tests"
        relative = text.package if statement.startswith("from") and "." in statement[4:7] else ""
        key = who, relative, statement
        if key not in self._judged:
            breaks, edges = False, {}
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

    def leads(self, dotted: str) -> frozenset[str]:
        """The subsystems that a dotted path may lead to, through any re-export."""
        return self._leads(dotted, lambda: self._follow(dotted))

    def _follow(self, dotted: str) -> frozenset[str]:
        module, rest = self.tree.split(dotted)
        if not module:
            return frozenset()
        found = {self.owner(module)}
        text = self.texts.of(module) if rest else None
        if text is not None:
            head, _, more = rest.partition(".")
            for imported, _ in text.bound.get(head, ()):
                base = _dotted(imported, text.package)
                found |= self.leads(f"{base}.{more}" if more else base) if base else set()
            for imported, _ in text.bound.get("*", ()):
                base = imported.absolute(text.package)
                found |= self.leads(f"{base}.{rest}") if base else set()
        return frozenset(found)

    def chain(self, dotted: str) -> Privates:
        """The private names of a class by dotted path, and of its bases, by their owners."""
        return self._chains(dotted, lambda: self._read_chain(dotted))

    def _read_chain(self, dotted: str) -> Privates:
        module, rest = self.tree.split(dotted)
        text = self.texts.of(module) if module and rest else None
        if text is None:
            return ()
        found: list[tuple[str, str, frozenset[str]]] = []
        name = rest.rpartition(".")[2]
        for start in text.class_starts.get(name, ()):
            end = _end_of_class(text.text, start)
            names = (a or b for a, b in _DEFINED.findall(text.text, start, end))
            found.append((module, self.owner(module), frozenset(names)))
            for base in self.bases(text, start):
                found.extend(self.chain(base))
        head, _, more = rest.partition(".")
        for key, tail in ((head, more), ("*", rest)):
            for imported, _ in text.bound.get(key, ()):
                base = imported.absolute(text.package) if key == "*" else None
                base = base or _dotted(imported, text.package)
                if base:
                    found.extend(self.chain(f"{base}.{tail}" if tail else base))
        if not found and more:
            found.extend(self.chain(f"{module}.{more}"))
        return tuple(dict.fromkeys(found))

    def bases(self, text: ModuleText, start: int) -> Iterator[str]:
        """The dotted paths that the bases in a class header may have; `start` is after its name."""
        listed = text.text[start : _end_of_header(text.text, start)]
        for chain in _CHAIN.findall(listed):
            yield from self.paths(text, chain)

    def paths(self, text: ModuleText, chain: str) -> Iterator[str]:
        """The dotted paths in the tree that a chain of names in a module may stand for."""
        root, _, rest = chain.partition(".")
        for imported, _ in text.bound.get(root, ()):
            base = _dotted(imported, text.package)
            if base:
                yield f"{base}.{rest}" if rest else base
        yield f"{text.file.module}.{chain}"


class _Proposals:
    """The work on one module."""

    def __init__(self, sieve: Sieve, text: ModuleText) -> None:
        self.sieve, self.module, self.text = sieve, text, text.text
        self.own = sieve.owner(text.file.module)
        self._seen: set[str] = set()

    def offsets(self) -> set[int]:
        """All proposals."""
        found = {
            statement.start
            for statement in self.module.imports
            if self.sieve.judged(self.module, statement.text)[0]
        }
        found.update(self._importing_calls())
        found.update(self._reached_modules())
        found.update(self._private_uses())
        found.update(self._inherited())
        return found

    # -- modules that are not imported by a statement ----------------------------------------

    def _importing_calls(self) -> Iterator[int]:
        for offset in self.module.importing_calls:
            opened = self.text.index("(", offset)
            argument = _STRING_ARGUMENT.match(self.text, opened + 1)
            if argument is None:
                yield offset
                continue
            module, rest = self.sieve.tree.split(argument[2])
            target = (module, rest) if module else (argument[2], "")
            if self.sieve.question.import_breaks(self.module, *target):
                yield offset

    def _reached_modules(self) -> Iterator[int]:
        named = self.module.named_modules
        for root, entries in self.module.bound.items():
            for imported, _ in entries:
                base = _dotted(imported, self.module.package)
                if base and self.sieve.below.get(base, _NOBODY) - {self.own}:
                    yield from self._reached_through(root, base, named)

    def _reached_through(self, root: str, base: str, named: frozenset[str]) -> Iterator[int]:
        find, position, text = self.text.find, 0, self.text
        while (position := find(f"{root}.", position)) >= 0:
            start, position = position, position + len(root)
            before = text[start - 1 : start]
            if before and (before in "\"'._" or before.isalnum()):
                continue
            chain = _CHAIN.match(text, start)
            module = base
            for part in chain[0].split(".")[1:] if chain else ():
                module = f"{module}.{part}"
                if module not in self.sieve.tree.modules:
                    break
                if module not in named and self.sieve.question.import_breaks(
                    self.module, module, ""
                ):
                    yield start
                    break

    # -- private names -----------------------------------------------------------------------

    def _private_uses(self) -> Iterator[int]:
        text = self.text
        for match in _PRIVATE.finditer(text):
            dot, name = match.start(), match[1]
            if text.startswith("self", dot - 4) and text[dot - 5 : dot - 4] in " (\n[{,=\t-":
                continue
            if name.startswith("__") and name.endswith("__"):
                continue
            receiver = _RECEIVER.search(text, max(0, dot - 120), dot)
            chain = receiver[0] if receiver else ""
            before = text[dot - len(chain) - 1 : dot - len(chain)]
            if before in ('"', "'") or chain in _SELF:
                continue
            if self._may_be_foreign(chain.strip("."), name, dot):
                yield dot

    def _may_be_foreign(self, chain: str, name: str, dot: int) -> bool:
        """Whether a private name of what a chain of names stands for may be another's."""
        root, _, rest = chain.partition(".")
        if root in self.module.bound and self._is_foreign(chain):
            return True
        if name in self._names_of_instances:
            return True
        if not chain:
            start = self.module.lines.line_at(dot).start
            return any(map(self._is_foreign, _CHAIN.findall(self.text, start, dot)))
        local = rest.partition(".")[0] if root in _SELF else root
        return local in self._aliases

    def _is_foreign(self, chain: str) -> bool:
        """Whether a chain that starts with an imported name may lead to another subsystem."""
        return any(self.sieve.leads(path) - {self.own} for path in self._imported(chain))

    def _imported(self, chain: str) -> Iterator[str]:
        """The dotted paths that a chain may stand for by the imports of its first name."""
        root, _, rest = chain.partition(".")
        for imported, _ in self.module.bound.get(root, ()):
            base = _dotted(imported, self.module.package)
            if base and self.sieve.tree.split(base)[0]:
                yield f"{base}.{rest}" if rest else base

    @cached_property
    def _uses(self) -> list[tuple[str, int]]:
        """Every chain of names that starts with a name imported from the tree, and its end."""
        found, text = [], self.text
        for root in self.module.bound:
            if root == "*" or not any(self._imported(root)):
                continue
            position, size = 0, len(root)
            while (position := text.find(root, position)) >= 0:
                start, position = position, position + size
                before = text[start - 1 : start]
                if before == "." or before == "_" or before.isalnum():
                    continue
                chain = _CHAIN.match(text, start)
                if chain and (chain.end() == position or text[position] == "."):
                    found.append((chain[0], chain.end()))
                    position = chain.end()
        return found

    @cached_property
    def _names_of_instances(self) -> frozenset[str]:
        """The foreign private names of all classes that this module, or its bases', may use."""
        names = {name for module in self._base_modules for name in module._names_of_instances}
        for chain in {chain for chain, _ in self._uses}:
            for path in self._imported(chain):
                names |= self._foreign(path)
        for class_name in self.module.class_starts:
            names |= self._foreign(f"{self.module.file.module}.{class_name}")
        return frozenset(names)

    @cached_property
    def _aliases(self) -> frozenset[str]:
        """Names and attributes that may be given a foreign module or class itself."""
        found: set[str] = set()
        for chain, end in self._uses:
            targets = self._targets(end - len(chain), end)
            if targets and self._is_foreign(chain):
                found.update(targets)
        waiting = list(found)
        while waiting:
            name, position = waiting.pop(), 0
            while (position := self.text.find(name, position)) >= 0:
                start, position = position, position + len(name)
                more = self._targets(start, position) - found
                found |= more
                waiting.extend(more)
        return frozenset(found.union(*(module._aliases for module in self._base_modules)))

    def _targets(self, start: int, end: int) -> set[str]:
        """The names that an assignment gives the uncalled chain of names at these offsets."""
        after = self.text[end : end + 1]
        if after == "(" or after == "_" or after.isalnum():
            return set()
        line = self.text.rfind("\n", 0, start) + 1
        target, equals, between = self.text[line:start].partition("=")
        if not equals or "(" in target.lstrip()[1:]:
            return set()
        return set(_WORD.findall(target))

    def _foreign(self, path: str) -> set[str]:
        """The private names that a class has from other subsystems, if the path leads to one."""
        return {
            name
            for _, owner, names in self.sieve.chain(path)
            if owner != self.own
            for name in names
        }

    @cached_property
    def _base_modules(self) -> list[_Proposals]:
        """The other modules in which a class of this module may have a base."""
        own = self.module.file.module
        modules = {
            module
            for header in _CLASS.finditer(self.text)
            for path in self.sieve.bases(self.module, header.end(1))
            for module, _, _ in self.sieve.chain(path)
        }
        found = []
        for name in sorted(modules - {own, *self._seen}):
            text = self.sieve.texts.of(name)
            if text is not None:
                other = _Proposals(self.sieve, text)
                other.own, other._seen = self.own, modules | self._seen | {own}
                found.append(other)
        return found

    def _inherited(self) -> Iterator[int]:
        """Members of foreign bases that a class defines again, or uses on its `self`."""
        for header in _CLASS.finditer(self.text):
            foreign: set[str] = set()
            for base in self.sieve.bases(self.module, header.end(1)):
                foreign |= self._foreign(base)
            if not foreign:
                continue
            start = header.start(1)
            end = _end_of_class(self.text, header.end())
            for name in foreign:
                position = start
                while (position := self.text.find(name, position, end)) >= 0:
                    follows = self.text[position + len(name) : position + len(name) + 1]
                    before = self.text[position - 1]
                    if not (follows.isalnum() or follows == "_" or before.isalnum()) and (
                        before != "_"
                    ):
                        yield position
                        yield start
                    position += len(name)


def _dotted(imported: Imported, package: str) -> str | None:
    """The dotted path that an import binds its name to."""
    base = imported.absolute(package)
    if base is None or imported.name is None:
        plain = base is not None and imported.bound == base.partition(".")[0]
        return base.partition(".")[0] if base and plain else base
    return f"{base}.{imported.name}"


def _end_of_header(text: str, start: int) -> int:
    colon = text.find(":", start)
    return len(text) if colon < 0 else colon


def _end_of_class(text: str, start: int) -> int:
    """An offset at or after the end of the class whose header `start` lies in."""
    line = text.rfind("\n", 0, start) + 1
    indent = len(text[line:start]) - len(text[line:start].lstrip())
    following = re.compile(rf"\n[ \t\f]{{0,{indent}}}(?:(?:class|def|async)\b|@)").search(text, start)
    return following.start() if following else len(text)
