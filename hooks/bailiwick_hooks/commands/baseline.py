"""`bailiwick baseline`: record the findings that there are, and let the record only shrink."""

from __future__ import annotations

import datetime
import re
import sys
from argparse import ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from functools import partial
from typing import TYPE_CHECKING

from bailiwick import (
    Baseline,
    UserError,
    baseline_path,
    check,
    load_policy,
    read_baseline,
    write_baseline,
)

from bailiwick_hooks.debt import Debt, debts_document
from bailiwick_hooks.here import seen_from_here
from bailiwick_hooks.targets import by_policy, judged
from bailiwick_hooks.terminal.progress import progress
from bailiwick_hooks.terminal.wording import many

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence
    from pathlib import Path
    from typing import TextIO

    from bailiwick import Finding, Policy, Report

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# New findings that a refusal names one by one.
_SHOWN = 5
_TIP = """\
So that branches merge without conflict, whatever they record and pay, put this into .gitattributes:
    {} merge=union"""

EPILOG = """\
examples:
  bailiwick baseline write                       record all that there is, once
  bailiwick baseline write --until 2027-06-30    record it, to be reported again after that day
  bailiwick baseline shrink                      take out what has been put right
  bailiwick baseline show                        by subsystem, owner and age
  bailiwick baseline write --grow --reason "moved from the other tree" nova/virt/zvm

The baseline is bailiwick-baseline.toml beside the policy; commit it. `bailiwick check` does not
report what stands in it. With paths, nothing outside them is added or taken out.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare what `baseline` and its actions take."""
    parser.epilog = EPILOG
    actions = parser.add_subparsers(
        dest="action", metavar="write|shrink|show", required=True, title="actions"
    )

    def action(name: str, purpose: str) -> ArgumentParser:
        description = f"{purpose[0].upper()}{purpose[1:]}."
        added = actions.add_parser(
            name, help=purpose, description=description, formatter_class=RawDescriptionHelpFormatter
        )
        added.add_argument(
            "paths", nargs="*", metavar="PATH", help="files and folders (default: .)"
        )
        added.add_argument("--policy", metavar="FILE", help="use this policy, whatever lies nearer")
        return added

    write = action("write", "record the findings that there are")
    write.add_argument("--reason", default="", metavar="TEXT", help="why they are let be for now")
    write.add_argument("--until", type=_day, metavar="DAY", help="the last day on which they are")
    write.add_argument(
        "--grow", action="store_true", help="add to what is recorded already; needs --reason"
    )
    shrink = action("shrink", "take out what is no longer there")
    for each in (write, shrink):
        each.add_argument(
            "--no-cache", action="store_true", help="neither read nor write the cache"
        )
    show = action("show", "say what is recorded: by subsystem, owner and age")
    show.add_argument("--format", choices=("text", "json"), default="text", help="(default: text)")


def _day(text: str) -> datetime.date:
    try:
        day = datetime.date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day: write it as 2027-06-30") from None
    if day < datetime.date.today():
        raise ArgumentTypeError(f"{text} is over already")
    return day


def run(args: Namespace) -> int:
    """Do what is asked, and say what has come of it."""
    return {"write": _write, "shrink": _shrink, "show": _show}[args.action](args)


def begin(policy: Path, *, out: TextIO) -> None:
    """Record all that is found under a policy, as `baseline write` does, and say so on `out`."""
    write = {"action": "write", "paths": [str(policy.parent)], "policy": str(policy)}
    grant = {"reason": "", "until": None, "grow": False, "no_cache": False}
    _write(Namespace(**write, **grant), out)


