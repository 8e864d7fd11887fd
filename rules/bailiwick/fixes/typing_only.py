"""Move an import that only annotations need under `if TYPE_CHECKING:`, where it is allowed."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, TypeGuard

import libcst as cst

from bailiwick.fixes.fix import Fix
from bailiwick.fixes.imports import moved, written_module
from bailiwick.syntax.nodes import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bailiwick.fixes.scene import Scene
    from bailiwick.fixes.source import Change, Item, Source, Statement
    from bailiwick.vocabulary.finding import Finding

_FLAG = "TYPE_CHECKING"
_Case = tuple["Statement", "Item", "Finding", str]


def fixes(source: Source, findings: Sequence[Finding], scene: Scene) -> Iterator[Fix]:
    """Yield one fix for what may be moved unseen, and one for what somebody should look at."""
    cases: dict[bool, list[_Case]] = {}
    for finding in findings:
        place = source.imported(finding)
        if place is None or not (place[0].at_margin and place[0].alone):
            continue
        if scene.permits(source, finding, "typing"):
            doubt = _doubt(source, place[1], scene)
            if doubt is not None:
                cases.setdefault(not doubt, []).append((*place, finding, doubt))
    for chosen in cases.values():
        changes = _changes(source, chosen)
        if changes:
            yield Fix(
                title=f"import {', '.join(item.bound for _, item, _, _ in chosen)}"
                " for type checking only",
                path=source.file.path,
                findings=tuple(finding for _, _, finding, _ in chosen),
                edits=source.edits(changes),
                doubt=chosen[0][3],
            )


def _doubt(source: Source, item: Item, scene: Scene) -> str | None:
    """Why the name might be missed at run time; None: it is needed there, or nowhere."""
    if not _may_be_annotation(source.text, item.bound):
        return None
    found = source.uses[item.bound]
    if found.executed or not found.annotations or found.imported > 1:
        return None
    if found.watched:
        return f"something may evaluate the annotations that name {item.bound}"
    if scene.takers(source.file.module, item.bound):
        return f"other modules seem to take {item.bound} from this one"
    return ""


def _may_be_annotation(text: str, name: str) -> bool:
    """Whether a look at the text leaves it open that annotations which nobody evaluates name it.

    To know for sure takes libcst, and that its time.
    """
    if "annotations" in text and "__future__" in text:
        return True
    name = re.escape(name)
    quoted = rf"""['"][\w.\[\], |]*\b{name}\b"""
    local = rf"\n[ \t]+[\w.]+[ \t]*:[^\n]*\b{name}\b"
    return re.search(f"{quoted}|{local}", text) is not None


def _changes(source: Source, cases: Sequence[_Case]) -> list[Change]:
    by_statement: dict[Statement, list[Item]] = {}
    for statement, item, _, _ in cases:
        by_statement.setdefault(statement, []).append(item)
    changes, lines = [], []
    for statement, items in by_statement.items():
        removal, line = _taken_out(source, statement, items)
        changes += removal
        lines.append(line)
    gone = [each for each, items in by_statement.items() if len(items) == len(each.items)]
    flag, how = _flag(source, gone)
    return [*changes, *how, _guarded(source, flag, how, lines, gone)]


def _taken_out(
    source: Source, statement: Statement, items: Sequence[Item]
) -> tuple[list[Change], str]:
    """The changes that take names out of a statement, and the line that imports them anew."""
    if len(items) == len(statement.items):
        begin, end = source.line_start(statement.start), source.next_line(statement.end)
        return [(begin, end, "")], source.text[statement.start : end].rstrip("\n")
    code = f"from {written_module(source, statement)} import " if statement.is_from else "import "
    code += ", ".join(item.code for item in items)
    (_, _, before), *removal = moved(source, statement, [(code, items)])
    return removal, before.rstrip("\n")


def _guarded(
    source: Source,
    flag: str,
    how: Sequence[Change],
    lines: Sequence[str],
    gone: Sequence[Statement],
) -> Change:
    """The change that puts imports under the first `if TYPE_CHECKING:`, or under a new one."""
    for block in source.tree.body:
        if _is_guard(block) and isinstance(block.body, cst.IndentedBlock):
            parts = block.body.body
            imports = [part for part in parts if _imports_of(part)]
            first = source.extents[id(parts[0])][0]
            # Behind the last import, or before all where there is none.
            at = (
                source.next_line(_end(source, imports[-1])) if imports else source.line_start(first)
            )
            return _inserted(source, at, _indented(lines, source.indent(first)))
    at = source.next_line(_end(source, _header(source)[-1]))
    above = "" if _is_blank_above(source, at, gone, has_flag_import=bool(how)) else "\n"
    below = "\n" if source.text[at : source.next_line(at)].strip() else ""
    body = _indented(lines, source.tree.default_indent)
    return _inserted(source, at, f"{above}if {flag}:\n{body}{below}")


def _is_guard(node: cst.CSTNode) -> TypeGuard[cst.If]:
    return isinstance(node, cst.If) and dotted(node.test).rpartition(".")[2] == _FLAG


def _indented(lines: Sequence[str], indent: str) -> str:
    return "".join(
        f"{indent}{line}\n".replace("\n", f"\n{indent}", line.count("\n")) for line in lines
    )


def _inserted(source: Source, at: int, text: str) -> Change:
    """Lines put where a line starts, or behind the last one, whether it is ended or not."""
    if at == len(source.text) and not source.text.endswith("\n"):
        text = "\n" + text.removesuffix("\n")
    return at, at, text


def _is_blank_above(
    source: Source, at: int, gone: Sequence[Statement], *, has_flag_import: bool
) -> bool:
    """Whether what will be left above a line ends with an empty one."""
    while at:
        before = source.line_start(at - 1)
        if not any(before < statement.end and statement.start < at for statement in gone):
            return not source.text[before:at].strip()
        at = before
    # What brings the flag in is all that will be there, if anything is.
    return not has_flag_import


def _flag(source: Source, gone: Sequence[Statement]) -> tuple[str, list[Change]]:
    """The flag as this module can name it, and the change that imports it if nothing does."""
    extendable: Item | None = None
    for statement in source.statements_at_margin():
        for item in statement.items:
            if not statement.is_from and item.name == "typing":
                return f"{item.bound}.{_FLAG}", []
            if statement.is_from and written_module(source, statement) == "typing":
                if item.name == _FLAG:
                    return item.bound, []
                extendable = extendable or statement.items[0]
    if extendable is not None:
        line = source.line_start(extendable.start)
        alone = not source.text[line : extendable.start].strip()
        gap = f"\n{source.text[line : extendable.start]}" if alone else " "
        return _FLAG, [(extendable.start, extendable.start, f"{_FLAG},{gap}")]
    return _FLAG, [_flag_import(source, gone)]


def _flag_import(source: Source, gone: Sequence[Statement]) -> Change:
    """The change that imports the flag where a sorter would: among those of the library."""
    code = f"from typing import {_FLAG}\n"
    imports = _header(source)
    modules = {id(line): _top_module(line) for line in imports}
    future = [line for line in imports if modules[id(line)] == "__future__"]
    library = [
        line
        for line in imports
        if modules[id(line)] in sys.stdlib_module_names and line not in future
    ]
    smaller = [line for line in library if modules[id(line)] < "typing"]
    if smaller:
        return _inserted(source, source.next_line(_end(source, smaller[-1])), code)
    if library or not future:
        first = (library or imports)[0]
        start = source.line_start(source.extents[id(first)][0])
        only = len(imports) == 1 and any(statement.start >= start for statement in gone)
        return start, start, code if library or only else f"{code}\n"
    return _inserted(source, source.next_line(_end(source, future[-1])), f"\n{code}")


def _header(source: Source) -> list[cst.SimpleStatementLine]:
    """The imports at the margin that stand before all classes and functions; there is one."""
    found: list[cst.SimpleStatementLine] = []
    for part in source.tree.body:
        if isinstance(part, (cst.ClassDef, cst.FunctionDef)) and found:
            break
        if isinstance(part, cst.SimpleStatementLine) and _imports_of(part):
            found.append(part)
    return found


def _imports_of(node: cst.CSTNode) -> list[cst.Import | cst.ImportFrom]:
    parts = node.body if isinstance(node, cst.SimpleStatementLine) else ()
    return [part for part in parts if isinstance(part, (cst.Import, cst.ImportFrom))]


def _top_module(line: cst.SimpleStatementLine) -> str:
    node = _imports_of(line)[0]
    if isinstance(node, cst.ImportFrom):
        return "" if node.relative else dotted(node.module).partition(".")[0]
    return dotted(node.names[0].name).partition(".")[0]


def _end(source: Source, node: cst.CSTNode) -> int:
    return source.extents[id(node)][1]
