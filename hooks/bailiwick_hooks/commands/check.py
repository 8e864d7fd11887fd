"""`bailiwick check`: judge files under the policies that govern them."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentTypeError
from contextlib import redirect_stdout
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bailiwick import UserError, check, load_policy

from bailiwick_hooks import changes, outputs
from bailiwick_hooks.formats import FORMATS
from bailiwick_hooks.here import place_seen, seen_from_here
from bailiwick_hooks.outcome import Excuse, Outcome
from bailiwick_hooks.targets import by_policy, judged
from bailiwick_hooks.terminal import color
from bailiwick_hooks.terminal.policies import governing, named_policy
from bailiwick_hooks.terminal.progress import progress

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator

    from bailiwick import Definition, Finding, Report

EPILOG = """\
examples:
  bailiwick check                            everything below this folder
  bailiwick check nova/virt nova/compute     two folders
  bailiwick check --select BW1 --statistics  only the rules on imports, counted
  bailiwick check --diff                     what --fix would change
  bailiwick check --format json > found.json for programs (see docs/cli.md)
  bailiwick check --output sarif=out.sarif --output github
  git show :a/b.py | bailiwick check --stdin-filename a/b.py

The policy is the nearest bailiwick.toml, or pyproject.toml with [tool.bailiwick], in or above
the folder of each file. Exit code 1 means findings of severity error; with --strict, any.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare what `check` takes."""
    parser.epilog = EPILOG
    parser.set_defaults(stdin=None)
    what = parser.add_argument_group("what to judge")
    what.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: .)")
    what.add_argument(
        "--stdin-filename", metavar="PATH", help="judge the text on stdin as if it were this file"
    )
    changes.configure(what)
    what.add_argument("--policy", metavar="FILE", help="use this policy, whatever lies nearer")
    how = parser.add_argument_group("how to judge")
    how.add_argument(
        "--exhaustive", action="store_true", help="parse every file whole: slow, the same findings"
    )
    how.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")
    how.add_argument(
        "--jobs", type=_jobs, metavar="N", help="use at most N processes (default: as it pays off)"
    )
    _add_fixes(parser.add_argument_group("what to put right").add_argument)
    said = parser.add_argument_group("what to say")
    said.add_argument("--format", choices=FORMATS, help="what to print (default: text)")
    said.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="FORMAT[=PATH]",
        help="give the outcome in this format, too, to stdout or a file; may be repeated",
    )
    add_selectors(said.add_argument)
    said.add_argument(
        "--statistics", action="store_true", help="count by rule instead of listing the findings"
    )
    said.add_argument("--strict", action="store_true", help="warnings and infos give exit 1 too")
    said.add_argument("--color", choices=color.CHOICES, default="auto", help="(default: auto)")


def add_selectors(add_argument: Callable[..., object]) -> None:
    """Declare `--select` and `--ignore`."""
    for flag, purpose in (("--select", "say only these"), ("--ignore", "do not say these")):
        add_argument(
            flag,
            action="append",
            default=[],
            metavar="CODES",
            help=f"{purpose} rules: codes, beginnings of codes (BW2) or names, with commas between",
        )


def _add_fixes(add_argument: Callable[..., object]) -> None:
    for flag, purpose in (
        ("--fix", "apply what fixes there are, then say what is left"),
        ("--diff", "show what --fix would change, and change nothing"),
        ("--unsafe-fixes", "with --fix or --diff: also fixes that somebody should look at"),
    ):
        add_argument(flag, action="store_true", help=purpose)


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no number of processes: 1 or more")
    return int(text)


def run(args: Namespace) -> int:
    """Judge, print, and return 1 if what was found is to fail the run."""
    started = time.time()
    keeps = _selection(args)
    goals = outputs.wanted(args.output, args.format, statistics=args.statistics)
    if args.fix or args.diff or args.unsafe_fixes:
        from bailiwick_hooks import fixing

        judged = partial(_reports, args)
        if args.diff:
            return fixing.preview(args, keeps, judged)
        reports = fixing.fix(args, keeps, judged)
    else:
        reports = _reports(args)
    outcome = replace(
        _outcome(reports, keeps),
        strict=args.strict,
        started=started,
        reach=changes.reach(args),
        definitions=_definitions(reports) if outputs.show_definitions(goals) else {},
    )
    for stray in dict.fromkeys(stray for report in reports for stray in report.stray):
        sys.stderr.write(f"warning: {stray}\n")
    # What is fixed on stdin has stdout for itself.
    aside = args.fix and args.stdin_filename is not None
    with redirect_stdout(sys.stderr if aside else sys.stdout):
        outputs.write(goals, outcome, args.color)
    return outcome.exit_code


def _selection(args: Namespace) -> Callable[[Finding], bool] | None:
    """Return the test for what is to be said; None for everything.

    A warm run without `--select` and `--ignore` never imports the rules.
    """
    if not args.select and not args.ignore:
        return None
    from bailiwick import RULES

    from bailiwick_hooks.selection import Selection

    names = {code: rule.NAME for code, rule in RULES.items()}
    selection = Selection(args.select, args.ignore, names)
    return lambda finding: selection.keeps(finding.code)


def _reports(args: Namespace) -> list[Report]:
    changes.refuse_two(args)
    if args.stdin_filename is not None:
        return [_stdin_report(args)]
    with progress() as told:
        options: dict[str, Any] = {
            "cache": not args.no_cache,
            "jobs": args.jobs,
            "exhaustive": args.exhaustive,
            "progress": told,
        }
        if args.staged:
            return changes.staged_reports(args, **options)
        judge = partial(changes.judging(args) if args.since or args.patch else check, **options)
        groups = by_policy(args.paths or ["."], args.policy)
        return list(judged(groups, judge, changes.loader(args), nested=args.policy is None))


def _stdin_report(args: Namespace) -> Report:
    if args.paths:
        raise UserError("--stdin-filename judges the text on stdin alone; give no paths with it.")
    path = Path(os.path.abspath(args.stdin_filename))  # noqa: PTH100 - keeps symlinks
    if path.suffix != ".py" or path.is_dir():
        raise UserError(f"--stdin-filename {args.stdin_filename} is no name of a Python file.")
    policy = named_policy(args.policy, [path]) if args.policy else governing(path)
    if args.stdin is None:
        args.stdin = sys.stdin.buffer.read()
    return check(
        load_policy(policy),
        paths=[path],
        cache=not args.no_cache,
        exhaustive=args.exhaustive,
        stdin=(path, args.stdin),
    )


def _from_here(report: Report) -> Callable[[Finding], Finding]:
    """Return what turns the paths in a finding into what they are called from here."""
    seen = seen_from_here(report.policy.root)
    if seen is str:
        return lambda finding: finding
    return lambda finding: replace(
        finding, path=seen(finding.path), decided_by=place_seen(finding.decided_by, seen)
    )


def _outcome(reports: list[Report], keeps: Callable[[Finding], bool] | None) -> Outcome:
    """Return what was found over all policies, as far as it is to be said, by place."""
    findings: list[Finding] = []
    excused: list[tuple[Finding, Excuse]] = []
    for report in reports:
        here = _from_here(report)
        findings += filter(keeps, map(here, report.findings))
        excused += [
            (here(finding), excuse)
            for finding, excuse in _excuses(report)
            if keeps is None or keeps(finding)
        ]
    if len(reports) > 1:
        findings.sort(key=lambda found: found.place)
    excused.sort(key=lambda each: each[0].place)
    files = sum(report.files for report in reports)
    return Outcome(tuple(findings), files, excused=tuple(excused))


def _excuses(report: Report) -> Iterator[tuple[Finding, Excuse]]:
    """The findings that are not reported, each with what allows it."""
    recorded = Excuse("external", "recorded in the baseline")
    for each in report.suppressed:
        yield each.finding, Excuse("inSource", each.reason)
    for finding in report.recorded:
        yield finding, recorded


def _definitions(reports: list[Report]) -> dict[tuple[str, str], Definition]:
    """Where the targets of findings are defined, by path and target, the paths seen from here."""
    from bailiwick import definitions

    found: dict[tuple[str, str], Definition] = {}
    for report in reports:
        seen = seen_from_here(report.policy.root)
        everything = [*report.findings, *(finding for finding, _ in _excuses(report))]
        places = definitions(report.policy, (each.target for each in everything))
        shown = {target: replace(it, path=seen(it.path)) for target, it in places.items()}
        found |= {
            (seen(each.path), each.target): shown[each.target]
            for each in everything
            if each.target in shown
        }
    return found