def _write(args: Namespace, out: TextIO | None = None) -> int:
    if args.grow and not args.reason.strip():
        raise UserError("--grow adds debt, so it needs --reason: why is it let be for now?")
    today, plans = datetime.date.today(), []
    for report in _reports(args):
        known = read_baseline(report.policy)
        shrunk = (known or Baseline()).without(report.vanished)
        is_gone = partial(_is_gone, report.policy.root)
        shrunk, new = shrunk.following(report.vanished, report.findings, is_gone)
        if known is not None and new and not args.grow:
            raise UserError(_refusal(report, new))
        if known is not None or new:
            written = shrunk.grown(new, today, args.until, args.reason)
            plans.append((report.policy, known, written))
    for policy, known, written in plans:
        write_baseline(policy, written)
        told = f"{_shown(policy)}: {_difference(known or Baseline(), written)}."
        # Before the tip also where both streams lead to one place.
        print(told, file=out, flush=True)
        if known is None and _wants_union(baseline_path(policy)):
            print(_TIP.format(baseline_path(policy).name), file=sys.stderr)
    if not plans:
        print("There is nothing to record: no finding, and no baseline.", file=out)
    return 0


def _is_gone(root: Path, path: str) -> bool:
    return path != "" and not (root / path).exists()


def _refusal(report: Report, new: Sequence[Finding]) -> str:
    """Why a baseline is not written that would grow."""
    seen = seen_from_here(report.policy.root)
    lines = [
        f"{seen(each.path)}:{each.span.line}: {each.code} {each.message}" for each in new[:_SHOWN]
    ]
    if len(new) > _SHOWN:
        lines.append(f"and {len(new) - _SHOWN:,} more")
    listed = "\n       ".join(lines)
    return (
        f"{_shown(report.policy)} may only shrink, and {many(len(new), 'finding')} would be new:\n"
        f"       {listed}\n"
        f"       Put them right. If they must be let be for now, say why: "
        f'`bailiwick baseline write --grow --reason "…"`.'
    )


def _shrink(args: Namespace) -> int:
    plans = []
    for report in _reports(args):
        known = _known(report.policy)
        plans.append((report.policy, known, known.without(report.vanished)))
    for policy, known, shrunk in plans:
        changed = write_baseline(policy, shrunk)
        order = "put in order, " if changed and known == shrunk else ""
        print(f"{_shown(policy)}: {order}{_difference(known, shrunk)}.")
    return 0


def _difference(before: Baseline, after: Baseline) -> str:
    """What has been recorded and taken out, and how much there is now."""
    counts = {key: entry.count for key, entry in before.entries.items()}
    more = sum(max(entry.count - counts.get(key, 0), 0) for key, entry in after.entries.items())
    less = before.total + more - after.total
    recorded = f"{many(more, 'finding')} recorded" if more else ""
    paid = f"{many(less, 'finding')} taken out" if less else ""
    done = ", ".join(filter(None, (recorded, paid))) or "nothing new, nothing gone"
    return f"{done}; {after.total:,} in all" if after.total else f"{done}; the file may go"


def _show(args: Namespace) -> int:
    debts = []
    for path, paths in by_policy(args.paths or ["."], args.policy).items():
        policy = load_policy(path)
        debts.append(Debt.of(policy, _known(policy), paths, datetime.date.today()))
    if args.format == "json":
        import json

        print(json.dumps(debts_document(debts), indent=1))
    else:
        print("\n\n".join("\n".join(debt.lines()) for debt in debts))
    return 0


def _known(policy: Policy) -> Baseline:
    baseline = read_baseline(policy)
    if baseline is None:
        raise UserError(
            f"there is no baseline {_shown(policy)}; `bailiwick baseline write` makes one."
        )
    return baseline


def _reports(args: Namespace) -> list[Report]:
    with progress() as told:
        judge = partial(check, cache=not args.no_cache, progress=told)
        groups = by_policy(args.paths or ["."], args.policy)
        return list(judged(groups, judge, nested=args.policy is None))


def _shown(policy: Policy) -> str:
    return seen_from_here(policy.root)(policy.baseline)


def _wants_union(path: Path) -> bool:
    """Whether git keeps the file, and has not been told to keep both sides' lines in a merge."""
    import subprocess

    asked = ["git", "check-attr", "merge", "--", path.name]
    try:
        told = subprocess.run(asked, cwd=path.parent, capture_output=True, text=True)
    except OSError:
        return False
    return told.returncode == 0 and not told.stdout.rstrip().endswith(": union")
