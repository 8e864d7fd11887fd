"""`bailiwick init`: propose a policy for a project that has none, and write it if it is wanted."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import Baseline, UserError, baseline_path, find_policy

from bailiwick_hooks.commands import baseline
from bailiwick_hooks.terminal import color
from bailiwick_hooks.terminal.progress import progress
from bailiwick_hooks.terminal.wording import many

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bailiwick import Report

    from bailiwick_hooks.proposing.propose import Proposed

EPILOG = """\
examples:
  bailiwick init              look, propose, ask, write bailiwick.toml
  bailiwick init --dry-run    print the proposal and write nothing
  bailiwick init --yes        ask nothing: for scripts
  bailiwick init --yes --no-baseline    and let today's findings be reported

It is made of the packages and their imports, CODEOWNERS, and the lines that import-linter, tach or
OpenStack's hacking checks hold already. Nothing of the project is imported or run.
What crosses a line today can be recorded in bailiwick-baseline.toml; what is new is reported.
"""
FILE = "bailiwick.toml"
HOOK = """\
  - repo: local
    hooks:
      - id: bailiwick
        name: bailiwick
        entry: bailiwick check --staged
        language: system
        types_or: [python]
        always_run: true
        require_serial: true
"""


def configure(parser: ArgumentParser) -> None:
    """Declare what `init` takes."""
    parser.epilog = EPILOG
    parser.add_argument("folder", nargs="?", default=".", help="of the project (default: .)")
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--dry-run", action="store_true", help="print the policy, write nothing")
    parser.add_argument(
        "--no-baseline", action="store_true", help="do not record what is found today"
    )
    parser.add_argument("--color", choices=color.CHOICES, default="auto", help="(default: auto)")


def run(args: Namespace) -> int:
    """Propose, show, ask, write."""
    root = Path(os.path.abspath(args.folder))  # noqa: PTH100 - keeps symlinks
    _refuse(root, args)
    from bailiwick_hooks.proposing.propose import propose

    with progress() as told:
        proposed = propose(root, told)
    if args.dry_run:
        sys.stdout.write(proposed.text)
        _say(_left_over(proposed))
        _say(_findings(proposed.report))
        return 0
    if not args.yes:
        _show(proposed.text, colored=color.wanted(args.color, sys.stdout))
    _say(_left_over(proposed))
    _say(_findings(proposed.report))
    if not args.yes and not _agrees(f"Write this to {root / FILE}?"):
        _say("Nothing was written.")
        return 0
    _write(root / FILE, proposed.text)
    _say(f"Wrote {root / FILE}.")
    owed = _recordable(proposed.report) and not _record(root, proposed.report, args)
    _say(_next_steps(root, owed=owed))
    return 0


def _recordable(report: Report) -> bool:
    return bool(Baseline().recordable(report.findings))


def _record(root: Path, report: Report, args: Namespace) -> bool:
    """Record what is found today, if that is wanted; says whether it is recorded."""
    path = baseline_path(report.policy)
    if args.no_baseline or path.exists():
        return False
    question = f"Record what is found today in {path.name}, so that only what is new is reported?"
    if not args.yes and not _agrees(question):
        return False
    baseline.begin(root / FILE, out=sys.stderr)
    return True


def _refuse(root: Path, args: Namespace) -> None:
    if not root.is_dir():
        raise UserError(f"{args.folder} is no folder.")
    policy = find_policy(root)
    if policy is not None and policy.parent == root:
        raise UserError(
            f"{policy} is a policy already; it stays as it is. `bailiwick check` uses it."
        )
    if policy is not None:
        raise UserError(
            f"{policy} governs this folder already, and stays as it is.\n"
            f"       If the folder is to have a policy of its own, begin a {FILE} in it by hand."
        )
    if not (args.yes or args.dry_run or sys.stdin.isatty()):
        raise UserError(
            "there is no terminal on which to ask. `--yes` writes without asking, "
            "`--dry-run` prints the proposal."
        )


def _show(text: str, *, colored: bool) -> None:
    if not colored:
        sys.stdout.write(text)
        return
    from rich.console import Console
    from rich.syntax import Syntax

    Console(force_terminal=True).print(Syntax(text, "toml", background_color="default"))


def _agrees(question: str) -> bool:
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _write(path: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            try:
                file.write(text)
                file.flush()
            except BaseException:
                path.unlink(missing_ok=True)
                raise
    except FileExistsError:
        raise UserError(f"{path} has come to be meanwhile; it stays as it is.") from None
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror or error}") from None


def _left_over(proposed: Proposed) -> str:
    notes = proposed.proposal.notes
    if not notes:
        return ""
    return "\n".join(["Not taken over as it was:", *(f"  {note}" for note in notes)])


def _findings(report: Report) -> str:
    found = Counter(each.code for each in report.findings)
    if not found:
        return f"Under this policy all {report.files:,} files are clean."
    counted = ", ".join(f"{count:,} {code}" for code, count in sorted(found.items()))
    noun = "finding is" if found.total() == 1 else "findings are"
    failing = sum(each.severity == "error" for each in report.findings)
    errors = f", {failing or 'none'} of them errors" if failing < found.total() else ""
    return (
        f"Under this policy {found.total():,} {noun} there already{errors}, in "
        f"{many(report.files, 'file')}: {counted}."
    )


def _next_steps(root: Path, *, owed: bool) -> str:
    steps = ["", "Next:", "  bailiwick check             what crosses a line today"]
    if owed:
        steps.append("  bailiwick baseline write    record that, so that only what is new is said")
    else:
        steps[-1] = "  bailiwick check             what crosses a line, from today on"
    steps.append("  bailiwick prove             whether each line is held in your setup")
    config = root / ".pre-commit-config.yaml"
    if not config.is_file() or "bailiwick" not in config.read_text("utf-8", "replace"):
        where = "add under `repos:` in" if config.is_file() else "begin with `repos:` a file"
        steps += ["", f"For pre-commit, {where} .pre-commit-config.yaml:", "", HOOK.rstrip()]
    return "\n".join(steps)


def _say(words: str) -> None:
    """Tell a person; stdout is the policy's."""
    if words:
        sys.stderr.write(f"{words}\n")
