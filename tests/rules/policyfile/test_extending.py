"""Extending a policy: what is merged, replaced, taken over and dropped."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from bailiwick.policyfile import load_policy
from bailiwick.policyfile.extending import shipped
from bailiwick.vocabulary.errors import PolicyError

if TYPE_CHECKING:
    from pathlib import Path

    from bailiwick.vocabulary.policy import Policy

BASE = """\
unclaimed = "error"
exclude = ["docs/"]

[subsystem.core]
modules = ["p", "p.util"]
owners = ["base"]
uses = ["red", "drivers"]

[subsystem.red]
modules = ["p.red"]
public-to = { blue = ["p.red.x"] }

[subsystem.blue]
modules = ["p.blue"]
uses = []

[group.drivers]
members = ["red", "blue"]
independent = true

[layers.house]
order = ["core", ["red", "blue"], "drivers-to-be"]

[subsystem.drivers-to-be]
modules = ["p.later"]

[contract.c]
interface = "p.util:C"
implemented-by = ["red", "blue"]

[rules]
BW101 = "warning"
BW102 = "info"
"""


def write(folder: Path, **texts: str) -> Policy:
    (folder / "shared").mkdir()
    (folder / "shared/base.toml").write_text(BASE, encoding="utf-8")
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_policy(folder / "bailiwick.toml")


def complaint(folder: Path, **texts: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        write(folder, **texts)
    return [str(each) for each in caught.value.mistakes]


@pytest.fixture(autouse=True)
def stand_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_tables_are_merged_and_all_else_is_replaced(tmp_path: Path) -> None:
    policy = write(
        tmp_path,
        bailiwick="""\
extends = ["shared/base.toml"]
exclude = []

[subsystem.core]
owners = ["us"]
uses = "any"

[subsystem.red.public-to]
core = ["p.red.y"]

[rules]
BW102 = "off"
""",
    )
    core = policy.subsystems["core"]
    assert (core.modules, core.owners, core.uses) == (("p", "p.util"), ("us",), None)
    assert policy.exclude == ()
    assert policy.unclaimed == "error"
    assert policy.subsystems["red"].public_to == {"blue": ("p.red.x",), "core": ("p.red.y",)}
    assert policy.severities == {"BW101": "warning", "BW102": "off"}
    assert policy.root == tmp_path
    assert policy.files == (tmp_path / "bailiwick.toml", tmp_path / "shared/base.toml")


def test_places_say_which_file_decides(tmp_path: Path) -> None:
    policy = write(
        tmp_path,
        bailiwick='extends = ["shared/base.toml"]\n\n[subsystem.core]\nowners = ["us"]\n',
    )
    core = policy.subsystems["core"]
    assert str(core.place) == 'bailiwick.toml:3  subsystem "core"'
    assert str(core.places["owners"]) == 'bailiwick.toml:4  subsystem "core" is owned by us'
    assert str(core.places["uses"]) == ('shared/base.toml:7  subsystem "core" uses red, drivers')
    assert str(policy.groups["drivers"].place) == (
        'shared/base.toml:19  group "drivers" is independent'
    )


def test_a_shipped_policy_is_named_in_angle_brackets(tmp_path: Path) -> None:
    policy = write(tmp_path, bailiwick='extends = ["nova"]\n[subsystem.libvirt]\nowners = ["us"]\n')
    libvirt = policy.subsystems["libvirt"]
    assert str(libvirt.place).startswith("bailiwick.toml:2  ")
    assert libvirt.places["modules"].path == "<nova>"
    assert policy.mentions == ()
    assert policy.root == tmp_path


def test_a_module_is_taken_over_from_an_extended_policy(tmp_path: Path) -> None:
    policy = write(
        tmp_path,
        bailiwick='extends = ["shared/base.toml"]\n[subsystem.own]\nmodules = ["p.util", "p.x"]\n',
    )
    owner = policy.subsystem_of("p.util.deep")
    assert owner is not None
    assert owner.name == "own"
    assert policy.subsystems["core"].modules == ("p",)


def test_what_is_dropped_vanishes_from_the_extended_policy(tmp_path: Path) -> None:
    policy = write(
        tmp_path,
        bailiwick="""\
