"""`bailiwick contract` shows a contract from both sides, in three forms."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "bailiwick.toml": """\
[subsystem.core]
modules = ["core"]

[subsystem.api]
modules = ["virt.driver"]

[subsystem.metal]
modules = ["virt.metal"]

[contract.virt]
interface = "virt.driver:Driver"
implemented-by = ["metal"]
returned-by = ["virt.driver:load"]

[contract.broken]
interface = "virt.driver:load"
implemented-by = ["metal"]
""",
    "virt/driver.py": """\
class Driver:
    capabilities = {}

    def spawn(self, instance, *, power=True): ...

    def idle(self): ...


def load(name): ...
""",
    "virt/metal.py": """\
from virt.driver import Driver


class Metal(Driver):
    def spawn(self, instance): ...

    def deploy(self): ...
""",
    "core/run.py": """\
from virt import driver

virt = driver.load("metal")
virt.spawn("one", power=False)
virt.spawn("two")
virt.deploy()
print(virt.capabilities)
""",
}
TEXT = """\
virt  virt.driver:Driver  virt/driver.py:1
  declared by     bailiwick.toml:10
  implemented by  virt.metal:Metal

capabilities: data  virt/driver.py:2
  as is   virt.metal:Metal
  used    core/run.py:7

idle()  virt/driver.py:6
  as is   virt.metal:Metal

spawn(instance, *, power=True)  virt/driver.py:4
  in      virt.metal:Metal  virt/metal.py:5
          ! it has no power
  used    core/run.py:4  virt.spawn("one", power=False)
          ! fails on virt.metal:Metal
  used    core/run.py:5  virt.spawn("two")

declared, and never used through a handle:
  idle

used through a handle, and not declared:
  deploy()
    in      virt.metal:Metal  virt/metal.py:7
    used    core/run.py:6  virt.deploy()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def contract(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bailiwick_hooks", "contract", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, encoding="utf-8")


def test_members_are_shown_with_who_implements_and_who_uses_them(project: Path) -> None:
    done = contract(project, "virt")
    assert (done.stdout, done.stderr, done.returncode) == (TEXT, "", 0)


def test_without_a_name_the_contracts_are_listed(project: Path) -> None:
    assert contract(project).stdout.split("\n") == [
        "virt    virt.driver:Driver  bailiwick.toml:10",
        "broken  virt.driver:load  bailiwick.toml:15",
        "",
    ]
    listed = json.loads(contract(project, "--format", "json").stdout)
    assert [each["contract"] for each in listed["contracts"]] == ["virt", "broken"]


def test_the_document_says_the_same(project: Path) -> None:
    document = json.loads(contract(project, "virt", "--format", "json").stdout)
    spawn = next(each for each in document["members"] if each["name"] == "spawn")
    assert spawn["implementations"][0]["differences"] == ["has no power"]
    assert [use["breaks"] for use in spawn["uses"]] == [["virt.metal:Metal"], []]
    assert [use["subsystem"] for use in spawn["uses"]] == ["core", "core"]
    assert document["uncalled"] == ["idle"]
    assert [each["name"] for each in document["undeclared"]] == ["deploy"]


def test_the_page_has_a_chapter_for_each_member(project: Path) -> None:
    page = contract(project, "virt", "--format", "markdown").stdout
    chapters = [line for line in page.split("\n") if line.startswith("#")]
    assert chapters == [
        "# virt",
        "## capabilities",
        "## idle",
        "## spawn",
        "# Used, and not declared",
        "## deploy",
    ]
    assert "| `spawn` | method | 1, 1 drifted | 0 | 2 |" in page


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nothing", 'the policy declares no contract "nothing"; it declares: broken, virt.'),
        (
            "broken",
            'the interface of contract "broken", virt.driver:load, is no class of this tree.',
        ),
    ],
)
def test_a_contract_that_cannot_be_shown_is_a_mistake_of_the_caller(
    project: Path, name: str, says: str
) -> None:
    done = contract(project, name)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
