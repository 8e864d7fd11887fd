"""`bailiwick rules`: the table of all rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick import RULES

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EPILOG = """\
The severity is the one that a policy starts from; [rules] in the policy changes it.
`bailiwick explain CODE` prints the page of a rule.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare that `rules` takes nothing."""
    parser.epilog = EPILOG


def run(args: Namespace) -> int:  # noqa: ARG001 - a command
    """Print code, name, severity and purpose of each rule."""
    width = max(len(rule.NAME) for rule in RULES.values())
    for code, rule in sorted(RULES.items()):
        print(f"{code}  {rule.NAME:<{width}}  {rule.SEVERITY:<7}  {rule.SUMMARY}")
    return 0
