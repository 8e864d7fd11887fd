"""Where in a text a rule could be broken: offsets of statements for libcst to look at."""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from bailiwick.sieve.imports import Imported, parse_import
from bailiwick.sieve.values import CHAIN, NO_NAMES, root, value_chains
from bailiwick.source.ledger import Memo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bailiwick.sieve.texts import ModuleText, Texts
    from bailiwick.vocabulary.policy import Policy, Subsystem

_PRIVATE = re.compile(r"\._\w*")
_IN_CHAINS = string.ascii_letters + string.digits + "_."
_UNDERSCORED = re.compile(r"(?<!\w)_\w+")
_STRING_ARGUMENT = re.compile(r"""[ \t\n]*[rbuRBU]?(["'])([\w.]*)\1[ \t\n]*[,)]""")
_NO_START = frozenset("\"'._")
_NOBODY: frozenset[str] = frozenset()
_SELF = frozenset({"self", "cls", "mcs"})

# A class and its bases, each by module, name, and where its name ends in the header.
Lineage = tuple[tuple[str, str, int], ...]


class Question(Protocol):
    """What the sieve asks of policy and rules."""

    def import_breaks(self, text: ModuleText, module: str, name: str) -> bool:
        """Whether importing that from this module could break a rule."""

    def private_breaks(
        self, text: ModuleText, module: str, name: str, *, inherited: bool
    ) -> bool:
        """Whether using that private member of a class could break a rule.

        `inherited`: using or overriding it in a class that is derived from that class.
        """

    def edge(self, text: ModuleText, module: str, name: str) -> str | None:
        """The subsystem that the import makes this module's one a user of, if it breaks nothing."""


