"""`bailiwick contract`: a contract as its users see it, with who implements it and who calls it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import load_policy

from bailiwick_hooks.terminal.policies import governing, named_policy

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bailiwick import Policy

EPILOG = """\
examples:
  bailiwick contract                          the contracts of the policy that governs this folder
  bailiwick contract virt-driver              one of them: members, implementations, callers
  bailiwick contract virt-driver --format markdown > driver-api.md

Tests are left out: they are neither implementations nor users.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare what `contract` takes."""
    parser.epilog = EPILOG
    parser.add_argument("name", nargs="?", metavar="NAME", help="of a contract in the policy")
    parser.add_argument("--policy", metavar="FILE", help="ask this policy, whatever lies nearer")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")


def run(args: Namespace) -> int:
    """Print one contract, or the list of them."""
    path = named_policy(args.policy, []) if args.policy else governing(Path.cwd())
    policy = load_policy(path)
    if args.name is None:
        sys.stdout.write(_listed(policy, args.format))
        return 0
    from bailiwick import survey

    from bailiwick_hooks import survey_pages

    sys.stdout.write(survey_pages.FORMATS[args.format](survey(policy, args.name)))
    return 0


def _listed(policy: Policy, form: str) -> str:
    from bailiwick_hooks import survey_pages

    rows = [
        (name, each.interface, f"{each.place.path}:{each.place.line}")
        for name, each in policy.contracts.items()
    ]
    return survey_pages.listed(rows, form)
