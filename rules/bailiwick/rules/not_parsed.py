"""BW901 not-parsed: a file that could not be read or parsed.

## What it says

The file is no Python that can be read: a syntax error, an encoding that is unknown or does not
fit, a NUL byte, a dangling link, no permission. It is said once for each file, where the reader
gave up, and the run goes on. Imports that can still be read are judged.

## Why

A file that was not read has not been judged, and silence would look like a pass.

## What to do instead

Put the file right, or exclude it if it is not meant to be Python: templates, examples of
errors, leftovers of Python 2.

## What it does not see

A syntax error far from every statement that could cross a boundary, unless the file bears marks
of Python 2, of prose, of a merge conflict or of being cut off: only what could be a finding is
parsed. `--exhaustive` parses every file whole. Nor whether the interpreter that you run is old
or new enough for the file: the grammar of every Python 3 is read, whatever runs Bailiwick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from bailiwick.vocabulary.policy import Severity

CODE = "BW901"
NAME = "not-parsed"
SEVERITY: Severity = "error"
SUMMARY = "a file that could not be read or parsed."

_POLICY = """
    [subsystem.compute]
    modules = ["nova.compute"]
"""

VALID: tuple[Example, ...] = (
    Example(
        "Every Python 3, whatever interpreter runs; and an empty file.",
        _POLICY,
        {
            "nova/compute/__init__.py": "",
            "nova/compute/manager.py": """
                def state(instance: object) -> str:
                    match instance:
                        case {"vm_state": str(state)} if (found := state):
                            return f"{found!r:>{10}}"
                        case _:
                            return "unknown"


                async def listen(queue, /, *, timeout=None):
                    async with queue as events:
                        return [event async for event in events]
                """,
        },
    ),
    Example(
        "Another encoding, if the file says which.",
        _POLICY,
        {"nova/compute/manager.py": "# -*- coding: ascii -*-\nNAME = 'compute'\n"},
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "A leftover of Python 2.",
        _POLICY,
        {
            "nova/compute/manager.py": """
                import os

                print "compute", os.name
                """,
        },
        ("nova/compute/manager.py:3:1",),
    ),
    Example(
        "A cookie that names no encoding.",
        _POLICY,
        {"nova/compute/manager.py": "# -*- coding: no-such-codec -*-\nNAME = 'compute'\n"},
        ("nova/compute/manager.py:1:15",),
    ),
)


def breach(reason: str) -> Breach:
    """Say why the file was not read; `reason` is in the reader's words, without a full stop."""
    return Breach(f"not parsed: {reason}")
