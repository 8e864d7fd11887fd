"""BW201 private-attribute: a module reaches for a private attribute of another subsystem.

## What it says

A name with a leading underscore on a module, class or instance of another subsystem is neither
read nor written nor called. It does not matter how the object was come by: under an alias,
through a re-export, as `import a.b` followed by `a.b.c._x`, as an instance made on the spot, as
`self.host._x` where an assignment, an annotation or a constructor's parameter tells what
`self.host` is.

Dunder names are public, and so is `_` itself. So is a private name that the policy lists in
`public`, or in `public-to` for this subsystem.

## Why

The underscore is the only wall that Python has, and it is a notice rather than a wall. An
import that is allowed opens the public API; one attribute further begins what the owners
believe to be theirs to change.

## What to do instead

Look for a public method that does the whole job; often the private one is a step of it. If
there is none, say to the owners what you want to know or have done, and let them offer it.

## What it does not see

Objects whose type nothing in the module tells: results of functions without an annotation, what
comes out of containers, `getattr(host, "_conn")`. Nor underscore names that a class from
outside the tree brings along, such as `_replace` on a named tuple. What is not known is not
accused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example
from bailiwick.vocabulary.policy import is_private

if TYPE_CHECKING:
    from bailiwick.rules.rule import View
    from bailiwick.vocabulary.policy import Severity
    from bailiwick.vocabulary.reference import Kind, Reference

CODE = "BW201"
NAME = "private-attribute"
SEVERITY: Severity = "error"
SUMMARY = "a module reaches for a private attribute of another subsystem."
KINDS: tuple[Kind, ...] = ("attribute",)

_POLICY = """
    [subsystem.compute]
    modules = ["nova.compute"]
    tests = ["nova.tests.unit.compute"]

    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]
    tests = ["nova.tests.unit.virt.libvirt"]
