"""`bailiwick owners`: who may approve what, and what nobody may."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import Tree, UserError

from bailiwick_reports.asking import configure as configure_asking
from bailiwick_reports.asking import policy_asked
from bailiwick_reports.owners.nouns import Ground
from bailiwick_reports.writing import give, target

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bailiwick_reports.writing import Target

EPILOG = """\
examples:
  bailiwick owners nova/virt/libvirt nova/conf     who may approve a change of these
  bailiwick owners --since origin/master           who has to approve this branch
  bailiwick owners                                 what is missing in who owns what
  bailiwick owners --export codeowners > .github/CODEOWNERS
  bailiwick owners --check .github/CODEOWNERS      exit code 1 if it says otherwise than the policy

docs/owners.md says how teams and trust are declared, and how to read the answer.
"""
FORMATS = ("text", "json", "markdown")
EXPORTS = ("codeowners", "maintainers")


def configure(parser: ArgumentParser) -> None:
    """Declare what `owners` takes."""
    parser.epilog = EPILOG
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--since", metavar="REV", help="what was changed since this revision")
    what.add_argument("--export", choices=EXPORTS, help="print such a file, made from the policy")
    what.add_argument("--check", metavar="FILE", help="hold a CODEOWNERS or MAINTAINERS to it")
    configure_asking(parser, FORMATS)


def run(args: Namespace) -> int:
    """Print who may approve, what is missing, or a file of owners."""
    to = target(args, FORMATS)
    policy = policy_asked(args.policy)
    ground = Ground(policy, Tree.of(policy))
    if args.export:
        from bailiwick_reports.owners import files

        made = files.codeowners if args.export == "codeowners" else files.maintainers
        give(made(ground), to.path)
        return 0
    if args.check:
        return _check(ground, args.check, to)
    return _answer(ground, args, to)


def _answer(ground: Ground, args: Namespace, to: Target) -> int:
    from bailiwick_reports.owners import document, text
    from bailiwick_reports.owners.approval import approval
    from bailiwick_reports.owners.gaps import gaps

    paths = _paths(ground, args)
    found = None if paths is None else approval(ground, paths)
    missing = gaps(ground) if found is None or to.kind == "json" else ()
    if to.kind == "json":
        give(document.document(found, missing), to.path)
    elif to.kind == "markdown":
        give(document.markdown(found, missing), to.path)
    else:
        give(text.gap_lines(missing) if found is None else text.lines(found), to.path)
    return 0


def _paths(ground: Ground, args: Namespace) -> list[str] | None:
    """The files that are asked about, relative to the policy's folder; None if none are."""
    root = ground.policy.root
    if args.since:
        from bailiwick import changed_files

        changed = sorted(changed_files(root, args.since))
        below = [_relative(root, path) for path in args.paths]
        inside = [path for path in changed if not path.startswith("../")]
        return [path for path in inside if not below or _lies_below(path, below)]
    if not args.paths:
        return None
    found: list[str] = []
    for name in args.paths:
        path = _relative(root, name)
        files = ground.below(path)
        if not files and not (root / path).exists() and not path.endswith(".py"):
            raise UserError(f"there is no file or folder {name}.")
        if not files and (root / path).is_dir():
            raise UserError(f"there is no Python file in the folder {name}, so it is nobody's.")
        found += files or [path]
    return found


def _lies_below(path: str, folders: list[str]) -> bool:
    return any(each == "." or f"{path}/".startswith(f"{each}/") for each in folders)


def _relative(root: Path, name: str) -> str:
    path = os.path.relpath(os.path.abspath(name), root).replace(os.sep, "/")  # noqa: PTH100
    if path == ".." or path.startswith("../"):
        raise UserError(f"{name} lies outside {root}, the folder that the policy governs.")
    return path


def _check(ground: Ground, name: str, to: Target) -> int:
    from bailiwick_reports.owners.document import check_document
    from bailiwick_reports.owners.files import differences
    from bailiwick_reports.owners.text import difference_lines

    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UserError(f"--check {name} cannot be read: {reason}") from None
    kind = "maintainers" if "MAINTAINERS" in Path(name).name.upper() else "codeowners"
    try:
        found = differences(ground, kind, text)  # type: ignore[arg-type]
    except ValueError as error:
        raise UserError(f"--check {name} cannot be read as {kind.upper()}: {error}") from None
    is_document = to.kind == "json"
    give(check_document(name, found) if is_document else difference_lines(name, found), to.path)
    return 1 if found else 0
