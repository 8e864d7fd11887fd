"""A policy file while it is being written: what stands where, and what may stand there.

The loader's readers want valid TOML, and so do the libraries: tomlkit and tomli stop at the first
mistake, and tree-sitter-toml (0.7), which does not, gives up the table around a list that is not
closed. Here a string ends with its line, and whatever is open ends where a line begins a table or
a key anew, so a half-typed line costs nothing but itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from bailiwick.policyfile import PYPROJECT, keys
from bailiwick.policyfile.shapes import Choice, Day, Either, Flag, Many, Named, Shape, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.policyfile.shapes import Key

    Path = tuple[str | int, ...]

Kind = Literal["header", "key", "value"]

# What the words of a policy name, by their shapes; what is no name has no role.
ROLES = {
    keys.NEW_NAME: "name",
    keys.SUBSYSTEM: "subsystem",
    keys.SUBSYSTEM_OR_GROUP: "subsystem or group",
    keys.MODULE: "module",
    keys.TARGET: "target",
    keys.OBJECT: "object",
    keys.MEMBER: "member",
    keys.BASE: "policy",
    keys.FOLDER: "folder",
    keys.FILE: "file",
    keys.RULE: "rule",
    keys.OWNER: "owner",
}

_PREFIX = ("tool", "bailiwick")
_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r]|#[^\n]*)*")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?""")
_BARE = re.compile(r"[^,\[\]{}#\s\"'=]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\[\s\S])*?"{3,5}' r"|'''[\s\S]*?'{3,5}" r'|"(?:[^"\\\n]|\\.)*"?' r"|'[^'\n]*'?"
)
_NAMES = (
    r"""[ \t]*(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')(?:[ \t]*\.[ \t]*[A-Za-z0-9_"'-]+)*[ \t]*"""
)
_HEADER = re.compile(rf"[ \t]*\[{{1,2}}{_NAMES}\]{{1,2}}[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)")
_KEY_LINE = re.compile(rf"[ \t]*{_NAMES}=(?!=)")
_MARGIN_KEY = re.compile(rf"(?![ \t]){_NAMES}=(?!=)")


class Word(NamedTuple):
    """A key, a part of a header, or a value, as it stands.

    path:       where it stands, itself included; an element of a list has its number
    start, end: offsets in characters, without quotes
    """

    kind: Kind
    path: Path
    start: int
    end: int
    text: str
    quoted: bool = False


