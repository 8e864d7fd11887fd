"""Where a report goes, and as what: printed, or into a file that is written whole or not at all."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from bailiwick import UserError
from bailiwick_hooks.terminal.files import refuse_unwritable, write_file

from bailiwick_reports.printing import write

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Collection, Iterable

    from bailiwick_reports.printing import Line

STDOUT = "-"
# What the ending of a file says of the format, where a report has that.
_ENDINGS = {
    ".txt": "text",
    ".json": "json",
    ".md": "markdown",
    ".htm": "html",
    ".html": "html",
    ".svg": "svg",
    ".toml": "toml",
    ".dot": "dot",
    ".gv": "dot",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
}


@dataclass(frozen=True, slots=True)
class Target:
    """The format of a report, and the file that it goes to; None: standard output."""

    kind: str
    path: str | None


def target(args: Namespace, formats: Collection[str], default: str = "text") -> Target:
    """What `--format` and `--output` ask for; without the former the ending of the file says it.

    Raises:
        UserError: for a file that cannot be written, before any work is done for it.
    """
    path = None if args.output in (None, STDOUT) else args.output
    if path is not None:
        refuse_unwritable(path)
    ending = _ENDINGS.get(PurePath(path or "").suffix.lower(), default)
    return Target(args.format or (ending if ending in formats else default), path)


def give(report: str | Iterable[Line], path: str | None) -> None:
    """Print a report, or write it as UTF-8 in one step, and say so.

    Raises:
        UserError: if the file cannot be written; what it held stays.
    """
    if path is not None:
        text = report if isinstance(report, str) else "".join(f"{line.text}\n" for line in report)
        write_out(text, path)
        print(f"wrote {path}")
    elif isinstance(report, str):
        sys.stdout.write(report)
    else:
        write(report)


def write_out(text: str, path: str) -> None:
    """Write UTF-8 to a file in one step.

    Raises:
        UserError: if the file cannot be written; what it held stays.
    """
    try:
        write_file(path, text)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror or error}") from error
