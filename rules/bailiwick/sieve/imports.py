"""Every import statement of a text, read without a parser."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from bailiwick.vocabulary.naming import IMPORTERS

_FROM = re.compile(
    r"from[ \t\f\\\n]*(\.[. \t\f]*)?([\w.]*(?:[ \t\f\\\n]+[\w.]+)*?)"
    r"[ \t\f\\\n]*import\b[ \t\f]*(.*)",
    re.DOTALL,
)
_is_plain_from = re.compile(r"from [\w.]+ \Z").match
_SPACES = re.compile(r"[ \t\f\n\\]+")
_COMMENT = re.compile(r"#[^\n]*")
_BEFORE = re.compile(r"(?:^|[;:\n]|\\\n)[ \t\f]*(?:from[ \t\f\\\n]*[\w. \t\f]*[ \t\f\\\n]*)?$")
# How far a line is followed to its ends. Where one is longer, what stands in it is looked for
# again from each word in it, and that must not take for ever.
_FAR = 100_000
# How far before the word `import` its statement may begin.
_NEAR = 1_000
_DYNAMIC = re.compile(rf"(?:{'|'.join(sorted(IMPORTERS))})[ \t\n]*\(")


class Imported(NamedTuple):
    """One name of an import statement.

    `import a.b as c` is module `a.b`, name None, bound `c`; `import a.b` binds `a`.
    `from ..a import b` is level 2, module `a`, name `b`, bound `b`; a star binds `*`.
    """

    module: str
    level: int
    name: str | None
    bound: str

    def absolute(self, package: str) -> str | None:
        """The module named, seen from a package; None where the dots lead out of the tree."""
        if not self.level:
            return self.module
        parts = package.split(".") if package else []
        if self.level > len(parts):
            return None
        parts = parts[: len(parts) - self.level + 1]
        return ".".join([*parts, self.module] if self.module else parts)

    def path(self, package: str) -> str | None:
        """The dotted path that the name is bound to, seen from a package; a star ends it."""
        base = self.absolute(package)
        if base is None or self.name is not None:
            return None if base is None else f"{base}.{self.name}"
        top = base.partition(".")[0]
        return top if self.bound == top else base


class ImportText(NamedTuple):
    """An import statement as it stands: the offset of its first letter, and its text."""

    start: int
    text: str


def import_statements(text: str) -> tuple[list[ImportText], list[int]]:
    """What looks like an import statement, and the offsets of calls that import by a string."""
    statements: list[ImportText] = []
    dynamic: list[int] = []
    find, position = text.find, 0
    while (position := find("import", position)) >= 0:
        after = text[position + 6 : position + 7]
        if after and after in "_(\t\n " and (after == "_" or text[position - 1 : position] == "_"):
            begin = position - 2 if text.startswith("__", position - 2) else position
            begin = position - 4 if text.startswith("try_", position - 4) else begin
            if call := _DYNAMIC.match(text, max(begin, 0)):
                dynamic.append(call.start())
        elif after and after in " \t(\\*\f":
            line = text.rfind("\n", position - _FAR if position > _FAR else 0, position) + 1
            end = find("\n", position, position + _FAR)
            end = min(position + _FAR, len(text)) if end < 0 else end
            plain = line == position or _is_plain_from(text, line, position)
            one_line = find("(", position, end) < 0 and text[end - 1] != "\\"
            if plain and one_line and text[line - 2 : line] != "\\\n":
                # By far the most: a statement at the margin that ends with its line.
                statements.append(ImportText(line, text[line:end]))
            elif (start := _statement_start(text, line, position)) >= 0:
                statements.append(ImportText(start, text[start : _statement_end(text, position)]))
        position += 6
    return statements, dynamic


def _statement_start(text: str, line: int, position: int) -> int:
    near = max(line, position - _NEAR)
    head = text[near:position]
    bare = head.strip()
    if not bare and text[line - 2 : line] != "\\\n":
        return position
    if line == near and bare.startswith("from") and bare.count(" ") <= 1 and bare[4:5] in " \t.":
        return line + len(head) - len(head.lstrip())
    if "#" in bare:
        return -1
    while text[line - 2 : line] == "\\\n" and position - line < _NEAR:
        line = text.rfind("\n", 0, line - 2) + 1
    near = max(line, position - _NEAR)
    before = _BEFORE.search(text[near:position])
    if not before or (before.start() == 0 and near > line and text[near] not in ";:"):
        return -1
    begin = near + before.start()
    while text[begin] in ";: \t\f\n\\":
        begin += 1
    return begin


def _statement_end(text: str, position: int) -> int:
    end = _line_end(text, position)
    opened = text.find("(", position, end)
    if (opened >= 0 and text[position + 6 : opened].isspace()) or text[position + 6] == "(":
        begin = position
        while ")" not in _COMMENT.sub("", text[begin:end]) and end < len(text):
            begin, end = end, _line_end(text, end + 1)
        return end
    while text[end - 1] == "\\" and end < len(text):
        end = _line_end(text, end + 1)
    return end


def _line_end(text: str, position: int) -> int:
    limit = position + _FAR
    end = text.find("\n", position, limit)
    return min(limit, len(text)) if end < 0 else end


@cache
def parse_import(statement: str) -> tuple[Imported, ...]:
    """The names of an import statement; more than there are where a comment or `;` follows."""
    text = _COMMENT.sub("", statement)
    if found := _FROM.match(text):
        dots, module, names = found.groups()
        level = dots.count(".") if dots else 0
        # There may be white space around dots.
        module = _SPACES.sub("", module)
        names = names.partition(")")[0].strip("( ") if names[:1] == "(" else names.partition(";")[0]
        pairs = [_SPACES.sub(" ", part).strip().split(" as ") for part in names.split(",")]
        return tuple(
            Imported(module, level, pair[0].strip(), pair[-1].strip()) for pair in pairs if pair[0]
        )
    names = text[6:].partition(";")[0]
    return tuple(
        _plain(_SPACES.sub(" ", part).strip()) for part in names.split(",") if part.strip()
    )


def _plain(part: str) -> Imported:
    module, _, bound = part.partition(" as ")
    module = module.replace(" ", "")
    return Imported(module, 0, None, bound.strip() or module.partition(".")[0])
