"""Where one module may reach for what is not its own, but for its import statements."""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from bailiwick.sieve.flow import occurrences
from bailiwick.sieve.handles import Concern
from bailiwick.sieve.texts import end_of_class
from bailiwick.sieve.values import CHAIN, NO_NAMES, bound_to, handed_on, root
from bailiwick.vocabulary.naming import IMPORTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.sieve.reach import Reach
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.source.lines import Line

    Others = dict[tuple[str, str], "Proposals"]
    # Chains of names, each with whether it is called, and the attributes on the way to them.
    Ends = tuple[frozenset[tuple[str, bool]], frozenset[str]]

_IN_CHAINS = string.ascii_letters + string.digits + "_."
_STRING_ARGUMENT = re.compile(r"""[ \t\n]*[rbuRBU]?(["'])([\w.]*)\1[ \t\n]*[,)]""")
_APART = " \t\n\\"
# Characters of a chain of names that are read back from its end.
_LONGEST_CHAIN = 1_000
# How far back the word before a name is looked for.
_NEAR = 20
_NO_START = frozenset("\"'._")
_SELF = frozenset({"self", "cls"})
# What may give them another value than the one that a method gets, but behind these words.
_RENAMES = {name: re.compile(rf"{name}[ \t]*(?:=(?!=)|:(?!:))") for name in sorted(_SELF)}
_NOWHERE = (0, 0)
_LAST_WORD = re.compile(r"\w+\.?[ \t]*\Z")
_BINDS_NEXT = frozenset({"as", "for"})


class Question(Concern, Protocol):
    """What the sieve asks of policy and rules."""

    def import_breaks(self, text: ModuleText, module: str, name: str) -> bool:
        """Whether importing that from this module could break a rule."""

    def private_breaks(self, text: ModuleText, module: str, name: str, *, inherited: bool) -> bool:
        """Whether using that private member of a class could break a rule.

        `inherited`: using or overriding it in a class that is derived from that class.
        """

    def string_breaks(self, text: ModuleText, module: str, name: str) -> bool:
        """Whether naming that in a string could break a rule, if it exists."""

    def edge(self, text: ModuleText, module: str, name: str) -> str | None:
        """The subsystem that the import makes this module's one a user of, if it breaks nothing."""


