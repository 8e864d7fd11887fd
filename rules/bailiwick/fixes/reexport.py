"""Import through the public way that the finding names, under the name that is used here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.fixes.fix import Fix
from bailiwick.fixes.imports import import_code, moved, redirected

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bailiwick.fixes.scene import Scene
    from bailiwick.fixes.source import Change, Item, Source, Statement
    from bailiwick.vocabulary.finding import Finding

# A name of an import, what was found there, and the doubt about leading it elsewhere.
_Case = tuple["Item", "Finding", str]


def fixes(source: Source, findings: Sequence[Finding], scene: Scene) -> Iterator[Fix]:
    """Yield one fix for the names of a statement that may be led elsewhere unseen, one for others.

    Only where the public way leads to the same thing. `import a._b` is left alone, since it
    binds `a`, through which all its uses go.
    """
    cases: dict[tuple[Statement, bool], list[_Case]] = {}
    for finding in findings:
        place = source.imported(finding) if finding.instead else None
        if place is None or not _leads_to_the_same(finding, *place, scene):
            continue
        doubt = _doubt(source, finding, place[0], scene)
        if doubt is not None:
            cases.setdefault((place[0], not doubt), []).append((place[1], finding, doubt))
    for (statement, _), names in cases.items():
        changes = _changes(source, statement, names)
        if changes:
            yield Fix(
                title=_title(names),
                path=source.file.path,
                findings=tuple(finding for _, finding, _ in names),
                edits=source.edits(changes),
                doubt=names[0][2],
            )


def _leads_to_the_same(finding: Finding, statement: Statement, item: Item, scene: Scene) -> bool:
    if not statement.is_from and not item.alias:
        return False
    return ":" in finding.instead and scene.same(finding.target, finding.instead)


def _doubt(source: Source, finding: Finding, statement: Statement, scene: Scene) -> str | None:
    """Why the public way may not be there when the import is executed; None: it is not."""
    module, _, name = finding.instead.partition(":")
    grade = source.grade(statement.start)
    if scene.owner(module) != finding.target_subsystem:
        return f"this module comes to depend on {module}, which is another subsystem's"
    if grade == "typing":
        return ""
    how = scene.binding(module, name)
    if not how:
        return None
    if how == "perhaps":
        return f"{module} may not have {name} at run time"
    if grade == "runtime" and source.file.module in scene.loads(module):
        return f"{module} imports this module, so {name} may not be there yet"
    return ""


def _changes(source: Source, statement: Statement, names: Sequence[_Case]) -> list[Change]:
    by_module: dict[str, dict[Item, str]] = {}
    for item, finding, _ in names:
        module, _, name = finding.instead.partition(":")
        by_module.setdefault(module, {})[item] = name
    if len(by_module) == 1 and len(names) == len(statement.items) == _plain(statement):
        ((module, new_names),) = by_module.items()
        return redirected(source, statement, module, new_names)
    groups = [(import_code(module, items), list(items)) for module, items in by_module.items()]
    return moved(source, statement, groups)


def _plain(statement: Statement) -> int:
    """How many names a statement may have that is led elsewhere as a whole."""
    return 1 if not statement.is_from else len(statement.items)


def _title(names: Sequence[_Case]) -> str:
    parts = [f"{finding.instead} in place of {finding.target}" for _, finding, _ in names]
    return f"import {', '.join(parts)}"
