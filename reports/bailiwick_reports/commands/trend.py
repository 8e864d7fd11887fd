"""`bailiwick trend`: the debt and the references across boundaries, over revisions or time."""

from __future__ import annotations

import sys
from datetime import timezone
from typing import TYPE_CHECKING

from bailiwick import History, UserError
from bailiwick_hooks.terminal.progress import progress

from bailiwick_reports.asking import configure as configure_asking
from bailiwick_reports.asking import policy_asked
from bailiwick_reports.extras import needed
from bailiwick_reports.writing import give, target

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from bailiwick import Policy, Revision

    from bailiwick_reports.printing import Line
    from bailiwick_reports.trend.nouns import Trend
    from bailiwick_reports.trend.trees import Trees

EPILOG = """\
examples:
  bailiwick trend                                  the last three years, by quarter
  bailiwick trend --tags '2*.0.0'                  over the tags that match
  bailiwick trend v1.0 v2.0 HEAD                   over these revisions
  bailiwick trend --trees nova-*.tar.gz            over releases from a package registry
  bailiwick trend --since 2016-01-01 --every year --output trend.svg

docs/trend.md says how to read it, and what it cannot know.
"""
FORMATS = ("text", "json", "svg")
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_YEARS = 3


def configure(parser: ArgumentParser) -> None:
    """Declare what `trend` takes."""
    parser.epilog = EPILOG
    parser.add_argument("revisions", nargs="*", metavar="REV", help="tags, branches or commits")
    parser.add_argument(
        "--trees",
        nargs="+",
        metavar="PATH",
        help="folders, wheels or source archives in place of revisions, in this order",
    )
    parser.add_argument("--tags", metavar="GLOB", help="all tags that match, such as 'v*'")
    parser.add_argument(
        "--every", choices=tuple(_MONTHS), help="the last commit of each (default: quarter)"
    )
    parser.add_argument(
        "--since", metavar="DATE", help=f"from then on (default: {_YEARS} years before --until)"
    )
    parser.add_argument("--until", metavar="DATE", help="until then (default: the last commit)")
    parser.add_argument(
        "--revision", metavar="REV", default="HEAD", help="the line of commits (default: HEAD)"
    )
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")
    configure_asking(parser, FORMATS)


def run(args: Namespace) -> int:
    """Follow the revisions and print the trend."""
    to = target(args, FORMATS)
    policy = policy_asked(args.policy)
    from bailiwick_reports.trend.analysis import followed

    history, revisions = _asked(policy, args)

    with progress("judging revisions") as told:
        trend = followed(policy, history, revisions, cache=not args.no_cache, told=told)
    give(_written(trend, to.kind), to.path)
    for note in trend.notes if to.kind == "svg" else ():
        print(note, file=sys.stderr)
    return 0


def _written(trend: Trend, kind: str) -> str | Iterable[Line]:
    if kind == "json":
        from bailiwick_reports.trend.document import document

        return document(trend)
    if kind == "svg":
        with needed("trend --format svg"):
            from bailiwick_reports.trend.picture import svg

            return svg(trend)
    from bailiwick_reports.trend.text import lines

    return lines(trend)


def _asked(policy: Policy, args: Namespace) -> tuple[History | Trees, list[Revision]]:
    """What is followed: trees in the order in which they were named, or revisions by their date."""
    if args.trees is None:
        history = History.around(policy.root)
        return history, sorted(_revisions(history, args), key=lambda each: each.date)
    if args.revisions or args.tags or args.every or args.since or args.until:
        raise UserError("--trees names all that is followed; leave out revisions, tags and times.")
    from bailiwick_reports.trend.analysis import ENDINGS
    from bailiwick_reports.trend.trees import Trees

    trees = Trees()
    return trees, [trees.revision(name, ENDINGS) for name in args.trees]


def _revisions(history: History, args: Namespace) -> list[Revision]:
    """The revisions that were asked for, each once."""
    by_time = args.every or args.since or args.until
    if by_time and (args.revisions or args.tags):
        raise UserError("name revisions or tags, or a time with --every, --since and --until.")
    if args.revisions or args.tags:
        names = [*args.revisions, *(history.tags(args.tags) if args.tags else [])]
        if not names:
            raise UserError(f"no tag matches {args.tags}; `git tag --list` shows what there is.")
        found = [history.revision(name) for name in dict.fromkeys(names)]
    else:
        found = _by_time(history, args)
    return list({each.commit: each for each in found}.values())


def _by_time(history: History, args: Namespace) -> list[Revision]:
    from dataclasses import replace
    from datetime import datetime

    from bailiwick_reports.trend.analysis import dates

    last = history.revision(args.revision)
    if args.until:
        name = history.last_before(args.until, args.revision)
        if not name:
            raise UserError(f"{args.revision} has no commit until {args.until}.")
        last = history.revision(name)
    if args.since:
        try:
            first = datetime.fromisoformat(args.since).replace(tzinfo=timezone.utc)
        except ValueError:
            raise UserError(f"--since: {args.since} is no date such as 2016-01-31.") from None
    else:
        first = last.date.replace(year=last.date.year - _YEARS, day=min(last.date.day, 28))
    found = []
    for moment in dates(first, last.date, _MONTHS[args.every or "quarter"]):
        name = history.last_before(f"{moment:%Y-%m-%dT%H:%M:%SZ}", last.commit)
        if name:
            found.append(replace(history.revision(name), name=name[:10]))
    if not found:
        raise UserError(f"{args.revision} has no commit since {args.since}.")
    return found
