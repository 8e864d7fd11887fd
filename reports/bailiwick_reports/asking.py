"""What every report is asked with: the policy that governs, the format, and where it is to go."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import UserError, load_policy
from bailiwick_hooks.terminal.policies import governing, named_policy

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterable

    from bailiwick import Policy


def configure(
    parser: ArgumentParser,
    formats: Iterable[str],
    default: str = "text",
    where: str = "standard output",
) -> None:
    """Declare the options that every report has.

    where: a report goes if nobody says it
    """
    parser.add_argument("--policy", metavar="FILE", help="ask this policy, whatever lies nearer")
    parser.add_argument(
        "--format",
        choices=tuple(formats),
        help=f"what to write (default: by the ending of --output, else {default})",
    )
    parser.add_argument(
        "--output", metavar="FILE", help=f"where to (default: {where}); - is standard output"
    )


def policy_asked(name: str | None) -> Policy:
    """Load the policy that the user has named, or else the one that governs this folder.

    Raises:
        UserError: if there is none.
        PolicyError: with the mistakes in it.
    """
    return load_policy(named_policy(name) if name is not None else governing(Path.cwd()))


def unknown(kind: str, name: str, known: Iterable[str]) -> UserError:
    """The mistake of naming what the policy has not, with the nearest that it has."""
    names = sorted(known)
    near = get_close_matches(name, names, 1)
    guess = f" Did you mean {near[0]}?" if near else ""
    return UserError(
        f'the policy declares no {kind} "{name}".{guess}\n'
        f"       It declares: {', '.join(names) or 'none'}."
    )
