"""What every report is asked with: the policy that governs."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import UserError, find_policy, load_policy

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterable

    from bailiwick import Policy


def configure(parser: ArgumentParser, formats: Iterable[str]) -> None:
    """Declare the options that every report has."""
    parser.add_argument("--policy", metavar="FILE", help="ask this policy, whatever lies nearer")
    parser.add_argument(
        "--format", choices=tuple(formats), default="text", help="what to print (default: text)"
    )


def policy_asked(name: str | None) -> Policy:
    """Load the policy that the user has named, or else the one that governs this folder.

    Raises:
        UserError: if there is none.
        PolicyError: with the mistakes in it.
    """
    if name is None:
        found = find_policy(Path.cwd())
        if found is None:
            raise UserError(
                f"no policy governs {Path.cwd()}: there is no bailiwick.toml, and no "
                "pyproject.toml with [tool.bailiwick], here or in any folder above.\n"
                "       `bailiwick init` proposes one; --policy FILE names one elsewhere."
            )
        return load_policy(found)
    path = Path(os.path.abspath(name))  # noqa: PTH100 - keeps symlinks
    if not path.is_file():
        kind = "is a folder; name the policy file in it" if path.is_dir() else "does not exist"
        raise UserError(f"--policy: {name} {kind}.")
    return load_policy(path)


def unknown(kind: str, name: str, known: Iterable[str]) -> UserError:
    """The mistake of naming what the policy has not, with the nearest that it has."""
    names = sorted(known)
    near = get_close_matches(name, names, 1)
    guess = f" Did you mean {near[0]}?" if near else ""
    return UserError(
        f'the policy declares no {kind} "{name}".{guess}\n'
        f"       It declares: {', '.join(names) or 'none'}."
    )
