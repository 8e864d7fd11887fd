"""BW302 contract-drift: an implementation cannot take every call that its contract allows.

## What it says

A class that is derived from a contract's interface, at whatever distance, may define the
contract's members anew. Whoever calls through the contract knows the interface alone, so each
call that the interface allows must be accepted, by position and by keyword:

- no parameter is missing, renamed, moved to another place, or newly required;
- none is by position alone or by keyword alone that was not so;
- what the interface takes with `*args` or `**kwargs` is taken here, too. They absorb in turn:
  who has both takes whatever the contract may say;
- a method stays a method, a property or attribute a property or attribute; what can be called on
  the class can be called on the class; what gives its result at once is not made `async`.

What a caller may not notice costs one degree less: another default, a method made static or a
class method, `async` taken away.

A drifted method is reported where it is defined, once, even if several classes inherit it. One
that a base from another module brings, which is not itself derived from the interface, is
reported at the class that puts the two together.

## Why

Python asks for a method's name, not for its parameters. A driver that does not take a new
argument fails when that argument is passed for the first time: not in its own tests, but in
production, and only there where that driver runs.

## What to do instead

Take the parameter, even if only to ignore it: a driver that has no use for `destroy_secrets` can
still be given it. If the driver needs to know something that the contract does not pass, have
the contract extended, for all.

`bailiwick check --fix` gives a renamed parameter the contract's name, if no call is seen that may
pass the old one by keyword; else `--unsafe-fixes` does.

## What it does not see

Nothing is said of what is not known: a method below a decorator that may change what it takes
(those of `abc`, `contextlib`, `functools` and `typing` are known to keep it, and so are
`synchronized` and `retry`), a name bound to the result of a call, a member that is put into the
class at run time, a class that has the contract's methods without being derived from its
interface, and one that is defined in a function. `__init__` and other dunder names are no part of
a contract; underscore names are if the contract protects them. If the interface takes nothing
but `*args` and `**kwargs`, it says nothing of a method's parameters. Tests are not judged: their
stand-ins are no implementation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bailiwick.rules.rule import View
    from bailiwick.vocabulary.policy import Severity
    from bailiwick.vocabulary.reference import Kind, Reference
    from bailiwick.vocabulary.signature import Difference, Implementing, Member

CODE = "BW302"
NAME = "contract-drift"
SEVERITY: Severity = "error"
SUMMARY = "an implementation cannot take every call that its contract allows."
KINDS: tuple[Kind, ...] = ("implementation",)

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
    protected = ["ComputeDriver._ratios"]
"""

_DRIVER = {
    "nova/virt/driver.py": """
        import abc


        class ComputeDriver(abc.ABC):
            capabilities = {}

            def destroy(self, context, instance, disks=True, secrets=True): ...

            def snapshot(self, context, instance, image_id, *, quiesce=False): ...

            @abc.abstractmethod
            def tags(self, context, **values): ...

            @property
            def name(self): ...

            @staticmethod
            def is_supported(version): ...

            def _ratios(self, tree): ...
        """,
}