class Proposals:
    """The work on one module."""

    def __init__(
        self, reach: Reach, question: Question, text: ModuleText, own: str, others: Others
    ) -> None:
        """`own` is the subsystem from which it is seen, `others` the work on other modules."""
        self.reach, self.question, self.others = reach, question, others
        self.module, self.text, self.own = text, text.text, own
        self._renamed: dict[str, bool] = {}
        self._known_tops: dict[str, set[tuple[str, bool]]] = {}
        self._known_ends: dict[tuple[str, tuple[int, int] | None], Ends] = {}

    def offsets(self) -> set[int]:
        """All proposals but those on import statements."""
        found = set(self._importing_calls())
        found.update(self._reached_modules())
        found.update(self._private_uses())
        found.update(self._inherited())
        return found

    # -- modules that are not imported by a statement ----------------------------------------

    def _importing_calls(self) -> Iterator[int]:
        for offset, imported in self._imports_by_string():
            module, rest = self.reach.tree.split(imported)
            target = (module, rest) if module else (imported, "")
            if (
                not imported
                or self.question.import_breaks(self.module, *target)
                or self._is_reached_into(offset)
            ):
                yield offset

    def _imports_by_string(self) -> Iterator[tuple[int, str]]:
        """Calls that import by a string: the offset, and what is named, "" if nobody knows."""
        for offset in self.module.importing_calls:
            opened = self.text.index("(", offset)
            argument = _STRING_ARGUMENT.match(self.text, opened + 1)
            yield offset, argument[2] if argument else ""

    def _is_reached_into(self, call: int) -> bool:
        """Whether a private name is accessed behind a call, on what it gives or on something."""
        line = self.module.lines.line_around(call)
        return any(call < dot < line.end for dot, _ in self.module.accesses)

    def _reached_modules(self) -> Iterator[int]:
        for (chain, base), starts in self._through_packages.items():
            if self._reaches(chain, base):
                yield from starts

    @cached_property
    def _through_packages(self) -> dict[tuple[str, str], list[int]]:
        """Where chains of names begin with a package that others have modules in.

        By the chain and what its first name stands for.
        """
        found: dict[tuple[str, str], list[int]] = {}
        packages = self.reach.packages_beside(self.own)
        for name, paths in self.module.paths.items():
            bases = [base for base in paths if base in packages]
            for start, chain in self._chains(name) if bases else ():
                for base in bases:
                    found.setdefault((chain, base), []).append(start)
        return found

    def _chains(self, name: str) -> Iterator[tuple[int, str]]:
        """Where chains of names that begin with a name stand, but for the name alone."""
        find, position, text = self.text.find, 0, self.text
        beginning = f"{name}."
        while (position := find(beginning, position)) >= 0:
            start, position = position, position + len(name)
            before = text[start - 1 : start]
            if before not in _NO_START and not before.isalnum():
                chain = CHAIN.match(text, start)
                if chain is not None:
                    yield start, chain[0]

    def _reaches(self, chain: str, base: str) -> bool:
        """Whether a chain names a module that no import names, and that it breaks a rule to use."""
        return any(
            self.question.import_breaks(self.module, module, "")
            for module in self._modules_on(chain, base)
        )

    def _modules_on(self, chain: str, base: str) -> Iterator[str]:
        """The modules that a chain passes and no import names, from the outermost on."""
        module = base
        for part in chain.split(".")[1:]:
            module = f"{module}.{part}"
            if module not in self.reach.tree.modules:
                return
            if module not in self.module.named_modules:
                yield module

    # -- private names -----------------------------------------------------------------------

    def _private_uses(self) -> Iterator[int]:
        text = self.text
        for dot, name in self.module.accesses:
            is_self = text.startswith("self", dot - 4) and text[dot - 5 : dot - 4] in " (\n[{,=\t-"
            if is_self and not self._is_renamed("self"):
                continue
            chain, before = _chain_before(text, dot)
            if before in ('"', "'") or (chain in _SELF and not self._is_renamed(chain)):
                continue
            if self.may_be_foreign(chain.strip("."), name, dot) or (
                _may_be_torn(text, chain, dot) and self.may_be_foreign("", name, dot)
            ):
                yield dot

    def may_be_foreign(self, chain: str, name: str, dot: int) -> bool:
        """Whether a private name of what a chain of names stands for may be another's."""
        first, _, rest = chain.partition(".")
        is_known = self.module.knows(first) and self._leads_abroad(chain, name)
        if is_known and not self.is_hidden(first, dot):
            return True
        if self._foreign_sources.isdisjoint(self.reach.definers.get(name, ())):
            return False
        if not chain:
            start = self.module.lines.line_around(dot).start
            uses = CHAIN.findall(self.text, start, dot)
            return any(
                self._leads_abroad(use, name) or not self._holders.isdisjoint(use.split("."))
                for use in uses
            )
        if first in _SELF:
            attribute, _, more = rest.partition(".")
            if not attribute or self._may_be_given(attribute, more, name, set()):
                return True
            if not self._is_renamed(first):
                return False
        return self._may_be_given(first, rest, name, set(), self._function_around(dot))

    def _is_renamed(self, name: str) -> bool:
        """Whether the text may bind `self` or `cls` to what is no method's own instance."""
        if name not in self._renamed:
            bound = _RENAMES[name].finditer(self.text)
            self._renamed[name] = any(_is_target(self.text, found.start()) for found in bound)
        return self._renamed[name]

    def is_hidden(self, name: str, offset: int) -> bool:
        """Whether the function around an offset has given a name a value of its own by then."""
        lines = self.module.lines
        position = bisect_right(lines.header_starts, offset) - 1
        header = lines.headers[position] if position >= 0 else None
        if header is None or self.text.startswith("class", header.start):
            return False
        given = self._first_given(name, header, offset)
        return (
            given is not None
            and given.end < offset < lines.end(header)
            and self.text.find("global", header.start, offset) < 0
            and not any(each.start > given.start for _, each in self.module.bound.get(name, ()))
        )

    def _first_given(self, name: str, header: Line, end: int) -> Line | None:
        """The statement that first assigns a name in a function, on whatever way that goes on."""
        body = next(islice(self.module.lines.scan(header.start), 1, None), header).start
        margin = self.text[self.text.rfind("\n", 0, body) : body]
        start = self.text.find(f"\n{margin}{name} = ", header.start, end)
        first = start + 1 + len(margin)
        line = self.module.lines.line_at(first) if start >= 0 else None
        return line if line is not None and line.start == first else None

    def paths(self, chain: str) -> set[str]:
        """The dotted paths that a chain of names may stand for by imports and classes alone."""
        return set(self._paths(chain))

    def _may_be_given(
        self,
        local: str,
        rest: str,
        name: str,
        seen: set[tuple[str, str, str]],
        around: tuple[int, int] | None = None,
    ) -> bool:
        """Whether a local name, or an attribute, may be bound to what has a foreign `name`.

        `seen`: the attributes that have been asked for already, by module.
        """
        key = self.module.file.module, local, rest
        if around is None:
            if key in seen:
                return False
            seen.add(key)
        ends, attributes = self._ends(local, around)
        for chain, called in ends:
            if called and _imports(chain):
                return True
            if called:
                if not rest and any(self._is_broken(p, name) for p in self._paths(chain)):
                    return True
            elif self._leads_abroad(f"{chain}.{rest}" if rest else chain, name):
                return True
        return any(
            base._may_be_given(attribute, rest, name, seen)
            for base in map(self._elsewhere, self._base_texts() if attributes else ())
            for attribute in sorted(attributes)
        )

    def _function_around(self, offset: int) -> tuple[int, int]:
        """The outermost function around an offset, or more of the text."""
        headers, starts = self.module.lines.headers, self.module.lines.header_starts
        here = bisect_right(starts, offset)
        begin, margin = here - 1, len(self._margin)
        top = bisect_right(self._tops, offset) - 1
        if top >= 0 and not self.text.startswith("class", self._tops[top]):
            begin, margin = bisect_right(starts, self._tops[top]) - 1, 0
        while begin > 0 and headers[begin].indent > margin:
            begin -= 1
        end = here
        while end < len(headers) and headers[end].indent > margin:
            end += 1
        return (
            starts[begin] if begin >= 0 else 0,
            starts[end] if end < len(starts) else len(self.text),
        )

    @cached_property
    def _tops(self) -> list[int]:
        """Where the headers at the left margin start."""
        return [header.start for header in self.module.lines.headers if not header.indent]

    def _leads_abroad(self, chain: str, name: str) -> bool:
        """Whether a chain may stand for another subsystem's, or for a class that has its `name`."""
        if self._is_foreign(chain) and not self._is_known(chain, name):
            return True
        return any(self._is_broken(path, name) for path in self._paths(chain))

    def _is_known(self, chain: str, name: str) -> bool:
        """Whether a chain leads to nothing but classes of others that have its `name`."""
        return all(
            self.reach.is_class(path) and name in self.reach.foreign(self.own, path)
            for path in self._paths(chain)
        )

    def _paths(self, chain: str) -> Iterator[str]:
        yield from self._imported(chain)
        if root(chain) in self.module.class_starts:
            yield f"{self.module.file.module}.{chain}"

    def _ends(self, name: str, around: tuple[int, int] | None) -> Ends:
        """The chains of imported names or classes that a local name may be bound to in the end.

        Sought in a stretch of the text, and at the top of module and class; None means an
        attribute, which any method may bind. With them the attributes of the instance
        through which they are reached.
        """
        key = name, around
        if key not in self._known_ends:
            self._known_ends[key] = self._find_ends(name, around)
        return self._known_ends[key]

    def _find_ends(self, name: str, around: tuple[int, int] | None) -> Ends:
        ends: set[tuple[str, bool]] = set()
        seen, waiting = {(name, around is None)}, [(name, around)]
        while waiting:
            for chain, called in self._bound_to(*waiting.pop()):
                first, _, more = chain.partition(".")
                imports = called and _imports(chain)
                if imports or self.module.knows(first):
                    ends.add((chain, called))
                following = (more.partition(".")[0], True) if first in _SELF else (first, False)
                is_alone = chain.count(".") == following[1]
                if called and not (is_alone and following[0] in self._holders):
                    continue
                if following[0] and following not in seen:
                    seen.add(following)
                    where = around or (_NOWHERE if called else None)
                    waiting.append((following[0], None if following[1] else where))
        return frozenset(ends), frozenset(word for word, is_attribute in seen if is_attribute)

    @cached_property
    def _holders(self) -> frozenset[str]:
        """The names and attributes that may be given a class itself, to be called by them."""
        found: set[str] = set()
        given = handed_on(self.text)
        leading = {chain for chain in given if self.module.knows(root(chain))}
        while leading:
            found.update(*map(given.pop, leading))
            leading = {chain for chain in given if not found.isdisjoint(chain.split("."))}
        return frozenset(found)

    def _bound_to(self, name: str, around: tuple[int, int] | None) -> set[tuple[str, bool]]:
        """What a name may be bound to around a place, or at the top of module or class."""
        if around is None:
            return bound_to(self.text, name, 0, len(self.text))
        # Also of what seems bound there: an argument on a line of its own looks like a target.
        return bound_to(self.text, name, *around) | self._bound_at_top(name)

    def _bound_at_top(self, name: str) -> set[tuple[str, bool]]:
        """What a name may be bound to at the top of module or class."""
        if name not in self._known_tops:
            self._known_tops[name] = set() if name in NO_NAMES else self._find_at_top(name)
        return self._known_tops[name]

    def _find_at_top(self, name: str) -> set[tuple[str, bool]]:
        bound: set[tuple[str, bool]] = set()
        starts = list(self.module.cutter.globals.get(name, ()))
        position = -1
        while (position := self.text.find(f"\n{self._margin}{name}", position + 1)) >= 0:
            starts.append(position + 1)
        for start in starts:
            end = self.text.find("\n", start)
            bound |= bound_to(self.text, name, start, end if end >= 0 else len(self.text))
        return bound

    @cached_property
    def _margin(self) -> str:
        """The white space before what stands directly in a class."""
        headers = self.module.lines.headers
        return " " * min((header.indent for header in headers if header.indent), default=4)

    @cached_property
    def _foreign_sources(self) -> frozenset[str]:
        """The other subsystems' modules that values here may come from.

        That is, from which this module, or one with a base of its classes, imports, if only by a
        string, which it reaches through a package, or in which a class of these has a base.
        """
        sources = set(self.reach.base_modules(self.module.file.module))
        for text in (self.module, *self._base_texts()):
            sources |= self.reach.abroad(text, self.own)
        for _, imported in self._imports_by_string():
            sources |= self.reach.origins(imported)
        for chain, base in self._through_packages:
            for module in self._modules_on(chain, base):
                sources |= self.reach.origins(module)
        foreign = frozenset(sources - self.reach.owned_by(self.own))
        self.reach.learn(foreign)
        return foreign

    def _is_foreign(self, chain: str) -> bool:
        """Whether a chain that starts with an imported name may lead to another subsystem."""
        return any(self.reach.leads(path) - {self.own} for path in self._imported(chain))

    def _imported(self, chain: str) -> Iterator[str]:
        """The dotted paths that a chain may stand for by the imports of its first name."""
        first, _, rest = chain.partition(".")
        for base in self.module.paths.get(first, ()):
            if self.reach.split(base)[0]:
                yield f"{base}.{rest}" if rest else base

    def _is_broken(self, path: str, name: str, *, inherited: bool = False) -> bool:
        """Whether using that private name of the classes a path leads to may break a rule."""
        theirs = self.reach.foreign(self.own, path).get(name, ())
        if theirs and self.reach.owner(self.module.file.module) != self.own:
            # The rules would be asked of another subsystem than that from which it is seen.
            return True
        breaks = self.question.private_breaks
        return any(
            breaks(self.module, module, f"{cls}.{name}", inherited=inherited)
            for module, cls in theirs
        )

    def _base_texts(self) -> list[ModuleText]:
        """The other modules in which a class of this module has a base."""
        own = self.module.file.module
        texts = map(self.reach.texts.ask, sorted(self.reach.base_modules(own) - {own}))
        return [text for text in texts if text is not None]

    def _elsewhere(self, text: ModuleText) -> Proposals:
        """The same work on a module that this one has its bases in."""
        # What it reads counts as read for this module, also where it has read it before.
        self.reach.texts.of(text.file.module)
        self.reach.abroad(text, self.own)
        key = text.file.module, self.own
        known = self.others.get(key)
        if known is None or known.module is not text:
            known = Proposals(self.reach, self.question, text, self.own, self.others)
            self.others[key] = known
        return known

    def _inherited(self) -> Iterator[int]:
        """Members of foreign bases that a class defines again, or uses on its `self`."""
        theirs: dict[str, frozenset[str]] = {}
        for starts in self.module.class_starts.values():
            for start in starts:
                bases = self.module.bases(start).paths
                for base in bases:
                    if base not in theirs:
                        theirs[base] = self._members_met(base)
                foreign = frozenset().union(*(theirs[base] for base in bases))
                if foreign:
                    yield from self._inherited_in(start, foreign)

    def _members_met(self, base: str) -> frozenset[str]:
        """The private names of a foreign base that the module has, too, and should not."""
        theirs = self.reach.foreign(self.own, base)
        met = self.module.private_names.intersection(theirs) if theirs else ()
        return frozenset(name for name in met if self._is_broken(base, name, inherited=True))

    def _inherited_in(self, start: int, foreign: frozenset[str]) -> Iterator[int]:
        """Where the class whose name ends at an offset has one of these names."""
        end = end_of_class(self.text, start)
        used = {o for name in foreign for o in occurrences(self.text, name, start, end)}
        yield from used
        if used:
            yield start - 1


