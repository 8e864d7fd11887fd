"""`bailiwick split`: what stands between a subsystem and a repository of its own."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bailiwick import UserError, crossings
from bailiwick_hooks.terminal.progress import progress

from bailiwick_reports.asking import configure as configure_asking
from bailiwick_reports.asking import policy_asked, unknown
from bailiwick_reports.extras import needed
from bailiwick_reports.writing import give, target

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable
    from pathlib import Path

    from bailiwick import Policy, Subsystem, Tree

    from bailiwick_reports.printing import Line
    from bailiwick_reports.split.nouns import Split

EPILOG = """\
examples:
  bailiwick split libvirt                          what ties libvirt to the rest, and what to do
  bailiwick split libvirt --all                    every symbol, with its places
  bailiwick split libvirt --since stable/2024.1    what has become of it since
  bailiwick split --tree ../nova-powervm           the same of code that lives outside already
  bailiwick split libvirt --format markdown        a page for a wiki or a merge request
  bailiwick split libvirt --output libvirt.html    a page to filter and to unfold

docs/split.md says how to read it, and what it cannot know.
"""
FORMATS = ("text", "json", "markdown", "html")


def configure(parser: ArgumentParser) -> None:
    """Declare what `split` takes."""
    parser.epilog = EPILOG
    parser.add_argument("subsystem", nargs="?", metavar="SUBSYSTEM", help="of the policy")
    parser.add_argument(
        "--since", metavar="REV", help="say what has changed since the work left this revision"
    )
    parser.add_argument(
        "--tree",
        metavar="PATH",
        help="take the code below this folder for the subsystem, against the tree of the policy",
    )
    parser.add_argument("--all", action="store_true", help="list everything, with its places")
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")
    configure_asking(parser, FORMATS)


def run(args: Namespace) -> int:
    """Print what ties the subsystem to the rest."""
    to = target(args, FORMATS)
    found = _split(*_asked(args), args)
    give(_written(found, to.kind, everything=args.all), to.path)
    return 0


def _written(found: Split, kind: str, *, everything: bool) -> str | Iterable[Line]:
    if kind == "json":
        from bailiwick_reports.split.document import document

        return document(found)
    if kind == "markdown":
        from bailiwick_reports.split.markdown import markdown

        return markdown(found)
    if kind == "html":
        with needed("split --format html"):
            from bailiwick_reports.split.html import html

            return html(found)
    from bailiwick_reports.split.text import lines

    return lines(found, everything=everything)


def _asked(args: Namespace) -> tuple[Policy, str, Path | None]:
    """The policy, the subsystem in it, and the folder of what lies outside."""
    policy = policy_asked(args.policy)
    if args.tree is not None:
        from bailiwick_reports.split.outside import with_tree

        return with_tree(policy, args.tree, args.subsystem)
    if args.subsystem is None:
        raise UserError(
            "which subsystem? `bailiwick split SUBSYSTEM`, or --tree PATH for code outside.\n"
            f"       The policy declares: {', '.join(sorted(policy.subsystems)) or 'none'}."
        )
    return policy, args.subsystem, None


def _split(policy: Policy, name: str, folder: Path | None, args: Namespace) -> Split:
    from bailiwick_reports.split.analysis import changes, split

    ask = partial(
        crossings, policy, cache=not args.no_cache, judged=None if folder is None else [folder]
    )
    with progress("reading") as told:
        now = ask(progress=told)
        subsystem = _subsystem(policy, name, now.tree)
        if not args.since:
            return split(policy, subsystem, now)
        from bailiwick import changed_since

        change = changed_since(policy.root, args.since)
        before = split(policy, subsystem, ask(overlay=change.before(), progress=told))
    found = split(policy, subsystem, now)
    return replace(found, since=args.since, changes=changes(before, found))


def _subsystem(policy: Policy, name: str, tree: Tree) -> Subsystem:
    """A subsystem by its name, also one that only a group declares, with `siblings-of`."""
    if name in policy.subsystems:
        return policy.subsystems[name]
    for module in tree.modules:
        claim = policy.subsystem_of(module)
        if claim is not None and claim.name == name:
            return claim
    raise unknown("subsystem", name, policy.subsystems)
