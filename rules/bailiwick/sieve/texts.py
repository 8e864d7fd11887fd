"""The texts of the tree, each read once and sieved as far as it has been asked about."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bailiwick.sieve.cut import Cutter
from bailiwick.sieve.dotted import Dotted
from bailiwick.sieve.imports import Imported, ImportText, import_statements, parse_import
from bailiwick.sieve.offers import Offers
from bailiwick.sieve.options import registered
from bailiwick.sieve.questions import noted
from bailiwick.sieve.values import CHAIN, root, value_chains
from bailiwick.source.lines import Line, Lines, line_start
from bailiwick.source.text import NotTextError, decode, read
from bailiwick.source.tree import digest_of
from bailiwick.vocabulary.options import CONFIG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bailiwick.source.ledger import Ledger
    from bailiwick.source.tree import File, Tree

_CLASS = re.compile(r"class[ \t\f\\\n]+(\w+)")
# Each begins with a plain letter or sign: that is what makes it fast.
_ACCESS = re.compile(r"\.[ \t\\\n]*(_\w*)")
# A private name behind white space.
_APART = re.compile(r"_(?<=[ \t\\\n]_)\w*")
# There is no end of a line before the first.
_FIRST_NAME = re.compile(r"_\w*")
_IS_GIVEN = re.compile(r"([^\W\d]\w*)[ \t]*(?::[^\n=]*)?=[ \t(]*(?:[\w.]+\.)?\Z")
_IS_ALL = re.compile(r"[ \t)]*(?:[\n#;]|\Z)")
_GLOBAL = re.compile(r"\n([^\W\d]\w*)[ \t]*(?::[^\n=]*)?=(?!=)[ \t]*")
_SELF = ("self", "cls")
# Characters before a name in which the word before it is looked for.
_NEAR = 200


class Bases(NamedTuple):
    """What a class header says of bases: the names that decide, and the dotted paths they may have.

    Of a chain of names its first and its last decide.
    """

    names: tuple[str, ...]
    paths: tuple[str, ...]


class ModuleText:
    """One module's text, and what can be said of it without a parser."""

    def __init__(self, file: File, text: str, digest: str = "") -> None:
        """`digest` is that of the bytes of the file, "" where nobody knows."""
        self.file, self.text, self.digest = file, text, digest
        self._members: dict[tuple[int, int], frozenset[str]] = {}
        self._shown_words: dict[str, str] = {}
        self._bases: dict[int, Bases] = {}
        self.package = file.package

    @property
    def whole(self) -> ModuleText:
        """The text that what holds for all of the module is to be read from."""
        return self

    @cached_property
    def registered(self) -> frozenset[str]:
        """The groups in which it registers options itself, as far as its text shows."""
        return registered(self)

    @cached_property
    def lines(self) -> Lines:
        """Its logical lines."""
        return Lines(self.text)

    @cached_property
    def cutter(self) -> Cutter:
        """What cuts it down to chosen statements."""
        return Cutter(
            self.lines, lambda name: [found.start for _, found in self.bound.get(name, ())]
        )

    @cached_property
    def _found(self) -> tuple[list[ImportText], list[int]]:
        return import_statements(self.text)

    @property
    def imports(self) -> list[ImportText]:
        """Its import statements, in order."""
        return self._found[0]

    @property
    def importing_calls(self) -> list[int]:
        """The offsets of calls that import a module by a string."""
        return self._found[1]

    @cached_property
    def bound(self) -> dict[str, list[tuple[Imported, ImportText]]]:
        """The imports by the name that they bind, whatever scope they stand in."""
        found: dict[str, list[tuple[Imported, ImportText]]] = {}
        for statement in self.imports:
            for imported in parse_import(statement.text):
                found.setdefault(imported.bound, []).append((imported, statement))
        return found

    @cached_property
    def paths(self) -> dict[str, tuple[str, ...]]:
        """By name that is imported, the dotted paths that it may stand for; a star ends one."""
        found: dict[str, tuple[str, ...]] = {}
        for name, entries in self.bound.items():
            paths = (imported.path(self.package) for imported, _ in entries)
            found[name] = tuple(dict.fromkeys(path for path in paths if path))
        return found

    def imported(self, chain: str) -> Iterator[str]:
        """The dotted paths that a chain may stand for by the imports of its first name."""
        first, _, rest = chain.partition(".")
        for path in self.paths.get(first, ()):
            yield f"{path}.{rest}" if rest else path

    @cached_property
    def paths_named(self) -> frozenset[str]:
        """The dotted paths that its imports may bind anything to, of stars the module."""
        every = (path for paths in self.paths.values() for path in paths)
        return frozenset(path.removesuffix(".*") for path in every)

    def may_bind(self, name: str) -> bool:
        """Whether a name may be bound at the top of the module."""
        binders = self.bound, self.class_starts, self.cutter.globals
        stars = "*" in self.bound
        return stars or any(name in names for names in binders) or f"def {name}(" in self.text

    @cached_property
    def named_modules(self) -> frozenset[str]:
        """The dotted names that its imports name, modules or not."""
        found = set()
        for entries in self.bound.values():
            for imported, _ in entries:
                base = imported.absolute(self.package)
                if base is not None:
                    found.add(f"{base}.{imported.name}" if imported.name else base)
        return frozenset(found)

    @cached_property
    def config_names(self) -> frozenset[str]:
        """The names and attributes that are given a config object as a whole, but for its own."""
        return frozenset(self._config_names()) - {CONFIG}

    def _config_names(self) -> Iterator[str]:
        text, position = self.text, -1
        while (position := text.find(CONFIG, position + 1)) >= 0:
            if _IS_ALL.match(text, position + len(CONFIG)):
                given = _IS_GIVEN.search(text, line_start(text, position), position)
                if given:
                    yield given[1]

    @cached_property
    def offers(self) -> Offers:
        """What its headers show to be defined."""
        return Offers(self.text)

    @cached_property
    def class_starts(self) -> dict[str, list[int]]:
        """By name, where the name of a class ends in its header."""
        found: dict[str, list[int]] = {}
        text, position = self.text, -1
        while (position := text.find("class", position + 1)) >= 0:
            header = _CLASS.match(text, position)
            if header and not text[line_start(text, position) : position].strip():
                found.setdefault(header[1], []).append(header.end())
        return found

    def bases(self, start: int) -> Bases:
        """The bases in a class header; `start` is after its name.

        What a base of the module's own leads to by an import is among the paths of that.
        """
        if start not in self._bases:
            chains = CHAIN.findall(self.text, start, end_of_header(self.text, start))
            names = {name for chain in chains for name in (root(chain), chain.rpartition(".")[2])}
            paths = (path for chain in chains for path in self._base(chain))
            self._bases[start] = Bases(tuple(sorted(names)), tuple(paths))
        return self._bases[start]

    def _base(self, chain: str) -> Iterator[str]:
        yield from self.imported(chain)
        if any(text._has_its_own(chain) for text in {self, self.whole}):
            yield f"{self.file.module}.{chain}"

    def _has_its_own(self, chain: str) -> bool:
        """Whether a chain may lead to something otherwise than by an import of its first name."""
        names = root(chain), chain.rpartition(".")[2]
        is_class = any(name in self.class_starts for name in names)
        return is_class or chain in self.given or "*" in self.bound

    @cached_property
    def given(self) -> dict[str, frozenset[str]]:
        """By global the chains of names of what it is given, or of what makes that.

        Only those that begin with a name which is imported, or with a class.
        """
        found: dict[str, frozenset[str]] = {}
        for each in _GLOBAL.finditer(self.text):
            end = self.text.find("\n", each.end())
            chains = value_chains(self.text, each.end(), end if end >= 0 else len(self.text))
            known = {chain for chain, _ in chains if self.knows(root(chain))}
            if known:
                found[each[1]] = found.get(each[1], frozenset()) | known
        return found

    def knows(self, name: str) -> bool:
        """Whether a name is imported, or that of a class."""
        return name in self.bound or name in self.class_starts

    @cached_property
    def accesses(self) -> list[tuple[int, str]]:
        """Where the dot of `._name` stands, and the private name; dunders are none."""
        found = ((match.start(), match[1]) for match in _ACCESS.finditer(self.text))
        return [(dot, name) for dot, name in found if name[:2] != "__" or name[-2:] != "__"]

    @cached_property
    def accessed(self) -> frozenset[str]:
        """The private names that are accessed anywhere in the module."""
        return frozenset(name for _, name in self.accesses)

    @cached_property
    def defined(self) -> frozenset[str]:
        """The private names that may be defined anywhere, but for those given to a `self`."""
        return frozenset(name for _, name in self._definitions)

    @cached_property
    def _definitions(self) -> list[tuple[int, str]]:
        """Where these may be defined, and the names."""
        text = self.text
        apart = ((each.start(), each[0]) for each in _APART.finditer(text))
        found = [(start, name) for start, name in apart if _may_be_defined(text, start)]
        first = _FIRST_NAME.match(text)
        return [*found, (0, first[0])] if first else found

    @cached_property
    def private_names(self) -> frozenset[str]:
        """The private names that are accessed or may be defined."""
        return self.accessed | self.defined

    @property
    def own_privates(self) -> frozenset[str]:
        """The private names that it, or any class of it, may define."""
        return self.private_members(0, len(self.text))

    def private_members(self, start: int, end: int) -> frozenset[str]:
        """The private names that classes whose bodies lie between two offsets may define.

        All that is assigned on `self` and `cls` counts, and all that is only used there, too.
        """
        if (start, end) not in self._members:
            places, names = self._member_places
            here = slice(bisect_left(places, start), bisect_left(places, end))
            self._members[start, end] = frozenset(names[here])
        return self._members[start, end]

    @cached_property
    def _member_places(self) -> tuple[list[int], list[str]]:
        """Where anything in the module may become a private member, in order, and the names."""
        on_self = (each for each in self.accesses if self.text.endswith(_SELF, 0, each[0]))
        found = sorted((*self._definitions, *on_self))
        return [place for place, _ in found], [name for _, name in found]

    def shown(self, name: str) -> str:
        """What can be learnt of one name by a glance: the part of the face that is about it.

        That is what imports bind it, or may do so by a star, the headers of its classes, and what
        it is given as a global.
        """
        bound = (*self.bound.get(name, ()), *self.bound.get("*", ()))
        imports = (
            f"{imported.absolute(self.package)}:{imported.path(self.package)}"
            for imported, _ in bound
        )
        headers = (
            self.text[start : end_of_header(self.text, start)]
            for start in self.class_starts.get(name, ())
        )
        return "\0".join((*imports, *headers, *sorted(self.given.get(name, ()))))

    def shown_word(self, name: str) -> str:
        """The word that is noted for that: see `Texts.glimpse`."""
        word = self._shown_words.get(name)
        if word is None:
            word = noted(self.file.module, ("shown", name), self.shown(name))
            self._shown_words[name] = word
        return word

    @cached_property
    def face(self) -> str:
        """A digest of what can be learnt of the module by a glance: see `Texts.glance`.

        That is its imports, its classes with their headers, and what its globals are given.
        """
        parts = [statement.text for statement in self.imports]
        for name, chains in self.given.items():
            parts += [name, *sorted(chains)]
        for name, starts in self.class_starts.items():
            for start in starts:
                parts += [name, self.text[start : end_of_header(self.text, start)]]
        return _digest(parts)

    def members(self, names: frozenset[str]) -> str:
        """A digest of which of these names each of its classes, and the module, may define."""
        parts = sorted(self.own_privates & names)
        for name, starts in self.class_starts.items():
            for start in starts:
                end = end_of_class(self.text, start)
                parts += [name, *sorted(self.private_members(start, end) & names)]
        return _digest(parts)

    def class_headers(self, path: str) -> list[Line]:
        """Where the class of that dotted name starts; several if it is defined conditionally."""
        outer, _, name = path.rpartition(".")
        found = []
        for end in self.class_starts.get(name, ()):
            header = self.lines.header_at(self.text.rfind("class", 0, end - len(name)))
            if header is not None and self._path_around(header) == outer:
                found.append(header)
        return found

    def class_paths(self, name: str) -> list[str]:
        """The dotted names of the classes of that name, but for those in functions."""
        headers = (
            self.lines.header_at(self.text.rfind("class", 0, end - len(name)))
            for end in self.class_starts.get(name, ())
        )
        around = [self._path_around(header) for header in headers if header is not None]
        return [f"{path}.{name}" if path else name for path in around if path is not None]

    def _path_around(self, header: Line) -> str | None:
        """The dotted name of the classes around a header; None if a function is among them."""
        names = []
        for around in self.lines.enclosing(header.start, header.indent):
            match = _CLASS.match(self.text, around.start)
            if match is None:
                return None
            names.append(match[1])
        return ".".join(names)


