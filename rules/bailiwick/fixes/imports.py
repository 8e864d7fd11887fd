"""Names taken out of an import statement, or led elsewhere, by changes as small as can be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bailiwick.fixes.source import Change, Item, Source, Statement

_COMMENT = re.compile(r"#[^\n]*")
_REST_OF_LINE = re.compile(r"[ \t\f]*,?[ \t\f]*(?:#[^\n]*)?\n")
_COMMA = re.compile(r"[ \t\f]*,?")
# Comments that speak to a tool, and of every statement that comes of theirs.
_DIRECTIVE = re.compile(r"#\s*(?:noqa|nopep8|type:|ty:|pyright:|pylint:|isort:|pragma:|mypy:|fmt:)")


def import_code(module: str, names: Mapping[Item, str]) -> str:
    """The statement that imports names of a module, each called as the item that it is for."""
    return f"from {module} import {', '.join(renamed(item, to) for item, to in names.items())}"


def renamed(item: Item, name: str) -> str:
    """What binds the same as an item does, for a thing of that name."""
    if name == item.bound and item.name != item.alias:
        return name
    return f"{name} as {item.bound}"


def moved(
    source: Source, statement: Statement, groups: Sequence[tuple[str, Sequence[Item]]]
) -> list[Change]:
    """The changes after which statements of their own import some of a statement's names.

    Each group is the code of such a statement and the names that it stands for. Comments beside
    a name go with it. None where there is no room for these, or the order of the names matters.
    """
    taken = {item for _, items in groups for item in items}
    if _order_matters(statement):
        return []
    stretches = dict(_stretches(source, statement, taken))
    remarks = {item: _remarks(source, *stretch) for item, stretch in stretches.items()}
    if any(remarks.values()) and not statement.alone:
        return []
    trailing = _trailing_directive(source, statement)
    lines = []
    for code, items in groups:
        remark = "  ".join(filter(None, (remarks.get(item) for item in items)))
        lines.append(f"{code}  {remark or trailing}".rstrip() if statement.alone else code)
    parting = f"\n{source.indent(statement.start)}" if statement.alone else "; "
    if len(taken) == len(statement.items):
        # What stands behind the statement stays there.
        lines[-1] = lines[-1].removesuffix(trailing).rstrip()
        return [(statement.start, statement.end, parting.join(lines))]
    before = "".join(line + parting for line in lines)
    return [
        (statement.start, statement.start, before),
        *((begin, end, "") for begin, end in stretches.values()),
    ]


def _order_matters(statement: Statement) -> bool:
    """Whether two names of a statement bind the same, so that the last one wins."""
    # However many modules of a package are imported, its name stands for the package.
    plain = not statement.is_from
    packages = {item.bound for item in statement.items if plain and not item.alias}
    others = [item.bound for item in statement.items if not plain or item.alias]
    return len({*others} - packages) < len(others)


def redirected(
    source: Source, statement: Statement, module: str, names: Mapping[Item, str]
) -> list[Change]:
    """The changes after which a statement imports all its names from another module."""
    if not statement.is_from:
        return [(statement.start, statement.end, import_code(module, names))]
    changes = [_led_to(source, statement, module)]
    for item in statement.items:
        name = names[item]
        if name != item.name:
            changes.append((item.start, item.end, renamed(item, name)))
    return changes


def written_module(source: Source, statement: Statement) -> str:
    """The module of a `from` import as it is written, dots and all."""
    begin, end = statement.module
    return "".join(source.text[begin:end].replace("\\\n", "").split())


def _led_to(source: Source, statement: Statement, module: str) -> Change:
    begin, end = statement.module
    before = "" if source.text[begin - 1] in " \t\f\n" else " "
    after = "" if source.text[end] in " \t\f\\\n" else " "
    return begin, end, before + module + after


def _trailing_directive(source: Source, statement: Statement) -> str:
    """The comment behind a statement, if it speaks to a tool."""
    rest = source.text[statement.end : source.next_line(statement.end)]
    found = _COMMENT.search(rest)
    return found[0].rstrip() if found and _DIRECTIVE.match(found[0]) else ""


def _remarks(source: Source, begin: int, end: int) -> str:
    return "  ".join(_COMMENT.findall(source.text[begin:end]))


def _stretches(
    source: Source, statement: Statement, taken: set[Item]
) -> Iterator[tuple[Item, tuple[int, int]]]:
    """What has to go with the taken names, so that the rest is still a statement.

    A name that has its line to itself goes with that line, others with their neighbours.
    """
    own = {item: _own_lines(source, statement, item) for item in taken}
    lines = {item: stretch for item, stretch in own.items() if stretch is not None}
    yield from lines.items()
    run: list[Item] = []
    for item in (*statement.items, None):
        if item in taken and item not in lines:
            run.append(item)
        elif run:
            yield run[0], _stretch(source, statement.items, run, lines)
            run = []


def _own_lines(source: Source, statement: Statement, item: Item) -> tuple[int, int] | None:
    """The lines of a name inside parentheses that shares them with no other."""
    text = source.text
    begin, end = source.line_start(item.start), source.next_line(item.end)
    if (
        text[statement.end - 1] != ")"
        or begin <= statement.start
        or text[begin : item.start].strip()
    ):
        return None
    return (begin, end) if _REST_OF_LINE.fullmatch(text, item.end, end) else None


def _stretch(
    source: Source,
    items: Sequence[Item],
    run: Sequence[Item],
    lines: Mapping[Item, tuple[int, int]],
) -> tuple[int, int]:
    text, first, last = source.text, items.index(run[0]), items.index(run[-1])
    if last + 1 < len(items):
        following = items[last + 1]
        return run[0].start, lines[following][0] if following in lines else following.start
    if first == 0:
        return run[0].start, run[-1].end
    before = items[first - 1]
    begin = lines[before][1] if before in lines else before.end
    if "#" not in text[begin : run[0].start]:
        return begin, run[-1].end
    # The comment is that of the name before.
    comma = _COMMA.match(text, run[-1].end)
    return run[0].start, comma.end() if comma else run[-1].end