"""

_HOST = {
    "nova/virt/libvirt/host.py": """
        _uri = "qemu:///system"


        def _reset(): ...


        class Host:
            _caps = None

            def __init__(self, uri=_uri):
                self._conn = None

            def _connect(self):
                self._conn = _reset()
                return self._caps

            @classmethod
            def _cached(cls):
                return cls._caps
        """,
}

_COMPUTE = {"nova/compute/manager.py": "class Manager: ...\n"}

VALID: tuple[Example, ...] = (
    Example(
        "One's own privates, and those of one's own subsystem; its tests are part of it.",
        _POLICY,
        _COMPUTE
        | _HOST
        | {
            "nova/virt/libvirt/driver.py": """
                from nova.virt.libvirt import host as libvirt_host


                class Driver:
                    def __init__(self):
                        self._host = libvirt_host.Host()
                        self._host._connect()
                """,
            "nova/tests/unit/virt/libvirt/test_host.py": """
                from nova.virt.libvirt.host import Host


                def test_connect():
                    assert Host()._connect() is None
                """,
        },
    ),
    Example(
        "Public names, dunders, and underscore names of a class from outside the tree.",
        _POLICY,
        {
            "nova/virt/libvirt/disk.py": """
                import collections
                import enum
                from typing import NamedTuple

                Size = collections.namedtuple("Size", "used free")


                class Bus(NamedTuple):
                    name: str


                class Kind(enum.Enum):
                    RAW = 1
                """,
            "nova/compute/manager.py": """
                import os
                import sys

                from nova.virt.libvirt import disk

                size = disk.Size(1, 2)
                size = size._replace(free=3)
                names = disk.Size._fields + disk.Bus._fields
                bus = disk.Bus("virtio")._asdict()
                kind = disk.Kind.RAW._value_
                where = disk.__file__ + disk.Size.__name__


                def stop():
                    sys._getframe()
                    os._exit(1)
                """,
        },
    ),
    Example(
        "A name that only looks like the other subsystem's module or instance.",
        _POLICY,
        _HOST
        | {
            "nova/compute/manager.py": """
                from nova.virt.libvirt import host


                def connect(host):
                    return host._conn


                class Manager:
                    def __init__(self, host):
                        self._conn = host
                        self.host = self

                    def connect(self):
                        return self._conn, self.host._conn
                """,
        },
    ),
    Example(
        "A private name that its owners have opened.",
        """
        [subsystem.compute]
        modules = ["nova.compute"]

        [subsystem.libvirt]
        modules = ["nova.virt.libvirt"]
        public-to = { compute = ["nova.virt.libvirt.host", "nova.virt.libvirt.host:_uri"] }
        """,
        _HOST
        | {
            "nova/compute/manager.py": """
                from nova.virt.libvirt import host

                uri = host._uri
                """,
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "On a module: read, called, written, under whatever name.",
        _POLICY,
        _HOST
        | {
            "nova/compute/manager.py": """
                import nova.virt.libvirt.host
                from nova.virt.libvirt import host
                from nova.virt.libvirt import host as libvirt_host

                nova.virt.libvirt.host._reset()
                print(host._uri)


                def move(uri):
                    libvirt_host._uri = uri
                """,
            "nova/tests/unit/compute/test_manager.py": """
                from nova.virt.libvirt import host

                host._uri = "test:///default"
                """,
        },
        (
            "nova/compute/manager.py:5:24",
            "nova/compute/manager.py:6:12",
            "nova/compute/manager.py:10:18",
            "nova/tests/unit/compute/test_manager.py:3:6",
        ),
    ),
    Example(
        "On a class, and on an instance whose making is seen.",
        _POLICY,
        _HOST
        | {
            "nova/compute/manager.py": """
                from nova.virt.libvirt import host
                from nova.virt.libvirt.host import Host

                Host._caps = {}


                def capabilities():
                    connected = host.Host()
                    connected._connect()
                    return Host()._conn, connected._caps
                """,
        },
        (
            "nova/compute/manager.py:4:6",
            "nova/compute/manager.py:9:15",
            "nova/compute/manager.py:10:19",
            "nova/compute/manager.py:10:36",
        ),
    ),
    Example(
        "On what `self` holds: known from an assignment, an annotation, a constructor's parameter.",
        _POLICY,
        _HOST
        | {
            "nova/compute/manager.py": """
                from nova.virt.libvirt import host
                from nova.virt.libvirt.host import Host


                class Made:
                    def __init__(self):
                        self.host = host.Host()

                    def caps(self):
                        return self.host._caps


                class Declared:
                    host: Host

                    def caps(self):
                        return self.host._caps


                class Given:
                    def __init__(self, host: Host):
                        self._host = host

                    def caps(self):
                        return self._host._caps


                def connect(host: Host):
                    return host._connect()
                """,
        },
        (
            "nova/compute/manager.py:10:26",
            "nova/compute/manager.py:17:26",
            "nova/compute/manager.py:25:27",
            "nova/compute/manager.py:29:17",
        ),
    ),
    Example(
        "Through a re-export of one's own: it is still the other subsystem's class.",
        _POLICY,
        _HOST
        | {
            "nova/compute/hosts.py": "from nova.virt.libvirt.host import Host as Libvirt\n",
            "nova/compute/manager.py": """
                from nova.compute.hosts import Libvirt

                conn = Libvirt()._conn
                """,
        },
        ("nova/compute/manager.py:3:18",),
    ),
)


def judge(reference: Reference, view: View) -> Breach | None:
    """Refuse the attribute if it is private and its owners have not opened it."""
    if reference.kind != "attribute" or view.target is None or not view.foreign:
        return None
    if not is_private(reference.name.rpartition(".")[2]):
        return None
    verdict = view.policy.is_public(view.target, reference.module, reference.name, view.subsystem)
    if verdict:
        return None
    return Breach(
        f"{view.user} reaches for a private attribute of {view.target.name}: {reference.target}",
        verdict.place,
    )
