"""`bailiwick explain`: the page of a rule."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bailiwick import RULES, UserError, page

from bailiwick_hooks.selection import unknown_rule
from bailiwick_hooks.terminal import color

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EPILOG = """\
examples:
  bailiwick explain BW101
  bailiwick explain import-across
"""


def configure(parser: ArgumentParser) -> None:
    """Declare what `explain` takes."""
    parser.epilog = EPILOG
    parser.add_argument("rule", metavar="CODE", help="the code or the name of a rule")
    parser.add_argument("--color", choices=color.CHOICES, default="auto", help="(default: auto)")


def run(args: Namespace) -> int:
    """Print the page: as Markdown in a pipe, set for reading on a terminal."""
    text = page(RULES[_code(args.rule)])
    if color.wanted(args.color, sys.stdout):
        _print_markdown(text)
    else:
        sys.stdout.write(text)
    return 0


def _code(word: str) -> str:
    names = {code: rule.NAME for code, rule in RULES.items()}
    for code, name in names.items():
        if word.upper() == code or word.lower() == name:
            return code
    raise UserError(unknown_rule(word, names))


def _print_markdown(text: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    Console(force_terminal=True).print(Markdown(text))
