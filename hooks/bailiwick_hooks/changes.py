"""`--since`, `--patch` and `--staged`: which change is meant, and what is said of it."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bailiwick import UserError, find_policy, load_policy

from bailiwick_hooks.targets import policies_below
from bailiwick_hooks.terminal.policies import named_policy, no_policy

if TYPE_CHECKING:
    from argparse import Namespace, _ArgumentGroup
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from bailiwick import Policy, Report

    from bailiwick_hooks.outcome import Reach


def configure(group: _ArgumentGroup) -> None:
    """Declare the options that name a change."""
    group.add_argument(
        "--since", metavar="REV", help="say only what is new since the work left this revision"
    )
    group.add_argument(
        "--patch", metavar="FILE", help="say only what a patch introduces; - for the one on stdin"
    )
    group.add_argument(
        "--staged",
        action="store_true",
        help="for a commit hook: say what is wrong in these files (by default those staged), and "
        "what the commit breaks elsewhere",
    )


def refuse_two(args: Namespace) -> None:
    """Raise UserError if more than one of what is to be judged is named."""
    flags = "--since", "--patch", "--staged", "--stdin-filename"
    values = args.since, args.patch, args.staged, args.stdin_filename
    given = [flag for flag, value in zip(flags, values, strict=True) if value]
    if len(given) > 1:
        raise UserError(f"{' and '.join(given)} cannot be given together.")


def reach(args: Namespace) -> Reach:
    """Which findings a run is to tell of."""
    if args.staged:
        return "commit"
    return "new" if args.since or args.patch else "all"


def judging(args: Namespace) -> Callable[..., Report]:
    """What judges a policy's tree under --since or --patch; called as `check` is."""
    from bailiwick import changed_since, check_change, patched

    if args.since:
        change = partial(changed_since, revision=args.since)
    else:
        change = partial(patched, patch=_patch(args.patch))

    def judge(policy: Policy, **options: Any) -> Report:
        return check_change(policy, [change(policy.root)], **options)

    return judge


def _patch(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UserError(f"--patch {name} cannot be read: {error.strerror}") from None


def staged_reports(args: Namespace, **options: Any) -> list[Report]:
    """What there is to say of the commit that is being made, policy by policy."""
    from bailiwick import expecting_staged, staged

    change, load, find = cache(staged), cache(loader(args)), cache(find_policy)
    here = Path.cwd()
    named = [Path(os.path.abspath(path)) for path in args.paths]  # noqa: PTH100 - keeps symlinks
    with expecting_staged(here):
        # What takes time to load is loaded while git looks.
        from bailiwick import check_change

        _policies(args.policy, set(named), find, load)
        touched = {here / path for each in change(here) for path in each.paths}
    named = named or [path for path in touched if path.suffix == ".py" and path.is_file()]
    reports = []
    for policy in _policies(args.policy, {*touched, *named}, find, load):
        report = check_change(policy, change(policy.root), named=named, **options)
        files = sum(path.is_relative_to(policy.root) for path in named)
        reports.append(replace(report, files=files))
    return reports


def loader(args: Namespace) -> Callable[[Path], Policy]:
    """What reads a policy; with a cache, as it was kept."""
    if args.no_cache or args.exhaustive:
        return load_policy
    from bailiwick import recall_policy

    return recall_policy


def _policies(
    name: str | None,
    paths: AbstractSet[Path],
    find: Callable[[Path], Path | None],
    load: Callable[[Path], Policy],
) -> list[Policy]:
    """The policies that govern some paths, files that are gone among them, or are made of them."""
    if name is not None:
        return [load(named_policy(name))]
    folders = {path.parent for path in paths}
    found = {policy: load(policy) for policy in set(map(find, folders)) if policy}
    if {path for path in paths if path.suffix == ".toml"} - found.keys():
        for policy in policies_below(Path.cwd()):
            loaded = found.get(policy) or load(policy)
            if not paths.isdisjoint(loaded.files):
                found[policy] = loaded
    here = Path.cwd()
    if not found and paths and not find(here) and not policies_below(here):
        raise UserError(no_policy(here))
    return [found[policy] for policy in sorted(found)]
