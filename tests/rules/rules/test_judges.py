"""What each judge says of a reference made by hand: the message, and the line that decides."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from bailiwick.catalogue import REFERENCE_RULES
from bailiwick.rules import not_parsed, unclaimed_module
from bailiwick.rules.rule import Breach, View
from bailiwick.vocabulary.policy import Contract, Group, Place, Policy, Subsystem, Use
from bailiwick.vocabulary.reference import Reference, Span

TODAY = datetime.date(2026, 6, 1)
LINES = {"drivers": 50, "compute": 60, "libvirt": 70}


def place(line: int, says: str = "") -> Place:
    return Place("bailiwick.toml", line, says)


def subsystem(name: str, *modules: str, **declared: object) -> Subsystem:
    return Subsystem(name, place(LINES.get(name, 1)), modules, **declared)  # type: ignore[arg-type]


SUBSYSTEMS = (
    subsystem("image", "nova.image"),
    subsystem("network", "nova.network"),
    subsystem(
        "compute",
        "nova.compute",
        tests=("nova.tests.compute",),
        uses=(
            Use("image", place(61), names=("nova.image.glance:API",)),
            Use("libvirt", place(62), only="typing"),
            Use("network", place(63), until=datetime.date(2026, 5, 31)),
            Use("virt-api", place(64), until=TODAY),
        ),
        places={"uses": place(60, 'subsystem "compute" uses …')},
    ),
    subsystem("virt-api", "nova.virt.driver"),
    subsystem(
        "libvirt",
        "nova.virt.libvirt",
        public=("nova.virt.libvirt.host", "nova.virt.libvirt.host:Host._open"),
        packages=("libvirt", "google.cloud"),
        places={"public": place(71, "public"), "packages": place(72, "packages")},
    ),
    subsystem("zvm", "nova.virt.zvm", packages=("zvmconnector", "google.cloud")),
)

POLICY = Policy(
    root=Path(),
    path=Path("bailiwick.toml"),
    files=(),
    fingerprint="",
    subsystems={each.name: each for each in SUBSYSTEMS},
    groups={"drivers": Group("drivers", place(50), ("libvirt", "zvm"), independent=True)},
    contracts={
        "virt": Contract(
            "virt",
            place(80),
            "nova.virt.driver:ComputeDriver",
            protected=("nova.virt.driver:ComputeDriver._ratios",),
        )
    },
)


def judged(kind: str, user: str, target: str, grade: str = "runtime") -> tuple[str, Breach] | None:
    """The code and the breach of the first rule that the reference breaks."""
    module, _, name = target.partition(":")
    reference = Reference(
        kind,  # type: ignore[arg-type]
        Span(1, 1, 1, 2),
        module,
        name,
        grade,  # type: ignore[arg-type]
        known_by="",
    )
    view = View(POLICY, user, POLICY.subsystem_of(user), POLICY.subsystem_of(module), TODAY)
    for rule in REFERENCE_RULES:
        breach = rule.judge(reference, view)
        if breach:
            return rule.CODE, breach
    return None


@pytest.mark.parametrize(
    ("kind", "user", "target", "code", "message", "line"),
    [
        (
            "import",
            "nova.virt.zvm.driver",
            "nova.virt.libvirt.utils",
            "BW101",
            "zvm may not import from libvirt: nova.virt.libvirt.utils",
            50,
        ),
        (
            "import",
            "nova.compute.manager",
            "nova.virt.zvm.driver:*",
            "BW101",
            "compute may not import from zvm: nova.virt.zvm.driver:*",
            60,
        ),
        (
            "import",
            "nova.compute.manager",
            "nova.image.glance:Client",
            "BW101",
            "compute may import other names, but not this one, from image: "
            "nova.image.glance:Client",
            61,
        ),
        (
            "import",
            "nova.tests.compute.test_manager",
            "nova.virt.libvirt.host:Host",
            "BW101",
            "compute may import, for type checkers only, from libvirt: nova.virt.libvirt.host:Host",
            62,
        ),
        (
            "import",
            "nova.compute.manager",
            "nova.network.neutron",
            "BW101",
            "compute may since 2026-05-31 no longer import from network: nova.network.neutron",
            63,
        ),
        (
            "import",
            "nova.image.glance",
            "nova.virt.libvirt.guest:Guest",
            "BW102",
            "image imports what libvirt has not made public: nova.virt.libvirt.guest:Guest",
            71,
        ),
        (
            "import",
            "tools.report",
            "nova.image._cache",
            "BW102",
            "tools.report (unclaimed) imports what image has not made public: nova.image._cache",
            None,
        ),
        (
            "import",
            "nova.image.glance",
            "libvirt:virDomain",
            "BW104",
            "image may not import the package libvirt, it is reserved to libvirt: "
            "libvirt:virDomain",
            72,
        ),
        (
            "import",
            "tools.report",
            "google.cloud.compute:Client",
            "BW104",
            "tools.report (unclaimed) may not import the package google.cloud, "
            "it is reserved to libvirt and zvm: google.cloud.compute:Client",
            72,
        ),
        (
            "attribute",
            "nova.image.glance",
            "nova.virt.libvirt.host:Host._conn",
            "BW201",
            "image reaches for a private attribute of libvirt: nova.virt.libvirt.host:Host._conn",
            71,
        ),
        (
            "attribute",
            "tools.report",
            "nova.image.glance:_cache",
            "BW201",
            "tools.report (unclaimed) reaches for a private attribute of image: "
            "nova.image.glance:_cache",
            None,
        ),
        (
            "override",
            "nova.virt.zvm.driver",
            "nova.virt.driver:ComputeDriver._prepare",
            "BW202",
            "zvm overrides a private member of a base class in virt-api: "
            "nova.virt.driver:ComputeDriver._prepare",
            None,
        ),
        (
            "inherited",
            "nova.virt.zvm.driver",
            "nova.virt.driver:ComputeDriver._prepare",
            "BW202",
            "zvm uses a private member of a base class in virt-api: "
            "nova.virt.driver:ComputeDriver._prepare",
            None,
        ),
    ],
)
def test_a_breach_names_both_sides_and_the_line_that_decides(
    kind: str, user: str, target: str, code: str, message: str, line: int | None
) -> None:
    answer = judged(kind, user, target)
    assert answer is not None
    assert (answer[0], answer[1].message) == (code, message)
    assert (answer[1].place and answer[1].place.line) == line


@pytest.mark.parametrize(
    ("kind", "user", "target"),
    [
        ("import", "nova.virt.libvirt.driver", "nova.virt.libvirt._xml:_parse"),
        ("import", "nova.compute.manager", "nova.image.glance:API"),
        ("import", "nova.compute.manager", "nova.virt.driver"),
        ("import", "nova.image.glance", "nova.virt.libvirt.host"),
        ("import", "nova.virt.zvm.driver", "nova.conf:CONF"),
        ("import", "nova.virt.libvirt.host", "libvirt"),
        ("import", "nova.virt.zvm.driver", "google.cloud.compute"),
        ("import", "nova.virt.zvm.driver", "libvirtual"),
        ("import", "tools.report", "nova.image.glance"),
        ("attribute", "nova.virt.libvirt.driver", "nova.virt.libvirt.host:Host._conn"),
        ("attribute", "nova.image.glance", "nova.virt.libvirt.guest:Guest.start"),
        ("attribute", "nova.image.glance", "nova.virt.libvirt.guest:Guest.__name__"),
        ("attribute", "nova.image.glance", "nova.virt.libvirt.guest:_Guest.start"),
        ("attribute", "nova.image.glance", "nova.virt.libvirt.host:Host._open"),
        ("attribute", "nova.image.glance", "nova.i18n:_"),
        ("attribute", "nova.image.glance", "os:_exit"),
        ("attribute", "nova.virt.zvm.driver", "nova.virt.libvirt.host"),
        ("override", "nova.virt.zvm.driver", "nova.virt.driver:ComputeDriver._ratios"),
        ("override", "nova.virt.zvm.driver", "nova.virt.driver:ComputeDriver.__init__"),
        ("override", "nova.virt.zvm.driver", "nova.virt.driver:ComputeDriver.__secret"),
        ("inherited", "nova.virt.zvm.driver", "nova.virt.driver:ComputeDriver._ratios"),
        ("inherited", "nova.virt.zvm.driver", "nova.virt.driver:ComputeDriver.spawn"),
        ("inherited", "nova.image.glance", "nova.virt.libvirt.host:Host._open"),
        ("inherited", "nova.virt.zvm.driver", "nova.virt.zvm.base:Base._prepare"),
        ("inherited", "nova.virt.zvm.driver", "nova.tests.compute.base:TestCase._create"),
    ],
)
def test_nothing_is_said_of_what_is_allowed(kind: str, user: str, target: str) -> None:
    assert judged(kind, user, target) is None


def test_a_permission_for_type_checkers_is_one() -> None:
    target = "nova.virt.libvirt.host:Host"
    assert judged("import", "nova.compute.manager", target, grade="typing") is None
    answer = judged("import", "nova.compute.manager", target, grade="deferred")
    assert answer is not None
    assert answer[0] == "BW101"


def test_the_other_files_and_modules_are_said_in_one_line() -> None:
    assert unclaimed_module.judge_module("nova.new") == Breach("no subsystem claims nova.new")
    assert not_parsed.breach("null byte") == Breach("not parsed: null byte")
