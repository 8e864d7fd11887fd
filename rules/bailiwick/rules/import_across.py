"""BW101 import-across: a module imports from a subsystem that its own may not use.

## What it says

The policy says which subsystems one may use: by `uses`, by `[layers]`, and by groups of
independent siblings. An import of anything else is a breach, however it is written: plain,
aliased, relative, star, in a function, under `try` or `if TYPE_CHECKING`, by
`importlib.import_module`, or as an attribute of a package that was imported. Every imported
name is judged by itself.

An entry of `uses` may be narrowed: to some `names`, to type checkers (`only = "typing"`), or to
a time (`until`, the last day on which it holds). Where such an entry is all that speaks for the
import, the message says what was missing.

## Why

A driver that imports its sibling can no longer be reviewed, released or removed without it. The
import is where two subsystems grow together, and the cheapest moment to see it is before it is
committed.

## What to do instead

Look for the same thing in a subsystem that both may use, and if it is not there, move it there:
code that two siblings need belongs to neither. If the target's owners agree that you should use
theirs, they say so in the policy, with a reason and if possible an end date.

`bailiwick check --fix` imports through the way that the finding names, or for type checking only.

## What it does not see

Names that are put together at run time (`import_module("nova.virt." + name)`), and what reaches
the module as an argument or through a registry of plug-ins. Strings that name an object, as
`mock.patch` takes them, are not imports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from datetime import date

    from bailiwick.rules.rule import View
    from bailiwick.vocabulary.policy import Place, Severity, Subsystem
    from bailiwick.vocabulary.reference import Kind, Reference

CODE = "BW101"
NAME = "import-across"
SEVERITY: Severity = "error"
SUMMARY = "a module imports from a subsystem that its own may not use."
KINDS: tuple[Kind, ...] = ("import",)

_SIBLINGS = """
    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]

    [subsystem.zvm]
    modules = ["nova.virt.zvm"]

    [group.drivers]
    members = ["libvirt", "zvm"]
    independent = true
"""

_USES = """
    [subsystem.compute]
    modules = ["nova.compute"]
    uses = [
        { subsystem = "image", names = ["nova.image.glance:API"] },
        { subsystem = "libvirt", only = "typing" },
        { subsystem = "network", reason = "until ports move", until = 2020-03-01 },
        { subsystem = "volume", until = 2999-12-31 },
    ]

    [subsystem.image]
    modules = ["nova.image"]
    uses = []

    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]

    [subsystem.network]
    modules = ["nova.network"]

    [subsystem.volume]
    modules = ["nova.volume"]
"""

_USED = {
    "nova/image/glance.py": "class API: ...\nclass Client: ...\n",
    "nova/virt/libvirt/host.py": "class Host: ...\n",
    "nova/network/neutron.py": "class API: ...\n",
    "nova/volume/cinder.py": "class API: ...\n",
}

_LAYERS = """
    [subsystem.api]
    modules = ["nova.api"]

    [subsystem.compute]
    modules = ["nova.compute"]

    [subsystem.db]
    modules = ["nova.db"]

    [layers.nova]
    order = ["api", "compute", "db"]
"""

_BORN = """
    [subsystem.virt-api]
    modules = ["nova.virt"]

    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]

    [group.drivers]
    members = ["libvirt"]
    siblings-of = "nova.virt"
    independent = true
