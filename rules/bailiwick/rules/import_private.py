"""BW102 import-private: a module imports what another subsystem has not made public.

## What it says

A subsystem that may be used may be used through its public API only. Where the policy has no
`public` for it, that is every name without a leading underscore in a module without one. Where
there is a list, an entry `package.module` opens that module and its public names, but nothing
in modules below it; an entry `package.module:Name` opens that one name, and not the module.
`public-to` opens the same for named friends. A name that a public module re-exports is public
there, wherever it is defined.

A module that no subsystem claims may use public API only, as everybody else. Tests named in a
subsystem's `tests` are part of it, and see its privates; they do not see those of others.

## Why

What is not public may change without a word to anybody. Its owners count on that; whoever
imports it breaks with the next of their changes, or keeps them from making it.

## What to do instead

Use what is public; the finding names the nearest public way, if there is one. If there is none,
ask the owners to publish what you need, in a shape that they are ready to keep.

`bailiwick check --fix` imports through the public way that the finding names.

## What it does not see

A private object that a public function returns, or that arrives as an argument; what is then
done with its underscore members is the concern of BW201.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from bailiwick.rules.rule import View
    from bailiwick.vocabulary.policy import Severity
    from bailiwick.vocabulary.reference import Kind, Reference

CODE = "BW102"
NAME = "import-private"
SEVERITY: Severity = "error"
SUMMARY = "a module imports what another subsystem has not made public."
KINDS: tuple[Kind, ...] = ("import",)

_ALL = """
    [subsystem.compute]
    modules = ["nova.compute"]
    tests = ["nova.tests.unit.compute"]

    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]
    tests = ["nova.tests.unit.virt.libvirt"]
"""

_LISTED = """
    [subsystem.compute]
    modules = ["nova.compute"]

    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]
    public = ["nova.virt.libvirt", "nova.virt.libvirt.events", "nova.virt.libvirt.driver:Driver"]
"""

_LIBVIRT = {
    "nova/virt/libvirt/__init__.py": "from nova.virt.libvirt.guest import Guest\n",
    "nova/virt/libvirt/guest.py": "class Guest: ...\n",
    "nova/virt/libvirt/events.py": "STOPPED = 1\n_QUEUE = []\n",
    "nova/virt/libvirt/driver.py": "MIN_VERSION = (8, 0)\n\n\nclass Driver: ...\n",
}

_FRIENDS = """
    [subsystem.compute]
    modules = ["nova.compute"]

    [subsystem.cmd]
    modules = ["nova.cmd"]

    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]
    public = []
    public-to = { cmd = ["nova.virt.libvirt.machine_type"] }
"""

_MACHINE_TYPE = {"nova/virt/libvirt/machine_type.py": "def update(instance): ...\n"}

_UNCLAIMED = """
    unclaimed = "ignore"

    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]
    public = ["nova.virt.libvirt.host"]