class _Region(NamedTuple):
    """A stretch in which a kind of thing is expected: keys and headers of `path`, or its value."""

    kind: Kind
    path: Path
    start: int
    end: int
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that may stand somewhere.

    insert:  what is written for it, as a snippet: `$0` is where the cursor goes
    meaning: in Markdown, "" if there is nothing to say
    """

    word: str
    insert: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """What is expected at an offset.

    kind:      of what is expected
    path:      of the value, or of the table that a key or header belongs to
    word:      what stands there, None if nothing does
    typed:     the part of it that is before the offset
    quoted:    whether that is in quotes
    roles:     what may be named there, see `ROLES`
    proposals: what may be written there and is known without a tree
    siblings:  the words that stand beside it: the keys of the table, the elements of the list
    """

    kind: Kind
    path: Path
    word: Word | None
    typed: str
    quoted: bool
    roles: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    siblings: frozenset[str]


class PolicyDraft:
    """The text of a policy, valid or not."""

    def __init__(self, text: str, file_name: str = "") -> None:
        r"""`file_name` tells a `pyproject.toml`, in which only `[tool.bailiwick]` is a policy.

        Lines may end with `\r\n`.
        """
        self.text = text
        self._prefix: Path = _PREFIX if file_name == PYPROJECT else ()
        self._scan = _Scan(text)

    @cached_property
    def words(self) -> list[Word]:
        """All words of the policy, in order; their paths begin with the policy's own keys."""
        depth = len(self._prefix)
        return [
            word._replace(path=word.path[depth:])
            for word in self._scan.words
            if word.path[:depth] == self._prefix and len(word.path) > depth
        ]

    def word_at(self, offset: int) -> Word | None:
        """The word around an offset, or that ends there."""
        return next((word for word in self.words if word.start <= offset <= word.end), None)

    def role(self, word: Word) -> str:
        """What a word names, see `ROLES`; "" for what is no name."""
        if word.kind == "value":
            shapes = _at(word.path)
        else:
            shapes = [each.name for each in _at(word.path[:-1]) if isinstance(each, Named)]
        return next((ROLES[shape] for shape in shapes if shape in ROLES), "")

    def meaning(self, word: Word) -> str:
        """What a key or a table is for, in Markdown; "" for what is neither."""
        if word.kind == "value":
            return ""
        for shape in _at(word.path[:-1]):
            if isinstance(shape, Table):
                key = shape.key(str(word.path[-1]))
                if key is not None:
                    return meaning(key)
            if isinstance(shape, Named) and isinstance(shape.of, Table):
                return shape.of.meaning
        return ""

    def stretch(self, path: Path) -> tuple[int, int] | None:
        """Where the list at a path is, without its brackets; None if there is none."""
        for region in self._scan.regions:
            if region.is_list and region.path == (*self._prefix, *path):
                return region.start, region.end
        return None

    def last_sign(self, start: int, end: int) -> int | None:
        """The offset of the last character that is neither blank nor in a comment."""
        comments = {stop: begin for begin, stop in self._scan.comments}
        while end > start:
            end = comments.get(end, end - 1)
            if not self.text[end].isspace() and self.text[end] != "#":
                return end
        return None

    def below_header(self, path: Path) -> int | None:
        """Where the line below the header of a table begins; None if there is no such header."""
        whole = (*self._prefix, *path)
        if not any(table == whole for _, table in self._scan.tables):
            return None
        last = next(w for w in self.words if w.kind == "header" and w.path == path)
        end = self.text.find("\n", last.end)
        return end + 1 if end >= 0 else None

    def spot(self, offset: int) -> Spot | None:
        """What is expected at an offset; None where nothing is, or what is no policy."""
        if self._in_comment(offset):
            return None
        region = self._region(offset)
        depth = len(self._prefix)
        if region.path[:depth] != self._prefix:
            return None
        path = region.path[depth:]
        word = next(
            (w for w in self.words if w.start <= offset <= w.end and w.kind == region.kind), None
        )
        typed = self.text[word.start : offset] if word else ""
        siblings = self._siblings(region.kind, path, word, is_list=region.is_list)
        quoted = word is not None and word.quoted
        if region.kind == "value":
            shapes = _items(_at(path)) if region.is_list else _flat(_at(path))
            if region.is_list and word is not None:
                path = word.path
            roles = _roles(shapes)
            proposals = tuple(_values(shapes, quoted=quoted))
        else:
            shapes = _at(path)
            roles = _roles([shape.name for shape in shapes if isinstance(shape, Named)])
            in_header = region.kind == "header"
            proposals = tuple(_keys(shapes, siblings, in_header=in_header))
        return Spot(region.kind, path, word, typed, quoted, roles, proposals, siblings)

    def _in_comment(self, offset: int) -> bool:
        return any(start < offset <= end for start, end in self._scan.comments)

    def _region(self, offset: int) -> _Region:
        inside = [each for each in self._scan.regions if each.start <= offset <= each.end]
        if inside:
            return min(reversed(inside), key=lambda each: each.end - each.start)
        tables = [path for start, path in self._scan.tables if start <= offset]
        return _Region("key", tables[-1] if tables else (), offset, offset)

    def _siblings(
        self, kind: Kind, path: Path, own: Word | None, *, is_list: bool
    ) -> frozenset[str]:
        if kind == "value":
            beside = (
                word.text
                for word in self.words
                if is_list and word.path[:-1] == path and word.kind == "value" and word != own
            )
            return frozenset(beside)
        others = (word for word in self.words if word.kind != "value" and word != own)
        return frozenset(
            word.text for word in others if word.path[:-1] == path and len(word.path) > len(path)
        )


def meaning(key: Key) -> str:
    """What a key is for: its value, what is so without it, an example; in Markdown."""
    value = re.sub(r'"(\w+)"', r'`"\1"`', key.shape.describe())
    without = "required" if key.required else f"without it: {key.default}" if key.default else ""
    lines = [f"**`{key.name}`**: {value}" + (f" ({without})" if without else ""), key.meaning]
    if key.example:
        lines.append(f"```toml\n{key.name} = {key.example}\n```")
    return "\n\n".join(lines)


