"""What a policy says of a module, entry by entry."""

from __future__ import annotations

import datetime
from pathlib import Path

from bailiwick import Contract, Group, Place, Policy, Subsystem, Use
from bailiwick_hooks.standing import Standing


def place(line: int, says: str) -> Place:
    return Place("bailiwick.toml", line, says)


GLANCE = Use(
    "image",
    place(4, 'subsystem "zvm" uses image'),
    names=("nova.image.glance:API",),
    reason="until the SDK has it",
    until=datetime.date(2999, 3, 1),
)
TYPING = Use("db", place(5, 'subsystem "zvm" uses db'), only="typing")
EXPIRED = Use("net", place(6, 'subsystem "zvm" uses net'), until=datetime.date(2020, 1, 1))
ZVM = Subsystem(
    "zvm",
    place(1, "subsystem zvm"),
    ("nova.virt.zvm",),
    tests=("nova.tests.zvm",),
    public=("nova.virt.zvm.driver:ZVMDriver",),
    public_to={"tools": None},
    uses=(GLANCE, TYPING, EXPIRED),
    owners=("zvm-core", "ann"),
    packages=("zvmconnector",),
    option_groups=("zvm",),
    places={
        "modules": place(2, 'modules "nova.virt.zvm"'),
        "tests": place(2, 'tests "nova.tests.zvm"'),
        "public": place(3, "public"),
        "uses": place(4, 'subsystem "zvm" uses image, db, net'),
    },
)
OTHERS = [
    Subsystem(name, place(20, name), (f"nova.{name}",))
    for name in ("image", "db", "net", "libvirt", "tools")
]
POLICY = Policy(
    root=Path("/p"),
    path=Path("/p/bailiwick.toml"),
    files=(),
    fingerprint="",
    subsystems={subsystem.name: subsystem for subsystem in [ZVM, *OTHERS]},
    groups={
        "drivers": Group(
            "drivers",
            place(9, 'group "drivers" is independent'),
            ("zvm", "libvirt"),
            independent=True,
        )
    },
    contracts={"driver": Contract("driver", place(12, ""), "nova.virt.driver:D", ("drivers",))},
)


def test_a_module_of_a_subsystem() -> None:
    standing = Standing(POLICY, "nova.virt.zvm.driver", "nova/virt/zvm/driver.py", ZVM)
    assert (
        "\n".join(standing.lines())
        == """\
nova.virt.zvm.driver  (nova/virt/zvm/driver.py)
  subsystem    zvm  bailiwick.toml:2  modules "nova.virt.zvm"
  owners       zvm-core, ann
  public       nova.virt.zvm.driver:ZVMDriver
               nothing else  bailiwick.toml:3
  to tools     every name without a leading underscore
  may use      image  (only nova.image.glance:API; until 2999-03-01; until the SDK has it)\
  bailiwick.toml:4  subsystem "zvm" uses image
               db  (for typing only)  bailiwick.toml:5  subsystem "zvm" uses db
  may not use  net  bailiwick.toml:6  uses of "net" expired on 2020-01-01
               libvirt  bailiwick.toml:9  group "drivers" is independent
               tools  bailiwick.toml:4  subsystem "zvm" uses image, db, net
  packages     zvmconnector (reserved)
  options      zvm
  contracts    implements driver"""
    )


def test_its_test() -> None:
    lines = list(Standing(POLICY, "nova.tests.zvm.test_a", "", ZVM).lines())
    assert lines[0] == "nova.tests.zvm.test_a  (no such file)"
    assert lines[1].endswith('zvm  bailiwick.toml:2  tests "nova.tests.zvm"')
    assert "may see its privates" in lines[2]


def test_nobodys_module() -> None:
    standing = Standing(POLICY, "elsewhere", "elsewhere.py", None)
    assert list(standing.lines())[1:] == [
        "  subsystem    none claims it; unclaimed = 'warning'",
        "  may use      what any subsystem has made public",
    ]
    document = standing.document()
    assert (document["subsystem"], document["claimed_by"], document["may_use"]) == (None, "", [])


def test_the_document_has_the_limits() -> None:
    document = Standing(POLICY, "nova.virt.zvm", "", ZVM).document()
    assert document["may_use"][0] == {
        "subsystem": "image",
        "decided_by": 'bailiwick.toml:4  subsystem "zvm" uses image',
        "names": ["nova.image.glance:API"],
        "only": None,
        "reason": "until the SDK has it",
        "until": "2999-03-01",
    }
    assert document["public_to"] == {"tools": "all"}
