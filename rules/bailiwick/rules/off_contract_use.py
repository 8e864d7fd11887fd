"""BW301 off-contract-use: a caller uses through a handle what the contract does not declare.

## What it says

A contract's handle is whatever the policy says is one (`returned-by`, `held-by`), what is annotated
with the interface, and what any of these is given to: a local name, an attribute, a dataclass
field, `with ... as`, an attribute of another object that is known to hold one. Through a handle
only members that the interface or one of its bases declares are used: methods, class attributes,
properties, and what its methods assign to `self`. Reading, writing and calling count alike, and so
does `getattr(handle, "name")` with the name written out.

`hasattr(handle, "name")`, `getattr` with a default, and what is used after such a question cost one
degree less: the caller knows that not every implementer has it.

Those who implement the contract are not judged: they know whom they talk to. Private members
through a handle are the concern of BW201.

## Why

The interface is what every implementer promises. What one of them happens to have beside it works
with that one only, and binds it for ever to a caller that it does not know of.

## What to do instead

If every implementer could offer it, have it declared in the interface, with a default that says
"not supported". If only one can, the code that needs it belongs with that one.

## What it does not see

Objects whose origin nothing tells: an unannotated parameter that the policy does not name, what
comes out of containers. If the interface has a base from outside the tree, `__getattr__`, a
metaclass or an unknown class decorator, or is given members by `setattr`, it may have any member,
and none is reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from bailiwick.rules.rule import View
    from bailiwick.vocabulary.policy import Severity
    from bailiwick.vocabulary.reference import Kind, Reference

CODE = "BW301"
NAME = "off-contract-use"
SEVERITY: Severity = "error"
SUMMARY = "a caller uses through a handle what the contract does not declare."
KINDS: tuple[Kind, ...] = ("handle",)

_POLICY = """
    [subsystem.compute]
    modules = ["nova.compute"]
    tests = ["nova.tests.unit.compute"]

    [subsystem.virt-api]
    modules = ["nova.virt.driver"]

    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]

    [contract.virt-driver]
    interface = "nova.virt.driver:ComputeDriver"
    implemented-by = ["libvirt"]
    returned-by = ["nova.virt.driver:load_compute_driver"]
    held-by = [
        "nova.compute.tracker:Tracker.driver",
        "nova.compute.tracker:attach.virt_driver",
    ]
"""

_DRIVER = {
    "nova/virt/driver.py": """
        class ComputeDriver:
            capabilities = {"has_imagecache": False}

            def __init__(self, virtapi):
                self.virtapi = virtapi

            def spawn(self, instance): ...

            @property
            def need_legacy(self): ...


        def load_compute_driver(virtapi): ...
        """,
    "nova/virt/libvirt/driver.py": """
        from nova.virt import driver


        class LibvirtDriver(driver.ComputeDriver):
            def connect(self):
                return self.virtapi
        """,
}

VALID: tuple[Example, ...] = (
    Example(
        "What the interface declares: methods and data.",
        _POLICY,
        _DRIVER
        | {
            "nova/compute/manager.py": """
                from nova.virt import driver


                class Manager:
                    def __init__(self):
                        self.driver = driver.load_compute_driver(None)

                    def build(self, instance):
                        if self.driver.capabilities["has_imagecache"]:
                            self.driver.virtapi = None
                        self.driver.spawn(instance)
                        return self.driver.need_legacy, self.driver.__class__
                """,
            "nova/compute/tracker.py": "class Tracker: ...\n",
        },
    ),
    Example(
        "What only looks like a handle, and what an implementer does.",
        _POLICY,
        _DRIVER
        | {
            "nova/compute/storage.py": """
                class Pool:
                    def __init__(self, driver):
                        self.driver = driver

                    def connect(self):
                        return self.driver.connect()
                """,
            "nova/virt/libvirt/host.py": """
                from nova.virt.driver import ComputeDriver


                def connect(driver: ComputeDriver):
                    return driver.connect()
                """,
        },
    ),
    Example(
        "An interface that may have any member.",
        _POLICY,
        {
            "nova/virt/driver.py": """
                class ComputeDriver:
                    def __getattr__(self, name): ...


                def load_compute_driver(virtapi): ...
                """,
            "nova/compute/manager.py": """
                from nova.virt import driver

                driver.load_compute_driver(None).connect()
                """,
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "Called, read and written, wherever the handle went.",
        _POLICY,
        _DRIVER
        | {
            "nova/compute/manager.py": """
                import functools

                from nova.compute import tracker
                from nova.virt import driver
                from nova.virt.driver import ComputeDriver


                class Manager:
                    def __init__(self):
                        self.driver = driver.load_compute_driver(None)
                        self.tracker = tracker.Tracker()

                    def connect(self):
                        connected = self.driver.connect()
                        virt = self.driver
                        virt.uri = connected
                        return functools.partial(self.tracker.driver.reset, getattr(virt, "host"))


                def close(drv: ComputeDriver):
                    with drv as open_driver:
                        open_driver.close()
                """,
            "nova/compute/tracker.py": """
                class Tracker:
                    def __init__(self, driver):
                        self.driver = driver

                    def count(self):
                        return self.driver.count()


                def attach(virt_driver):
                    virt_driver.attach()
                """,
            "nova/tests/unit/compute/test_tracker.py": """
                from nova.compute import tracker


                class Tracked(tracker.Tracker):
                    def size(self):
                        return self.driver.size
                """,
        },
        (
            "nova/compute/manager.py:14:33",
            "nova/compute/manager.py:16:14",
            "nova/compute/manager.py:17:54",
            "nova/compute/manager.py:17:75",
            "nova/compute/manager.py:22:21",
            "nova/compute/tracker.py:6:28",
            "nova/compute/tracker.py:10:17",
            "nova/tests/unit/compute/test_tracker.py:6:28",
        ),
        also=("BW303 nova/virt/libvirt/driver.py:5:9",),
    ),
    Example(
        "Asked for first, which costs a degree less.",
        _POLICY,
        _DRIVER
        | {
            "nova/compute/manager.py": """
                from nova.virt import driver

                virt = driver.load_compute_driver(None)
                if hasattr(virt, "connect"):
                    virt.connect()
                """,
        },
        ("nova/compute/manager.py:4:18", "nova/compute/manager.py:5:10"),
        also=("BW303 nova/virt/libvirt/driver.py:5:9",),
    ),
)


def judge(reference: Reference, view: View) -> Breach | None:
    """Refuse a member that the interface lacks, but for those who implement the contract."""
    if reference.kind != "handle" or reference.exists:
        return None
    if view.policy.implements(view.subsystem, reference.contract):
        return None
    contract = view.policy.contracts[reference.contract]
    return Breach(
        f"{view.user} uses what contract {contract.name} does not declare: {reference.target}",
        contract.place,
        mild=reference.guarded,
    )
