"""BW902 needless-suppression: a suppression that allows nothing, has no reason, or has expired.

## What it says

A comment allows a finding where the policy would forbid it:

    # bailiwick: allow[BW101] reason
    # bailiwick: allow[BW101, import-private] until 2027-01-01 reason
    # bailiwick: allow-file[BW101] reason

It names rules by code or name, and has a reason. With `until` it holds up to and including that
day. `allow` at the end of a statement's first or last line, or on a line of its own directly above
it, covers the statement, of a compound one its header. On a line in between it covers what stands
on that line, and the rest of the statement only if that line has nothing to allow. `allow-file`
covers the file, from a line of its own above the first statement.

A comment without a reason, with a rule or a word that does not exist, whose last day is over, or
where no such rule is broken is reported as BW902. It allows nothing then, except for the rules
that it rightly names.

## Why

An exception that nobody remembers the reason of is never taken back, and one that has outlived
its purpose waits to hide the next breach.

## What to do instead

Delete the comment, or the word in it that is of no use; write the reason; correct the spelling.
Where the day is over, keep what was promised, or set another day.

`bailiwick check --fix` takes out what is needless or has expired; the rest it leaves to you.

## What it does not see

Comments of other tools: `# noqa`, `# type:`, `# pylint:`. They may stand on the same line, before
or behind. A rule that is off, or that a run does not judge, makes no comment needless: circles
(BW103) are judged only with the whole tree. What is said of a file that cannot be parsed holds
until it can. BW902 and BW903 themselves cannot be allowed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from bailiwick.vocabulary.policy import Severity

CODE = "BW902"
NAME = "needless-suppression"
SEVERITY: Severity = "warning"
SUMMARY = "a suppression that allows nothing, has no reason, or has expired."

_POLICY = """
    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]

    [subsystem.zvm]
    modules = ["nova.virt.zvm"]

    [group.drivers]
    members = ["libvirt", "zvm"]
    independent = true
"""
_LIBVIRT = {"nova/virt/libvirt/utils.py": "def pick_disk(): ...\n"}

VALID: tuple[Example, ...] = (
    Example(
        "On the line of the finding; with another tool's comment behind it.",
        _POLICY,
        {
            "nova/virt/zvm/driver.py": """
                from nova.virt.libvirt import utils  # bailiwick: allow[BW101] bug 1890123  # noqa
                """,
            **_LIBVIRT,
        },
    ),
    Example(
        "Above the statement, by name, and for a while.",
        _POLICY,
        {
            "nova/virt/zvm/driver.py": """
                # bailiwick: allow[import-across] until 2999-12-31 till the disks have an API
                from nova.virt.libvirt import (
                    utils,
                )
                """,
            **_LIBVIRT,
        },
    ),
    Example(
        "For the whole file.",
        _POLICY,
        {
            "nova/virt/zvm/driver.py": '''
                # bailiwick: allow-file[BW101] a copy of theirs until the split
                """The zVM driver."""

                from nova.virt.libvirt import utils


                def pick():
                    from nova.virt.libvirt import utils
                ''',
            **_LIBVIRT,
        },
    ),
    Example(
        "What stands in a string is no comment.",
        _POLICY,
        {
            "nova/virt/zvm/driver.py": """
                HINT = "write # bailiwick: allow[BW101] and say why"
                """,
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "Nothing is forbidden here; a rule of that name does not exist; the word is misspelt.",
        _POLICY,
        {
            "nova/virt/zvm/driver.py": """
                import os  # bailiwick: allow[BW101] bug 1890123
                import re  # bailiwick: allow[import-accross] bug 1890123
                import sys  # bailiwick: alow[BW101] bug 1890123
                """,
        },
        (
            "nova/virt/zvm/driver.py:1:12",
            "nova/virt/zvm/driver.py:2:12",
            "nova/virt/zvm/driver.py:3:13",
        ),
    ),
    Example(
        "There is no reason; the last day is over.",
        _POLICY,
        {
            "nova/virt/zvm/driver.py": """
                import os  # bailiwick: allow[BW101]
                import re  # bailiwick: allow[BW101] until 2020-02-29 till the disks have an API
                """,
        },
        ("nova/virt/zvm/driver.py:1:12", "nova/virt/zvm/driver.py:2:12"),
    ),
    Example(
        "It allows more than there is.",
        _POLICY,
        {
            "nova/virt/zvm/driver.py": """
                from nova.virt.libvirt import utils  # bailiwick: allow[BW101, BW201] bug 1890123
                """,
            **_LIBVIRT,
        },
        ("nova/virt/zvm/driver.py:1:64",),
    ),
)


def breach(reason: str) -> Breach:
    """Say what is wrong with the comment; `reason` says it, without a full stop."""
    return Breach(f"this suppression {reason}")