"""

_HOST = {
    "nova/virt/libvirt/host.py": "class Host: ...\n",
    "nova/virt/libvirt/guest.py": "class Guest: ...\n",
}

VALID: tuple[Example, ...] = (
    Example(
        "Without a list, every name without a leading underscore is public, and so are dunders.",
        _ALL,
        {
            "nova/virt/libvirt/__init__.py": '__version__ = "34.0.0"\n',
            "nova/virt/libvirt/host.py": "class Host: ...\n\n\ndef _connect(): ...\n",
            "nova/compute/manager.py": """
                from nova.virt.libvirt import __version__, host
                from nova.virt.libvirt.host import Host
                from nova.virt.libvirt.host import *
                """,
        },
    ),
    Example(
        "One's own privates are one's own, in the subsystem's tests as well.",
        _ALL,
        {
            "nova/compute/manager.py": "class Manager: ...\n",
            "nova/tests/unit/compute/test_manager.py": "from nova.compute import manager\n",
            "nova/virt/libvirt/_xml.py": "def _parse(text): ...\n",
            "nova/virt/libvirt/config.py": """
                from . import _xml
                from nova.virt.libvirt._xml import _parse
                """,
            "nova/tests/unit/virt/libvirt/test_xml.py": """
                from nova.virt.libvirt._xml import _parse
                """,
        },
    ),
    Example(
        "What is listed, and what a listed module re-exports.",
        _LISTED,
        _LIBVIRT
        | {
            "nova/compute/manager.py": """
                import nova.virt.libvirt.events
                from nova.virt.libvirt import Guest
                from nova.virt.libvirt import events as libvirt_events
                from nova.virt.libvirt.driver import Driver
                from nova.virt.libvirt.events import STOPPED
                """,
        },
    ),
    Example(
        "A friend may use what is public to it.",
        _FRIENDS,
        _MACHINE_TYPE
        | {
            "nova/compute/manager.py": "class Manager: ...\n",
            "nova/cmd/manage.py": "from nova.virt.libvirt import machine_type\n",
        },
    ),
    Example(
        "A module that nobody claims may use what is public.",
        _UNCLAIMED,
        _HOST | {"tools/report.py": "from nova.virt.libvirt.host import Host\n"},
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "A leading underscore, on the name or on a module on the way to it.",
        _ALL,
        {
            "nova/virt/libvirt/_xml.py": "def parse(text): ...\n",
            "nova/virt/libvirt/host.py": "class Host: ...\n\n\ndef _connect(): ...\n",
            "nova/compute/manager.py": """
                import nova.virt.libvirt._xml as xml
                from nova.virt.libvirt import _xml, host
                from nova.virt.libvirt._xml import parse
                from nova.virt.libvirt.host import Host, _connect as connect
                """,
            "nova/tests/unit/compute/test_manager.py": """
                from nova.virt.libvirt.host import (
                    _connect,
                )
                """,
            "nova/tests/unit/virt/libvirt/test_host.py": """
                from nova.virt.libvirt.host import _connect
                """,
        },
        (
            "nova/compute/manager.py:1:8",
            "nova/compute/manager.py:2:31",
            "nova/compute/manager.py:3:36",
            "nova/compute/manager.py:4:42",
            "nova/tests/unit/compute/test_manager.py:2:5",
        ),
    ),
    Example(
        "Where there is a list, everything else is private.",
        _LISTED,
        _LIBVIRT
        | {
            "nova/compute/manager.py": """
                import nova.virt.libvirt.driver
                from nova.virt.libvirt import guest, events
                from nova.virt.libvirt.driver import Driver, MIN_VERSION
                from nova.virt.libvirt.driver import *
                from nova.virt.libvirt.events import _QUEUE
                from nova.virt.libvirt.guest import Guest
                """,
        },
        (
            "nova/compute/manager.py:1:8",
            "nova/compute/manager.py:2:31",
            "nova/compute/manager.py:3:46",
            "nova/compute/manager.py:4:38",
            "nova/compute/manager.py:5:38",
            "nova/compute/manager.py:6:37",
        ),
    ),
    Example(
        "What is public to a friend is not public to others, nor for type checking alone.",
        _FRIENDS,
        _MACHINE_TYPE
        | {
            "nova/cmd/manage.py": "from nova.virt.libvirt import machine_type\n",
            "nova/compute/manager.py": """
                from typing import TYPE_CHECKING

                if TYPE_CHECKING:
                    from nova.virt.libvirt import machine_type


                def update(instance):
                    from nova.virt.libvirt.machine_type import update
                """,
        },
        ("nova/compute/manager.py:4:35", "nova/compute/manager.py:8:48"),
    ),
    Example(
        "A module that nobody claims may use no more than others.",
        _UNCLAIMED,
        _HOST | {"tools/report.py": "from nova.virt.libvirt.guest import Guest\n"},
        ("tools/report.py:1:37",),
    ),
)


def judge(reference: Reference, view: View) -> Breach | None:
    """Refuse the import if the other subsystem keeps its target to itself."""
    if reference.kind != "import" or view.target is None or not view.foreign:
        return None
    verdict = view.policy.is_public(view.target, reference.module, reference.name, view.subsystem)
    if verdict:
        return None
    return Breach(
        f"{view.user} imports what {view.target.name} has not made public: {reference.target}",
        verdict.place,
    )
