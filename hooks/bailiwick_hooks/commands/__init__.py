"""The commands: one file each, registered here.

The tables hold words, not modules, so that `--help` shows every command and imports none. A command
of another package is imported by name: nothing of that package is known here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

COMMANDS = {
    "init": "propose a policy for a project that has none",
    "check": "find every reference that crosses a line of the policy",
    "policy": "say whether a policy can be used, and what in it holds nothing",
    "prove": "send a small violation of every boundary the way that hook and CI would",
    "baseline": "record the findings that there are, so that only new ones are reported",
    "explain": "print the page of a rule, with examples of right and wrong",
    "where": "say which subsystem a path or module belongs to, and what that means",
    "contract": "show a contract: its members, who implements them, who calls them",
    "split": "say what ties a subsystem to the rest of the tree, and what has to happen first",
    "api": "record what the subsystems offer, and say what of it breaks whom when it changes",
    "review": "say what of a series of commits is not its submitters' own affair",
    "owners": "say who may approve what, and what nobody may",
    "trend": "follow the debt and the references between subsystems over releases or time",
    "discover": "propose subsystems by who works on what, in the history and the imports",
    "map": "draw the subsystems and all references between them: a page, a picture, a diagram",
    "rules": "list the rules with their codes, names and severities",
    "server": "start the language server, for editors",
    "schema": "print the JSON Schema of the policy",
}

# The packages of the commands that are not the hooks' own; each has a module for it in `commands`.
BROUGHT_BY = {
    "discover": "bailiwick_reports",
    "trend": "bailiwick_reports",
    "map": "bailiwick_reports",
    "api": "bailiwick_reports",
    "owners": "bailiwick_reports",
    "review": "bailiwick_reports",
    "server": "bailiwick_server",
    "split": "bailiwick_reports",
}


class Command(Protocol):
    """What the module of a command offers."""

    def configure(self, parser: ArgumentParser) -> None:
        """Declare the arguments, and examples as the epilog."""

    def run(self, args: Namespace) -> int:
        """Do it, print the answer, return the exit code."""


def command(name: str) -> Command:
    """Import the module of a command in the table."""
    package = BROUGHT_BY.get(name, "bailiwick_hooks")
    return cast("Command", import_module(f"{package}.commands.{name}"))
