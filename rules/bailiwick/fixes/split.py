"""Part the names of one import that are refused from those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.catalogue import GRAPH_RULE
from bailiwick.fixes.fix import Fix
from bailiwick.fixes.imports import moved, written_module

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bailiwick.fixes.scene import Scene
    from bailiwick.fixes.source import Item, Source, Statement
    from bailiwick.vocabulary.finding import Finding


def fixes(source: Source, findings: Sequence[Finding], scene: Scene) -> Iterator[Fix]:  # noqa: ARG001
    """Yield one fix for each import that names both what is refused and what is not.

    Nothing is cleared by it; but a comment, or somebody's hand, can then reach one alone.
    """
    refused: dict[Statement, dict[Item, Finding]] = {}
    for finding in findings:
        # A circle is not broken by the one import at which it is shown.
        place = source.imported(finding) if finding.code != GRAPH_RULE.CODE else None
        if place is not None:
            refused.setdefault(place[0], {})[place[1]] = finding
    for statement, items in refused.items():
        if len(items) < len(statement.items):
            groups = [(_code(source, statement, item), [item]) for item in items]
            changes = moved(source, statement, groups)
            if changes:
                yield Fix(
                    title=f"import {', '.join(item.name for item in items)} separately",
                    path=source.file.path,
                    findings=tuple(items.values()),
                    edits=source.edits(changes),
                    clears=False,
                )


def _code(source: Source, statement: Statement, item: Item) -> str:
    if not statement.is_from:
        return f"import {item.code}"
    return f"from {written_module(source, statement)} import {item.code}"
