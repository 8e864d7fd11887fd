"""The policy's answers, as tables."""

from __future__ import annotations

import datetime
import pickle
from typing import TYPE_CHECKING

import pytest
from bailiwick.policyfile import load_policy
from bailiwick.vocabulary.policy import Policy, is_private

if TYPE_CHECKING:
    from pathlib import Path

    from bailiwick.vocabulary.policy import Grade, Subsystem

TODAY = datetime.date(2026, 11, 21)

TEXT = """\
unclaimed = "ignore"

[subsystem.core]
modules = ["n", "n.virt", "n.virt.disk"]
tests = ["n.tests"]
packages = ["yaml"]

[subsystem.api]
modules = ["n.virt.api", "n._wire"]
public = "all"
packages = ["yaml", "grpc"]

[subsystem.red]
modules = ["n.virt.red", "n.priv.red"]
tests = ["n.tests.virt.red"]
public = ["n.virt.red.driver:Driver", "n.virt.red.conf", "n.virt.red.driver:_Odd"]
public-to = { core = ["n.virt.red.peek"], drivers = ["n.virt.red.kin:help"], plain = "all" }
uses = [
    "api",
    { subsystem = "core", names = ["n.images:fetch", "n.paths"], until = 2026-11-21 },
    { subsystem = "blue", only = "typing", reason = "shared types" },
    { subsystem = "plain", until = 2026-11-20 },
    { subsystem = "plain", names = ["p.late"] },
]
rules = { BW102 = "info" }

[subsystem.blue]
modules = ["n.virt.blue"]
public = []
uses = ["drivers"]

[subsystem.plain]
modules = ["p"]
uses = []

[subsystem.any]
modules = ["q"]
uses = "any"

[subsystem.user]
modules = ["u"]
uses = ["drivers"]

[group.drivers]
members = ["red", "blue"]
siblings-of = "n.virt"
independent = true

[layers.house]
order = ["user", "drivers", ["core", "plain"], "api"]

[layers.strict]
order = ["any", "plain", "core"]
closed = true

[contract.virt]
interface = "n.virt.api:Driver"
implemented-by = ["drivers"]
protected = ["Driver._ratios", "n.virt.base:Base._x"]

[rules]
BW102 = "warning"
"""


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return load(tmp_path_factory.mktemp("policy"), TEXT)


def load(folder: Path, text: str) -> Policy:
    path = folder / "bailiwick.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


def named(policy: Policy, name: str) -> Subsystem:
    if name in policy.subsystems:
        return policy.subsystems[name]
    subsystem = policy.subsystem_of(name, is_package=True)
    assert subsystem is not None
    return subsystem


@pytest.mark.parametrize(
    ("module", "is_package", "subsystem"),
    [
        ("n", True, "core"),
        ("n.compute.manager", False, "core"),
        ("n.virt", True, "core"),
        ("n.virt.images", False, "core"),
        ("n.virt.disk", True, "core"),
        ("n.virt.disk.vfs.api", False, "core"),
        ("n.virt.api", False, "api"),
        ("n.virt.apis", False, "core"),
        ("n.virt.red.driver", False, "red"),
        ("n.priv.red", False, "red"),
        ("n.priv", True, "core"),
        ("n.tests.virt.red.test_driver", False, "red"),
        ("n.virt.green", True, "n.virt.green"),
        ("n.virt.green", False, "core"),
        ("n.virt.green.deep.down", False, "n.virt.green"),
        ("n.virtual.green.x", False, "core"),
        ("yaml", True, None),
        ("nn", False, None),
        ("", False, None),
    ],
)
def test_the_longest_claimed_prefix_owns_a_module(
    policy: Policy, module: str, is_package: bool, subsystem: str | None
) -> None:
    found = policy.subsystem_of(module, is_package)
    assert (found and found.name) == subsystem
    assert policy.subsystem_of(module, is_package) == found


@pytest.mark.parametrize(
    ("module", "is_test"),
    [
        ("n.tests.virt.red.test_driver", True),
        ("n.tests.unit", True),
        ("n.tests", True),
        ("n.virt.red.driver", False),
        ("n.virt.green.tests", False),
        ("elsewhere", False),
    ],
)
def test_what_tests_claims_is_a_test(policy: Policy, module: str, is_test: bool) -> None:
    assert policy.is_test(module) is is_test


def test_a_package_not_born_yet_is_a_sibling_with_defaults(policy: Policy) -> None:
    green = named(policy, "n.virt.green")
    assert (green.modules, green.public, green.uses) == (("n.virt.green",), None, None)
    assert policy.names_of("n.virt.green") == ("n.virt.green", "drivers")
    assert policy.members("drivers") == ("red", "blue")


