"""`bailiwick prove`: whether what the policy forbids would be caught, in the setup that runs."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import RULES, load_policy

from bailiwick_hooks.commands.check import add_selectors
from bailiwick_hooks.selection import Selection
from bailiwick_hooks.terminal import color
from bailiwick_hooks.terminal.policies import governing, named_policy
from bailiwick_hooks.terminal.progress import progress

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from bailiwick_hooks.proving.nouns import Way

EPILOG = """\
examples:
  bailiwick prove                         on every way that the repository has
  bailiwick prove --through pre-commit    only as the hook would
  bailiwick prove --ignore BW202          without violations of that rule

It makes a small violation of every boundary in memory, never in the tree, and hands it to the hook,
the CI's command and flake8 as their configuration would. Exit code 1 if one of them is not caught.
docs/prove.md says how to read the answer.
"""

WAYS = ("check", "pre-commit", "flake8")
# In a pipe there is no terminal whose width could be asked.
_WIDTH = 120


def configure(parser: ArgumentParser) -> None:
    """Declare what `prove` takes."""
    parser.epilog = EPILOG
    parser.add_argument("folder", nargs="?", default=".", help="(default: .)")
    parser.add_argument("--policy", metavar="FILE", help="prove this policy, whatever lies nearer")
    parser.add_argument(
        "--through",
        action="append",
        choices=WAYS,
        help="prove only this way; may be repeated (default: all that are set up)",
    )
    add_selectors(parser.add_argument)
    parser.add_argument("--strict", action="store_true", help="take warnings for failures, too")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--color", choices=color.CHOICES, default="auto", help="(default: auto)")


def run(args: Namespace) -> int:
    """Prove, print, and return 1 if a boundary is not live."""
    from bailiwick_hooks.proving import document, page
    from bailiwick_hooks.proving.proof import prove

    folder = Path(args.folder).absolute()
    path = named_policy(args.policy) if args.policy else governing(folder)
    names = {code: rule.NAME for code, rule in RULES.items()}
    selection = Selection(args.select, args.ignore, names)
    with progress() as told:
        proof = prove(
            load_policy(path),
            partial(_ways, path, args.through or (), strict=args.strict),
            wanted=selection.keeps,
            progress=told,
        )
    if args.format == "json":
        sys.stdout.write(document.render(proof))
    else:
        dressed = color.wanted(args.color, sys.stdout)
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDTH
        sys.stdout.write(page.render(proof, color=dressed, width=width))
    return 0 if proof.holds else 1


def _ways(
    policy: Path, through: Iterable[str], paths: Iterable[str], *, strict: bool
) -> tuple[Way, ...]:
    """The ways that the repository has, of those that were asked for."""
    from bailiwick_hooks.proving.ci import check_ways
    from bailiwick_hooks.proving.flake8 import flake8_way
    from bailiwick_hooks.proving.precommit import hook_ways

    wanted = set(through) or set(WAYS)
    root = _repository(policy.parent)
    found: list[Way] = []
    if "check" in wanted:
        found += check_ways(root, policy, strict=strict)
    if "pre-commit" in wanted:
        found += hook_ways(root, policy, paths)
    if "flake8" in wanted:
        prefix = "".join(f"{part}/" for part in policy.parent.relative_to(root).parts)
        way = flake8_way(root, prefix, asked="flake8" in through)
        found += [way] if way else []
    return tuple(found)


def _repository(folder: Path) -> Path:
    """The top of the repository around a folder, from which hooks run; else the folder itself."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)
