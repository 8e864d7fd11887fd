"""Who uses what of whom in a whole tree, counted by a process of its own, as it is stored.

The first count of a large tree takes many seconds, in which the server has other things to do.
`python -m bailiwick_server.counting POLICY` prints what `Counts.of` reads. It ends with its stdin.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bailiwick

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick import Policy, Survey


@dataclass(frozen=True, slots=True)
class Called:
    """Who has a contract's member, and who calls it through a handle how often, by subsystem."""

    implementers: tuple[str, ...]
    calls: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted; tests are left out.

    uses:    by module and name in it, how often each other subsystem refers to it
    members: by `module:Class.member` that a contract declares
    """

    uses: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    members: Mapping[str, Called] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Counts:
        """What was printed."""
        members = {
            name: Called(tuple(each["implementers"]), each["calls"])
            for name, each in document["members"].items()
        }
        return cls(document["uses"], members)


def counted(policy: Policy) -> dict[str, Any]:
    """The counts of a tree, as JSON has them."""
    uses: dict[str, dict[str, dict[str, int]]] = {}
    for place in bailiwick.crossings(policy, jobs=1).places:
        name = place.name.partition(".")[0]
        if place.in_test or place.way == "option" or name in ("", "*") or not place.subsystem:
            continue
        users = uses.setdefault(place.module, {}).setdefault(name, {})
        users[place.subsystem] = users.get(place.subsystem, 0) + 1
    members: dict[str, Any] = {}
    for contract in policy.contracts:
        # Its class may not be there: the policy says so where that is written.
        with suppress(bailiwick.UserError):
            members.update(_of_contract(bailiwick.survey(policy, contract)))
    return {"uses": uses, "members": members}


def _of_contract(shown: Survey) -> dict[str, Any]:
    found = {}
    for member in shown.members:
        calls: dict[str, int] = {}
        for use in member.uses:
            calls[use.subsystem or "nobody"] = calls.get(use.subsystem or "nobody", 0) + 1
        having = dict.fromkeys(each.subsystem or "nobody" for each in member.implementations)
        found[f"{member.owner}.{member.name}"] = {"implementers": list(having), "calls": calls}
    return found


async def count(policy_file: Path) -> Counts | None:
    """The counts, by a process of its own; None if there are none to be had."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        str(policy_file),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment,
    )
    assert process.stdout is not None
    try:
        printed = await process.stdout.read()
        await process.wait()
        return Counts.of(json.loads(printed))
    except (ValueError, KeyError):
        return None
    finally:
        if process.returncode is None:
            process.kill()


def _end_with_stdin() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def main(policy_file: str) -> int:
    """Print the counts of the tree that a policy governs."""
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(5)
    try:
        document = counted(bailiwick.load_policy(Path(policy_file)))
    except bailiwick.UserError:
        return 1
    sys.stdout.write(json.dumps(document))
    sys.stdout.flush()
    # The thread waits for a pipe that the server holds open.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