extends = ["shared/base.toml"]
[subsystem]
blue.drop = true
drivers-to-be = { drop = true }
[contract.c]
drop = true
""",
    )
    assert list(policy.subsystems) == ["core", "red"]
    assert policy.groups["drivers"].members == ("red",)
    assert policy.layers["house"].layers == (("core",), ("red",))
    assert policy.subsystems["red"].public_to == {}
    assert policy.contracts == {}


def test_what_is_dropped_may_be_declared_anew_above(tmp_path: Path) -> None:
    policy = write(
        tmp_path,
        middle='extends = ["shared/base.toml"]\n[subsystem.blue]\ndrop = true\n',
        bailiwick='extends = ["middle.toml"]\n[subsystem.blue]\nmodules = ["q"]\n',
    )
    assert policy.subsystems["blue"].modules == ("q",)
    assert policy.subsystems["blue"].uses is None
    assert policy.groups["drivers"].members == ("red", "blue")


def test_a_dropped_name_may_not_be_used_by_the_one_who_dropped_it(tmp_path: Path) -> None:
    assert complaint(
        tmp_path,
        bailiwick="""\
extends = ["shared/base.toml"]
subsystem.blue.drop = true
subsystem.red.uses = ["blue"]
""",
    ) == ['bailiwick.toml:3:23: "blue" is not a subsystem or group of this policy']


def test_of_several_policies_the_last_word_counts_and_each_is_read_once(tmp_path: Path) -> None:
    policy = write(
        tmp_path,
        one='extends = ["shared/base.toml"]\nunclaimed = "ignore"\n[rules]\nBW101 = "off"\n',
        two='extends = ["shared/base.toml"]\n[rules]\nBW101 = "error"\n',
        bailiwick='extends = ["one.toml", "two.toml"]\n',
    )
    assert policy.unclaimed == "ignore"
    assert policy.severities == {"BW101": "error", "BW102": "info"}
    assert [path.name for path in policy.files] == [
        *("bailiwick.toml", "one.toml", "base.toml", "two.toml")
    ]


def test_a_circle_is_refused_where_it_closes(tmp_path: Path) -> None:
    assert complaint(
        tmp_path,
        bailiwick='extends = ["one.toml"]\n',
        one='\nextends = ["shared/../bailiwick.toml"]\n',
    ) == [
        "one.toml:2:12: a policy may not extend itself: "
        "bailiwick.toml extends one.toml extends bailiwick.toml"
    ]


def test_mistakes_come_file_by_file_with_the_governing_one_first(tmp_path: Path) -> None:
    assert complaint(
        tmp_path,
        bailiwick='extends = ["one.toml", "two.toml"]\nx = 1\nunclaimed = 3\n',
        one="\ny = 1\n",
        two="z = [\n",
    ) == [
        'bailiwick.toml:2:1: unknown key "x"\n    known here: ' + KNOWN,
        "bailiwick.toml:3:13: expected error, warning or ignore, found a number",
        'one.toml:2:1: unknown key "y"\n    known here: ' + KNOWN,
        "two.toml:2:1: not valid TOML: Invalid value",
    ]


KNOWN = (
    "extends, source-roots, exclude, unclaimed, baseline, subsystem, group, layers, contract, "
    "team, strings, rules"
)


def test_the_fingerprint_covers_every_file(tmp_path: Path) -> None:
    policy = write(tmp_path, bailiwick='extends = ["shared/base.toml"]\n')
    (tmp_path / "shared/base.toml").write_text(BASE + "# more\n", encoding="utf-8")
    again = load_policy(tmp_path / "bailiwick.toml")
    assert policy.fingerprint != again.fingerprint
    assert again.fingerprint == load_policy(tmp_path / "bailiwick.toml").fingerprint


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_policy_loads(tmp_path: Path, name: str) -> None:
    policy = write(tmp_path, bailiwick=f'extends = ["{name}"]\n')
    assert policy.subsystems
    assert policy.fingerprint_on(datetime.date(2026, 11, 21)).endswith("-0")
