"""`bailiwick discover`: where the natural boundaries of a tree lie, by who works on what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import History, Policy, UserError, find_policy
from bailiwick_hooks.terminal.files import refuse_unwritable
from bailiwick_hooks.terminal.progress import progress

from bailiwick_reports.asking import configure as configure_asking
from bailiwick_reports.asking import policy_asked
from bailiwick_reports.discover.nouns import Terms
from bailiwick_reports.extras import needed
from bailiwick_reports.writing import give, target, write_out

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from bailiwick import Revision

    from bailiwick_reports.discover.nouns import Discovery
    from bailiwick_reports.printing import Line

EPILOG = """\
examples:
  bailiwick discover                                         by the last year of this history
  bailiwick discover --since 2013-09-01 --until 2014-09-01   by a year, in the tree of its end
  bailiwick discover --heatmap people.svg --communities communities.svg
  bailiwick discover --output draft.toml              a policy to begin with

docs/discover.md says how to read it, and what it cannot know.
"""
FORMATS = ("text", "json", "toml")


def configure(parser: ArgumentParser) -> None:
    """Declare what `discover` takes."""
    parser.epilog = EPILOG
    terms = Terms()
    parser.add_argument(
        "--since",
        metavar="DATE",
        help="count commits from then on (default: a year before --until)",
    )
    parser.add_argument("--until", metavar="DATE", help="and until then (default: the last commit)")
    parser.add_argument(
        "--revision", metavar="REV", default="HEAD", help="the line of commits (default: HEAD)"
    )
    for name, words in (
        ("commits", "commits that make somebody regular somewhere"),
        ("months", "different months in which these have to be"),
        ("mass", "people at home who make a community that can stand by itself"),
        ("bulk", "files above which a commit is a mass edit, and left out"),
    ):
        parser.add_argument(
            f"--{name}",
            type=_positive,
            metavar="N",
            default=getattr(terms, name),
            help=f"{words} (default: %(default)s)",
        )
    parser.add_argument(
        "--grain",
        type=_above_zero,
        metavar="X",
        default=terms.grain,
        help="more for more and smaller proposals, less for fewer (default: %(default)s)",
    )
    parser.add_argument(
        "--without",
        metavar="NAME",
        action="append",
        default=[],
        help="a name or an address whose commits do not count; may be given again",
    )
    parser.add_argument("--heatmap", metavar="FILE", help="write people by areas, as SVG")
    parser.add_argument("--communities", metavar="FILE", help="write the communities, as SVG")
    configure_asking(parser, FORMATS)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def _above_zero(text: str) -> float:
    value = float(text)
    if not 0 < value < 100:
        raise ValueError
    return value


def run(args: Namespace) -> int:
    """Print what was found, and write the pictures that were asked for."""
    to = target(args, FORMATS)
    for path in filter(None, (args.heatmap, args.communities)):
        refuse_unwritable(path)
    policy = _policy(args.policy)
    history = History.around(policy.root)
    revision = _revision(history, args)
    since = args.since or f"{revision.date.replace(year=revision.date.year - 1, day=1):%Y-%m-%d}"
    with needed("discover"):
        from bailiwick_reports.discover.analysis import discovered

        with progress("reading commits") as told:
            found = discovered(
                policy,
                history,
                revision,
                since,
                args.until or "",
                _terms(args),
                unwanted=args.without,
                told=told,
            )
        _pictures(found, args)
    give(_written(found, policy, to.kind), to.path)
    return 0


def _policy(name: str | None) -> Policy:
    """The policy that governs; where there is none, one that declares nothing."""
    here = Path.cwd()
    if name is not None or find_policy(here) is not None:
        return policy_asked(name)
    roots = ("src",) if any(here.glob("src/*/__init__.py")) else (".",)
    return Policy(here, here / "bailiwick.toml", (), "", {}, source_roots=roots)


def _revision(history: History, args: Namespace) -> Revision:
    """The commit whose tree is looked at: the last one of the time that was asked for."""
    if not args.until:
        return history.revision(args.revision)
    last = history.last_before(args.until, args.revision)
    if not last:
        raise UserError(f"{args.revision} has no commit until {args.until}.")
    found = history.revision(last)
    return replace(found, name=f"{args.revision} on {found.date:%Y-%m-%d}")


def _terms(args: Namespace) -> Terms:
    return Terms(
        commits=args.commits, months=args.months, mass=args.mass, bulk=args.bulk, grain=args.grain
    )


def _pictures(found: Discovery, args: Namespace) -> None:
    if args.heatmap:
        from bailiwick_reports.discover.pictures import heat_map

        write_out(heat_map(found), args.heatmap)
    if args.communities:
        from bailiwick_reports.discover.pictures import communities

        write_out(communities(found), args.communities)


def _written(found: Discovery, policy: Policy, kind: str) -> str | Iterable[Line]:
    if kind == "json":
        from bailiwick_reports.discover.document import document

        return document(found)
    if kind == "toml":
        from bailiwick_reports.discover.draft import draft

        return draft(found, policy)
    from bailiwick_reports.discover.text import lines

    return lines(found)