# -- shapes ----------------------------------------------------------------------------------


def _flat(shapes: list[Shape]) -> list[Shape]:
    found: list[Shape] = []
    for shape in shapes:
        found += _flat(list(shape.shapes)) if isinstance(shape, Either) else [shape]
    return found


def _items(shapes: list[Shape]) -> list[Shape]:
    return _flat([shape.item for shape in _flat(shapes) if isinstance(shape, Many)])


def _at(path: Path) -> list[Shape]:
    """The shapes that the value at a path may have."""
    shapes: list[Shape] = [keys.POLICY]
    for step in path:
        inside: list[Shape] = []
        for shape in shapes:
            if isinstance(step, int):
                inside += [shape.item] if isinstance(shape, Many) else []
            elif isinstance(shape, Table):
                key = shape.key(step)
                inside += [key.shape] if key else []
            elif isinstance(shape, Named):
                inside.append(shape.of)
        shapes = _flat(inside)
    return shapes


def _roles(shapes: list[Shape]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ROLES[shape] for shape in shapes if shape in ROLES))


def _keys(shapes: list[Shape], siblings: frozenset[str], *, in_header: bool) -> Iterator[Proposal]:
    for shape in shapes:
        if isinstance(shape, Table):
            for key in shape.keys:
                opens = any(isinstance(each, Table | Named) for each in _flat([key.shape]))
                if in_header and opens:
                    yield Proposal(key.name, key.name, meaning(key))
                elif not in_header and key.name not in siblings:
                    yield Proposal(key.name, f"{key.name} = {_begun(key)}", meaning(key))
        elif isinstance(shape, Named) and isinstance(shape.name, Choice):
            yield from (
                Proposal(word, f"{word} = $0", "")
                for word in shape.name.words()
                if word not in siblings
            )


def _begun(key: Key) -> str:
    """How a key's value begins, as a snippet."""
    shapes = _flat([key.shape])
    kinds = [kind for shape in shapes for kind in shape.kinds]
    if any(isinstance(shape, Choice | Flag | Day) for shape in shapes) and list not in kinds:
        return "$0"
    if list in kinds:
        return "[$0]"
    return "{ $0 }" if dict in kinds else '"$0"'


def _values(shapes: list[Shape], *, quoted: bool) -> Iterator[Proposal]:
    for shape in shapes:
        if isinstance(shape, Choice):
            for word in shape.words():
                yield Proposal(word, word if quoted else f'"{word}"')
        elif quoted:
            continue
        elif isinstance(shape, Flag):
            yield Proposal("true", "true")
            yield Proposal("false", "false")
        elif isinstance(shape, Many):
            yield Proposal("[…]", "[$0]", shape.describe())
        elif isinstance(shape, Table):
            needed = (f'{key.name} = "$0"' for key in shape.keys if key.required)
            yield Proposal("{ … }", f"{{ {next(needed, '$0')} }}", shape.meaning)


# -- text ------------------------------------------------------------------------------------


