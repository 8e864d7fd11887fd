"""`bailiwick policy`: whether a policy can be used, and what in it holds nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import PolicyError, UserError, find_policy, load_policy, probe

from bailiwick_hooks.here import seen_from_here
from bailiwick_hooks.targets import policies_below
from bailiwick_hooks.terminal.policies import governing

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from bailiwick import Mistake, Policy

EPILOG = """\
examples:
  bailiwick policy                     the policy of this folder
  bailiwick policy shared/base.toml    the policies that extend this file

Exit code 2 means that a policy cannot be used, 1 that it names modules or names which the tree has
not, so that those lines hold nothing. What a policy says of a file: `bailiwick where PATH`.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare what `policy` takes."""
    parser.epilog = EPILOG
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="policies, or files that policies extend; others are passed over (default: the "
        "policy of this folder)",
    )


def run(args: Namespace) -> int:
    """Print what each policy comes to; 1 if something in one is not there."""
    policies = _policies([Path(os.path.abspath(name)) for name in args.files])  # noqa: PTH100
    strays = 0
    for policy in policies:
        stray = [mistake for _, mistake in probe(policy, {}).stray]
        strays += len(stray)
        print(*map(str, stray), _summary(policy, len(stray)), sep="\n")
    return 1 if strays else 0


def _summary(policy: Policy, stray: int) -> str:
    parts = (
        ("subsystem", policy.subsystems),
        ("group", policy.groups),
        ("order of layers", policy.layers),
        ("contract", policy.contracts),
    )
    counts = [_many(len(declared), noun) for noun, declared in parts if declared]
    words = ", ".join(counts) or "no subsystem yet"
    if stray:
        words += f"; {_many(stray, 'name')} that the tree does not have"
    return f"{seen_from_here(policy.root)(policy.path.name)}: {words}."


def _many(count: int, noun: str) -> str:
    first, space, rest = noun.partition(" ")
    return f"{count} {noun}" if count == 1 else f"{count} {first}s{space}{rest}"


def _policies(files: Sequence[Path]) -> list[Policy]:
    """The policies among some files, and those that extend one; of none, that of this folder.

    Raises:
        PolicyError: with the mistakes in all of them.
    """
    if not files:
        return [load_policy(governing(Path.cwd()))]
    found: dict[Path, Policy] = {}
    mistakes: list[Mistake] = []
    for path in sorted(_candidates(files)):
        try:
            policy = load_policy(path)
        except PolicyError as error:
            mistakes += error.mistakes
            continue
        if not set(policy.files).isdisjoint(files):
            found[path] = policy
    if mistakes:
        raise PolicyError(tuple(dict.fromkeys(mistakes)))
    return list(found.values())


def _candidates(files: Sequence[Path]) -> set[Path]:
    """The policies that may have been read from one of some files."""
    if missing := [str(path) for path in files if not path.is_file()]:
        raise UserError(f"there is no file {', '.join(missing)}.")
    found = {path: find_policy(path.parent) for path in files}
    candidates = {policy for policy in found.values() if policy}
    if any(path != policy for path, policy in found.items()):
        candidates.update(policies_below(Path.cwd()))
    return candidates
