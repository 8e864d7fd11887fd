"""A policy for a folder that has none: read, assemble, try, and correct once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tomli
from bailiwick import UserError, check, load_policy

from bailiwick_hooks.proposing.assembling import assemble
from bailiwick_hooks.proposing.ground import Ground, line_of
from bailiwick_hooks.proposing.hacking import from_hacking, is_nova
from bailiwick_hooks.proposing.importlinter import from_importlinter
from bailiwick_hooks.proposing.nouns import Lines, Note, Proposal
from bailiwick_hooks.proposing.owners import Owners
from bailiwick_hooks.proposing.packages import by_packages
from bailiwick_hooks.proposing.roots import beside, source_roots
from bailiwick_hooks.proposing.tach import FILE as TACH
from bailiwick_hooks.proposing.tach import from_tach
from bailiwick_hooks.proposing.writing import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bailiwick import Report

FILE = "bailiwick.toml"


@dataclass(frozen=True, slots=True)
class Proposed:
    """The text of a policy, and what a check under it finds today."""

    text: str
    proposal: Proposal
    report: Report


def propose(root: Path, progress: Callable[[int, int], None] | None = None) -> Proposed:
    """Propose a policy for a folder; nothing in it is written, imported or run.

    Raises UserError where there is no Python to draw lines in.
    """
    proposal = _draft(root)
    report = _try(root, write(proposal), progress)
    dropped, permitted = _drop_missing(root, proposal, report), _permit_more(proposal, report)
    if dropped or permitted:
        report = _try(root, write(proposal), progress)
    return Proposed(write(proposal), proposal, report)


def _draft(root: Path) -> Proposal:
    notes: list[Note] = []
    pyproject = _toml(root, "pyproject.toml", notes)
    tach = _toml(root, TACH, notes)
    ground = Ground(root, source_roots(root, pyproject, tach), beside(root))
    if not any(file.judged for file in ground.tree.files):
        raise UserError(
            f"there is no Python module below {root}, so there are no lines to draw.\n"
            "       Run `bailiwick init` at the top of a project, where its packages lie."
        )
    if is_nova(ground):
        return Proposal(extends=("nova",), read=["nova/virt/driver.py"], notes=notes)
    owners = Owners(ground)
    lines = _lines(ground, pyproject, tach, owners)
    proposal = assemble(ground, lines, owners)
    proposal.notes[:0] = notes
    return proposal


def _lines(
    ground: Ground, pyproject: dict[str, Any], tach: dict[str, Any], owners: Owners
) -> Lines:
    """What the project's other tools draw, together; its packages where they draw nothing."""
    found = [
        from_importlinter(ground, pyproject),
        from_tach(ground, tach, ground.text(TACH) or ""),
        from_hacking(ground),
    ]
    merged = Lines()
    for lines in found:
        merged.modules = {**lines.modules, **merged.modules}
        merged.orders += lines.orders
        merged.siblings += lines.siblings
        merged.barred += lines.barred
        merged.friends |= lines.friends
        merged.uses |= lines.uses
        merged.public |= lines.public
        merged.free += lines.free
        merged.reserved |= lines.reserved
        merged.notes += lines.notes
        merged.read += lines.read
    if not merged.modules or not any(lines.orders or lines.uses or lines.barred for lines in found):
        merged.modules = {**by_packages(ground, owners).modules, **merged.modules}
    return merged


def _toml(root: Path, name: str, notes: list[Note]) -> dict[str, Any]:
    try:
        return tomli.loads((root / name).read_text(encoding="utf-8-sig"))
    except tomli.TOMLDecodeError as error:
        place = getattr(error, "lineno", 1)
        notes.append(Note(f"{name}:{place}", f"cannot be read, so nothing of it is here: {error}"))
    except UnicodeDecodeError as error:
        notes.append(Note(f"{name}:1", f"cannot be read, so nothing of it is here: {error}"))
    except OSError:
        pass
    return {}


def _try(root: Path, text: str, progress: Callable[[int, int], None] | None) -> Report:
    """What a check finds under a policy that is not written yet."""
    path = root / FILE
    policy = load_policy(path, {FILE: text.encode()})
    return check(policy, cache=False, progress=progress)


def _drop_missing(root: Path, proposal: Proposal, report: Report) -> bool:
    """Open no name that another tool exposes and that is not there."""
    missing = {stray.message.split('"')[1] for stray in report.stray}
    for part in proposal.parts:
        gone = [
            entry
            for entry in part.public or ()
            if any(f"{entry}.".startswith(f"{name}.") for name in missing)
        ]
        for entry in gone:
            name = entry.rpartition(":")[2]
            place = f"{TACH}:{line_of((root / TACH).read_text('utf-8-sig', 'replace'), name)}"
            proposal.notes.append(Note(place, f"{name} is exposed, but {entry} is not there"))
        part.public = part.public and [entry for entry in part.public if entry not in gone]
    return bool(missing)


def _permit_more(proposal: Proposal, report: Report) -> bool:
    """Let a subsystem use what it uses in other ways than by an import statement, too."""
    parts = {part.name: part for part in proposal.parts}
    changed = False
    for finding in report.findings:
        user = parts.get(finding.subsystem)
        refused_by_uses = finding.code == "BW101" and " uses " in finding.decided_by
        if user is None or user.uses is None or not refused_by_uses:
            continue
        used = finding.target_subsystem
        if used in parts and used not in proposal.refused.get(user.name, ()):
            user.uses = sorted({*user.uses, used})
            changed = True
    return changed
