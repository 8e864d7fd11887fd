"""BW904 unclaimed-module: a module that no subsystem claims.

## What it says

Every module of the tree belongs to the subsystem with the longest prefix of its name in
`modules` or `tests`. One that has none belongs to nobody. What that costs, the key `unclaimed`
of the policy says: `"error"`, `"warning"` (this where it is left out), or `"ignore"`.

## Why

A new module is where a boundary is drawn or missed. A policy that passes over what it does not
know would let the next directory grow in all directions, and say that all is well.

## What to do instead

Give the module to a subsystem: add it, or the package it lies in, to `modules`, or to `tests`
if it tests one. If it is no part of the project, add its path to `exclude`.

## What it does not see

Files that `exclude` takes out, and files that lie under no source root.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example
from bailiwick.vocabulary.policy import UNCLAIMED_MODULE

if TYPE_CHECKING:
    from bailiwick.vocabulary.policy import Severity

CODE = UNCLAIMED_MODULE
NAME = "unclaimed-module"
SEVERITY: Severity = "warning"
SUMMARY = "a module that no subsystem claims."

_COMPUTE = """
    [subsystem.compute]
    modules = ["nova.compute"]
    tests = ["nova.tests.unit.compute"]
"""

VALID: tuple[Example, ...] = (
    Example(
        "A prefix claims everything below it, tests as well as modules.",
        _COMPUTE,
        {
            "nova/compute/manager.py": "class Manager: ...\n",
            "nova/compute/monitors/cpu/base.py": "class Monitor: ...\n",
            "nova/tests/unit/compute/test_manager.py": "from nova.compute import manager\n",
        },
    ),
    Example(
        "A driver that is born under `siblings-of` is a subsystem from its first day.",
        """
        [subsystem.virt-api]
        modules = ["nova.virt"]

        [group.drivers]
        siblings-of = "nova.virt"
        independent = true
        """,
        {
            "nova/virt/driver.py": "class ComputeDriver: ...\n",
            "nova/virt/newborn/driver.py": "from nova.virt import driver\n",
        },
    ),
    Example(
        "The policy ignores what it does not claim.",
        """
        unclaimed = "ignore"

        [subsystem.compute]
        modules = ["nova.compute"]
        """,
        {
            "nova/compute/manager.py": "class Manager: ...\n",
            "tools/release.py": "VERSION = 1\n",
        },
    ),
    Example(
        "What is excluded is no part of the tree.",
        """
        exclude = ["build"]

        [subsystem.compute]
        modules = ["nova.compute"]
        """,
        {
            "nova/compute/manager.py": "class Manager: ...\n",
            "build/generated.py": "VERSION = 1\n",
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "A module beside those that are claimed; a longer name is not a module below.",
        _COMPUTE,
        {
            "nova/compute/manager.py": "class Manager: ...\n",
            "nova/computers.py": "COUNT = 0\n",
            "nova/tests/unit/compute/test_manager.py": "from nova.compute import manager\n",
            "nova/tests/unit/test_computers.py": "from nova import computers\n",
        },
        ("nova/computers.py:1:1", "nova/tests/unit/test_computers.py:1:1"),
    ),
)


def judge_module(module: str) -> Breach:
    """Say that nobody claims the module."""
    return Breach(f"no subsystem claims {module}")
