"""BW103 dependency-cycle: subsystems use each other in a circle.

## What it says

Subsystems that use each other, directly or by way of others, are one subsystem with several
names. The rule looks at the imports that every other rule has let pass, those in functions as
well, and shows each smallest circle: one that has no shortcut, so that nothing less than one of
its own steps opens it. A larger circle that only goes the long way round is shown once its
shortcuts are gone. Each circle is reported once, at one of its imports; the message names an
import for every step.

## Why

Nothing in a circle can be understood, tested, released or handed to another team by itself. A
function that imports late hides the circle from Python, not from those who have to split the
tree.

## What to do instead

Find the step that goes against the grain, mostly the one with the fewest imports, and turn it:
pass the thing as an argument, move what both need into a third subsystem, or let the lower one
declare a contract that the upper one implements. Then write the direction into the policy, with
`uses` or `[layers]`, so that the way back is BW101 from then on.

## What it does not see

Imports for type checkers alone, and those of a subsystem's tests: neither ties what is shipped.
Circles between the modules of one subsystem are its own affair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bailiwick.rules.rule import View, Witness
    from bailiwick.vocabulary.policy import Severity
    from bailiwick.vocabulary.reference import Reference

    Edge = tuple[str, str]
    Circle = tuple[Edge, ...]

CODE = "BW103"
NAME = "dependency-cycle"
SEVERITY: Severity = "error"
SUMMARY = "subsystems use each other in a circle."

_POLICY = """
    [subsystem.api]
    modules = ["nova.api"]

    [subsystem.compute]
    modules = ["nova.compute"]
    tests = ["nova.tests.unit.compute"]

    [subsystem.virt]
    modules = ["nova.virt"]
    tests = ["nova.tests.unit.virt"]
"""

VALID: tuple[Example, ...] = (
    Example(
        "Everybody looks the same way.",
        _POLICY,
        {
            "nova/api/servers.py": """
                from nova.compute import manager
                from nova.virt import driver
                """,
            "nova/compute/manager.py": "from nova.virt import driver\n",
            "nova/virt/driver.py": "class ComputeDriver: ...\n",
        },
    ),
    Example(
        "The way back is for type checkers or in the tests.",
        _POLICY,
        {
            "nova/api/servers.py": "class Controller: ...\n",
            "nova/compute/manager.py": "from nova.virt import driver\n",
            "nova/tests/unit/compute/test_manager.py": "from nova.compute import manager\n",
            "nova/tests/unit/virt/test_driver.py": "from nova.compute import manager\n",
            "nova/virt/driver.py": """
                from typing import TYPE_CHECKING

                if TYPE_CHECKING:
                    from nova.compute.manager import Manager
                """,
        },
    ),
    Example(
        "A circle inside one subsystem.",
        _POLICY,
        {
            "nova/api/servers.py": "class Controller: ...\n",
            "nova/compute/manager.py": "class Manager: ...\n",
            "nova/virt/driver.py": "from nova.virt import images\n",
            "nova/virt/images.py": "from nova.virt import driver\n",
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "Two that use each other, one of them only when it runs.",
        _POLICY,
        {
            "nova/api/servers.py": "class Controller: ...\n",
            "nova/compute/manager.py": """
                import os

                from nova.virt import driver
                from nova.virt.driver import ComputeDriver
                """,
            "nova/virt/driver.py": """
                class ComputeDriver:
                    def spawn(self):
                        from nova.compute import manager
                """,
        },
        ("nova/compute/manager.py:3:23",),
    ),
    Example(
        "Three, one after the other.",
        _POLICY,
        {
            "nova/api/servers.py": "from nova.compute.manager import Manager\n",
            "nova/compute/manager.py": "from nova.virt import driver\n",
            "nova/virt/driver.py": "import nova.api.servers\n",
        },
        ("nova/api/servers.py:1:34",),
    ),
    Example(
        "Of a circle and its shortcut, the shortcut.",
        _POLICY,
        {
            "nova/api/servers.py": "from nova.compute import manager\n",
            "nova/compute/manager.py": "from nova.virt import driver\n",
            "nova/virt/driver.py": """
                from nova.api import servers
                from nova.compute import manager
                """,
        },
        ("nova/compute/manager.py:1:23",),
    ),
    Example(
        "Two circles that meet in one subsystem are two findings.",
        _POLICY,
        {
            "nova/api/servers.py": "from nova.compute import manager\n",
            "nova/compute/manager.py": """
                from nova.virt import driver


                def controller():
                    from nova.api import servers
                """,
            "nova/virt/driver.py": "from nova.compute import manager\n",
        },
        ("nova/api/servers.py:1:26", "nova/compute/manager.py:1:23"),
    ),
)


def counts(reference: Reference, view: View) -> bool:
    """Whether this reference makes its subsystem a user of the target, for good or ill."""
    return (
        reference.kind == "import"
        and reference.grade != "typing"
        and view.subsystem is not None
        and view.foreign
        and not view.policy.is_test(view.module)
    )


def judge_graph(edges: Mapping[Edge, Witness]) -> Iterator[tuple[Witness, Breach]]:
    """Show the smallest circles, shortest first; there is one wherever there are any.

    Every circle comes with the witness of its first edge, and no two with the same.
    """
    circles = filter(None, (_shortest_circle(edge, edges) for edge in sorted(edges)))
    shown: set[Edge] = set()
    for circle in sorted(circles, key=lambda circle: (len(circle), circle)):
        if circle[0] not in shown and not _has_shortcut(circle, edges):
            shown.update(circle)
            yield edges[circle[0]], _breach(circle, edges)


def _has_shortcut(circle: Circle, edges: Iterable[Edge]) -> bool:
    """Whether its subsystems use each other in ways that the circle does not go."""
    names = {user for user, _ in circle}
    return sum(names.issuperset(edge) for edge in edges) > len(circle)


def _breach(circle: Circle, edges: Mapping[Edge, Witness]) -> Breach:
    users = [user for user, _ in circle]
    steps = "; ".join(str(edges[edge]) for edge in circle)
    message = f"{_round(users)} use each other in a circle: {steps}"
    first = users.index(min(users))
    return Breach(message, subject=_round(users[first:] + users[:first]))


def _round(users: Sequence[str]) -> str:
    return " → ".join([*users, users[0]])


def _shortest_circle(first: Edge, edges: Iterable[Edge]) -> Circle | None:
    """The shortest circle that begins with this edge; of several, the first by name."""
    used_by: dict[str, list[str]] = {}
    for user, used in sorted(edges):
        used_by.setdefault(user, []).append(used)
    start = first[0]
    frontier: list[Circle] = [(first,)]
    reached = {first[1]}
    while frontier:
        longer: list[Circle] = []
        for path in frontier:
            for used in used_by.get(path[-1][1], ()):
                if used == start:
                    return (*path, (path[-1][1], start))
                if used not in reached:
                    reached.add(used)
                    longer.append((*path, (path[-1][1], used)))
        frontier = longer
    return None