VALID: tuple[Example, ...] = (
    Example(
        "More is taken than the contract asks for.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/driver.py": """
                import functools
                from nova.virt import driver


                class ZVMDriver(driver.ComputeDriver):
                    capabilities = {"rescue": True}
                    name = "zvm"

                    def destroy(self, context, instance=None, *args, **kwargs): ...

                    def snapshot(self, context, instance, image_id, quiesce=False, **more): ...

                    @functools.lru_cache
                    def tags(self, context, *words, **known): ...

                    @staticmethod
                    def is_supported(version, strict=False): ...
                """,
        },
    ),
    Example(
        "What is no part of the contract, and what nobody can know.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/driver.py": """
                from nova.virt.driver import ComputeDriver
                from nova.virt.zvm import tools


                class ZVMDriver(ComputeDriver):
                    destroy = tools.destroy

                    def __init__(self, virtapi): ...

                    @tools.with_session
                    def snapshot(self, session, context, instance, image_id, *, quiesce=False): ...


                class Disk:
                    def destroy(self): ...
                """,
            "nova/virt/zvm/tools.py": "def destroy(driver): ...\n",
            "nova/tests/zvm/test_driver.py": """
                from nova.virt.zvm.driver import ZVMDriver


                class Stub(ZVMDriver):
                    def destroy(self): ...
                """,
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "A parameter that is missing, renamed, newly required, moved, or taken in one way only.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/driver.py": """
                from nova.virt import driver


                class Missing(driver.ComputeDriver):
                    def destroy(self, context, instance, disks=True): ...


                class Renamed(driver.ComputeDriver):
                    def destroy(self, context, instance_ref, disks=True, secrets=True): ...


                class Required(driver.ComputeDriver):
                    def destroy(self, context, instance, node, disks=True, secrets=True): ...

                    def snapshot(self, context, instance, image_id, *, quiesce): ...


                class Moved(driver.ComputeDriver):
                    def destroy(self, instance, context, disks=True, secrets=True): ...


                class OneWay(driver.ComputeDriver):
                    def destroy(self, context, instance, /, disks=True, *, secrets=True): ...

                    def tags(self, context): ...
                """,
        },
        (
            "nova/virt/zvm/driver.py:5:9",
            "nova/virt/zvm/driver.py:9:9",
            "nova/virt/zvm/driver.py:13:9",
            "nova/virt/zvm/driver.py:15:9",
            "nova/virt/zvm/driver.py:19:9",
            "nova/virt/zvm/driver.py:23:9",
            "nova/virt/zvm/driver.py:25:9",
        ),
    ),
    Example(
        "Another kind of member, and the milder differences.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/driver.py": """
                from nova.virt import driver


                class Kinds(driver.ComputeDriver):
                    destroy = "never"

                    def name(self): ...

                    async def snapshot(self, context, instance, image_id, *, quiesce=False): ...

                    def is_supported(self, version): ...


                class Mild(driver.ComputeDriver):
                    def destroy(self, context, instance, disks=False, secrets=True): ...

                    @staticmethod
                    def snapshot(context, instance, image_id, *, quiesce=False): ...
                """,
        },
        (
            "nova/virt/zvm/driver.py:5:5",
            "nova/virt/zvm/driver.py:7:9",
            "nova/virt/zvm/driver.py:9:15",
            "nova/virt/zvm/driver.py:11:9",
            "nova/virt/zvm/driver.py:15:9",
            "nova/virt/zvm/driver.py:18:9",
        ),
    ),
    Example(
        "Through a class of one's own between, a base that is none of the contract's, and "
        "a member that the contract protects.",
        _POLICY,
        _DRIVER
        | {
            "nova/virt/zvm/base.py": """
                from nova.virt import driver as virt_driver


                class Base(virt_driver.ComputeDriver):
                    def snapshot(self, context, instance): ...


                class Disks:
                    def destroy(self, instance): ...
                """,
            "nova/virt/zvm/driver.py": """
                from nova.virt.zvm import base


                class ZVMDriver(base.Disks, base.Base):
                    def _ratios(self): ...


                class Other(base.Base, base.Disks):
                    pass
                """,
        },
        (
            "nova/virt/zvm/base.py:5:9",
            "nova/virt/zvm/driver.py:4:7",
            "nova/virt/zvm/driver.py:5:9",
        ),
    ),
)

# How many differences the message tells; all are in the detail.
_TOLD = 3
_WIDTH = 92


def judge(reference: Reference, view: View) -> Breach | None:
    """Refuse a signature that takes less than the contract's, mildly if only defaults differ."""
    implementing = reference.implementing
    if reference.kind != "implementation" or implementing is None:
        return None
    differences = implementing.differences()
    if not differences:
        return None
    told = [difference.says for difference in differences[:_TOLD]]
    if len(differences) > _TOLD:
        told.append(f"and {len(differences) - _TOLD} more")
    breaks = differences[0].breaks
    what = "cannot take every call that" if breaks else "does not do quite as"
    declares = "allows" if breaks else "declares"
    return Breach(
        f"{implementing.owner} {what} contract {implementing.contract} {declares}, "
        f"it {', '.join(told)}: {reference.target}",
        view.policy.contracts[implementing.contract].place,
        mild=not breaks,
        detail=tuple(_side_by_side(implementing, differences)),
    )


def _side_by_side(implementing: Implementing, differences: Sequence[Difference]) -> list[str]:
    """Both signatures with a mark below each parameter that differs."""
    marks = {name: "~" for each in differences if not each.breaks for name in each.names}
    marks.update((name, "^") for each in differences if each.breaks for name in each.names)
    name = implementing.owner.rpartition(".")[2]
    sides = (("contract", implementing.declared), ("here", implementing.given))
    return [line for side, member in sides for line in _marked(f"{side:8}  ", name, member, marks)]


def _marked(side: str, name: str, member: Member, marks: dict[str, str]) -> list[str]:
    shown = member.shown(name)
    pieces = list(member.pieces())
    if not pieces:
        return [side + shown]
    line = side + shown[: shown.index("(") + 1]
    under, indent, found = " " * len(line), " " * len(line), []
    for position, (text, parameter) in enumerate(pieces):
        piece = text + (")" if position == len(pieces) - 1 else ", ")
        if len(line) + len(piece) > _WIDTH and line.strip() and line != indent:
            found += [line.rstrip(), under.rstrip()]
            line, under = indent, indent
        line += piece
        under += (marks.get(parameter, " ") * len(text)).ljust(len(piece))
    return [each for each in (*found, line, under.rstrip()) if each.strip()]
