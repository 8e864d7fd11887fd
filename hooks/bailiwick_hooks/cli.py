"""The command line: reads the arguments and hands over to one command.

Built on argparse, not click: the hook runs on every commit, and importing argparse costs 10 ms
where click costs 35. For the same reason only the command that was asked for is imported.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from bailiwick_hooks.commands import COMMANDS, command
from bailiwick_hooks.error_handler import error_handler
from bailiwick_hooks.generated_code import kept

if TYPE_CHECKING:
    from collections.abc import Sequence

# What these make lives until the process ends, so looking for garbage only costs: 15 % of a run.
_KEEPS_ALL = frozenset({"api", "check", "map", "owners", "review", "split"})

# Of a terminal that does not say how wide it is.
_COLUMNS = 80

EPILOG = """\
examples:
  bailiwick check                      judge everything below this folder
  bailiwick check nova/virt --strict   one folder; warnings fail too
  bailiwick where nova.virt.driver     who owns a module, and what it may use
  bailiwick explain BW101              what a rule wants, with examples

exit codes:
  0  clean       1  findings of severity error       2  a mistake in the call or the policy
  3  a fault of bailiwick itself                   130  interrupted

`bailiwick COMMAND --help` shows the options of a command.
"""


class _Version(argparse.Action):
    """Prints the version; looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from bailiwick import __version__

        print(f"bailiwick {__version__}")
        parser.exit()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code of the process.

    Without `argv` the process is the command's own, and ends with it.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    _never_fail_on_characters()
    if argv is None and not _KEEPS_ALL.isdisjoint(arguments[:1]):
        gc.disable()
    run = _run_alone if argv is None else _run
    code = error_handler(lambda: run(arguments), arguments)
    if argv is None:
        _end(code, arguments)
    return code


def _end(code: int, arguments: list[str]) -> None:
    """End the process at once where that is safe: to take apart all that was made costs 5 %."""
    # The interpreter would look through all of it once more before it goes.
    gc.freeze()
    heard = sys.gettrace() or sys.getprofile()
    if _KEEPS_ALL.isdisjoint(arguments[:1]) or heard:
        return
    # Where this fails, the interpreter says so when it ends.
    with suppress(AttributeError, OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _run_alone(arguments: list[str]) -> int:
    with kept():
        return _run(arguments)


def _run(arguments: list[str]) -> int:
    parser = _parser(arguments)
    args = parser.parse_args(arguments)
    if args.command is None:
        parser.print_help(sys.stderr)
        return 2
    return command(args.command).run(args)


def _parser(arguments: list[str]) -> argparse.ArgumentParser:
    # argparse would load shutil, and with that four compressors, to learn the width.
    formatter = partial(argparse.RawDescriptionHelpFormatter, width=_columns() - 2)
    parser = argparse.ArgumentParser(
        prog="bailiwick",
        description="Holds the line between the subsystems of a large Python code base.",
        epilog=EPILOG,
        formatter_class=formatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    # A run of one command needs no other's: to make a parser for each takes as long as the rest.
    given = [name for name in arguments[:1] if name in COMMANDS]
    for name in given or COMMANDS:
        purpose = COMMANDS[name]
        subparser = subparsers.add_parser(
            name,
            help=purpose,
            description=f"{purpose[0].upper()}{purpose[1:]}.",
            formatter_class=formatter,
        )
        if name in arguments:
            command(name).configure(subparser)
    return parser


def _columns() -> int:
    """The width of the terminal, as `shutil.get_terminal_size` has it."""
    with suppress(ValueError):
        if (columns := int(os.environ.get("COLUMNS", "0"))) > 0:
            return columns
    with suppress(OSError, ValueError):
        return os.get_terminal_size().columns or _COLUMNS
    return _COLUMNS


def _never_fail_on_characters() -> None:
    """A source line or a file name may hold what the terminal's encoding can not show."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