class Texts:
    """The texts of a tree by module; `buffers` gives unsaved text by path, in place of files."""

    def __init__(self, tree: Tree, ledger: Ledger, buffers: Mapping[str, bytes]) -> None:
        self.tree, self.ledger, self.buffers = tree, ledger, buffers
        self.root = str(tree.root)
        # The paths of the files whose bytes were asked for.
        self.looked_at: set[str] = set()
        self._texts: dict[str, ModuleText | None] = {}
        self._recall: Callable[[File], frozenset[str] | None] | None = None

    @cached_property
    def dotted(self) -> Dotted:
        """What strings name in this tree."""
        return Dotted(self)

    def of(self, module: str) -> ModuleText | None:
        """A module's text, None where there is none that can be read."""
        self.ledger.note(module)
        return self._get(module)

    def _get(self, module: str) -> ModuleText | None:
        if module not in self._texts:
            file = self.tree.modules.get(module)
            self.ledger.beat()
            try:
                self._texts[module] = self.read(file) if file else None
            except (OSError, NotTextError):
                self._texts[module] = None
        return self._texts[module]

    def ask(self, module: str) -> ModuleText | None:
        """A module's text, for whoever notes himself what he asks of it; None as in `of`."""
        text = self._get(module)
        if text is None:
            self.ledger.note(module)
        return text

    def glance(self, module: str) -> ModuleText | None:
        """A module's text, for no more than what its face says; None as in `of`.

        It is noted as read under its name behind a `~`, so that whoever asks depends on the
        face alone, and not on every word.
        """
        text = self._get(module)
        self.ledger.note(f"~{module}")
        return text

    def glimpse(self, module: str, name: str) -> ModuleText | None:
        """The same for no more than what the face says of one name.

        Of a dotted one the first part counts, by which it is bound.
        """
        text = self._get(module)
        if text is None:
            self.ledger.note(f"~{module}")
        else:
            self.see(text, name.partition(".")[0])
        return text

    def see(self, text: ModuleText, name: str) -> None:
        """Note that what a text's face says of one name was read."""
        self.ledger.note_answer(text.file.module, text.shown_word(name))

    def name_check(self, module: str) -> ModuleText | None:
        """A module's text, for no more than which private names its classes define.

        It is noted as read under its name behind a `^`, so that whoever asks depends only on
        whether it comes to define a name that he has, too.
        """
        text = self._get(module)
        self.ledger.note(f"^{module}")
        return text

    def own_privates(self, module: str) -> frozenset[str]:
        """The private names that a module may define, also where it need not be read for that.

        It is noted as for `name_check`.
        """
        self.ledger.note(f"^{module}")
        file = self.tree.modules.get(module)
        if file is not None and self._recall is not None and module not in self._texts:
            known = self._recall(file)
            if known is not None:
                return known
        text = self._get(module)
        return text.own_privates if text is not None else frozenset()

    def recall_with(self, recall: Callable[[File], frozenset[str] | None]) -> None:
        """Let the private names that a file may define be those that `recall` has of it, if any."""
        self._recall = recall

    def put(self, file: File, text: str, digest: str = "") -> ModuleText:
        """Remember a text that was read elsewhere; what is known of the same one is kept."""
        known = self._texts.get(file.module)
        if known is None or known.file is not file or known.text != text:
            known = self._texts[file.module] = ModuleText(file, text)
        known.digest = digest
        return known

    @property
    def count(self) -> int:
        """How many modules have been read so far."""
        return len(self._texts)

    def known(self, module: str) -> ModuleText | None:
        """A module's text if it has been read."""
        return self._texts.get(module)

    def forget(self, module: str) -> None:
        """Read a module again when it is asked for next."""
        self._texts.pop(module, None)

    def read(self, file: File) -> ModuleText:
        """The text of a file. Raises OSError or NotTextError."""
        data = self.data(file)
        return ModuleText(file, decode(data), digest_of(data))

    def data(self, file: File) -> bytes:
        """The bytes of a file: of its buffer, else as they are stored. Raises OSError."""
        self.looked_at.add(file.path)
        if file.path in self.buffers:
            return self.buffers[file.path]
        return read(f"{self.root}/{file.path}", is_file=bool(file.stamp))


def _may_be_defined(text: str, start: int) -> bool:
    """Whether a name begins its line, or stands behind `def` or `class`."""
    before = text[max(0, start - _NEAR) : start].rstrip(" \t")
    return before[-1:] in ("", "\n") or before.rstrip(" \t\\\n").endswith(("def", "class"))


def _digest(parts: list[str]) -> str:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def end_of_header(text: str, start: int) -> int:
    """An offset at or before the end of the class header that `start` lies in."""
    colon = text.find(":", start)
    return len(text) if colon < 0 else colon


def end_of_class(text: str, start: int) -> int:
    """An offset at or after the end of the class whose header `start` lies in."""
    line = text.rfind("\n", 0, start) + 1
    indent = len(text[line:start]) - len(text[line:start].lstrip())
    following = re.compile(rf"\n[ \t\f]{{0,{indent}}}(?:(?:class|def|async)\b|@)").search(
        text, start
    )
    return following.start() if following else len(text)
