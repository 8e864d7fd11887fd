"""BW903 stale-baseline: recorded debt that is no longer there.

## What it says

The baseline, `bailiwick-baseline.toml`, records findings that were there when a rule was
introduced; they are not reported. An entry that records more than there is has done its duty, in
part or as a whole, and is reported in the line of the baseline in which it stands.

## Why

Debt that has been paid would leave room for as much that is new.

## What to do instead

Run `bailiwick baseline shrink`, or choose the quick fix in an editor that has the baseline open,
and commit the baseline together with what has been put right.

## What it does not see

Entries for files that a run did not judge, or could not parse, and for rules that are off.
Circles (BW103) are judged only with the whole tree. Where one finding has gone and another has
come, of the same rule, in the same file and to the same target, nobody can tell them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from bailiwick.vocabulary.policy import Severity

CODE = "BW903"
NAME = "stale-baseline"
SEVERITY: Severity = "warning"
SUMMARY = "recorded debt that is no longer there."

_POLICY = """
    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]

    [subsystem.zvm]
    modules = ["nova.virt.zvm"]
"""
_TREE = {
    "nova/virt/libvirt/utils.py": "_cache = {}\n",
    "nova/virt/zvm/driver.py": """
        from nova.virt.libvirt import utils

        utils._cache.clear()
        """,
}


def _recorded(count: str) -> str:
    return (
        "version = 1\n"
        "debt = [\n"
        '  { subsystem = "libvirt", path = "nova/virt/zvm/driver.py", code = "BW201", '
        f'target = "nova.virt.libvirt.utils:_cache"{count}, since = 2026-11-02 }},\n'
        "]\n"
    )


VALID: tuple[Example, ...] = (
    Example(
        "What is recorded is not reported, on whatever line it stands.",
        _POLICY,
        {**_TREE, "bailiwick-baseline.toml": _recorded("")},
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "Two uses are recorded, and one is left.",
        _POLICY,
        {**_TREE, "bailiwick-baseline.toml": _recorded(", count = 2")},
        ("bailiwick-baseline.toml:3:3",),
    ),
    Example(
        "The file is gone.",
        _POLICY,
        {
            "nova/virt/libvirt/utils.py": "_cache = {}\n",
            "bailiwick-baseline.toml": _recorded(""),
        },
        ("bailiwick-baseline.toml:3:3",),
    ),
)


def breach(reason: str) -> Breach:
    """Say what has gone; `reason` says how much of what, without a full stop."""
    return Breach(f"recorded debt is {reason}")
