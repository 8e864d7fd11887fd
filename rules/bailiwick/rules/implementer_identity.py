"""BW304 implementer-identity: a caller asks which implementation stands behind a contract.

## What it says

Who calls a contract does not ask who answers: not by `isinstance`, `issubclass` or `type(...) is`
with an implementer's class, be it of the handle or of what came from it; not by
`handle.__class__.__name__`; and not by comparing the option that selects the implementer
(`selected-by` in the policy), in whatever spelling: `==`, `in`, `startswith`, `match`, after
`lower()` or `split()`.

Those who implement the contract may ask, and so may the modules of `returned-by`, which choose the
implementation.

## Why

A caller that asks for a name has a special case for one implementer, and none for the next. What
was meant to be hidden behind the contract is spread over its callers, where those who maintain the
implementation neither see nor test it.

## What to do instead

Ask the contract: a capability flag or a method that every implementer answers in its own way.

## What it does not see

Names that are compared after they have travelled through a database, a message or a container.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from bailiwick.rules.rule import View
    from bailiwick.vocabulary.policy import Severity
    from bailiwick.vocabulary.reference import Kind, Reference

CODE = "BW304"
NAME = "implementer-identity"
SEVERITY: Severity = "error"
SUMMARY = "a caller asks which implementation stands behind a contract."
KINDS: tuple[Kind, ...] = ("identity", "selection")

_POLICY = """
    [subsystem.compute]
    modules = ["nova.compute"]

    [subsystem.conf]
    modules = ["nova.conf"]

    [subsystem.virt-api]
    modules = ["nova.virt.driver"]

    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]

    [contract.virt-driver]
    interface = "nova.virt.driver:ComputeDriver"
    implemented-by = ["libvirt"]
    returned-by = ["nova.virt.driver:load_compute_driver"]
    selected-by = ["compute_driver"]
"""

_DRIVER = {
    "nova/conf.py": "CONF = None\n",
    "nova/virt/driver.py": """
        from nova.conf import CONF


        class ComputeDriver:
            def host(self): ...


        def load_compute_driver(virtapi):
            if CONF.compute_driver.startswith("libvirt"):
                return ComputeDriver()
        """,
    "nova/virt/libvirt/driver.py": """
        from nova.virt import driver


        class LibvirtDriver(driver.ComputeDriver):
            def same(self, other):
                return isinstance(other, LibvirtDriver)


        class Host: ...
        """,
}

VALID: tuple[Example, ...] = (
    Example(
        "Questions of the implementer itself, of the loader, and for the contract's own class.",
        _POLICY,
        _DRIVER
        | {
            "nova/compute/manager.py": """
                from nova.conf import CONF
                from nova.virt import driver

                virt = driver.load_compute_driver(None)
                print(CONF.compute_driver, virt.__class__, isinstance(virt, driver.ComputeDriver))
                if CONF.compute_driver is None or isinstance(virt, object):
                    raise SystemExit
                """,
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "By class, of the handle and of what it gives.",
        _POLICY,
        _DRIVER
        | {
            "nova/compute/manager.py": """
                from nova.virt import driver
                from nova.virt.libvirt import driver as libvirt_driver
                from nova.virt.libvirt.driver import LibvirtDriver


                def build(virt, given: driver.ComputeDriver):
                    virt = driver.load_compute_driver(None)
                    if isinstance(virt, (LibvirtDriver, str)):
                        return given.__class__.__name__
                    if type(given) is libvirt_driver.LibvirtDriver:
                        return type(virt).__name__
                    return isinstance(virt.host(), libvirt_driver.Host)
                """,
        },
        (
            "nova/compute/manager.py:8:26",
            "nova/compute/manager.py:9:32",
            "nova/compute/manager.py:10:38",
            "nova/compute/manager.py:11:27",
            "nova/compute/manager.py:12:51",
        ),
    ),
    Example(
        "By the option that selects it.",
        _POLICY,
        _DRIVER
        | {
            "nova/compute/manager.py": """
                from nova.conf import CONF

                if "libvirt" in CONF.compute_driver.lower():
                    print("a libvirt")
                name = CONF.compute_driver.split(".")[0]
                if name == "libvirt" or name.startswith("lib"):
                    print("again")
                """,
        },
        (
            "nova/compute/manager.py:3:22",
            "nova/compute/manager.py:6:4",
            "nova/compute/manager.py:6:25",
        ),
    ),
)


def judge(reference: Reference, view: View) -> Breach | None:
    """Refuse the question to all but implementers and loaders."""
    if reference.kind not in ("identity", "selection"):
        return None
    policy, contract = view.policy, view.policy.contracts[reference.contract]
    if policy.implements(view.subsystem, contract.name) or view.module in contract.loaders:
        return None
    if reference.kind == "identity" and not policy.implements(view.target, contract.name):
        return None
    asked = reference.target if reference.kind == "identity" else "by name"
    return Breach(
        f"{view.user} asks which implementation stands behind contract {contract.name}: {asked}",
        contract.place,
    )
