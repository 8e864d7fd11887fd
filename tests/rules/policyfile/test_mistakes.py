"""Mistakes: every one is reported, with its line, its column and a way out."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from bailiwick.policyfile import load_policy
from bailiwick.vocabulary.errors import PolicyError

if TYPE_CHECKING:
    from pathlib import Path

    from bailiwick.vocabulary.errors import Mistake

SHOP = """\
[subsystem.a]
modules = ["p.a"]
"""

TABLE = [
    (
        """\
a = [1,
""",
        """\
2:1 not valid TOML: Invalid value
""",
    ),
    (
        """\
a = 1
a = 2
""",
        """\
2:6 not valid TOML: Cannot overwrite a value
""",
    ),
    (
        'x = "\x01"',
        """\
1:6 not valid TOML: Illegal character '\\x01'
""",
    ),
    (
        """\
d = 1979-13-01
""",
        """\
1:9 not valid TOML: Expected newline or end of document after a statement
""",
    ),
    (
        "",
        """\
0:0 the policy declares no subsystem
    for example: [subsystem.core], and below it: modules = ["package.core"]
""",
    ),
    (
        """\
# nothing
""",
        """\
0:0 the policy declares no subsystem
    for example: [subsystem.core], and below it: modules = ["package.core"]
""",
    ),
    (
        """\
subsystem = 3
""",
        """\
1:13 expected a table by a name, found a number
""",
    ),
    (
        """\
[subsystem]
a = 3
""",
        """\
2:5 expected a table, found a number
""",
    ),
    (
        SHOP
        + """\
[subsystem."a b"]
modules=["p.b"]
""",
        """\
3:12 "a b" is not a name
    letters, digits, - and _ make a name
""",
    ),
    (
        """\
[subsystem.a]
""",
        """\
1:12 "modules" is missing
    for example: modules = ["compute.virt.libvirt", "compute.privsep.libvirt"]
""",
    ),
    (
        """\
[subsystem.a]
modules = []
""",
        """\
2:11 expected 1 or more modules, found 0
""",
    ),
    (
        """\
[subsystem.a]
modules = "p.a"
""",
        """\
2:11 expected a list of modules, found text
    write ["p.a"]
""",
    ),
    (
        """\
[subsystem.a]
modules = ["p.a.*", "p/b", "", 3, "p.a", "p.a"]
""",
        """\
2:12 "p.a.*" is not a module
    a dotted name as in an import; it covers all that is below it
2:21 "p/b" is not a module
    a dotted name as in an import; it covers all that is below it
2:28 "" is not a module
    a dotted name as in an import; it covers all that is below it
2:32 expected a module, found a number
2:42 "p.a" is in this list already
""",
    ),
    (
        SHOP
        + """\
public = "al"
""",
        """\
3:10 "al" is not "all"
    did you mean "all"?
""",
    ),
    (
        SHOP
        + """\
public = ["p.a:", "p.a:x", "p.b:x", "q"]
""",
        """\
3:11 "p.a:" is not a module or a `module:Name`
    write package.module, or package.module:Name for a single name
3:28 "p.b" belongs to nobody, not to "a"
3:37 "q" belongs to nobody, not to "a"
""",
    ),
    (
        SHOP
        + """\
public = 3
""",
        """\
3:10 expected "all" or a list of modules and `module:Name`s, found a number
""",
    ),
    (
        SHOP
        + """\
public-to = { b = ["p.a"], a2 = "any" }
""",
        """\
3:15 "b" is not a subsystem or group of this policy
3:28 "a2" is not a subsystem or group of this policy
    did you mean "a"?
3:33 "any" is not "all"
    known: all
""",
    ),
    (
        SHOP
        + """\
uses = [
    "a",
    "b",
    { subsystem = "c" },
    { names = [] },
    { subsystem = "b", only = "runtime", until = "2027-01-01", why = "" },
    3,
]
""",
        """\
4:5 a subsystem may use itself anyway
5:5 "b" is not a subsystem or group of this policy
6:19 "c" is not a subsystem or group of this policy
7:5 "subsystem" is missing
    for example: subsystem = "image"
7:15 expected 1 or more modules and `module:Name`s, found 0
8:19 "b" is not a subsystem or group of this policy
8:31 "runtime" is not "typing"
    known: typing
8:50 expected a date, found text
    write 2027-03-01, without quotes and without a time
8:64 unknown key "why"
    known here: subsystem, names, only, reason, until
9:5 expected a subsystem or group or a table, found a number
""",
    ),
    (
        SHOP
        + """\
uses = "none"
""",
        """\
3:8 "none" is not "any"
    known: any
""",
    ),
    (
        SHOP
        + """\
rules = { BW999 = "error", BW102 = "warn", BW904 = "off" }
""",
        """\
3:11 "BW999" is not the code of a rule
    did you mean "BW903"?
3:36 "warn" is not a severity
    did you mean "warning"?
3:44 "BW904" is not the code of a rule
    its severity is the top-level key "unclaimed"
""",
    ),
    (
        SHOP
        + """\
packages = ["a.b"]
owners = [" x"]
option-groups = "x"
module = []
""",
        """\
3:13 "a.b" is not a top-level package
    the first part of what is imported
4:11 " x" is not an owner
5:17 expected a list of option groups, found text
    write ["x"]
6:1 unknown key "module"
    did you mean "modules"?
""",
    ),
    (
        SHOP
        + """\
[contract.c]
interface = "m:C"
implemented-by = ["a"]
until = 1
""",
        """\
6:1 unknown key "until"
    known here: interface, implemented-by, returned-by, held-by, selected-by, protected, drop
""",
    ),
    (
        SHOP
        + """\
[subsystem.b]
modules = ["p.a"]
tests=["p.b"]
[subsystem.c]
modules = ["p.c"]
tests = ["p.c", "p.b"]
""",
        """\
4:12 "p.a" is claimed by subsystem "a" already, in line 2
8:10 "p.c" is claimed by its own `modules` already, in line 7
8:17 "p.b" is claimed by subsystem "b" already, in line 5
""",
    ),
    (
        SHOP
        + """\
[group.a]
members=["a"]
""",
        """\
3:8 "a" is the name of a subsystem already
    a group's name stands for its members, so it must be its own
""",
    ),
    (
        SHOP
        + """\
[group.g]
""",
        """\
3:8 group "g" has nobody in it
    it needs `members`, or `siblings-of`, or both
""",
    ),
    (
        SHOP
        + """\
[group.g]
members=["h", "b", "a", "a"]
independent = "yes"
[group.h]
siblings-of="p"
[group.i]
siblings-of="p"
""",
        """\
4:10 "h" is a group, not a subsystem
4:15 "b" is not a subsystem of this policy
4:25 "a" is in this list already
5:15 expected true or false, found text
9:13 the siblings of "p" are in group "h" already
""",
    ),
    (
        SHOP
        + """\
[layers.l]
""",
        """\
3:9 "order" is missing
    for example: order = ["api", ["compute", "conductor"], "drivers", "objects"]
""",
    ),
    (
        SHOP
        + """\
[layers.l]
order = ["a"]
closed = 1
""",
        """\
4:9 expected 2 or more subsystems and groups or lists of subsystems and groups, found 1
5:10 expected true or false, found a number
""",
    ),
    (
        SHOP
        + """\
[subsystem.b]
modules = ["p.b"]
[group.g]
members=["a"]
[layers.l]
order = ["a", ["b", "a"], "g", "x", []]
""",
        """\
8:21 "a" is in this list already
8:27 "a" is in this list already
8:32 "x" is not a subsystem or group of this policy
8:37 expected 1 or more subsystems and groups, found 0
""",
    ),
    (
        SHOP
        + """\
[contract.c]
""",
        """\
3:11 "interface" is missing
    for example: interface = "compute.virt.driver:ComputeDriver"
3:11 "implemented-by" is missing
    for example: implemented-by = ["libvirt", "ironic"]
""",
    ),
    (
        SHOP
        + """\
[contract.c]
interface = "p.a.C"
implemented-by = []
protected = ["_x", "C._x"]
held-by = ["p.a"]
""",
        """\
4:13 "p.a.C" is not a `module:Name`
    write package.module:Name, with a colon before the name
5:18 expected 1 or more subsystems and groups, found 0
6:14 "_x" is not a `Class.member`
    write Class.member, or package.module:Class.member
7:12 "p.a" is not a `module:Name`
    write package.module:Name, with a colon before the name
""",
    ),
    (
        SHOP
        + """\
[team.t]
[team.u]
members = ["ann", "bob"]
leads = ["anne"]
trusts = { a = ["bob"], b = ["ann"] }
""",
        """\
3:7 "members" is missing
    for example: members = ["alice", "bob"]
6:10 "anne" leads team "u" and is not one of its members
    did you mean "ann"?
7:12 team "u" does not own "a", and so trusts nobody there
7:25 "b" is not a subsystem or group of this policy
""",
    ),
    (
        SHOP
        + """\
[rules]
BW101 = 3
""",
        """\
4:9 expected a severity, found a number
""",
    ),
    (
        """\
unclaimed = "warn"
source-roots = ["src", "../x", "/abs", "a\\\\b", "."]
exclude = ["a\\\\b"]
extend = []
[subsystem.a]
modules = ["p.a"]

""",
        """\
1:13 "warn" is not error, warning or ignore
    did you mean "warning"?
2:17 there is no folder "src" beside the policy
2:24 "../x" is not a folder below the policy
    relative to the policy's folder, with / between the parts
2:32 "/abs" is not a folder below the policy
    relative to the policy's folder, with / between the parts
2:40 "a\\b" is not a folder below the policy
    relative to the policy's folder, with / between the parts
3:12 "a\\b" is not a pattern for paths
    as in .gitignore, with / between the parts
4:1 unknown key "extend"
    did you mean "extends"?
""",
    ),
    (
        """\
extends = ["nowa", "gone.toml", "bailiwick.toml", 3]
[subsystem.a]
modules = ["p.a"]

""",
        """\
1:12 no policy "nowa" is shipped
    did you mean "nova"?
1:20 cannot read gone.toml: no such file or directory
1:33 a policy may not extend itself: bailiwick.toml extends bailiwick.toml
1:51 expected a shipped policy or the path of one, found a number
""",
    ),
    (
        SHOP
        + """\
drop = true
""",
        """\
3:1 what is dropped can have no other keys
""",
    ),
    (
        SHOP
        + """\
[subsystem.b]
drop = true
""",
        """\
4:1 no extended policy has a [subsystem.b] to drop
""",
    ),
    (
        SHOP
        + """\
[subsystem.b]
modules = ["p.b"]
uses = ["a"]
[group.g]
members = ["a", "b"]
independent = true
""",
        """\
5:9 an exception to a rule needs a reason: group "g" is independent
    write { subsystem = "a", reason = "…" }
""",
    ),
]


def in_lines(mistake: Mistake) -> str:
    hint = f"    {mistake.hint}\n" if mistake.hint else ""
    return f"{mistake.line}:{mistake.column} {mistake.message}\n{hint}"


def mistakes(path: Path) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert {each.path for each in caught.value.mistakes} == {path.name}
    return [
        f"{each.line}:{each.column} {each.message}" + (f" | {each.hint}" if each.hint else "")
        for each in caught.value.mistakes
    ]


@pytest.fixture(autouse=True)
def stand_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_every_mistake_is_reported_at_its_place(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "bailiwick.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert "".join(map(in_lines, caught.value.mistakes)) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"\xef\xbb\xbf[subsystem.a]\r\nmodules = ['p.a']\r\nkey = 1\r\n", "3:1 unknown key"),
        ('[subsystem.a]\nmodules = ["p.é", "p/é"]'.encode(), '2:19 "p/é" is not a module'),
        (b"[subsystem.a]\nowners = ['\xc3\xa9\xe9']", "2:13 this is not UTF-8"),
        (b"\xff\xfe[\x00s\x00", "1:1 this is not UTF-8"),
        (b"a = " + b"[" * 900 + b"]" * 900, "1:1 not valid TOML: "),
        (b"a = " + b"9" * 5000, "1:1 not valid TOML: "),
        (b"a = 1\rb = 2", "1:6 not valid TOML: "),
    ],
)
def test_bytes_of_any_kind_get_a_clear_word(tmp_path: Path, raw: bytes, expected: str) -> None:
    path = tmp_path / "bailiwick.toml"
    path.write_bytes(raw)
    if sys.version_info < (3, 11) and b"9" * 99 in raw:
        pytest.skip("numbers of any length are read")
    assert mistakes(path)[0].startswith(expected)


def test_a_policy_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bailiwick.toml"
    assert mistakes(path) == ["0:0 cannot read bailiwick.toml: no such file or directory"]


def test_a_folder_is_no_policy(tmp_path: Path) -> None:
    path = tmp_path / "bailiwick.toml"
    path.mkdir()
    assert mistakes(path) == ["0:0 bailiwick.toml is a folder, not a policy file"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may read everything"
)
def test_an_unreadable_policy_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bailiwick.toml"
    path.write_text(SHOP)
    path.chmod(0)
    assert mistakes(path) == ["0:0 cannot read bailiwick.toml: permission denied"]


def test_positions_in_pyproject_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(
        "[project]\nname = 'x'\n\n[[tool.mypy.overrides]]\nmodule = ['a']\n\n"
        "[tool.bailiwick]\nunclaimd = 'error'\n"
        "[tool.bailiwick.subsystem.a]\nmodules = []\n[tool]\nother.x = [1]\n"
    )
    assert mistakes(path) == [
        '8:1 unknown key "unclaimd" | did you mean "unclaimed"?',
        "10:11 expected 1 or more modules, found 0",
    ]


def test_a_pyproject_without_the_table_is_no_policy(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.other]\n")
    assert mistakes(path) == ["0:0 there is no table [tool.bailiwick] in it"]


def test_two_policies_in_one_folder_are_refused(tmp_path: Path) -> None:
    one, other = tmp_path / "bailiwick.toml", tmp_path / "pyproject.toml"
    one.write_text(SHOP)
    other.write_text("[tool.bailiwick.subsystem.a]\nmodules = ['p.a']\n")
    hint = "too | keep one of the two"
    assert mistakes(one) == [f"0:0 pyproject.toml beside it has a [tool.bailiwick] {hint}"]
    assert mistakes(other) == [f"0:0 bailiwick.toml beside it is a policy {hint}"]


def test_a_rule_is_named_by_its_code(tmp_path: Path) -> None:
    path = tmp_path / "bailiwick.toml"
    path.write_text(f"{SHOP}[rules]\nimport-private = 'off'\n")
    (mistake,) = mistakes(path)
    assert mistake.startswith('4:1 "import-private" is not the code of a rule | known: BW101, ')
