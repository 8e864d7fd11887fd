"""BW202 private-override: a class uses or overrides a private member of another subsystem's base.

## What it says

A class may derive from another subsystem's public class, use what is public in it and override
it. It does not touch the base's underscore members: it does not define a member of the same
name, set one on `self`, or use one through `self`, `cls` or `super()`. That holds however many
of one's own classes lie between.

Excused are members that a contract declares `protected`: they are there for those who implement
it. Excused, too, are members of a base class in another subsystem's `tests`: what a test case
offers to those derived from it has an underscore because public names are tests. Dunder names
are public, names with two leading underscores are kept apart by Python itself, and a private
member that the policy lists in `public`, or in `public-to` for this subsystem, is open.

## Why

A base class is the widest of all doors: its owners rename a helper, and a driver that happened
to override it is silently no longer called, or one that happened to have a member of that name
is silently called instead. Nothing fails until it runs.

## What to do instead

If the member is a hook that implementers need, have it declared `protected` in the contract,
where its owners will see it; or better, have it made a public method with its meaning written
down. If the name was taken by accident, choose another.

## What it does not see

Members that a base creates only at run time (`setattr`, metaclasses, class decorators), and
bases that are the result of a call. The members of a base from outside the tree are not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example
from bailiwick.vocabulary.policy import is_private

if TYPE_CHECKING:
    from bailiwick.rules.rule import View
    from bailiwick.vocabulary.policy import Severity
    from bailiwick.vocabulary.reference import Kind, Reference

CODE = "BW202"
NAME = "private-override"
SEVERITY: Severity = "error"
SUMMARY = "a class uses or overrides a private member of another subsystem's base."
KINDS: tuple[Kind, ...] = ("override", "inherited")

_POLICY = """
    [subsystem.virt-api]
    modules = ["nova.virt.driver"]

    [subsystem.zvm]
    modules = ["nova.virt.zvm"]

    [contract.virt-driver]
    interface = "nova.virt.driver:ComputeDriver"
    implemented-by = ["zvm"]
    protected = ["ComputeDriver._allocation_ratios"]
"""

_DRIVER = {
    "nova/virt/driver.py": """
        class ComputeDriver:
            _timeout = 60

            def __init__(self):
                self._cache = {}

            def spawn(self):
                return self._prepare()

            def _prepare(self):
                return self._cache

            def __secret(self): ...

            def _allocation_ratios(self): ...

            @classmethod
            def _registered(cls): ...
        """,
}

VALID: tuple[Example, ...] = (
    Example(
        "What the contract protects, for those who implement it.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/driver.py": """
                from nova.virt import driver


                class ZVMDriver(driver.ComputeDriver):
                    def _allocation_ratios(self):
                        return super()._allocation_ratios()

                    def spawn(self):
                        return self._allocation_ratios()
                """,
        },
    ),
    Example(
        "What is public, dunder, mangled by Python, or one's own.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/driver.py": """
                from nova.virt.driver import ComputeDriver


                class ZVMDriver(ComputeDriver):
                    _hypervisor = None

                    def __init__(self):
                        super().__init__()
                        self._retries = 3

                    def spawn(self):
                        super().spawn()
                        return self._connect()

                    def _connect(self):
                        return self.__secret(), self._retries, self._hypervisor

                    def __secret(self): ...
                """,
        },
    ),
    Example(
        "Base and derived class in one subsystem.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/base.py": "class Base:\n    def _prepare(self): ...\n",
            "nova/virt/zvm/driver.py": """
                from nova.virt.zvm.base import Base


                class ZVMDriver(Base):
                    def _prepare(self):
                        super()._prepare()
                """,
        },
    ),
    Example(
        "The helpers of a test case, for those who derive from it.",
        """
        [subsystem.core]
        modules = ["nova.compute"]
        tests = ["nova.tests"]

        [subsystem.zvm]
        modules = ["nova.virt.zvm"]
        tests = ["nova.tests.functional.zvm"]
        """,
        {
            "nova/compute/manager.py": "class Manager: ...\n",
            "nova/virt/zvm/driver.py": "class ZVMDriver: ...\n",
            "nova/tests/functional/base.py": """
                class ServersTestCase:
                    def _create_server(self): ...
                """,
            "nova/tests/functional/zvm/test_spawn.py": """
                from nova.tests.functional import base


                class SpawnTestCase(base.ServersTestCase):
                    def test_spawn(self):
                        self._create_server()
                """,
        },
    ),
    Example(
        "A class that has a member of the same name, but not the base.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/driver.py": """
                from nova.virt.driver import ComputeDriver


                class Image:
                    driver = ComputeDriver()

                    def _prepare(self):
                        self._cache = {}
                """,
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "Defined anew: a method, a class attribute, an attribute of `self`.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/driver.py": """
                from nova.virt.driver import ComputeDriver


                class ZVMDriver(ComputeDriver):
                    _timeout = 5

                    def __init__(self):
                        super().__init__()
                        self._cache = None

                    def _prepare(self): ...
                """,
        },
        (
            "nova/virt/zvm/driver.py:5:5",
            "nova/virt/zvm/driver.py:9:14",
            "nova/virt/zvm/driver.py:11:9",
        ),
    ),
    Example(
        "Used through `self`, `cls` and `super()`.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/driver.py": """
                from nova.virt import driver


                class ZVMDriver(driver.ComputeDriver):
                    def spawn(self):
                        self._prepare()
                        return super()._prepare(), self._cache

                    @classmethod
                    def register(cls):
                        return cls._registered()
                """,
        },
        (
            "nova/virt/zvm/driver.py:6:14",
            "nova/virt/zvm/driver.py:7:24",
            "nova/virt/zvm/driver.py:7:41",
            "nova/virt/zvm/driver.py:11:20",
        ),
    ),
    Example(
        "The base of a base, with a class of one's own between.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/base.py": """
                from nova.virt import driver as virt_driver


                class Base(virt_driver.ComputeDriver): ...
                """,
            "nova/virt/zvm/driver.py": """
                from nova.virt.zvm import base


                class ZVMDriver(base.Base):
                    def _prepare(self): ...
                """,
        },
        ("nova/virt/zvm/driver.py:5:9",),
    ),
)


_VERBS = {"override": "overrides", "inherited": "uses"}


def judge(reference: Reference, view: View) -> Breach | None:
    """Refuse to touch a private member of a foreign base that neither contract nor owners open."""
    verb = _VERBS.get(reference.kind)
    if verb is None or view.target is None or not view.foreign:
        return None
    member = reference.name.rpartition(".")[2]
    if not is_private(member) or member.startswith("__"):
        return None
    policy = view.policy
    if policy.protected(reference.module, reference.name) or policy.is_test(reference.module):
        return None
    verdict = policy.is_public(view.target, reference.module, reference.name, view.subsystem)
    if verdict:
        return None
    return Breach(
        f"{view.user} {verb} a private member of a base class in {view.target.name}: "
        f"{reference.target}",
        verdict.place,
    )