"""

VALID: tuple[Example, ...] = (
    Example(
        "What siblings share lies in a third subsystem.",
        """
        [subsystem.virt-api]
        modules = ["nova.virt.images"]

        [subsystem.libvirt]
        modules = ["nova.virt.libvirt"]

        [subsystem.zvm]
        modules = ["nova.virt.zvm"]

        [group.drivers]
        members = ["libvirt", "zvm"]
        independent = true
        """,
        {
            "nova/virt/images.py": "def fetch(context, image): ...\n",
            "nova/virt/libvirt/driver.py": "from nova.virt import images\n",
            "nova/virt/zvm/driver.py": "from nova.virt.images import fetch\n",
        },
    ),
    Example(
        "What stays at home, or leads out of the tree, is free.",
        _SIBLINGS,
        {
            "nova/virt/libvirt/utils.py": "def get_disk_size(path): ...\n",
            "nova/virt/zvm/hypervisor.py": "class Hypervisor: ...\n",
            "nova/virt/zvm/driver.py": """
                import os

                import libvirt

                from . import hypervisor
                from .hypervisor import Hypervisor
                from nova.virt.zvm import hypervisor as own

                NOTE = "from nova.virt.libvirt import utils"
                # from nova.virt.libvirt import utils
                """,
        },
    ),
    Example(
        "Permissions that are narrowed, and kept.",
        _USES,
        _USED
        | {
            "nova/compute/manager.py": """
                from typing import TYPE_CHECKING

                from nova.image.glance import API
                from nova.volume import cinder

                if TYPE_CHECKING:
                    from nova.virt.libvirt.host import Host
                """,
        },
    ),
    Example(
        "One sibling may use another where the policy says so by name, and why.",
        """
        [subsystem.libvirt]
        modules = ["nova.virt.libvirt"]

        [subsystem.zvm]
        modules = ["nova.virt.zvm"]
        uses = [{ subsystem = "libvirt", reason = "shares the s390 disk formats" }]

        [group.drivers]
        members = ["libvirt", "zvm"]
        independent = true
        """,
        {
            "nova/virt/libvirt/utils.py": "def get_disk_size(path): ...\n",
            "nova/virt/zvm/driver.py": "from nova.virt.libvirt import utils\n",
        },
    ),
    Example(
        "Layers are used downwards.",
        _LAYERS,
        {
            "nova/api/servers.py": "from nova.compute import manager\nfrom nova.db import models\n",
            "nova/compute/manager.py": "from nova.db import models\n",
            "nova/db/models.py": "class Instance: ...\n",
        },
    ),
    Example(
        "A subsystem's tests may use what it may use.",
        """
        [subsystem.compute]
        modules = ["nova.compute"]

        [subsystem.libvirt]
        modules = ["nova.virt.libvirt"]
        tests = ["nova.tests.unit.virt.libvirt"]
        uses = []
        """,
        {
            "nova/compute/manager.py": "class Manager: ...\n",
            "nova/virt/libvirt/host.py": "class Host: ...\n",
            "nova/tests/unit/virt/libvirt/test_host.py": "from nova.virt.libvirt import host\n",
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "Siblings do not know each other, however the import is written.",
        _SIBLINGS,
        {
            "nova/virt/libvirt/__init__.py": "",
            "nova/virt/libvirt/utils.py": """
                def get_disk_size(path): ...
                def get_disk_type(path): ...
                """,
            "nova/virt/zvm/driver.py": """
                import nova.virt.libvirt.utils
                import os, nova.virt.libvirt.utils as libvirt_utils
                from nova.virt import libvirt
                from nova.virt.libvirt import utils as disks
                from nova.virt.libvirt.utils import get_disk_size, get_disk_type as kind
                from nova.virt.libvirt.utils import (
                    get_disk_size as size,
                    get_disk_type,
                )
                from nova.virt.libvirt.utils \\
                    import get_disk_size
                from nova.virt.libvirt.utils import *
                from ..libvirt import utils
                from ...virt import libvirt
                """,
        },
        (
            "nova/virt/zvm/driver.py:1:8",
            "nova/virt/zvm/driver.py:2:12",
            "nova/virt/zvm/driver.py:3:23",
            "nova/virt/zvm/driver.py:4:31",
            "nova/virt/zvm/driver.py:5:37",
            "nova/virt/zvm/driver.py:5:52",
            "nova/virt/zvm/driver.py:7:5",
            "nova/virt/zvm/driver.py:8:5",
            "nova/virt/zvm/driver.py:11:12",
            "nova/virt/zvm/driver.py:12:37",
            "nova/virt/zvm/driver.py:13:23",
            "nova/virt/zvm/driver.py:14:21",
        ),
    ),
    Example(
        "An import that is deferred, guarded or for type checkers alone is still an import.",
        _SIBLINGS,
        {
            "nova/virt/libvirt/utils.py": "def get_disk_size(path): ...\n",
            "nova/virt/zvm/driver.py": """
                from typing import TYPE_CHECKING

                if TYPE_CHECKING:
                    from nova.virt.libvirt import utils

                try:
                    from nova.virt.libvirt.utils import get_disk_size
                except ImportError:
                    get_disk_size = None


                def disk_size(path):
                    from nova.virt.libvirt import utils; return utils.get_disk_size(path)


                class Disk:
                    if get_disk_size: from nova.virt.libvirt import utils
                """,
        },
        (
            "nova/virt/zvm/driver.py:4:35",
            "nova/virt/zvm/driver.py:7:41",
            "nova/virt/zvm/driver.py:13:35",
            "nova/virt/zvm/driver.py:17:53",
        ),
    ),
    Example(
        "A string that is imported, and a package through which the module is reached.",
        _SIBLINGS,
        {
            "nova/virt/libvirt/utils.py": "class Disk: ...\n",
            "nova/virt/zvm/driver.py": """
                import importlib

                import nova.virt
                from nova import virt
                from oslo_utils import importutils

                utils = importlib.import_module("nova.virt.libvirt.utils")
                libvirt = importutils.try_import("nova.virt.libvirt")
                disk = importutils.import_object("nova.virt.libvirt.utils.Disk")


                def disk_of(path):
                    return nova.virt.libvirt.utils.Disk(path) or virt.libvirt.utils.Disk(path)
                """,
        },
        (
            "nova/virt/zvm/driver.py:7:33",
            "nova/virt/zvm/driver.py:8:34",
            "nova/virt/zvm/driver.py:9:34",
            "nova/virt/zvm/driver.py:13:22",
            "nova/virt/zvm/driver.py:13:55",
        ),
    ),
    Example(
        "A permission that is narrowed gives no more than it says.",
        _USES,
        _USED
        | {
            "nova/compute/manager.py": """
                from nova.image.glance import API, Client
                from nova.network import neutron
                from nova.virt.libvirt.host import Host
                """,
            "nova/image/cache.py": "from nova.volume import cinder\n",
        },
        (
            "nova/compute/manager.py:1:36",
            "nova/compute/manager.py:2:26",
            "nova/compute/manager.py:3:36",
            "nova/image/cache.py:1:25",
        ),
    ),
    Example(
        "No layer uses one above it.",
        _LAYERS,
        {
            "nova/api/servers.py": "class Controller: ...\n",
            "nova/compute/manager.py": "from nova.api.servers import Controller\n",
            "nova/db/models.py": "import nova.compute.manager as manager\n",
        },
        ("nova/compute/manager.py:1:30", "nova/db/models.py:1:8"),
    ),
    Example(
        "In closed layers, only the one directly below may be used.",
        _LAYERS + "    closed = true\n",
        {
            "nova/api/servers.py": "from nova.compute import manager\nfrom nova.db import models\n",
            "nova/compute/manager.py": "class Manager: ...\n",
            "nova/db/models.py": "class Instance: ...\n",
        },
        ("nova/api/servers.py:2:21",),
    ),
    Example(
        "A driver that is born after the policy was written is a sibling, too.",
        _BORN,
        {
            "nova/virt/driver.py": "class ComputeDriver: ...\n",
            "nova/virt/libvirt/utils.py": "from nova.virt.newborn import disk\n",
            "nova/virt/newborn/disk.py": """
                from nova.virt.driver import ComputeDriver
                from nova.virt.libvirt import utils
                """,
        },
        ("nova/virt/libvirt/utils.py:1:31", "nova/virt/newborn/disk.py:2:31"),
    ),
)


def judge(reference: Reference, view: View) -> Breach | None:
    """Refuse the import if no line of the policy lets the one subsystem use the other."""
    if reference.kind != "import" or view.subsystem is None or view.target is None:
        return None
    verdict = view.policy.may_use(
        view.subsystem,
        view.target,
        reference.module,
        reference.name,
        reference.grade,
        view.today,
    )
    if verdict:
        return None
    manner = _manner(view.subsystem, reference, view.today, verdict.place)
    return Breach(f"{view.user} {manner} {view.target.name}: {reference.target}", verdict.place)


def _manner(user: Subsystem, reference: Reference, today: date, decided: Place | None) -> str:
    """How the policy refuses: outright, or by an entry of `uses` that does not reach so far."""
    for use in user.uses or ():
        if use.refusal(reference.grade, today) != decided:
            continue
        if use.expired(today):
            return f"may since {use.until} no longer import from"
        if use.only is not None and use.only != reference.grade:
            return "may import, for type checkers only, from"
        return "may import other names, but not this one, from"
    return "may not import from"
