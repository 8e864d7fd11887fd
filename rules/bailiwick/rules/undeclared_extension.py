"""BW303 undeclared-extension: an implementation has what others use and its contract lacks.

## What it says

A class that is derived from a contract's interface may have as many public members of its own as
it likes, as long as they are used inside its subsystem. One that is used through the contract's
handle is another matter: then somebody outside relies on it, and the contract does not say so. The
use is a finding of BW301; this is the other end of it, at the definition, for those who own the
implementation and may not know that it has become an API. Its uses are listed.

A member that several classes define is reported at each. Tests are neither implementations nor,
for this rule, anything that a definition is reported in.

## Why

Whoever changes a method that no contract mentions asks nobody. If the core uses it all the same,
it breaks with that change, and with every implementation that never had it.

## What to do instead

Have it declared in the interface, so that every implementation has an answer; or move what needs
it into the implementation. A name that was never meant for others can be given an underscore.

## What it does not see

What BW301 does not: a use that is not known to be one of a handle, and any use where BW301 is
`off`. It is judged when the whole tree is, not for single files. If the interface may have members
that its text does not show, nothing is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from bailiwick.rules.rule import View
    from bailiwick.vocabulary.policy import Severity
    from bailiwick.vocabulary.reference import Kind, Reference

CODE = "BW303"
NAME = "undeclared-extension"
SEVERITY: Severity = "warning"
SUMMARY = "an implementation has what others use and its contract lacks."
KINDS: tuple[Kind, ...] = ("extension",)

_POLICY = """
    [subsystem.compute]
    modules = ["nova.compute"]

    [subsystem.virt-api]
    modules = ["nova.virt.driver"]

    [subsystem.zvm]
    modules = ["nova.virt.zvm"]
    tests = ["nova.tests.zvm"]

    [contract.virt-driver]
    interface = "nova.virt.driver:ComputeDriver"
    implemented-by = ["zvm"]
    returned-by = ["nova.virt.driver:load_driver"]
"""

_DRIVER = {
    "nova/virt/driver.py": """
        class ComputeDriver:
            def spawn(self, instance): ...


        def load_driver(name): ...
        """,
}

VALID: tuple[Example, ...] = (
    Example(
        "Public members that nobody outside uses, and members that the contract declares.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/driver.py": """
                from nova.virt import driver


                class ZVMDriver(driver.ComputeDriver):
                    version = 3

                    def spawn(self, instance):
                        self.deploy(instance)

                    def deploy(self, instance): ...
                """,
            "nova/compute/manager.py": """
                from nova.virt import driver


                class Manager:
                    def __init__(self):
                        self.driver = driver.load_driver("zvm")

                    def run(self, instance):
                        self.driver.spawn(instance)
                        self.deploy(instance)

                    def deploy(self, instance): ...
                """,
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "A method and an attribute that the core uses through the contract.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/driver.py": """
                from nova.virt import driver


                class ZVMDriver(driver.ComputeDriver):
                    version = 3

                    def deploy(self, instance): ...

                    def helper(self): ...
                """,
            "nova/compute/manager.py": """
                from nova.virt import driver


                class Manager:
                    def __init__(self):
                        self.driver = driver.load_driver("zvm")

                    def run(self, instance):
                        if self.driver.version > 2:
                            self.driver.deploy(instance)
                """,
        },
        ("nova/virt/zvm/driver.py:5:5", "nova/virt/zvm/driver.py:7:9"),
        also=(
            "BW301 nova/compute/manager.py:9:24",
            "BW301 nova/compute/manager.py:10:25",
        ),
    ),
)


def judge(reference: Reference, view: View) -> Breach | None:
    """Refuse what an implementation has and others use, if the contract does not declare it."""
    if reference.kind != "extension" or reference.implementing is None:
        return None
    contract = view.policy.contracts[reference.implementing.contract]
    return Breach(
        f"{reference.implementing.owner} is used from outside {view.user}, but contract "
        f'"{contract.name}" does not declare it: {reference.target}',
        contract.place,
    )
