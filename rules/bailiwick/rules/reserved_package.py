"""BW104 reserved-package: a module imports a third-party package that is another subsystem's own.

## What it says

A subsystem may reserve third-party packages with `packages`. Then nobody else imports them, nor
anything in them. Several subsystems may reserve the same package and share it. Packages that
nobody reserves, and the standard library, are free.

## Why

The binding to a hypervisor, a database or a message bus is what a subsystem is there to hide.
Once its types and its exceptions turn up elsewhere, the subsystem can be replaced in name only,
and everybody has to install what one part needs.

## What to do instead

Ask the subsystem that owns the package for what you need, in the words of your own problem: an
exception of the project's instead of `libvirt.libvirtError`, a function instead of a
connection.

## What it does not see

Names that are put together at run time, and objects of the package that another subsystem hands
out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.rules.rule import View
    from bailiwick.vocabulary.policy import Severity
    from bailiwick.vocabulary.reference import Kind, Reference

CODE = "BW104"
NAME = "reserved-package"
SEVERITY: Severity = "error"
SUMMARY = "a module imports a third-party package that is another subsystem's own."
KINDS: tuple[Kind, ...] = ("import",)

_POLICY = """
    unclaimed = "ignore"

    [subsystem.compute]
    modules = ["nova.compute"]

    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]
    tests = ["nova.tests.unit.virt.libvirt"]
    packages = ["libvirt", "libvirt_qemu", "lxml"]

    [subsystem.vmwareapi]
    modules = ["nova.virt.vmwareapi"]
    packages = ["oslo_vmware", "lxml"]
"""

_NOVA = {
    "nova/compute/manager.py": "class Manager: ...\n",
    "nova/virt/libvirt/host.py": "class Host: ...\n",
    "nova/virt/vmwareapi/session.py": "class Session: ...\n",
}

VALID: tuple[Example, ...] = (
    Example(
        "The owner uses its package, and so do its tests; some packages have two owners.",
        _POLICY,
        _NOVA
        | {
            "nova/virt/libvirt/host.py": "import libvirt\nfrom lxml import etree\n",
            "nova/virt/vmwareapi/session.py": "from lxml import etree\nimport oslo_vmware.api\n",
            "nova/tests/unit/virt/libvirt/test_host.py": "import libvirt\n",
        },
    ),
    Example(
        "A package that nobody reserved, and a module that only bears the name of one.",
        _POLICY,
        _NOVA
        | {
            "nova/compute/libvirt.py": "URI = 'qemu:///system'\n",
            "nova/compute/manager.py": """
                import os

                import oslo_config
                from nova.compute import libvirt
                from nova.virt import libvirt as libvirt_driver
                from . import libvirt as neighbour

                NOTE = "import libvirt"
                """,
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "The whole package and all that is in it, however the import is written.",
        _POLICY,
        _NOVA
        | {
            "nova/compute/manager.py": """
                import libvirt
                import os, libvirt_qemu as qemu
                import lxml.etree
                from libvirt import VIR_DOMAIN_RUNNING, openAuth as connect
                from oslo_vmware import *


                def connect_to(uri):
                    from oslo_vmware.common import loopingcall
                    try:
                        import libvirt
                    except ImportError: import oslo_vmware.api as api
                """,
        },
        (
            "nova/compute/manager.py:1:8",
            "nova/compute/manager.py:2:12",
            "nova/compute/manager.py:3:8",
            "nova/compute/manager.py:4:21",
            "nova/compute/manager.py:4:41",
            "nova/compute/manager.py:5:25",
            "nova/compute/manager.py:9:36",
            "nova/compute/manager.py:11:16",
            "nova/compute/manager.py:12:32",
        ),
    ),
    Example(
        "Other owners of packages, and modules that nobody claims, are others like all others.",
        _POLICY,
        _NOVA
        | {
            "nova/virt/libvirt/vif.py": "from oslo_vmware import vim_util\n",
            "nova/virt/vmwareapi/vif.py": """
                from oslo_utils import importutils

                libvirt = importutils.try_import("libvirt")
                """,
            "tools/domains.py": "import libvirt\n",
        },
        (
            "nova/virt/libvirt/vif.py:1:25",
            "nova/virt/vmwareapi/vif.py:3:34",
            "tools/domains.py:1:8",
        ),
    ),
)


def judge(reference: Reference, view: View) -> Breach | None:
    """Refuse the import if others have reserved the package, or a package above it."""
    if reference.kind != "import" or view.target is not None:
        return None
    for package in _with_parents(reference.target.replace(":", ".")):
        owners = view.policy.package_owners(package)
        if owners:
            break
    else:
        return None
    if view.subsystem and view.subsystem.name in [owner.name for owner in owners]:
        return None
    names = " and ".join(owner.name for owner in owners)
    return Breach(
        f"{view.user} may not import the package {package}, it is reserved to {names}: "
        f"{reference.target}",
        owners[0].places.get("packages", owners[0].place),
    )


def _with_parents(dotted: str) -> Iterator[str]:
    while dotted:
        yield dotted
        dotted = dotted.rpartition(".")[0]