def _is_target(text: str, start: int) -> bool:
    """Whether what a sign of assignment or annotation follows may be a name of its own."""
    before = _LAST_WORD.search(text, max(0, start - _NEAR), start)
    return before is None or before[0].rstrip() in _BINDS_NEXT


def _imports(chain: str) -> bool:
    """Whether a call by this name imports what a string names."""
    return chain.rpartition(".")[2] in IMPORTERS


def _chain_before(text: str, end: int) -> tuple[str, str]:
    """The chain of names that ends at an offset, or its last part, and the character before it.

    White space may stand behind it.
    """
    while end > 0 and text[end - 1] in _APART:
        end -= 1
    start, step = end, 64
    while True:
        piece = text[max(0, start - step) : start]
        start -= len(piece) - len(piece.rstrip(_IN_CHAINS))
        if start == 0 or end - start > _LONGEST_CHAIN or piece.rstrip(_IN_CHAINS):
            break
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    return text[start:end], text[start - 1 : start]


def _may_be_torn(text: str, chain: str, end: int) -> bool:
    """Whether white space may part a chain of names that ends at an offset from its beginning."""
    start = text.rindex(chain, 0, end) if chain else end
    before = start
    while before > 0 and text[before - 1] in _APART:
        before -= 1
    return before < start and "." in (chain[:1], text[before - 1])
