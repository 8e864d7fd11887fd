"""`bailiwick api`: what the subsystems offer, recorded in a lock file, and compared."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bailiwick import UserError, public_api
from bailiwick_hooks.terminal.progress import progress

from bailiwick_reports import documents
from bailiwick_reports.asking import configure as configure_asking
from bailiwick_reports.asking import policy_asked, unknown
from bailiwick_reports.writing import give, target

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from bailiwick import ApiEntry, Policy

    from bailiwick_reports.printing import Line
    from bailiwick_reports.writing import Target

EPILOG = """\
examples:
  bailiwick api snapshot                          print what the subsystems and contracts offer
  bailiwick api snapshot libvirt virt-driver      of one subsystem and one contract
  bailiwick api snapshot --output api.lock        write it, to be committed
  bailiwick api diff api.lock                     what the work tree offers otherwise
  bailiwick api diff 34.0.0                       the same against a revision
  bailiwick api diff 33.0.0..34.0.0               between two revisions, nothing is checked out
  bailiwick api diff ../nova-33 ../nova-34        between two folders

docs/api.md says how to read it. `diff` ends with exit code 1 if somebody in the tree may break.
"""
FORMATS = ("text", "json", "markdown")


def configure(parser: ArgumentParser) -> None:
    """Declare what `api` takes."""
    parser.epilog = EPILOG
    parser.add_argument("action", choices=("snapshot", "diff"))
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="snapshot: subsystems and contracts; diff: a lock file, revision or folder, or two",
    )
    configure_asking(parser, FORMATS)


def run(args: Namespace) -> int:
    """Print what is offered, or what is offered otherwise."""
    to = target(args, FORMATS)
    policy = policy_asked(args.policy)
    return _snapshot(policy, args, to) if args.action == "snapshot" else _diff(policy, args, to)


def _snapshot(policy: Policy, args: Namespace, to: Target) -> int:
    from bailiwick_reports.api.lock import written

    known = [*policy.subsystems, *policy.contracts]
    for name in args.names:
        if name not in known:
            raise unknown("subsystem or contract", name, known)
    owners = {*args.names, *(f"contract {name}" for name in args.names)}
    entries = [entry for entry in public_api(policy) if not args.names or entry.owner in owners]
    give(_as_json(entries) if to.kind == "json" else written(entries), to.path)
    return 0


def _as_json(entries: list[ApiEntry]) -> str:
    rows = [
        {
            "owner": entry.owner,
            "symbol": entry.symbol,
            "kind": entry.kind,
            "shown": entry.shown,
            "path": entry.site.path if entry.site else "",
            "line": entry.site.line if entry.site else 0,
        }
        for entry in entries
    ]
    return documents.written({"version": 1, "entries": rows})


def _diff(policy: Policy, args: Namespace, to: Target) -> int:
    from bailiwick_reports.api import pages
    from bailiwick_reports.api.comparing import concerned
    from bailiwick_reports.api.difference import difference
    from bailiwick_reports.states import WORK_TREE

    before, after = _operands(args.names)
    with progress("reading") as told:
        changes = difference(policy, before, after, told)
    called = after or WORK_TREE
    made: str | Iterable[Line] = pages.lines(changes, before, called)
    if to.kind != "text":
        as_text = pages.document if to.kind == "json" else pages.markdown
        made = as_text(changes, before, called)
    give(made, to.path)
    return 1 if any(change.verdict == "breaks" for change in concerned(changes)) else 0


def _operands(names: list[str]) -> tuple[str, str | None]:
    if len(names) == 1 and ".." in names[0] and not os.path.lexists(names[0]):
        first, _, second = names[0].partition("..")
        names = [first or "HEAD", second.lstrip(".") or "HEAD"]
    if not 1 <= len(names) <= 2:
        raise UserError("compare with what? `bailiwick api diff OLD [NEW]`, or OLD..NEW.")
    return names[0], names[1] if len(names) > 1 else None