@pytest.mark.parametrize("order", [("n", "n.virt"), ("n.virt", "n")])
def test_of_nested_parents_the_closest_has_the_sibling(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    groups = "".join(f"[group.g{i}]\nsiblings-of = '{each}'\n" for i, each in enumerate(order))
    policy = load(tmp_path, f"[subsystem.a]\nmodules = ['n.a']\n{groups}")
    names = {module: named(policy, module).name for module in ("n.virt", "n.b", "n.virt.c")}
    assert names == {"n.virt": "n.virt", "n.b": "n.b", "n.virt.c": "n.virt.c"}


@pytest.mark.parametrize(
    ("user", "target", "target_name", "grade", "allowed", "line", "says"),
    [
        ("red", "red", "n.virt.red.driver", "runtime", True, 0, ""),
        ("red", "api", "n.virt.api", "runtime", True, 19, 'subsystem "red" uses "api"'),
        ("red", "core", "n.images:fetch", "runtime", True, 20, 'subsystem "red" uses "core"'),
        ("red", "core", "n.images:fetch.close", "runtime", True, 20, 'subsystem "red" uses "core"'),
        ("red", "core", "n.paths", "runtime", True, 20, 'subsystem "red" uses "core"'),
        ("red", "core", "n.paths:join", "runtime", True, 20, 'subsystem "red" uses "core"'),
        (
            *("red", "core", "n.images", "runtime", False, 20),
            'subsystem "red" uses "core", but only n.images:fetch, n.paths',
        ),
        (
            *("red", "core", "n.paths.deep", "runtime", False, 20),
            'subsystem "red" uses "core", but only n.images:fetch, n.paths',
        ),
        ("red", "blue", "n.virt.blue", "typing", True, 21, 'subsystem "red" uses "blue"'),
        (
            *("red", "blue", "n.virt.blue", "deferred", False, 21),
            'subsystem "red" uses "blue" for typing only',
        ),
        ("red", "plain", "p", "runtime", False, 22, 'uses of "plain" expired on 2026-11-20'),
        ("red", "plain", "p.late:x", "runtime", True, 23, 'subsystem "red" uses "plain"'),
        (
            "red",
            "any",
            "q",
            "runtime",
            False,
            18,
            'subsystem "red" uses api, core, blue, plain',
        ),
        ("red", "n.virt.green", "n.virt.green", "runtime", False, 47, 'group "drivers" is indep'),
        ("blue", "red", "n.virt.red", "runtime", False, 47, 'group "drivers" is independent'),
        ("blue", "n.virt.green", "x", "runtime", False, 47, 'group "drivers" is independent'),
        ("n.virt.green", "red", "n.virt.red", "runtime", False, 47, 'group "drivers" is indep'),
        ("n.virt.green", "n.virt.grey", "x", "runtime", False, 47, 'group "drivers" is indep'),
        ("n.virt.green", "any", "q", "runtime", True, 0, ""),
        (
            "n.virt.green",
            "user",
            "u",
            "runtime",
            False,
            50,
            'layers "house" put it below "user"',
        ),
        ("user", "red", "n.virt.red", "runtime", True, 42, 'subsystem "user" uses "drivers"'),
        ("user", "n.virt.green", "x", "runtime", True, 42, 'subsystem "user" uses "drivers"'),
        ("user", "core", "n", "runtime", False, 42, 'subsystem "user" uses drivers'),
        ("plain", "api", "n.virt.api", "runtime", False, 34, 'subsystem "plain" uses nothing'),
        ("any", "api", "n.virt.api", "runtime", True, 0, ""),
        ("any", "plain", "p", "runtime", True, 0, ""),
        (
            "any",
            "core",
            "n",
            "runtime",
            False,
            53,
            'layers "strict" are closed: only "plain" may be',
        ),
        ("core", "any", "q", "runtime", False, 53, 'layers "strict" put it below "any"'),
        ("core", "api", "n.virt.api", "runtime", True, 0, ""),
        ("core", "user", "u", "runtime", False, 50, 'layers "house" put it below "user"'),
        ("", "red", "n.virt.red", "runtime", True, 0, ""),
    ],
)
def test_uses_groups_and_layers_say_who_may_use_whom(
    policy: Policy,
    user: str,
    target: str,
    target_name: str,
    grade: Grade,
    allowed: bool,
    line: int,
    says: str,
) -> None:
    module, _, name = target_name.partition(":")
    who = named(policy, user) if user else None
    for _ in range(2):  # the second answer is a remembered one
        verdict = policy.may_use(who, named(policy, target), module, name, grade, TODAY)
        assert bool(verdict) is allowed
        assert (verdict.place.line if verdict.place else 0) == line
        assert (verdict.place.says if verdict.place else "").startswith(says)


@pytest.mark.parametrize(
    ("target", "module", "name", "to", "allowed"),
    [
        ("api", "n.virt.api", "Driver.spawn", "core", True),
        ("api", "n.virt.api", "Driver._spawn", "core", False),
        ("api", "n.virt.api", "_Driver.spawn", "core", False),
        ("api", "n.virt.api", "Driver.__init__", "core", True),
        ("api", "n.virt.api", "", "core", True),
        ("api", "n.virt.api", "*", "core", True),
        ("api", "n.virt.api._impl", "x", "core", False),
        ("api", "n.virt.api.__main__", "x", "core", True),
        ("api", "n._wire", "x", "core", True),
        ("api", "n._wire._impl", "x", "core", False),
        ("core", "n.i18n", "_", "red", True),
        ("core", "n.i18n", "_LE", "red", False),
        ("core", "n.tests.fixtures", "Fake", "red", True),
        ("red", "n.virt.red.driver", "Driver", "api", True),
        ("red", "n.virt.red.driver", "Driver.spawn", "api", True),
        ("red", "n.virt.red.driver", "Driver._spawn", "api", False),
        ("red", "n.virt.red.driver", "Drivers", "api", False),
        ("red", "n.virt.red.driver", "_Odd", "api", True),
        ("red", "n.virt.red.driver", "_Odd.x", "api", True),
        ("red", "n.virt.red.driver", "", "api", False),
        ("red", "n.virt.red.driver", "*", "api", False),
        ("red", "n.virt.red.conf", "", "api", True),
        ("red", "n.virt.red.conf", "*", "api", True),
        ("red", "n.virt.red.conf", "x.y", "api", True),
        ("red", "n.virt.red.conf", "_x", "api", False),
        ("red", "n.virt.red.conf.deep", "x", "api", False),
        ("red", "n.virt.red", "", "api", False),
        ("red", "n.virt.red.driver", "_anything", "red", True),
        ("red", "n.virt.red.peek", "x", "core", True),
        ("red", "n.virt.red.peek", "x", "api", False),
        ("red", "n.virt.red.peek", "x", None, False),
        ("red", "n.virt.red.kin", "help", "blue", True),
        ("red", "n.virt.red.kin", "help", "n.virt.green", True),
        ("red", "n.virt.red.kin", "other", "blue", False),
        ("red", "n.virt.red.anything", "x", "plain", True),
        ("red", "n.virt.red.anything", "_x", "plain", False),
        ("blue", "n.virt.blue", "x", "core", False),
        ("blue", "n.virt.blue", "", None, False),
        ("n.virt._green", "n.virt._green", "x", "core", True),
        ("n.virt._green", "n.virt._green._x", "x", "core", False),
    ],
)
def test_public_and_its_friends_say_what_is_open(
    policy: Policy, target: str, module: str, name: str, to: str | None, allowed: bool
) -> None:
    friend = None if to is None else named(policy, to)
    assert bool(policy.is_public(named(policy, target), module, name, friend)) is allowed


def test_the_line_that_closes_an_api_is_named(policy: Policy) -> None:
    red, api = named(policy, "red"), named(policy, "api")
    place = policy.is_public(red, "n.virt.red.x", "y", api).place
    assert str(place) == (
        'bailiwick.toml:16  subsystem "red" opens n.virt.red.driver:Driver, n.virt.red.conf, '
        "n.virt.red.driver:_Odd"
    )
    place = policy.is_public(api, "n.virt.api", "_x", red).place
    assert str(place) == (
        'bailiwick.toml:10  subsystem "api" opens every name without a leading underscore'
    )
    assert policy.is_public(named(policy, "plain"), "p", "_x", red).place is None


@pytest.mark.parametrize(
    ("code", "subsystem", "severity"),
    [
        ("BW101", None, "error"),
        ("BW102", None, "warning"),
        ("BW102", "core", "warning"),
        ("BW102", "red", "info"),
        ("BW904", None, "off"),
    ],
)
def test_the_nearest_word_on_severity_counts(
    policy: Policy, code: str, subsystem: str | None, severity: str
) -> None:
    who = named(policy, subsystem) if subsystem else None
    assert policy.severity(code, who, "error") == severity


def test_packages_are_free_unless_reserved(policy: Policy) -> None:
    assert [each.name for each in policy.package_owners("yaml")] == ["core", "api"]
    assert policy.package_owners("six") == ()


def test_a_contract_protects_members_of_its_interface(policy: Policy) -> None:
    assert policy.protected("n.virt.api", "Driver._ratios")
    assert policy.protected("n.virt.base", "Base._x")
    assert not policy.protected("n.virt.api", "Base._x")


def test_a_policy_survives_the_way_to_another_process(policy: Policy) -> None:
    copy = pickle.loads(pickle.dumps(policy))
    assert copy.subsystems == policy.subsystems
    assert copy.subsystem_of("n.virt.green.x").name == "n.virt.green"


def test_the_fingerprint_changes_on_the_day_after_a_last_day(policy: Policy) -> None:
    prints = [policy.fingerprint_on(datetime.date(2026, 11, day)) for day in (19, 20, 21, 22, 23)]
    assert [prints.index(each) for each in prints] == [0, 0, 2, 3, 3]


@pytest.mark.parametrize(
    ("name", "private"),
    [
        ("", False),
        ("*", False),
        ("_", False),
        ("__", False),
        ("x_", False),
        ("_x", True),
        ("__x", True),
        ("__x__", False),
        ("A._x", True),
        ("A.__x__.b", False),
        ("_A.b", True),
        ("A._", False),
    ],
)
def test_a_leading_underscore_makes_a_name_private(name: str, private: bool) -> None:
    assert is_private(name) is private
