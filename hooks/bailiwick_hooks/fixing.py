"""`check --fix`: fixes written to disk, shown as a diff, or given back on stdout."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bailiwick import UserError, replace_file, settle

from bailiwick_hooks.here import seen_from_here

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from bailiwick import Finding, Fix, Report, Rewrite

    # Does what it is for to a changed file below a folder; says why it could not, "" if it could.
    Doing = Callable[[Path, Rewrite], str]
    # Whether a finding is asked for; None: every one is.
    Keeps = Callable[[Finding], bool] | None
    Judged = Callable[[], list[Report]]


@dataclass(frozen=True, slots=True)
class Repairs:
    """What was fixed, in words, and how much of all.

    lines:   one for each fix, for each file that was left alone, and for each doubtful fix
    found:   how many findings there were
    fixed:   how many of them are gone
    doubted: how many more would be, with `--unsafe-fixes`
    files:   how many files are changed
    """

    lines: tuple[str, ...]
    found: int
    fixed: int
    doubted: int
    files: int

    def summary(self, verb: str) -> str:
        """One sentence; `verb` says what became of them."""
        if not self.found:
            return "Nothing to fix."
        noun = "finding" if self.found == 1 else "findings"
        more = f"; {self.doubted} more with --unsafe-fixes" if self.doubted else ""
        return f"{verb} {self.fixed or 'none'} of {self.found} {noun}{more}."


def fix(args: Namespace, keeps: Keeps, judged: Judged) -> list[Report]:
    """Fix what is found, say so on stderr, and return what is left; the text on stdin to stdout."""
    _refuse_nonsense(args)
    reports = judged()
    on_stdin = args.stdin_filename is not None
    repairs = _repair(args, reports, keeps, partial(_give_back, args) if on_stdin else _write)
    if on_stdin:
        sys.stdout.buffer.write(args.stdin)
        sys.stdout.buffer.flush()
    _tell(repairs, "Fixed")
    return judged() if repairs.files else reports


def preview(args: Namespace, keeps: Keeps, judged: Judged) -> int:
    """Show what would be fixed; return 1 if that is anything, as `diff` does."""
    _refuse_nonsense(args)
    repairs = _repair(args, judged(), keeps, _show)
    _tell(repairs, "Would fix")
    return 1 if repairs.files else 0


def _tell(repairs: Repairs, verb: str) -> None:
    sys.stderr.write("".join(f"{line}\n" for line in (*repairs.lines, repairs.summary(verb))))


def _refuse_nonsense(args: Namespace) -> None:
    """Raise UserError for options that do not go together."""
    if not (args.fix or args.diff):
        raise UserError("--unsafe-fixes goes with --fix or --diff.")
    for option in ("staged", "patch"):
        if getattr(args, option, None):
            raise UserError(
                f"--{option} judges other texts than those on disk, which --fix and --diff go by."
            )


def _repair(args: Namespace, reports: Iterable[Report], keeps: Keeps, do: Doing) -> Repairs:
    """Fix what is found in some trees; `do` gets the folder and each file that is to be changed."""
    lines: list[str] = []
    found = fixed = doubted = files = 0
    for report in reports:
        root, findings = report.policy.root, list(filter(keeps, report.findings))
        buffers = _buffers(args, root)
        settled = settle(report.policy, findings, unsafe=args.unsafe_fixes, buffers=buffers)
        refusals = {file.path: do(root, file) for file in settled.files}
        done = [fix for fix in settled.fixes if not refusals[fix.path]]
        lines += _told(done, settled.doubted, refusals, seen_from_here(root))
        found += len(findings)
        fixed += _cleared(done)
        doubted += _cleared(settled.doubted)
        files += sum(not reason for reason in refusals.values())
    return Repairs(tuple(lines), found, fixed, doubted, files)


def _buffers(args: Namespace, root: Path) -> dict[str, bytes]:
    """The text on stdin, by the path that its file has below the policy's folder."""
    if args.stdin_filename is None:
        return {}
    path = os.path.relpath(os.path.abspath(args.stdin_filename), root)  # noqa: PTH100 - keeps links
    return {path.replace(os.sep, "/"): args.stdin}


def _told(
    done: Iterable[Fix],
    doubted: Iterable[Fix],
    refusals: Mapping[str, str],
    seen: Callable[[str], str],
) -> Iterator[str]:
    for fix in done:
        codes = ", ".join(sorted({finding.code for finding in fix.findings}))
        yield f"{seen(fix.path)}: {codes} {fix.title}"
    for path, reason in refusals.items():
        if reason:
            yield f"{seen(path)}: left as it is: {reason}"
    for fix in doubted:
        yield f"{seen(fix.path)}: to be looked at (--unsafe-fixes): {fix.title}; {fix.doubt}"


def _cleared(fixes: Iterable[Fix]) -> int:
    return len({id(finding) for fix in fixes if fix.clears for finding in fix.findings})


def _give_back(args: Namespace, root: Path, file: Rewrite) -> str:  # noqa: ARG001
    """Put a file's new bytes in the place of those that came on stdin."""
    args.stdin = file.after
    return ""


def _write(root: Path, file: Rewrite) -> str:
    """Put a file's new bytes in its place; why not, if that cannot be."""
    path = root / file.path
    target = os.path.realpath(path)
    if not _is_below(target, os.path.realpath(root)):
        return "it is a link that leads out of the tree"
    try:
        # An owner may be allowed to replace what he has forbidden himself to write.
        if not path.stat().st_mode & 0o222 or not os.access(target, os.W_OK):
            return "it is read-only"
        if path.read_bytes() != file.before:
            return "it was changed meanwhile"
        replace_file(path, file.after)
    except OSError as error:
        return f"it cannot be written: {error.strerror or error}"
    return ""


def _is_below(path: str, folder: str) -> bool:
    try:
        return os.path.commonpath([path, folder]) == folder
    except ValueError:
        return False


def _show(root: Path, file: Rewrite) -> str:
    """Write what would change in a file to stdout, as `patch` and `git apply` read it."""
    name = seen_from_here(root)(file.path)
    sys.stdout.flush()
    for line in _diff(file, name):
        sys.stdout.buffer.write(line if line.endswith(b"\n") else line + _NO_LINE_END)
    sys.stdout.buffer.flush()
    return ""


# As git and patch see lines: a carriage return is a character of them.
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_NO_LINE_END = b"\n\\ No newline at end of file\n"


def _diff(file: Rewrite, name: str) -> Iterator[bytes]:
    from difflib import diff_bytes, unified_diff

    before, after = (_LINE.findall(text) for text in (file.before, file.after))
    names = os.fsencode(f"a/{name}"), os.fsencode(f"b/{name}")
    return diff_bytes(unified_diff, before, after, *names)
