"""BW302 finds every way in which a conforming driver can be made to drift, and no driver else."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import bailiwick
import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bailiwick import Finding

POLICY = """\
[subsystem.api]
modules = ["virt.driver"]

[subsystem.metal]
modules = ["virt.metal"]
tests = ["tests.metal"]

[contract.virt]
interface = "virt.driver:Driver"
implemented-by = ["metal"]
"""

INTERFACE = """
import abc
from typing import overload


class Root:
    def inherited(self, context, instance): ...


class Driver(Root, metaclass=abc.ABCMeta):
    capabilities = {"rescue": False}

    def spawn(self, context, instance, image=None, *, power_on=True): ...

    def attach(self, context, volume, /, mountpoint, encryption=None): ...

    def tag(self, context, *names, **values): ...

    @abc.abstractmethod
    def reboot(
        self,
        context,
        instance,
        kind="SOFT",
    ): ...

    @staticmethod
    def is_supported(version): ...

    @classmethod
    def load(cls, context): ...

    @property
    def node(self): ...

    async def watch(self, context): ...

    def resize(self, context, instance): ...
"""

# Each a driver's way to declare a member, conforming, and what it may drift to.
CONFORMING = {
    "spawn": "def spawn(self, context, instance, image=None, *, power_on=True): ...",
    "attach": "def attach(self, context, volume, /, mountpoint, encryption=None): ...",
    "tag": "def tag(self, context, *names, **values): ...",
    "reboot": 'def reboot(self, context, instance, kind="SOFT"): ...',
    "is_supported": "@staticmethod\ndef is_supported(version): ...",
    "load": "@classmethod\ndef load(cls, context): ...",
    "node": "@property\ndef node(self): ...",
    "watch": "async def watch(self, context): ...",
    "inherited": "def inherited(self, context, instance): ...",
    "capabilities": 'capabilities = {"rescue": True}',
}
MUTATIONS = {
    "missing": ("spawn", "def spawn(self, context, instance, *, power_on=True): ..."),
    "missing keyword": ("spawn", "def spawn(self, context, instance, image=None): ..."),
    "renamed": (
        "spawn",
        "def spawn(self, context, instance_ref, image=None, *, power_on=True): ...",
    ),
    "renamed keyword": (
        "spawn",
        "def spawn(self, context, instance, image=None, *, start=True): ...",
    ),
    "reordered": ("spawn", "def spawn(self, instance, context, image=None, *, power_on=True): ..."),
    "newly required": ("spawn", "def spawn(self, context, instance, image, *, power_on=True): ..."),
    "newly required keyword": (
        "spawn",
        "def spawn(self, context, instance, image=None, *, power_on): ...",
    ),
    "extra required": (
        "spawn",
        "def spawn(self, context, instance, node, image=None, *, power_on=True): ...",
    ),
    "extra required at the end": ("inherited", "def inherited(self, context, instance, node): ..."),
    "extra required keyword": ("inherited", "def inherited(self, context, instance, *, node): ..."),
    "by keyword alone": (
        "spawn",
        "def spawn(self, context, instance, *, image=None, power_on=True): ...",
    ),
    "by position alone": (
        "spawn",
        "def spawn(self, context, instance, /, image=None, *, power_on=True): ...",
    ),
    "absorbed by position alone": ("spawn", "def spawn(self, *everything): ..."),
    "absorbed by keyword alone": ("spawn", "def spawn(self, **everything): ..."),
    "no more positional": ("tag", "def tag(self, context, **values): ..."),
    "no more keywords": ("tag", "def tag(self, context, *names): ..."),
    "another default": (
        "spawn",
        "def spawn(self, context, instance, image=None, *, power_on=False): ...",
    ),
    "another text as default": (
        "reboot",
        'def reboot(self, context, instance, kind="HARD"): ...',
    ),
    "method to static": (
        "spawn",
        "@staticmethod\ndef spawn(context, instance, image=None, *, power_on=True): ...",
    ),
    "method to class": (
        "spawn",
        "@classmethod\ndef spawn(cls, context, instance, image=None, *, power_on=True): ...",
    ),
    "method to property": ("spawn", "@property\ndef spawn(self): ..."),
    "method to data": ("spawn", 'spawn = "later"'),
    "static to method": ("is_supported", "def is_supported(self, version): ..."),
    "class to method": ("load", "def load(self, context): ..."),
    "property to method": ("node", "def node(self): ..."),
    "data to method": ("capabilities", "def capabilities(self): ..."),
    "made async": (
        "spawn",
        "async def spawn(self, context, instance, image=None, *, power_on=True): ...",
    ),
    "async taken away": ("watch", "def watch(self, context): ..."),
    "below a decorator that keeps it": (
        "spawn",
        '@lockutils.synchronized("spawn")\ndef spawn(self, context, instance): ...',
    ),
    "below a decorator on several lines": (
        "spawn",
        '@lockutils.synchronized(\n    "spawn",\n)\n@cache\n\ndef spawn(self, context): ...',
    ),
    "in a branch": (
        "spawn",
        "if PY2:\n    def spawn(self, context): ...\nelse:\n"
        "    def spawn(self, context, instance, image=None, *, power_on=True): ...",
    ),
    "the last of two": (
        "spawn",
        "def spawn(self, context, instance, image=None, *, power_on=True): ...\n"
        "def spawn(self, context): ...",
    ),
    "after its overloads": (
        "spawn",
        "@overload\ndef spawn(self, context, instance): ...\n"
        "@typing.overload\ndef spawn(self, context, instance, image): ...\n"
        "def spawn(self, context, instance, image): ...",
    ),
    "of a base of the interface": ("inherited", "def inherited(self, context): ..."),
}
CONFORMS_TOO = {
    "annotated": (
        "spawn",
        "def spawn(self, context: Context, instance: 'Instance', image: Image | None = None,"
        " *, power_on: bool = True) -> None: ...",
    ),
    "on several lines": (
        "spawn",
        "def spawn(\n    self,\n    context,  # of the request\n    instance,\n    image=None,\n"
        "    *,\n    power_on=True,\n): ...",
    ),
    "absorbing": ("spawn", "def spawn(self, *args, **kwargs): ..."),
    "taking more": (
        "spawn",
        "def spawn(self, context, instance, image=None, node=None, *, power_on=True, **more): ...",
    ),
    "with defaults of its own": (
        "spawn",
        "def spawn(self, context=None, instance=None, image=None, *, power_on=True): ...",
    ),
    "other names where positions count": (
        "attach",
        "def attach(self, ctxt, vol, /, mountpoint, encryption=None): ...",
    ),
    "names where positions counted": (
        "attach",
        "def attach(self, context, volume, mountpoint, encryption=None): ...",
    ),
    "the same default, written otherwise": (
        "reboot",
        "def reboot(self, context, instance, kind='SOFT'): ...",
    ),
    "a default that nobody knows": (
        "reboot",
        "def reboot(self, context, instance, kind=constants.SOFT): ...",
    ),
    "an attribute for a property": ("node", 'node = "one"'),
    "a property for an attribute": ("capabilities", "@property\ndef capabilities(self): ..."),
    "static for class": ("load", "@staticmethod\ndef load(context): ..."),
    "below an unknown decorator": ("spawn", "@tools.with_session\ndef spawn(self, session): ..."),
    "bound to something unknown": ("spawn", "spawn = tools.make()"),
    "drifted, and put right below": (
        "spawn",
        "def spawn(self): ...\n"
        "def spawn(self, context, instance, image=None, *, power_on=True): ...",
    ),
    "of a class inside": ("spawn", "class Inner:\n    def spawn(self): ..."),
    "of a function inside": (
        "watch",
        "async def watch(self, context):\n    def spawn(self): ...\n    return spawn",
    ),
}
HEAD = "from virt import driver\n\n\n"


def driver(members: Mapping[str, str], bases: str = "driver.Driver") -> str:
    body = "\n\n".join(members.values()) or "pass"
    return f"{HEAD}class Metal({bases}):\n{indent(body, '    ')}\n"


def findings(root: Path, files: Mapping[str, str], *, exhaustive: bool = False) -> list[Finding]:
    for path, text in {"virt/driver.py": INTERFACE, "bailiwick.toml": POLICY, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    policy = bailiwick.load_policy(root / "bailiwick.toml")
    return list(bailiwick.check(policy, cache=False, jobs=1, exhaustive=exhaustive).findings)


def written(files: Mapping[str, str]) -> dict[str, str]:
    return {f"virt/metal/{path}": dedent(text) for path, text in files.items()}


each_way = pytest.mark.parametrize("exhaustive", [False, True], ids=["sieved", "exhaustive"])


@each_way
def test_nothing_is_found_in_drivers_that_conform(tmp_path: Path, exhaustive: bool) -> None:
    files = {"plain.py": driver(CONFORMING), "empty.py": driver({})}
    for number, (member, text) in enumerate(CONFORMS_TOO.values()):
        files[f"driver{number}.py"] = driver({**CONFORMING, member: text})
    assert findings(tmp_path, written(files), exhaustive=exhaustive) == []


@each_way
def test_each_mutation_of_a_conforming_driver_is_found(tmp_path: Path, exhaustive: bool) -> None:
    files = {
        f"{name.replace(' ', '_')}.py": driver({**CONFORMING, member: text})
        for name, (member, text) in MUTATIONS.items()
    }
    found = findings(tmp_path, written(files), exhaustive=exhaustive)
    assert {(finding.path, finding.code) for finding in found} == {
        (f"virt/metal/{path}", "BW302") for path in files
    }
    assert len(found) == len(files)
    for finding in found:
        line = (tmp_path / finding.path).read_text().splitlines()[finding.span.line - 1]
        name = line[finding.span.column - 1 : finding.span.end_column - 1]
        assert finding.target.endswith(f".{name}")


MILD = {
    "another default",
    "another text as default",
    "method to static",
    "method to class",
    "async taken away",
}


def test_what_no_call_fails_on_costs_a_degree_less(tmp_path: Path) -> None:
    files = {
        f"{name.replace(' ', '_')}.py": driver({member: text})
        for name, (member, text) in MUTATIONS.items()
    }
    found = findings(tmp_path, written(files))
    mild = {finding.path for finding in found if finding.severity == "warning"}
    assert mild == {f"virt/metal/{name.replace(' ', '_')}.py" for name in MILD}


@each_way
def test_each_mutation_is_found_through_bases_between(tmp_path: Path, exhaustive: bool) -> None:
    files = {}
    for name, (member, text) in MUTATIONS.items():
        path = name.replace(" ", "_")
        files[f"{path}.py"] = (
            f"from virt.metal import {path}_base\n\n\n"
            f"class Derived({path}_base.Between):\n{indent(text, '    ')}\n"
        )
        files[f"{path}_base.py"] = f"{HEAD}class Between(driver.Driver): ...\n"
        assert member in text
    found = findings(tmp_path, written(files), exhaustive=exhaustive)
    drifted = [path for path in files if not path.endswith("_base.py")]
    assert sorted({finding.path for finding in found}) == sorted(
        f"virt/metal/{path}" for path in drifted
    )


@each_way
def test_a_drifted_method_is_found_once_however_many_inherit_it(
    tmp_path: Path, exhaustive: bool
) -> None:
    files = written(
        {
            "base.py": driver({"spawn": "def spawn(self, context): ..."}),
            "one.py": "from virt.metal.base import Metal\n\n\nclass One(Metal): ...\n",
            "two.py": "from virt.metal.one import One\n\n\nclass Two(One): ...\n",
        }
    )
    assert [f.path for f in findings(tmp_path, files, exhaustive=exhaustive)] == [
        "virt/metal/base.py"
    ]


MIXIN = "class Power:\n    def spawn(self, context): ...\n\n    def other(self): ...\n"


@pytest.mark.parametrize(
    ("files", "places"),
    [
        ({"m.py": MIXIN, "d.py": "class Metal(Power, driver.Driver): ..."}, ["d.py:4"]),
        ({"m.py": MIXIN, "d.py": "class Metal(driver.Driver, Power): ..."}, []),
        (
            {
                "m.py": MIXIN,
                "d.py": "class Base(driver.Driver): ...\n\n\nclass Metal(Power, Base): ...\n",
                "e.py": "from virt.metal import d\n\n\nclass Leaf(d.Metal): ...\n",
            },
            ["d.py:7"],
        ),
        (
            {
                "m.py": MIXIN,
                "d.py": "class Metal(Power, driver.Driver):\n"
                "    def spawn(self, context, instance, image=None, *, power_on=True): ...\n",
            },
            [],
        ),
        ({"d.py": f"{MIXIN}\n\nclass Metal(Power, driver.Driver): ..."}, ["d.py:5"]),
        (
            {
                "m.py": f"{HEAD}class Power(driver.Driver):\n    def spawn(self, context): ...\n",
                "d.py": "class Metal(Power, driver.Driver): ...",
            },
            ["m.py:5"],
        ),
    ],
)
@each_way
def test_bases_that_are_none_of_the_contracts_count_where_python_looks_there_first(
    tmp_path: Path, exhaustive: bool, files: dict[str, str], places: list[str]
) -> None:
    head = "from virt import driver\nfrom virt.metal.m import Power\n\n"
    texts = {
        name: text if name != "d.py" else (head if "m.py" in files else HEAD) + text
        for name, text in files.items()
    }
    found = findings(tmp_path, written(texts), exhaustive=exhaustive)
    shown = [f"{f.path.removeprefix('virt/metal/')}:{f.span.line}" for f in found]
    assert shown == places


def test_both_signatures_are_shown_with_a_mark_below_what_differs(tmp_path: Path) -> None:
    text = "def spawn(self, context, inst, image=1, *, power_on=True): ..."
    (finding,) = findings(tmp_path, written({"d.py": driver({"spawn": text})}))
    assert finding.message == (
        "Metal.spawn cannot take every call that contract virt allows, it has inst in place of "
        "instance, takes 1 where image is left out, not None: virt.driver:Driver.spawn"
    )
    assert finding.detail == (
        "contract  spawn(context, instance, image=None, *, power_on=True)",
        "                         ^^^^^^^^  ~~~~~~~~~~",
        "here      spawn(context, inst, image=1, *, power_on=True)",
        "                         ^^^^  ~~~~~~~",
    )


def test_stand_ins_in_tests_are_no_implementation(tmp_path: Path) -> None:
    stub = "from virt.driver import Driver\n\n\nclass Stub(Driver):\n    def spawn(self): ...\n"
    assert findings(tmp_path, {"tests/metal/test_driver.py": stub}) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def resize(self, context, instance)", "def resize(self, context, instance, flavor)"),
        ("class Root:", "class Root:\n    def added(self, context): ..."),
        ("def resize(self, context, instance): ...", ""),
    ],
)
def test_a_change_of_the_interface_is_noticed_by_a_warm_run(
    tmp_path: Path, before: str, after: str
) -> None:
    members = {
        "resize": "def resize(self, context, instance): ...",
        "added": "def added(self): ...",
    }
    files = written({"d.py": driver(members)})
    assert findings(tmp_path, files) == []
    policy = bailiwick.load_policy(tmp_path / "bailiwick.toml")
    bailiwick.check(policy)

    (tmp_path / "virt/driver.py").write_text(INTERFACE.replace(before, after))

    warm = bailiwick.check(policy).findings
    assert warm == bailiwick.check(policy, cache=False).findings
    assert [finding.code for finding in warm] == (["BW302"] if after else [])


@pytest.mark.parametrize(
    "bases", ["driver.Driver, Metal", "driver.Driver[Metal]", "driver.missing()", "*bases"]
)
def test_bases_that_make_no_sense_do_no_harm(tmp_path: Path, bases: str) -> None:
    text = driver({"spawn": "def spawn(self): ..."}, bases)
    codes = {f.code for f in findings(tmp_path, written({"d.py": text}))}
    assert codes <= {"BW302"}


CALLER = """
from virt.driver import Driver


def run(driver: Driver, context, instance):
    driver.spawn(context, instance)
    driver.spawn(context, instance, None)
    driver.spawn(context, instance=instance, power_on=False)
    driver.spawn(*context, power_on=False)
    driver.reboot(context, instance)
"""


@each_way
def test_the_calls_that_would_fail_are_shown_at_their_lines_cold_and_warm(
    tmp_path: Path, exhaustive: bool
) -> None:
    text = "def spawn(self, context, inst, image=None): ..."
    files = {**written({"d.py": driver({"spawn": text})}), "core/run.py": CALLER}
    (finding,) = (f for f in findings(tmp_path, files, exhaustive=exhaustive) if f.code == "BW302")
    call = "driver.spawn(context, instance=instance, power_on=False)"
    assert finding.detail[4:] == (f"fails     core/run.py:8  {call}",)

    policy = bailiwick.load_policy(tmp_path / "bailiwick.toml")
    bailiwick.check(policy)
    (tmp_path / "core/run.py").write_text(f"\n\n{CALLER}")
    for _ in range(2):
        (warm,) = (f for f in bailiwick.check(policy).findings if f.code == "BW302")
        assert warm.detail[4:] == (f"fails     core/run.py:10  {call}",)
