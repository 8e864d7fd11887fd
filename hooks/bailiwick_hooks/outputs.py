"""`--format` and `--output`: in which formats the outcome is given, and where to."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bailiwick import UserError

from bailiwick_hooks.formats import FOR_READERS, FORMATS, WITH_DEFINITIONS, output_format
from bailiwick_hooks.terminal import color
from bailiwick_hooks.terminal.files import refuse_unwritable, write_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bailiwick_hooks.outcome import Outcome

STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Output:
    """One format, and the file that it goes to as the user named it; `-` is stdout."""

    format: str
    path: str = STDOUT


def wanted(named: Sequence[str], shorthand: str | None, *, statistics: bool) -> tuple[Output, ...]:
    """Return what `--output`, `--format` and `--statistics` ask for.

    Stdout gets the text where nothing else is meant for it. Raises UserError for a format that
    there is not, for two that would overwrite or garble each other, and for a file that could
    not be written: better now than after a long run.
    """
    outputs = [_output(each) for each in named]
    if shorthand is not None:
        outputs.insert(0, Output(shorthand))
    elif not any(output.path == STDOUT for output in outputs):
        outputs.insert(0, Output("text"))
    if statistics:
        outputs = [_counted(output) for output in outputs]
    _refuse_garble([output.format for output in outputs if output.path == STDOUT])
    _refuse_overwriting(output.path for output in outputs if output.path != STDOUT)
    return tuple(outputs)


def show_definitions(outputs: Iterable[Output]) -> bool:
    """Whether any output shows where the target of a finding is defined."""
    return any(output.format in WITH_DEFINITIONS for output in outputs)


def write(outputs: Iterable[Output], outcome: Outcome, color_choice: str) -> None:
    """Give the outcome to every output, files first: nobody can cut those short.

    Raises UserError for the files that could not be written, when all others have been.
    """
    faults = []
    listed = sorted(outputs, key=lambda output: output.path == STDOUT)
    for output in listed:
        render = output_format(output.format).render
        if output.path == STDOUT:
            paint = color.painter(color=color.wanted(color_choice, sys.stdout))
            sys.stdout.write(render(outcome, paint))
            continue
        try:
            write_file(output.path, render(outcome, color.plain))
        except OSError as error:
            faults.append(f"cannot write {output.path}: {error.strerror or error}")
    if faults:
        raise UserError("\n       ".join(faults))


def _output(words: str) -> Output:
    name, mark, path = words.partition("=")
    if name not in FORMATS:
        raise UserError(_unknown_format(name))
    if mark and not path:
        raise UserError(f"--output {words} names no file behind the `=`.")
    return Output(name, path or STDOUT)


def _unknown_format(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), FORMATS, 1)
    guess = f" Did you mean {near[0]}?" if near else ""
    return f"--output: there is no format {name!r}.{guess} There are {', '.join(FORMATS)}."


def _counted(output: Output) -> Output:
    """Counts in place of a listing on stdout; the documents hold the counts anyway."""
    listing = output.path == STDOUT and output.format in {"text", "concise"}
    return Output("statistics") if listing else output


def _refuse_garble(formats: Sequence[str]) -> None:
    if len(set(formats)) < len(formats):
        twice = next(name for name in formats if formats.count(name) > 1)
        raise UserError(f"stdout is to get {twice} twice. Give one of them a file: {twice}=PATH.")
    documents = [name for name in formats if name not in FOR_READERS]
    if documents and len(formats) > 1:
        raise UserError(
            f"stdout cannot hold {' and '.join(formats)}: {documents[0]} is a document, and what "
            f"stands beside it would spoil it. Give it a file: --output {documents[0]}=PATH."
        )


def _refuse_overwriting(paths: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for name in paths:
        refuse_unwritable(name)
        real = os.path.normcase(os.path.realpath(name))
        if real in seen:
            raise UserError(f"--output: {name} is named twice; one would overwrite the other.")
        seen[real] = name