class Sieve:
    """Proposes statements of one module after another."""

    def __init__(self, texts: Texts, policy: Policy, question: Question) -> None:
        self.texts, self.policy, self.question = texts, policy, question
        self.tree = texts.tree
        self._leads: Memo[frozenset[str]] = Memo(texts.ledger, frozenset())
        self._owners: dict[str, str] = {}
        self._lineages: Memo[Lineage] = Memo(texts.ledger, ())
        self._abroad: Memo[Mapping[str, list[tuple[str, str]]]] = Memo(texts.ledger, {})
        self._sources: Memo[frozenset[str]] = Memo(texts.ledger, frozenset())
        self._origins: Memo[frozenset[str]] = Memo(texts.ledger, frozenset())
        self._bases: Memo[frozenset[str]] = Memo(texts.ledger, frozenset())
        self._proposals: dict[tuple[str, str], _Proposals] = {}
        self._verdicts: dict[
            tuple[str, bool, str], dict[str, tuple[bool, tuple[str, ...]]]
        ] = {}
        self._judged: dict[tuple[str, str, str], tuple[bool, tuple[str, ...]]] = {}

    def owner(self, module: str) -> str:
        """The name of the subsystem that claims a module, "" for none."""
        known = self._owners.get(module)
        if known is None:
            file = self.tree.modules.get(module)
            packaged = file is None or file.is_package
            subsystem = self.policy.subsystem_of(module, is_package=packaged)
            known = self._owners[module] = subsystem.name if subsystem else ""
        return known

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

    def propose(self, text: ModuleText) -> tuple[set[int], dict[str, list[int]]]:
        """Offsets at which something may break a rule, and imports that may make edges.

        The latter by subsystem that the module may use lawfully by them.
        """
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
        offsets.update(self.proposals(text, self.owner(text.file.module)).offsets())
        return {offset for offset in offsets if text.lines.is_code(offset)}, edges

    def _verdicts_for(self, text: ModuleText) -> dict[str, tuple[bool, tuple[str, ...]]]:
        """The verdicts on import statements that hold for a module, as far as they are known.

        Modules of one subsystem and package share them.
        """
        module = text.file.module
        who = self.owner(module) or module
        key = who, self.policy.is_test(module), text.package
        return self._verdicts.setdefault(key, {})

    def _judge(self, text: ModuleText, statement: str) -> tuple[bool, tuple[str, ...]]:
        """Whether an import statement may break a rule, and whom it may make one use."""
        relative = text.package if statement[4:].lstrip().startswith(".") else ""
        key = self.owner(text.file.module) or text.file.module, relative, statement
        if self.policy.is_test(text.file.module):
            key = (f"{key[0]} tests", *key[1:])
        if key not in self._judged:
            breaks, edges = False, {}
            for imported in parse_import(statement):
                target = self._target(imported, text.package)
                if target is not None:
                    breaks = breaks or self.question.import_breaks(text, *target)
                    edges[self.question.edge(text, *target)] = None
            self._judged[key] = breaks, tuple(edge for edge in edges if edge)
        return self._judged[key]

    def proposals(self, text: ModuleText, own: str) -> _Proposals:
        """The work on a module, as seen from a subsystem."""
        key = text.file.module, own
        known = self._proposals.get(key)
        if known is None or known.module is not text:
            known = self._proposals[key] = _Proposals(self, text, own)
        return known

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

    def lineage(self, dotted: str) -> Lineage:
        """The classes that a dotted path may lead to, and all their bases."""
        return self._lineages(dotted, lambda: self._read_lineage(dotted))

    def _read_lineage(self, dotted: str) -> Lineage:
        module, rest = self.tree.split(dotted)
        text = self.texts.of(module) if module and rest else None
        if text is None:
            return ()
        found: list[tuple[str, str, int]] = []
        name = rest.rpartition(".")[2]
        for start in text.class_starts.get(name, ()):
            found.append((module, name, start))
            for base in self.bases(text, start):
                found.extend(self.lineage(base))
        head, _, more = rest.partition(".")
        for imported, _ in text.bound.get(head, ()):
            base = _dotted(imported, text.package)
            if base:
                found.extend(self.lineage(f"{base}.{more}" if more else base))
        for imported, _ in text.bound.get("*", ()):
            base = imported.absolute(text.package)
            if base:
                found.extend(self.lineage(f"{base}.{rest}"))
        return tuple(dict.fromkeys(found))

    def foreign(self, own: str, path: str) -> Mapping[str, list[tuple[str, str]]]:
        """The private names of classes of other subsystems that a path leads to.

        With each the classes, by module and name, that may define it.
        """
        return self._abroad((own, path), lambda: self._read_foreign(own, path))

    def _read_foreign(self, own: str, path: str) -> Mapping[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for module, cls, start in self.lineage(path):
            text = self.texts.of(module) if self.owner(module) != own else None
            if text is not None:
                for name in text.private_names(start, _end_of_class(text.text, start)):
                    found.setdefault(name, []).append((module, cls))
        return found

    def sources(self, text: ModuleText) -> frozenset[str]:
        """The modules from which a module's imports may bring classes, and their bases."""
        return self._sources(text.file.module, lambda: self._read_sources(text))

    def _read_sources(self, text: ModuleText) -> frozenset[str]:
        found: set[str] = set()
        for entries in text.bound.values():
            for imported, _ in entries:
                path = _dotted(imported, text.package)
                if path:
                    found |= self.origins(path.removesuffix(".*"))
        return frozenset(found)

    def origins(self, path: str) -> frozenset[str]:
        """The modules that may define the classes a path leads to, or that stand below it."""
        return self._origins(path, lambda: self._read_origins(path))

    def _read_origins(self, path: str) -> frozenset[str]:
        module, rest = self.tree.split(path)
        if not module:
            return frozenset()
        found = {module, *(base for base, _, _ in self.lineage(path))}
        text = None if rest else self.texts.of(module)
        for entries in text.bound.values() if text else ():
            for imported, _ in entries:
                inner = _dotted(imported, text.package) if text else None
                if imported.name == "*" and inner:
                    found |= self.origins(inner.removesuffix(".*"))
                elif inner:
                    found.update(base for base, _, _ in self.lineage(inner))
                    found.add(self.tree.split(inner)[0] or module)
        return frozenset(found.union(*map(self.base_modules, found)))

    def base_modules(self, module: str) -> frozenset[str]:
        """The modules in which the classes of a module have their bases, near and far."""
        return self._bases(module, lambda: self._read_base_modules(module))

    def _read_base_modules(self, module: str) -> frozenset[str]:
        text = self.texts.of(module)
        return frozenset(
            base
            for name in (text.class_starts if text else ())
            for base, _, _ in self.lineage(f"{module}.{name}")
        )

    def bases(self, text: ModuleText, start: int) -> Iterator[str]:
        """The dotted paths that the bases in a class header may have; `start` is after its name."""
        listed = text.text[start : _end_of_header(text.text, start)]
        for chain in CHAIN.findall(listed):
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

    def __init__(self, sieve: Sieve, text: ModuleText, own: str) -> None:
        self.sieve, self.module, self.text, self.own = sieve, text, text.text, own
        self._known_ends: dict[
            tuple[str, tuple[int, int] | None], frozenset[tuple[str, bool]]
        ] = {}

    def offsets(self) -> set[int]:
        """All proposals but those on import statements."""
        found = set(self._importing_calls())
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

    def _reached_through(self, name: str, base: str, named: frozenset[str]) -> Iterator[int]:
        find, position, text = self.text.find, 0, self.text
        known: dict[str, bool] = {}
        while (position := find(f"{name}.", position)) >= 0:
            start, position = position, position + len(name)
            before = text[start - 1 : start]
            if before in _NO_START or before.isalnum():
                continue
            chain = CHAIN.match(text, start)
            if chain is None:
                continue
            if chain[0] not in known:
                known[chain[0]] = self._reaches(chain[0], base, named)
            if known[chain[0]]:
                yield start

    def _reaches(self, chain: str, base: str, named: frozenset[str]) -> bool:
        """Whether a chain names a module that no import names, and that it breaks a rule to use."""
        module = base
        for part in chain.split(".")[1:]:
            module = f"{module}.{part}"
            if module not in self.sieve.tree.modules:
                return False
            if module not in named and self.sieve.question.import_breaks(self.module, module, ""):
                return True
        return False

    @cached_property
    def _accesses(self) -> list[tuple[int, str]]:
        """Where `._name` stands, and the private name."""
        found = ((match.start(), match[0][1:]) for match in _PRIVATE.finditer(self.text))
        return [(dot, name) for dot, name in found if name[:2] != "__" or name[-2:] != "__"]

    @cached_property
    def _own_names(self) -> frozenset[str]:
        """The private names that are accessed, or may be defined, anywhere in this module."""
        return self.module.private_names() | {name for _, name in self._accesses}

    # -- private names -----------------------------------------------------------------------

    def _private_uses(self) -> Iterator[int]:
        text = self.text
        for dot, name in self._accesses:
            if text.startswith("self", dot - 4) and text[dot - 5 : dot - 4] in " (\n[{,=\t-":
                continue
            chain, before = _chain_before(text, dot)
            if before in ('"', "'") or chain in _SELF:
                continue
            if self._may_be_foreign(chain.strip("."), name, dot):
                yield dot

    def _may_be_foreign(self, chain: str, name: str, dot: int) -> bool:
        """Whether a private name of what a chain of names stands for may be another's."""
        first, _, rest = chain.partition(".")
        if first in self.module.bound and self._leads_abroad(chain, name):
            return True
        if not any(name in names for names in self._foreign_names):
            return False
        if not chain:
            start = self.module.lines.line_at(dot).start
            uses = CHAIN.findall(self.text, start, dot)
            return any(self._leads_abroad(use, name) for use in uses)
        if first in _SELF:
            attribute, _, rest = rest.partition(".")
            return self._may_be_given(attribute, rest, name, set())
        return self._may_be_given(first, rest, name, set(), self._function_around(dot))

    def _may_be_given(
        self, local: str, rest: str, name: str, seen: set[str], around: tuple[int, int] | None = None
    ) -> bool:
        """Whether a local name, or an attribute, may be bound to what has a foreign `name`."""
        for chain, called in self._ends(local, around):
            if called:
                if not rest and any(self._is_broken(p, name) for p in self._paths(chain)):
                    return True
            elif self._leads_abroad(f"{chain}.{rest}" if rest else chain, name):
                return True
        seen.add(self.module.file.module)
        return around is None and any(
            base._may_be_given(local, rest, name, seen)
            for base in self._base_modules
            if base.module.file.module not in seen
        )

    def _function_around(self, offset: int) -> tuple[int, int]:
        """The outermost function around an offset, or more of the text."""
        headers, starts = self.module.lines.headers, self.module.lines.header_starts
        here = bisect_right(starts, offset)
        margin = len(self._margin)
        begin = here - 1
        while begin > 0 and headers[begin].indent > margin:
            begin -= 1
        end = here
        while end < len(headers) and headers[end].indent > margin:
            end += 1
        return (
            starts[begin] if begin >= 0 else 0,
            starts[end] if end < len(starts) else len(self.text),
        )

    def _leads_abroad(self, chain: str, name: str) -> bool:
        """Whether a chain may stand for another subsystem's, or for a class that has its `name`."""
        return self._is_foreign(chain) or any(
            self._is_broken(path, name) for path in self._paths(chain)
        )

    def _paths(self, chain: str) -> Iterator[str]:
        yield from self._imported(chain)
        if root(chain) in self.module.class_starts:
            yield f"{self.module.file.module}.{chain}"

    def _ends(self, name: str, around: tuple[int, int] | None) -> frozenset[tuple[str, bool]]:
        """The chains of imported names or classes that a local name may be bound to in the end.

        Sought in a stretch of the text, and in all of it for what is not bound there; None
        means an attribute, which any method may bind.
        """
        key = name, around
        if key not in self._known_ends:
            self._known_ends[key] = frozenset(self._find_ends(name, around))
        return self._known_ends[key]

    def _find_ends(self, name: str, around: tuple[int, int] | None) -> Iterator[tuple[str, bool]]:
        seen, waiting = {(name, around is None)}, [(name, around is None)]
        while waiting:
            word, is_attribute = waiting.pop()
            for chain, called in self._bound_to(word, None if is_attribute else around):
                first, _, more = chain.partition(".")
                if first in self.module.bound or first in self.module.class_starts:
                    yield chain, called
                following = (more.partition(".")[0], True) if first in _SELF else (first, False)
                if following[0] and following not in seen and not called:
                    seen.add(following)
                    waiting.append(following)

    def _bound_to(self, name: str, around: tuple[int, int] | None) -> set[tuple[str, bool]]:
        """What a name may be bound to around a place, or else at the top of module or class."""
        if around is None:
            return _bound_to(self.text, name, 0, len(self.text))
        bound = _bound_to(self.text, name, *around)
        if bound or name in NO_NAMES:
            return bound
        starts = list(self.module.cutter.globals.get(name, ()))
        position = -1
        while (position := self.text.find(f"\n{self._margin}{name}", position + 1)) >= 0:
            starts.append(position + 1)
        for start in starts:
            end = self.text.find("\n", start)
            bound |= _bound_to(self.text, name, start, end if end >= 0 else len(self.text))
        return bound

    @cached_property
    def _margin(self) -> str:
        """The white space before what stands directly in a class."""
        headers = self.module.lines.headers
        return " " * min((header.indent for header in headers if header.indent), default=4)

    @cached_property
    def _foreign_names(self) -> list[frozenset[str]]:
        """The private names of the other subsystems' modules that values may come from.

        That is, from which this module, or one with a base of its classes, imports, or in which
        a class that is imported has a base.
        """
        sources = set(self.sieve.base_modules(self.module.file.module))
        for text in (self.module, *(base.module for base in self._base_modules)):
            sources |= self.sieve.sources(text)
        foreign = (m for m in sources if self.sieve.owner(m) != self.own)
        texts = map(self.sieve.texts.of, foreign)
        return [text.private_names() for text in texts if text is not None]

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

    def _is_broken(self, path: str, name: str, *, inherited: bool = False) -> bool:
        """Whether using that private name of the classes a path leads to may break a rule."""
        breaks = self.sieve.question.private_breaks
        return any(
            breaks(self.module, module, f"{cls}.{name}", inherited=inherited)
            for module, cls in self.sieve.foreign(self.own, path).get(name, ())
        )

    @cached_property
    def _base_modules(self) -> list[_Proposals]:
        """The other modules in which a class of this module has a base."""
        own = self.module.file.module
        texts = map(self.sieve.texts.of, sorted(self.sieve.base_modules(own) - {own}))
        return [self.sieve.proposals(text, self.own) for text in texts if text is not None]

    def _inherited(self) -> Iterator[int]:
        """Members of foreign bases that a class defines again, or uses on its `self`."""
        for starts in self.module.class_starts.values():
            for start in starts:
                yield from self._inherited_in(start)

    def _inherited_in(self, start: int) -> Iterator[int]:
        """The same for the class whose name ends at an offset."""
        bases = list(self.sieve.bases(self.module, start))
        foreign = {
            name
            for base in bases
            for name in self.sieve.foreign(self.own, base)
            if name in self._own_names and self._is_broken(base, name, inherited=True)
        }
        if not foreign:
            return
        end = _end_of_class(self.text, start)
        used = False
        for match in _UNDERSCORED.finditer(self.text, start, end):
            if match[0] in foreign:
                yield match.start()
                used = True
        if used:
            yield start - 1


_BINDS = re.compile(r"[ \t\\\n]*(?P<sign>:=|=(?!=)|:(?!=)|[,)\]][^\n=:]*=(?!=))[ \t\\\n(]*")


def _bound_to(text: str, name: str, begin: int, stop: int) -> set[tuple[str, bool]]:
    """What an assignment, annotation or `as` may bind a name, or an attribute so called, to."""
    found: set[tuple[str, bool]] = set()
    position, size = begin, len(name)
    while (position := text.find(name, position, stop)) >= 0:
        start, position = position, position + size
        before, after = text[start - 1 : start], text[position : position + 1]
        if before.isalnum() or before == "_" or after.isalnum() or after == "_":
            continue
        if given := _BINDS.match(text, position):
            end = text.find("\n", given.end())
            end = len(text) if end < 0 else end
            line = text.rfind("\n", 0, start) + 1
            if given["sign"] == ":":
                found.update((chain, True) for chain in CHAIN.findall(text, given.end(), end))
                value = text.find("=", given.end(), end)
                if value >= 0:
                    found.update(value_chains(text, value + 1, end))
            elif "(" not in text[line:start].lstrip()[1:] or given["sign"] == ":=":
                if given["sign"][0] in ",)]" or "," in text[line:start]:
                    for chain in CHAIN.finditer(text, given.end(), end):
                        found.add((chain[0], text.startswith("(", chain.end())))
                found.update(value_chains(text, given.end(), _end_of_choice(text, end)))
        elif text.endswith((" as ", " as (", ", "), 0, start):
            line = text.rfind("\n", 0, start) + 1
            if " as " in text[line:start]:
                for chain in CHAIN.finditer(text, max(0, start - 300), start):
                    found.add((chain[0], True))
    return found


def _end_of_choice(text: str, end: int) -> int:
    """The end of a line, or of those that it goes on in after `or`, `and`, `if`, `else`."""
    while text.endswith((" or", " and", " else", " if", "\\"), 0, end) and end < len(text):
        end = text.find("\n", end + 1)
        end = len(text) if end < 0 else end
    return end


def _dotted(imported: Imported, package: str) -> str | None:
    """The dotted path that an import binds its name to."""
    base = imported.absolute(package)
    if base is None or imported.name is None:
        plain = base is not None and imported.bound == base.partition(".")[0]
        return base.partition(".")[0] if base and plain else base
    return f"{base}.{imported.name}"


def _chain_before(text: str, end: int) -> tuple[str, str]:
    """The chain of names that ends at an offset, and the character before it."""
    start, step = end, 64
    while True:
        piece = text[max(0, start - step) : start]
        start -= len(piece) - len(piece.rstrip(_IN_CHAINS))
        if start == 0 or piece.rstrip(_IN_CHAINS):
            break
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    return text[start:end], text[start - 1 : start]


def _end_of_header(text: str, start: int) -> int:
    colon = text.find(":", start)
    return len(text) if colon < 0 else colon


def _end_of_class(text: str, start: int) -> int:
    """An offset at or after the end of the class whose header `start` lies in."""
    line = text.rfind("\n", 0, start) + 1
    indent = len(text[line:start]) - len(text[line:start].lstrip())
    following = re.compile(rf"\n[ \t\f]{{0,{indent}}}(?:(?:class|def|async)\b|@)").search(text, start)
    return following.start() if following else len(text)
