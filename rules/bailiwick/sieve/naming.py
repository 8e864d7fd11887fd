"""All that a module names of other modules, read off its text: imports, uses, strings, options.

Where a name that an import binds is bound by something else, too, the text has a doubt, which a
parser has to settle.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bailiwick.source.lines import STRING_OR_COMMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bailiwick.sieve.imports import Imported, ImportText
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.crossing import Way
    from bailiwick.vocabulary.policy import Grade

    # A stretch of text in which a name that is bound there may be seen.
    Stretch = tuple[int, int]

_CHAIN = r"((?:[\s\\]*\.[\s\\]*[^\W\d]\w*)*)"
_SPACE = re.compile(r"[\s\\]+")
_BRACE = re.compile(r"\{\{|\}\}|[{}]")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|[\"']")
_DEFINES = re.compile(r"(?:async[ \t]+)?def[ \t\\]")
_TYPING_ONLY = re.compile(r"if[ \t(]+(?:\w+\.)*TYPE_CHECKING\b")
# What stands directly before a name that is bound there.
_BEFORE_BOUND = re.compile(
    r"\b(?:def|class|as|global|nonlocal|for|lambda|del|case)[ \t]+[*(\[ \t]*\Z"
)
_BEHIND_BOUND = re.compile(r"[ \t]*(?::=|=(?!=)|[-+*/%@&|^]=|//=|\*\*=|>>=|<<=)")
_WALRUS = re.compile(r"[ \t]*:=")
# What may stand behind a name that is one of several targets, or a parameter.
_BEHIND_TARGET = re.compile(r"[\s\\)\]]*(?:[,:=]|in\b)|[\s\\]*[)\]]")
_TARGETS = re.compile(r"[\s\\*(\[\w.,\])]*\Z")
_LAMBDA = re.compile(r"\blambda\b[^:\n]*\Z")
_FOR = re.compile(r"\bfor\b(?:(?!\bin\b)[^:\n])*\Z")
# What begins with plain letters is found much faster; whether they begin a word is asked later.
_OPTION = re.compile(
    r"CONF(?<!\wCONF)[\s\\]*\.[\s\\]*([^\W\d]\w*)(?:[\s\\]*\.[\s\\]*([^\W\d]\w*))?"
)
_ANNOTATED = re.compile(r"(?:async[ \t]+)?def[ \t\\]|[\w.]+[ \t]*:")
_SAYS = re.compile(r"\b(?:lambda|return|yield|raise|else|assert)\b")
_BEFORE_TYPE = re.compile(r"(?:->|\w[\s\\]*:)[\s\\]*(?:[\w.\[\], |\"']|\s)*\Z")
# What may stand between that sign and a string, of plain characters.
_IN_TYPE = "".join(s for s in map(chr, range(128)) if re.match(r"[\w.\[\], |\"'\s]", s))
# Characters of a statement in which the words before a name are looked for.
_FAR = 5_000
# Characters before a name in which its statement is looked for.
_NEAR = 300


class Named(NamedTuple):
    """One place of a text, from its offset on, that names something.

    path: dotted; of an option `group.option` or `option`
    """

    start: int
    way: Way
    path: str
    grade: Grade = "runtime"


class Doubt(NamedTuple):
    """A function or statement in which names may be its own; only a parser can tell.

    around:    by name, the paths that it stands for around it
    otherwise: what is used there if names are what imports make them, for what is no Python
    """

    start: int
    end: int
    around: dict[str, tuple[str, ...]]
    otherwise: tuple[Named, ...] = ()


class Naming:
    """Reads one text after another of a tree whose top-level names are known."""

    def __init__(self, tops: tuple[str, ...]) -> None:
        words = "|".join(map(re.escape, sorted(tops, key=len, reverse=True)))
        self._string = re.compile(rf"[\"']((?:{words})\.[\w.:]+)[\"']") if words else None

    def named(self, text: ModuleText, concerns: Callable[[str], bool]) -> Iterator[Named | Doubt]:
        """What a text names, in no order; `concerns` says of a dotted path whether it is wanted.

        It is asked of what import statements name, and has to say yes as well of a package through
        which something is reached.
        """
        code = _Code(text)
        yield from code.imports_and_uses(concerns)
        if self._string is not None:
            yield from self._strings(text)
        for found in _OPTION.finditer(code.text) if "CONF." in text.text else ():
            path = ".".join(filter(None, found.groups()))
            yield Named(found.start(), "option", path, "deferred")

    def _strings(self, text: ModuleText) -> Iterator[Named]:
        assert self._string is not None
        for found in self._string.finditer(text.text):
            if text.lines.is_code(found.start()):
                yield Named(found.start(), "string", found[1], "deferred")


class _Code:
    """A text whose strings and comments are blank, but for what is code in a formatted string."""

    def __init__(self, source: ModuleText) -> None:
        self.source = source

    @cached_property
    def text(self) -> str:
        """The text itself, every character where it was."""
        return STRING_OR_COMMENT.sub(self._blank, self.source.text)

    def _blank(self, found: re.Match[str]) -> str:
        literal = found[0]
        if "{" not in literal or literal[0] == "#":
            return " " * len(literal)
        start = found.start()
        if not found.string[max(0, start - 2) : start].lower().endswith(("f", "fr", "t", "tr")):
            return " " * len(literal)
        return _fields(literal)

    def imports_and_uses(self, concerns: Callable[[str], bool]) -> Iterator[Named | Doubt]:
        """The import statements, and the uses of the names that they bind."""
        bound: dict[str, list[_Binding]] = {}
        spans: list[Stretch] = []
        for name, entries in self.source.bound.items():
            for imported, statement in entries:
                if self.source.lines.in_string(statement.start):
                    continue
                path = imported.path(self.source.package)
                if path is None:
                    continue
                spans.append((statement.start, statement.start + len(statement.text)))
                binding = self._binding(imported, statement, path.removesuffix(".*"))
                bound.setdefault(name, []).append(binding)
                yield binding.named
        spans.sort()
        wanted = {
            name: each
            for name, each in bound.items()
            if name != "*" and any(concerns(binding.path) for binding in each)
        }
        if wanted:
            yield from self._uses(wanted, spans)

    def _binding(self, imported: Imported, statement: ImportText, path: str) -> _Binding:
        """What an import binds, where that can be seen, and the place that says so."""
        line = self.source.text.rfind("\n", 0, statement.start) + 1
        around, grade = self._around(line, statement.start - line)
        word = imported.name or imported.module
        start = statement.start + _place(statement.text, word, imported.bound)
        target = imported.absolute(self.source.package) if imported.name is None else path
        name = f"{path}.*" if imported.name == "*" else target or path
        return _Binding(path, around, Named(start, "import", name, grade))

    def _around(self, line: int, indent: int) -> tuple[Stretch | None, Grade]:
        """The function around a line, if there is one, and when the line is executed."""
        grade: Grade = "runtime"
        if indent == 0:
            return None, grade
        text = self.source.text
        chain = self.source.lines.enclosing(line + indent, _width(text[line : line + indent]))
        functions = [header for header in chain if _DEFINES.match(text, header.start)]
        if self._is_for_typing(line, indent):
            grade = "typing"
        elif functions:
            grade = "deferred"
        if not functions:
            return None, grade
        return (functions[-1].start, self._end(functions[-1].start)), grade

    def _is_for_typing(self, line: int, indent: int) -> bool:
        while line > 0 and indent > 0:
            line = self.source.text.rfind("\n", 0, line - 1) + 1
            margin = self.source.text[line : line + _NEAR]
            bare = margin.lstrip(" \t\f")
            if bare[:1] not in ("\n", "", "#") and len(margin) - len(bare) < indent:
                indent = len(margin) - len(bare)
                if _TYPING_ONLY.match(bare):
                    return True
        return False

    def _end(self, header: int) -> int:
        found = self.source.lines.header_at(header)
        return self.source.lines.end(found) if found is not None else len(self.text)

    # -- uses --------------------------------------------------------------------------------

    def _uses(
        self, bound: dict[str, list[_Binding]], spans: list[Stretch]
    ) -> Iterator[Named | Doubt]:
        words = "|".join(map(re.escape, bound))
        starts = [start for start, _ in spans]
        found = []
        for use in re.compile(rf"({words})\b{_CHAIN}").finditer(self.text):
            if self._is_in_word(use.start()):
                continue
            position = bisect_right(starts, use.start()) - 1
            if position >= 0 and use.start() < spans[position][1]:
                continue
            if not self._is_attribute(use.start()):
                found.append(use)
        doubts = self._doubts(bound, found)
        beginnings = [doubt.start for doubt in doubts]
        otherwise: list[list[Named]] = [[] for _ in doubts]
        for use in found:
            if not use[2] and self._binds(use.start(), use.end(1)):
                # What binds a name stands in a doubt; this is a keyword of a call.
                continue
            name, chain = use.groups()
            chain = _SPACE.sub("", chain) if chain else ""
            uses = [
                Named(use.start(), "use", path + chain, "deferred") for path in _seen(bound[name])
            ]
            position = bisect_right(beginnings, use.start()) - 1
            if position >= 0 and use.start() < doubts[position].end:
                otherwise[position] += uses
            else:
                yield from uses
        for doubt, without_parser in zip(doubts, otherwise, strict=True):
            yield doubt._replace(otherwise=tuple(without_parser))
        yield from self._quoted(words, bound)

    def _quoted(self, words: str, bound: dict[str, list[_Binding]]) -> Iterator[Named]:
        """The uses in quoted annotations, which a type checker alone evaluates."""
        wanted = re.compile(rf"({words})\b{_CHAIN}")
        # Where it does not begin with such a name, there is a bracket or a bar before that.
        maybe = re.compile(rf"[\"'](?:(?:{words})\b|[\w., ]+[\[|])[\w.\[\], |]*[\"']")
        for found in maybe.finditer(self.source.text):
            uses = [use for use in wanted.finditer(found[0]) if not _goes_on(found[0], use.start())]
            if uses and self._is_annotation(found.start()):
                for use in uses:
                    name, chain = use.groups()
                    for path in _seen(bound[name]):
                        start = found.start() + use.start()
                        yield Named(start, "use", f"{path}{chain}", "typing")

    def _is_annotation(self, start: int) -> bool:
        """Whether a string at an offset is an annotation, or stands in one."""
        # Of the statement no more is looked at than it takes to say no.
        near = self.source.text[max(0, start - _NEAR) : start]
        if near.isascii() and near.rstrip(_IN_TYPE)[-1:] not in (":", ">", "\\", ""):
            return False
        if not self.source.lines.is_code(start) or self.source.lines.in_string(start):
            return False
        line = self.source.lines.line_at(start)
        before = self.source.text[line.start : start]
        if not _ANNOTATED.match(before) or before.count("{") > before.count("}"):
            return False
        # A default value stands behind its own sign, and a body may follow on the same line.
        found = _BEFORE_TYPE.search(before)
        if found is None or "#" in before.rpartition("\n")[2]:
            return False
        return _SAYS.search(before, max(0, found.start() - 6)) is None

    def _is_in_word(self, start: int) -> bool:
        before = self.text[start - 1] if start else " "
        return before.isalnum() or before == "_"

    def _is_attribute(self, start: int) -> bool:
        before = self.text[max(0, start - 1) : start]
        if not before.isspace() and before != "\\":
            return before == "."
        return self.text[max(0, start - _NEAR) : start].rstrip(" \t\n\\")[-1:] == "."

    def _doubts(self, bound: dict[str, list[_Binding]], uses: list[re.Match[str]]) -> list[Doubt]:
        """The stretches in which a name may be something else than what an import makes it."""
        stretches = {each.around for entries in bound.values() for each in entries}
        regions = {self._region(stretch[0]) for stretch in stretches if stretch}
        for use in uses:
            kind = "" if use[2] else self._binds(use.start(), use.end(1))
            if kind and kind != "keyword":
                regions.add(self._region(use.start()))
        around = {name: _seen(entries) for name, entries in bound.items()}
        around = {name: paths for name, paths in around.items() if paths}
        return [Doubt(start, end, around) for start, end in sorted(regions)]

    def _region(self, offset: int) -> Stretch:
        """The outermost function around an offset, or else its statement or the header of one."""
        lines = self.source.lines
        line = lines.line_at(offset)
        begin = self.text.rfind("\n", 0, line.start) + 1
        chain = lines.enclosing(line.start, _width(self.text[begin : line.start]))
        own = lines.header_at(line.start)
        for header in (*chain, *([own] if own else ())):
            if _DEFINES.match(self.text, header.start):
                return header.start, lines.end(header)
        return line.start, line.end

    def _binds(self, start: int, end: int) -> str:
        """How a name at these offsets may be bound there, "" if it is not.

        As a `keyword` of a call, which binds nothing, or as a `name`.
        """
        text = self.text
        line = text.rfind("\n", 0, start) + 1
        before = text[max(line, start - _NEAR) : start]
        if _BEFORE_BOUND.search(before):
            return "name"
        behind = self.text[end : end + _NEAR]
        if _BEHIND_BOUND.match(behind):
            return "keyword" if self._in_call(start) and not _WALRUS.match(behind) else "name"
        if not _BEHIND_TARGET.match(behind):
            return ""
        statement = text[max(start - _FAR, self.source.lines.line_at(start).start) : start]
        if _LAMBDA.search(statement) or _FOR.search(statement):
            return "name"
        if _DEFINES.match(statement) or "*" in statement[-3:] or statement.startswith("case"):
            return "name"
        return "name" if _TARGETS.match(statement) and "(" not in statement.lstrip("(") else ""

    def _in_call(self, start: int) -> bool:
        """Whether an offset lies within brackets that were opened in its own statement."""
        line = self.source.lines.line_at(start)
        before = self.text[line.start : start]
        opened = sum(map(before.count, "([{")) - sum(map(before.count, ")]}"))
        return opened > 0 and not _DEFINES.match(before)


class _Binding(NamedTuple):
    """What an import binds a name to, the function that sees it (None: all), and its place."""

    path: str
    around: Stretch | None
    named: Named


def _seen(bindings: list[_Binding]) -> tuple[str, ...]:
    """The paths that a name stands for wherever nothing nearer binds it."""
    return tuple(dict.fromkeys(each.path for each in bindings if each.around is None))


def _goes_on(text: str, start: int) -> bool:
    """Whether what stands before an offset is part of the same name, or of its chain."""
    before = text[start - 1 : start]
    return before.isalnum() or before in ("_", ".")


def _fields(literal: str) -> str:
    """A formatted string with nothing left but the expressions in its fields, where they were."""
    left, depth, position = [], 0, 0
    for brace in _BRACE.finditer(literal):
        between = literal[position : brace.start()]
        left.append(_QUOTED.sub(_spaces, between) if depth else " " * len(between))
        left.append(" " * len(brace[0]))
        position = brace.end()
        if brace[0] == "{" or (brace[0] == "{{" and depth):
            depth += len(brace[0])
        elif depth:
            depth = max(0, depth - len(brace[0]))
    return "".join(left) + " " * (len(literal) - position)


def _spaces(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _place(statement: str, word: str, bound: str) -> int:
    """Where in an import statement a name stands; the statement's start if nobody can tell."""
    begin = statement.find("import") + 6
    places = list(_occurrences(statement, word, begin))
    if len(places) > 1 and bound != word:
        return next(
            (at for at in places if _is_bound_as(statement, at + len(word), bound)), places[0]
        )
    return places[0] if places else 0


def _occurrences(text: str, word: str, position: int) -> Iterator[int]:
    """Where a dotted name stands by itself."""
    while (position := text.find(word, position)) >= 0:
        around = text[position - 1 : position] + text[position + len(word) :][:1]
        if not any(sign.isalnum() or sign in "_." for sign in around):
            yield position
        position += len(word)


def _is_bound_as(statement: str, end: int, bound: str) -> bool:
    return _SPACE.sub(" ", statement[end:]).startswith((f" as {bound}", f" as\\{bound}"))


def _width(margin: str) -> int:
    return len(margin.expandtabs()) if "\t" in margin else len(margin)
