"""A policy is taken as it was kept only where reading it would give the same."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bailiwick.engine import policies
from bailiwick.engine.policies import recall_policy
from bailiwick.policyfile import load_policy
from bailiwick.policyfile.extending import shipped
from bailiwick.vocabulary.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bailiwick.vocabulary.policy import Policy

# Something of all that a policy may say.
POLICY = """\
extends = ["base.toml"]
source-roots = [".", "lib"]
exclude = ["/build"]
unclaimed = "error"
baseline = "debt.toml"
[rules]
BW101 = "warning"
[strings]
callables = ["load(name=path)"]
[team.tills]
members = ["ada", "bob"]
leads = ["bob"]
trusts = { core = ["cy"] }
[subsystem.core]
modules = ["shop.core"]
tests = ["tests.core"]
public = ["shop.core:Till"]
public-to = { disk = "all", net = ["shop.core.api"] }
owners = ["tills"]
packages = ["ledgers"]
option-groups = ["core"]
uses = [
    "disk",
    { subsystem = "net", names = ["shop.net:link"], reason = "for now", until = 2031-05-06 },
]
[subsystem.core.rules]
BW201 = "off"
[subsystem.net]
modules = ["shop.net"]
uses = []
[group.outer]
members = ["disk", "net"]
independent = true
[layers.house]
order = ["core", ["disk", "net"]]
closed = true
[contract.disk]
interface = "shop.disk.base:Disk"
implemented-by = ["net"]
returned-by = ["shop.disk:make"]
held-by = ["shop.core:Till.disk"]
selected-by = ["disk.driver"]
protected = ["Disk._lock"]
"""
BASE = '[subsystem.disk]\nmodules = ["shop.disk"]\n'


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lib").mkdir()
    (tmp_path / "base.toml").write_text(BASE)
    (tmp_path / "bailiwick.toml").write_text(POLICY)
    return tmp_path / "bailiwick.toml"


def facts(policy: Policy) -> dict[str, Any]:
    """All that a policy says and was made from."""
    shown = (each for each in dataclasses.fields(policy) if each.init)
    return {each.name: getattr(policy, each.name) for each in shown}


def recalled(file: Path) -> tuple[bool, dict[str, Any]]:
    """Whether a policy is taken as it was kept, and what it says."""
    read: list[Path] = []

    def noted(path: Path) -> Policy:
        read.append(path)
        return load_policy(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policies, "load_policy", noted)
        found = facts(recall_policy(file))
    return not read, found


@pytest.mark.parametrize("text", [POLICY, *(f'extends = ["{name}"]\n' for name in shipped())])
def test_what_was_kept_says_all_that_the_files_say(text: str, file: Path) -> None:
    file.write_text(text)
    assert recalled(file) == (False, facts(load_policy(file)))
    assert recalled(file) == (True, facts(load_policy(file)))


def test_a_policy_in_a_pyproject_is_kept_as_well(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text('[tool.bailiwick.subsystem.core]\nmodules = ["shop"]\n')
    assert recalled(file) == (False, facts(load_policy(file)))
    assert recalled(file) == (True, facts(load_policy(file)))


@pytest.mark.parametrize("name", ["bailiwick.toml", "base.toml"])
def test_no_file_is_taken_as_it_was_when_it_says_something_else(name: str, file: Path) -> None:
    recalled(file)
    there = file.with_name(name)
    status = there.stat()
    text = there.read_text()
    # Of the same size, at the same time.
    there.write_text(text.replace("shop.disk", "shop.tape"))
    os.utime(there, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert recalled(file) == (False, facts(load_policy(file)))
    there.write_text(text)
    assert recalled(file) == (False, facts(load_policy(file)))


def test_a_mistake_is_told_each_time_and_nothing_is_kept_of_it(file: Path) -> None:
    recalled(file)
    file.write_text(POLICY + "nonsense = 1\n")
    for _ in range(2):
        with pytest.raises(PolicyError):
            recall_policy(file)
    file.with_name("base.toml").unlink()
    file.write_text(POLICY)
    with pytest.raises(PolicyError):
        recall_policy(file)


def test_a_second_policy_in_the_folder_is_refused_also_where_the_first_is_known(
    file: Path,
) -> None:
    recalled(file)
    file.with_name("pyproject.toml").write_text("[tool.bailiwick]\n")
    with pytest.raises(PolicyError):
        recall_policy(file)


def test_its_files_are_called_as_they_are_seen_from_where_we_stand(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recalled(file)
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    assert recalled(file) == (False, facts(load_policy(file)))
    monkeypatch.chdir(tmp_path)
    assert recalled(file) == (True, facts(load_policy(file)))


def kept(file: Path) -> Path:
    (found,) = file.parent.glob(".bailiwick_cache/policy-*.json")
    return found


def emptied(stored: Path) -> None:
    stored.write_bytes(b"")


def truncated(stored: Path) -> None:
    stored.write_bytes(stored.read_bytes()[:-9])


def laxer(stored: Path) -> None:
    stored.write_bytes(stored.read_bytes().replace(b"shop.net", b"shop.new"))


def of_other_shape(stored: Path) -> None:
    stored.write_text('{"rows": {"files": 3}}')


@pytest.mark.parametrize("damage", [emptied, truncated, laxer, of_other_shape, Path.unlink])
def test_what_is_damaged_is_read_again(damage: Callable[[Path], None], file: Path) -> None:
    recalled(file)
    damage(kept(file))
    assert recalled(file) == (False, facts(load_policy(file)))
    assert recalled(file) == (True, facts(load_policy(file)))


def test_another_version_of_the_tool_or_of_python_reads_anew(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recalled(file)
    monkeypatch.setattr(policies, "key_of_tools", lambda: "another")
    assert recalled(file) == (False, facts(load_policy(file)))


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="whoever may do all writes everywhere"
)
def test_a_folder_that_cannot_be_written_costs_time_only(file: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert recalled(file) == (False, facts(load_policy(file)))
        assert recalled(file) == (False, facts(load_policy(file)))
    finally:
        tmp_path.chmod(0o700)


def test_a_file_in_place_of_the_cache_costs_time_only(file: Path) -> None:
    file.with_name(".bailiwick_cache").write_text("")
    assert recalled(file) == (False, facts(load_policy(file)))
    assert recalled(file) == (False, facts(load_policy(file)))
