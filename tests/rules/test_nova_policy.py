"""The policy `nova` draws the lines where Nova has them, and holds what N307 and N311 mean."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING

import pytest
from bailiwick import check, load_policy

if TYPE_CHECKING:
    from pathlib import Path

    from bailiwick.vocabulary.policy import Policy

TODAY = datetime.date(2026, 11, 21)

DRIVERS = ("hyperv", "ironic", "libvirt", "powervm", "vmwareapi", "xenapi", "zvm")

# What the policy claims, and 34.0.0 does not have any more.
GONE = {
    "nova.cmd.idmapshift",
    "nova.conf.hyperv",
    "nova.conf.powervm",
    "nova.conf.xenserver",
    "nova.privsep.xenapi",
    "nova.tests.functional.db.test_resource_class_cache",
    "nova.tests.functional.regressions.test_bug_1951656",
    "nova.tests.unit.cmd.test_idmapshift",
    "nova.tests.unit.compute.test_compute_xen",
    "nova.tests.unit.virt.hyperv",
    "nova.tests.unit.virt.powervm",
    "nova.tests.unit.virt.test_driver",
    "nova.tests.unit.virt.xenapi",
    "nova.virt.hyperv",
    "nova.virt.powervm",
    "nova.virt.xenapi",
}


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    governing = tmp_path_factory.mktemp("nova") / "bailiwick.toml"
    governing.write_text('extends = ["nova"]\n')
    return load_policy(governing)


def modules(tree: Path) -> dict[str, bool]:
    """Every module of a tree, and whether it is a package."""
    found = {}
    for path in tree.glob("nova/**/*.py"):
        parts = path.relative_to(tree).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        found[".".join(parts[:-1] if is_package else parts)] = is_package
    return found


def test_every_module_is_claimed_and_none_is_taken_for_an_unknown_driver(
    policy: Policy, nova_tree: Path
) -> None:
    homes = {m: policy.subsystem_of(m, package) for m, package in modules(nova_tree).items()}
    assert [m for m, home in homes.items() if not home or home.name not in policy.subsystems] == []


def test_every_claim_is_one_that_nova_has_or_had(policy: Policy, nova_tree: Path) -> None:
    there = set(modules(nova_tree))
    claims = {c for s in policy.subsystems.values() for c in (*s.modules, *s.tests)}
    assert claims - there == GONE


@pytest.mark.parametrize(
    ("module", "subsystem", "test"),
    [
        ("nova", "core", False),
        ("nova.compute.manager", "core", False),
        ("nova.conf", "core", False),
        ("nova.db.constants", "core", False),
        ("nova.db.main.api", "db", False),
        ("nova.i18n", "i18n", False),
        ("nova.test", "core", True),
        ("nova.tests.fixtures.nova", "core", True),
        ("nova.tests.functional.db.test_aggregate", "core", True),
        ("nova.tests.functional.db.test_archive", "db", True),
        ("nova.tests.unit.db.main.test_api", "db", True),
        ("nova.virt", "virt-sdk", False),
        ("nova.virt.driver", "virt-api", False),
        ("nova.virt.virtapi", "virt-api", False),
        ("nova.virt.event", "virt-api", False),
        ("nova.virt.hardware", "virt-sdk", False),
        ("nova.virt.firewall", "virt-sdk", False),
        ("nova.virt.a_module_of_tomorrow", "virt-sdk", False),
        ("nova.virt.disk.vfs.guestfs", "virt-sdk", False),
        ("nova.virt.image.model", "virt-sdk", False),
        ("nova.privsep.qemu", "virt-sdk", False),
        ("nova.storage.rbd_utils", "virt-sdk", False),
        ("nova.virt.fake", "fake", False),
        ("nova.virt.libvirt.volume.iscsi", "libvirt", False),
        ("nova.privsep.libvirt", "libvirt", False),
        ("nova.conf.libvirt", "libvirt", False),
        ("nova.tests.fixtures.libvirt", "libvirt", True),
        ("nova.tests.functional.libvirt.test_vgpu", "libvirt", True),
        ("nova.tests.functional.regressions.test_bug_1595962", "libvirt", True),
        ("nova.tests.functional.regressions.test_bug_1404867", "core", True),
        ("nova.conf.vmware", "vmwareapi", False),
        ("nova.conf.xenserver", "xenapi", False),
        ("nova.privsep.xenapi", "xenapi", False),
        ("nova.virt.a_driver_of_tomorrow.driver", "nova.virt.a_driver_of_tomorrow", False),
    ],
)
def test_a_module_belongs_to(policy: Policy, module: str, subsystem: str, test: bool) -> None:
    home = policy.subsystem_of(module)
    assert home is not None
    assert (home.name, policy.is_test(module)) == (subsystem, test)


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_driver_has_its_package_and_its_unit_tests(policy: Policy, driver: str) -> None:
    for module in (f"nova.virt.{driver}.driver", f"nova.tests.unit.virt.{driver}.test_driver"):
        home = policy.subsystem_of(module)
        assert home is policy.subsystems[driver]
        assert home.option_groups
        assert home.owners


@pytest.mark.parametrize(
    ("user", "target", "says"),
    [
        ("nova.virt.ironic.driver", "nova.virt.libvirt.utils", 'group "drivers" is independent'),
        ("nova.virt.zvm.driver", "nova.conf.libvirt", 'group "drivers" is independent'),
        ("nova.virt.newborn.driver", "nova.virt.zvm.utils", 'group "drivers" is independent'),
        ("nova.virt.zvm.driver", "nova.virt.newborn.driver", 'group "drivers" is independent'),
        ("nova.virt.fake", "nova.virt.ironic.driver", 'subsystem "fake" uses shared, db'),
        ("nova.virt.hardware", "nova.virt.libvirt.host", 'subsystem "virt-sdk" uses shared'),
        ("nova.virt.driver", "nova.virt.libvirt.host", 'subsystem "virt-api" uses shared'),
        ("nova.virt.libvirt.driver", "nova.db.main.api", 'subsystem "libvirt" uses shared'),
        ("nova.virt.hardware", "nova.db.main.api", 'subsystem "virt-sdk" uses shared'),
        ("nova.db.main.api", "nova.virt.libvirt.host", 'subsystem "db" uses shared'),
        ("nova.virt.fake", "nova.db.main.api", None),
        ("nova.virt.libvirt.driver", "nova.db.constants", None),
        ("nova.virt.libvirt.driver", "nova.compute.utils", None),
        ("nova.virt.libvirt.driver", "nova.virt.hardware", None),
        ("nova.tests.unit.virt.zvm.test_driver", "nova.virt.fake", None),
        ("nova.compute.manager", "nova.virt.driver", None),
    ],
)
def test_who_may_use_whom(policy: Policy, user: str, target: str, says: str | None) -> None:
    home, foreign = policy.subsystem_of(user), policy.subsystem_of(target)
    assert foreign is not None
    verdict = policy.may_use(home, foreign, target, "", "runtime", TODAY)
    assert verdict.allowed == (says is None)
    if says is not None:
        assert verdict.place is not None
        assert (verdict.place.path, verdict.place.says) == ("<nova>", says)


@pytest.mark.parametrize(
    ("module", "name", "user", "public"),
    [
        ("nova.virt.libvirt", "LibvirtDriver", "core", True),
        ("nova.virt.libvirt.driver", "LibvirtDriver", "core", True),
        ("nova.virt.libvirt.driver", "LibvirtDriver.spawn", "core", True),
        ("nova.virt.libvirt.driver", "LibvirtDriver._conn", "core", False),
        ("nova.virt.libvirt.driver", "", "core", False),
        ("nova.virt.libvirt.machine_type_utils", "", "core", False),
        ("nova.conf.libvirt", "", "core", True),
        ("nova.tests.fixtures.libvirt", "LibvirtFixture", "core", True),
        ("nova.tests.functional.libvirt.base", "ServersTestBase", "core", True),
        ("nova.tests.unit.virt.libvirt.fakelibvirt", "", "core", True),
        ("nova.tests.unit.virt.ironic.utils", "get_test_node", "core", True),
        ("nova.i18n", "_", "zvm", True),
        ("nova.i18n", "_LE", "zvm", True),
        ("nova.i18n", "_translators", "zvm", False),
        ("nova.db.api.models", "Aggregate._hosts", "core", True),
        ("nova.db.api.models", "Aggregate._hosts", "fake", False),
        ("nova.crypto", "_get_key_manager", "libvirt", False),
        ("nova.virt.fake", "FakeVirtAPI", "zvm", True),
    ],
)
def test_what_is_public(policy: Policy, module: str, name: str, user: str, public: bool) -> None:
    home = policy.subsystem_of(module)
    assert home is not None
    assert policy.is_public(home, module, name, policy.subsystems[user]).allowed == public


@pytest.mark.parametrize(
    ("package", "owners"),
    [
        ("libvirt", ["libvirt"]),
        ("oslo_vmware", ["vmwareapi"]),
        ("zvmconnector", ["zvm"]),
        ("os_win", ["hyperv"]),
        ("pypowervm", ["powervm"]),
        ("os_xenapi", ["xenapi"]),
        ("guestfs", ["virt-sdk"]),
        ("ironicclient", ["core", "ironic"]),
        ("openstack", []),
    ],
)
def test_a_hypervisor_library_is_its_drivers(
    policy: Policy, package: str, owners: list[str]
) -> None:
    assert [subsystem.name for subsystem in policy.package_owners(package)] == owners


@pytest.mark.parametrize(
    ("module", "member", "protected"),
    [
        ("nova.virt.driver", "ComputeDriver._get_allocation_ratios", True),
        ("nova.virt.driver", "ComputeDriver._get_reserved_host_disk_gb_from_config", True),
        ("nova.virt.driver", "ComputeDriver._compute_event_callback", False),
        ("nova.virt.imagecache", "ImageCacheManager._get_base", True),
    ],
)
def test_what_a_base_class_offers_to_drivers(
    policy: Policy, module: str, member: str, protected: bool
) -> None:
    assert policy.protected(module, member) == protected


def test_every_driver_and_those_of_tomorrow_implement_the_contract(policy: Policy) -> None:
    contract = policy.contracts["virt-driver"]
    assert contract.interface == "nova.virt.driver:ComputeDriver"
    implementers = {name for each in contract.implemented_by for name in policy.members(each)}
    assert implementers == {*DRIVERS, "fake"}


def test_a_team_overrides_owners_without_losing_the_lines(tmp_path: Path) -> None:
    governing = tmp_path / "bailiwick.toml"
    governing.write_text('extends = ["nova"]\n[subsystem.libvirt]\nowners = ["us"]\n')
    libvirt = load_policy(governing).subsystems["libvirt"]
    assert libvirt.owners == ("us",)
    assert "nova.virt.libvirt" in libvirt.modules


def test_nova_is_found_to_break_it_where_it_is_known_to(policy: Policy, nova_tree: Path) -> None:
    report = check(dataclasses.replace(policy, root=nova_tree), cache=False)
    found = {(f.path, f.span.line, f.code, f.target) for f in report.findings}
    machine_types = "nova.virt.libvirt.machine_type_utils"
    assert found >= {
        ("nova/cmd/manage.py", 89, "BW102", machine_types),
        ("nova/cmd/status.py", 50, "BW102", machine_types),
        ("nova/test.py", 71, "BW102", "nova.virt.libvirt.driver"),
        ("nova/virt/disk/api.py", 39, "BW101", "nova.privsep.libvirt"),
        ("nova/virt/fake.py", 52, "BW101", "nova.virt.ironic.driver"),
    }
