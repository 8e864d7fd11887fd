"""The flake8 plugin: what `bailiwick check` finds, said by flake8 under the same codes.

flake8 asks a plugin file by file, in as many processes as there are cores; whether a line is
crossed is a question to the whole tree. So all that flake8 was asked to look at is judged once,
when it has read its options and has not yet started those processes. They inherit the findings,
or, where processes are not forked, get them from the cache; a file has its own looked up.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import argparse
    import ast
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bailiwick import Finding
    from flake8.options.manager import OptionManager

    # By the name of the file as `_key` makes it.
    Findings = Mapping[str, Sequence[Finding]]

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Run:
    """What flake8 was asked to look at: its files and folders, and what was found in them."""

    policy: str | None
    judged: tuple[Path, ...]
    findings: Findings
    reads_stdin: bool


class Plugin:
    """What flake8 calls: once with its options, then with each file."""

    # None where nothing of ours is to be said.
    flake8_run: ClassVar[Run | None] = None

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:  # noqa: ARG002
        """Take a file; it is for asking for the tree that flake8 calls once with each of them."""
        self.filename, self.lines = filename, lines

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Declare what can be set on the command line and in flake8's configuration."""
        manager.add_option(
            "--bailiwick-policy",
            metavar="FILE",
            parse_from_config=True,
            normalize_paths=True,
            help="use this policy, whatever lies nearer",
        )

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Judge all that flake8 was asked to look at."""
        cls.flake8_run = _told(lambda: _judge(options)) if _may_be_said(options) else None

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """Yield each finding in the file as flake8 counts: lines from 1, columns from 0."""
        from bailiwick_hooks.formats.headline import statement
        from bailiwick_hooks.terminal.color import plain

        asked = self.flake8_run
        if asked is None:
            return
        for finding in _told(lambda: _findings_in(asked, self.filename, self.lines)):
            yield finding.span.line, finding.span.column - 1, statement(finding, plain), type(self)


def _may_be_said(options: argparse.Namespace) -> bool:
    """Whether any of our codes is selected; what is ignored, flake8 drops itself."""
    selectors = [*(options.select or ()), *(options.extend_select or ())]
    return not options.select or any(
        selector.startswith("BW") or "BW".startswith(selector) for selector in selectors
    )


def _judge(options: argparse.Namespace) -> Run:
    names = options.filenames or ["."]
    policy = options.bailiwick_policy or None
    # What is not there is for flake8 to complain of.
    there = [name for name in names if name != STDIN and os.path.lexists(name)]
    findings = _findings(there, policy)
    return Run(policy, tuple(map(_absolute, there)), findings, reads_stdin=STDIN in names)


def _findings(names: Sequence[str], policy: str | None) -> Findings:
    from bailiwick import check

    from bailiwick_hooks.formats.headline import headline
    from bailiwick_hooks.targets import judged
    from bailiwick_hooks.terminal.color import plain

    found: dict[str, list[Finding]] = {}
    for report in judged(_governed(names, policy), check, nested=policy is None):
        for stray in report.stray:
            _say(f"warning: {stray}")
        for finding in report.findings:
            if finding.path.endswith(".py"):
                found.setdefault(_key(report.policy.root / finding.path), []).append(finding)
            else:
                _say(headline(finding, plain))
    return found


def _governed(names: Sequence[str], policy: str | None) -> dict[Path, list[Path]]:
    """The paths by their policies; those that have none are said, and left to other plugins."""
    from bailiwick_hooks.targets import by_policy

    if policy is not None:
        return by_policy(names, policy)
    groups: dict[Path, list[Path]] = {}
    without = []
    for name in names:
        found = _governing(name)
        for file, paths in found.items():
            groups.setdefault(file, []).extend(paths)
        without += [] if found else [name]
    if without:
        others = f" and {len(without) - 1:,} more" if len(without) > 1 else ""
        _say(
            f"no policy governs {without[0]}{others}: no bailiwick.toml, and no pyproject.toml "
            "with [tool.bailiwick], in its folder or above. Nothing is said of its boundaries."
        )
    return groups


def _governing(name: str) -> dict[Path, list[Path]]:
    """The policies that govern a path, each with what of it they do; nothing if none does."""
    from bailiwick import PolicyError, UserError

    from bailiwick_hooks.targets import by_policy

    try:
        return by_policy([name], None)
    except PolicyError:
        raise
    except UserError:
        return {}


def _findings_in(asked: Run, filename: str, lines: Sequence[str]) -> Sequence[Finding]:
    path = _absolute(filename)
    if asked.reads_stdin and not any(path == each for each in asked.judged):
        return _findings_in_text(asked, path, lines)
    if any(path.is_relative_to(each) for each in asked.judged):
        return asked.findings.get(_key(path), ())
    # A program that uses flake8 as a library may come with files that it did not name before.
    return _findings([filename], asked.policy).get(_key(path), ())


def _findings_in_text(asked: Run, path: Path, lines: Sequence[str]) -> Sequence[Finding]:
    """The findings in the text on stdin, which flake8 has been told the name of."""
    from bailiwick import check, load_policy

    if path.suffix != ".py":
        _say("text on stdin is judged under its file's name: --stdin-display-name PATH")
        return ()
    for policy in _governed([os.fspath(path.parent)], asked.policy):
        text = path, _encoded("".join(lines))
        return check(load_policy(policy), paths=[path], stdin=text).findings
    return ()


def _encoded(text: str) -> bytes:
    """The text in the encoding that it declares, which is how it will be read."""
    import tokenize
    from io import BytesIO

    data = text.encode("utf-8", "backslashreplace")
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
    except SyntaxError:
        return data
    return text.encode(encoding, "backslashreplace")


def _told(work: Callable[[], Result]) -> Result:
    """What the work comes to; a mistake of the user's ends the run with its words."""
    from bailiwick import UserError
    from flake8.exceptions import ExecutionError

    try:
        return work()
    except UserError as error:
        raise ExecutionError(f"bailiwick: {error}") from None


def _say(words: str) -> None:
    """Say it on stderr, once: the processes that flake8 starts keep quiet."""
    import multiprocessing

    if multiprocessing.parent_process() is None:
        sys.stderr.write(f"bailiwick: {words}\n")


def _absolute(name: str) -> Path:
    return Path(os.path.abspath(name))  # noqa: PTH100 - keeps symlinks


def _key(path: Path) -> str:
    return os.path.normcase(os.path.normpath(path))


if TYPE_CHECKING:
    from typing import TypeVar

    Result = TypeVar("Result")
