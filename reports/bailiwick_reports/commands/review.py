"""`bailiwick review`: what of a series of commits is not its submitters' own affair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick import UserError
from bailiwick_hooks.terminal.progress import progress

from bailiwick_reports.asking import configure as configure_asking
from bailiwick_reports.asking import policy_asked, unknown
from bailiwick_reports.writing import give, target

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from bailiwick_reports.printing import Line
    from bailiwick_reports.review.nouns import Review

EPILOG = """\
examples:
  bailiwick review origin/master..libvirt-next                   the review of a pull
  bailiwick review v1..v2 --subsystem libvirt --format markdown  for a merge request or Gerrit
  bailiwick review origin/master..HEAD --output review.html

Nothing is checked out: both states are read from git. docs/review.md says how to read it.
"""
FORMATS = ("text", "json", "markdown", "html")


def configure(parser: ArgumentParser) -> None:
    """Declare what `review` takes."""
    parser.epilog = EPILOG
    parser.add_argument("range", metavar="BASE..HEAD", help="the commits of HEAD that BASE lacks")
    parser.add_argument(
        "--subsystem",
        metavar="NAME",
        help="whose pull it is (default: the subsystem with the most changed lines)",
    )
    configure_asking(parser, FORMATS)


def run(args: Namespace) -> int:
    """Print the review."""
    to = target(args, FORMATS)
    policy = policy_asked(args.policy)
    base, dots, head = args.range.partition("..")
    if not dots:
        raise UserError(f"which commits? Write BASE..HEAD, such as {args.range}..HEAD.")
    if args.subsystem is not None and args.subsystem not in policy.subsystems:
        raise unknown("subsystem", args.subsystem, policy.subsystems)
    from bailiwick_reports.review.analysis import review

    with progress("reading") as told:
        found = review(policy, base or "HEAD", head.lstrip(".") or "HEAD", args.subsystem, told)
    give(_written(found, to.kind), to.path)
    return 0


def _written(found: Review, kind: str) -> str | Iterable[Line]:
    from bailiwick_reports.review import pages

    if kind == "json":
        from bailiwick_reports.review.document import document

        return document(found)
    if kind == "text":
        return pages.lines(found)
    return pages.markdown(found) if kind == "markdown" else pages.html(found)