class _Scan:
    """Reads a text once, whatever stands in it."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.words: list[Word] = []
        self.regions: list[_Region] = []
        self.comments: list[tuple[int, int]] = []
        # Where each table begins to hold.
        self.tables: list[tuple[int, Path]] = []
        self._lengths: dict[Path, int] = {}  # of the arrays of tables
        table: Path = ()
        while self._to_line():
            if self._sees("["):
                table = self._header()
                self.tables.append((self.at, table))
            else:
                self._key_value(table, nested=False)
            self._to_line_end()

    def _sees(self, characters: str) -> bool:
        return self.at < len(self.text) and self.text[self.at] in characters

    def _to_line(self) -> bool:
        """To the next line that has something on it; False if there is none."""
        while self.at < len(self.text):
            self._gap()
            if not self._sees("\n"):
                return self.at < len(self.text)
            self.at += 1
        return False

    def _to_line_end(self) -> None:
        """Over what cannot be understood."""
        end = self.text.find("\n", self.at)
        line_end = len(self.text) if end < 0 else end
        while self.at < line_end:
            self._gap()
            if self.at < line_end:
                self.at += 1

    def _gap(self) -> None:
        begin = self.at
        self.at = _GAP.match(self.text, self.at).end()  # type: ignore[union-attr]
        sign = self.text.find("#", begin, self.at)
        if sign >= 0:
            self.comments.append((sign, self.at))

    def _blank(self) -> None:
        self.at = _BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]

    def _header(self) -> Path:
        brackets = 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        path = self._dotted((), "header", self.at)
        if brackets == 2:
            index = self._lengths.get(path, 0)
            self._lengths[path] = index + 1
            path = (*path, index)
        return path

    def _dotted(self, table: Path, kind: Kind, begin: int) -> Path:
        """A dotted name, or as much of one as there is."""
        path = table
        while True:
            self._blank()
            start = self.at
            name = _KEY.match(self.text, self.at)
            if name is not None:
                word = self._unquoted(name[0], start)
                self.at = name.end()
                path = (*path, word[2])
                self.words.append(Word(kind, path, word[0], word[1], word[2], word[3]))
            before = path[:-1] if name is not None else path
            self.regions.append(_Region(kind, before, begin, self.at))
            dot = _DOT.match(self.text, self.at)
            if dot is None or name is None:
                return path
            self.at = begin = dot.end()

    def _unquoted(self, text: str, start: int) -> tuple[int, int, str, bool]:
        if text[0] not in "\"'":
            return start, start + len(text), text, False
        marks = 3 if text[:3] in ('"""', "'''") else 1
        closed = len(text) >= 2 * marks and text.endswith(text[:marks])
        first, last = start + marks, start + len(text) - (marks if closed else 0)
        inside = self.text[first:last]
        if not closed:
            # What is meant to be behind the string is taken for its end, with blanks.
            inside = inside.rstrip("\r \t")
            last = first + len(inside)
        return first, last, inside, True

    def _key_value(self, table: Path, *, nested: bool) -> None:
        begin = self.at
        path = self._dotted(table, "key", begin)
        self._blank()
        if not self._sees("="):
            if self.at == begin:
                self.at += 1
            return
        self.at += 1
        begin = self.at
        self._value(path, nested=nested)
        self._blank()
        self.regions.append(_Region("value", path, begin, self.at))

    def _value(self, path: Path, *, nested: bool) -> None:
        self._blank()
        if self._sees("\"'"):
            found = _STRING.match(self.text, self.at)
            start, end, text, quoted = self._unquoted(found[0], self.at)  # type: ignore[index]
            self.words.append(Word("value", path, start, end, text, quoted))
            self.at = found.end()  # type: ignore[union-attr]
        elif self._sees("["):
            self._array(path, nested=nested)
        elif self._sees("{"):
            self._inline_table(path)
        elif (bare := _BARE.match(self.text, self.at)) is not None:
            self.words.append(Word("value", path, self.at, bare.end(), bare[0]))
            self.at = bare.end()

    def _array(self, path: Path, *, nested: bool) -> None:
        self.at += 1
        begin, index = self.at, 0
        while not self._broken_off(in_table=False):
            if self._sees("]"):
                self.regions.append(_Region("value", path, begin, self.at, is_list=True))
                self.at += 1
                return
            if self.at >= len(self.text) or (nested and self._sees("}")):
                break
            before = self.at
            self._value((*path, index), nested=True)
            if self.at == before:
                self.at += 1
            else:
                index += 1
        self.regions.append(_Region("value", path, begin, self.at, is_list=True))

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        begin = self.at
        while not self._broken_off(in_table=True):
            if self._sees("}"):
                self.regions.append(_Region("key", path, begin, self.at))
                self.at += 1
                return
            if self.at >= len(self.text) or self._sees("]"):
                break
            if self._sees(","):
                self.at += 1
            else:
                self._key_value(path, nested=True)
        self.regions.append(_Region("key", path, begin, self.at))

    def _broken_off(self, *, in_table: bool) -> bool:
        """To what comes next; whether that belongs to no list or table that is open here.

        Then the place is the end of the line before.
        """
        while True:
            self._gap()
            if not self._sees("\n"):
                return False
            line = self.at + 1
            key = _MARGIN_KEY if in_table else _KEY_LINE
            if _HEADER.match(self.text, line) or key.match(self.text, line):
                return True
            self.at = line
