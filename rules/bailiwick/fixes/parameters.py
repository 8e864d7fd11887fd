"""Call the parameters of an implementation what its contract calls them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from bailiwick.fixes.fix import Fix
from bailiwick.fixes.keywords import passed_at
from bailiwick.fixes.renaming import UnsureError, uses
from bailiwick.index.implementations import nearest
from bailiwick.rules.contract_drift import CODE
from bailiwick.syntax.nodes import children
from bailiwick.syntax.signatures import outlines
from bailiwick.vocabulary.signature import compare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bailiwick.fixes.scene import Scene
    from bailiwick.fixes.source import Change, Source
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.signature import Implementing, Member


def fixes(source: Source, findings: Sequence[Finding], scene: Scene) -> Iterator[Fix]:
    """Yield one fix for each method whose parameters stand where the contract's do, renamed.

    It is safe if no call in the tree can be seen that may pass the old name by keyword to
    something that is called as the method is.
    """
    drifted = [finding for finding in findings if finding.code == CODE]
    functions = _functions(source) if drifted else {}
    for finding in drifted:
        place = source.offset(finding.span.line, finding.span.column)
        function = functions.get(place)
        drift = _drift(source, function, finding, scene) if function is not None else None
        names = drift.renamed() if drift is not None else {}
        if function is None or drift is None or not names:
            continue
        changes = _changes(source, function, names)
        if changes:
            yield Fix(
                title=_title(drift, names),
                path=source.file.path,
                findings=(finding,),
                edits=source.edits(changes),
                doubt=_doubt(drift, names, scene),
                clears=not any(compare(drift.declared, _with(drift, names))),
            )


def _with(drift: Implementing, names: Mapping[str, str]) -> Member:
    parameters = (
        replace(each, name=names.get(each.name, each.name)) for each in drift.given.parameters
    )
    return replace(drift.given, parameters=tuple(parameters))


def _title(drift: Implementing, names: Mapping[str, str]) -> str:
    renamed = ", ".join(f"{old} to {new}" for old, new in names.items())
    return f"rename {renamed} in {drift.owner}, as contract {drift.contract} has it"


def _functions(source: Source) -> dict[int, cst.FunctionDef]:
    """The functions of a module by the offset of their name. Raises UnparsedError."""
    found, waiting = {}, list[cst.CSTNode](source.tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.FunctionDef):
            found[source.extents[id(node.name)][0]] = node
        waiting.extend(children(node))
    return found


def _drift(
    source: Source, function: cst.FunctionDef, finding: Finding, scene: Scene
) -> Implementing | None:
    """The method beside what the contract has, as the finding compares them."""
    implementations, index = scene.judge.court.implementations, scene.index
    module, name = source.file.module, function.name.value
    for path, outline in outlines(source.tree).items():
        for definition in outline.definitions.get(name, ()):
            for contract in scene.policy.contracts.values():
                if definition.node is not function.name:
                    continue
                target = implementations.interface(contract)
                here = (target.module, target.name) if target is not None else None
                if here is None or here not in index.family(module, path):
                    continue
                (owner, cls), declared = implementations.members(contract, here).get(
                    name, (("", ""), ())
                )
                if f"{owner}:{cls}.{name}" == finding.target:
                    given = definition.member
                    return nearest(contract.name, f"{path}.{name}", declared, given)
    return None


def _changes(source: Source, function: cst.FunctionDef, names: Mapping[str, str]) -> list[Change]:
    """The changes that rename parameters in their function; none where that is not sure."""
    head = source.text[slice(*_above(source, function))]
    if any(re.search(rf"\b{re.escape(old)}\b", head) for old in names):
        # A decorator that names a parameter looks for it.
        return []
    try:
        found = uses(function, names)
    except UnsureError:
        return []
    changes = [(*source.extents[id(node)], names[node.value]) for node in found]
    wrong = any(source.text[a:b] not in names for a, b, _ in changes)
    return [] if wrong else changes


def _above(source: Source, function: cst.FunctionDef) -> tuple[int, int]:
    end = source.extents[id(function.name)][0]
    starts = [source.extents[id(each)][0] for each in function.decorators]
    return min(starts, default=end), end


def _doubt(drift: Implementing, names: Mapping[str, str], scene: Scene) -> str:
    """Which call may pass an old name by keyword, "" if none is to be seen."""
    member = drift.owner.rpartition(".")[2]
    for text in scene.mentions(member):
        for old in names:
            place = passed_at(text.text, member, old)
            if place is not None:
                line = text.text.count("\n", 0, place) + 1
                return f"{text.file.path}:{line} may pass {old} by keyword"
    return ""
