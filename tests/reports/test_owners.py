"""`bailiwick owners`: who may approve what, the fewest who can, and what is missing."""

from __future__ import annotations

import json
import random
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from bailiwick_reports.owners.approval import smallest

from tests.reports.shop import POLICY, as_json, git, project, run

if TYPE_CHECKING:
    from pathlib import Path

TEAMS = """
[team.shop-team]
members = ["ann", "bob"]
leads = ["bob"]
trusts = { shop = ["till-team"] }

[team.till-team]
members = ["cid", "dee"]

[team.bank-team]
members = ["cid"]
"""


def _shop(folder: Path, teams: str = TEAMS) -> Path:
    project(folder)
    (folder / "bailiwick.toml").write_text(POLICY + teams, encoding="utf-8")
    return folder


def _owners(folder: Path, *words: str) -> dict[str, Any]:
    return as_json(folder, "owners", *words)


def test_leads_stand_first_and_those_who_are_trusted_last(tmp_path: Path) -> None:
    (need,) = _owners(_shop(tmp_path), "shop/floor.py")["needs"]
    assert (need["subsystem"], need["paths"]) == ("shop", ["shop/floor.py"])
    assert need["people"] == ["bob", "ann", "cid", "dee"]
    assert need["trusted"] == ["cid", "dee"]


def test_the_fewest_people_approve_all_that_they_can(tmp_path: Path) -> None:
    found = _owners(_shop(tmp_path), ".")
    assert found["smallest"] == [{"person": "cid", "subsystems": ["shop", "till", "bank"]}]
    assert found["others"] == 0


@pytest.mark.parametrize("seed", range(40))
def test_no_smaller_set_of_people_would_do(seed: int) -> None:
    chance = random.Random(seed)
    people = [f"p{number}" for number in range(7)]
    choices = [chance.sample(people, chance.randint(1, 3)) for _ in range(chance.randint(1, 6))]
    chosen, others = smallest(choices)

    def serves(group: tuple[str, ...]) -> bool:
        return all(set(group) & set(choice) for choice in choices)

    assert serves(chosen)
    assert not any(serves(group) for group in combinations(people, len(chosen) - 1))
    asked = sorted({person for choice in choices for person in choice})
    assert others + 1 == sum(serves(group) for group in combinations(asked, len(chosen)))


def test_a_branch_is_asked_about_with_what_is_no_module_and_not_saved(tmp_path: Path) -> None:
    folder = _shop(tmp_path)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Open the shop")
    (folder / "shop/till/receipt.html").write_text("Thanks\n", encoding="utf-8")
    (folder / "bank/vault.py").unlink()
    (folder / "NEWS").write_text("A till\n", encoding="utf-8")
    needs = {
        need["subsystem"]: need["paths"] for need in _owners(folder, "--since", "HEAD")["needs"]
    }
    assert needs == {
        "till": ["shop/till/receipt.html"],
        "bank": ["bank/vault.py"],
        "": ["NEWS"],
    }
    said = run(folder, "owners", "--since", "HEAD").stdout
    assert "Nobody may approve 1 file of no subsystem: NEWS" in said
    limited = _owners(folder, "--since", "HEAD", "bank")["needs"]
    assert [need["subsystem"] for need in limited] == ["bank"]


GAPS = {
    "a subsystem without owner": (
        '[subsystem.shed]\nmodules = ["tests.till"]\n',
        ("no owner", "shed"),
    ),
    "one approver": ('[team.bank-team]\nmembers = ["cid"]\n', ("one approver", "bank")),
    "a team of one": ('[team.bank-team]\nmembers = ["cid"]\n', ("team of one", "bank-team")),
    "a person who is alone": (
        '[team.bank-team]\nmembers = ["cid"]\n[team.till-team]\nmembers = ["cid"]\n',
        ("alone", "cid"),
    ),
    "an owner whom nobody knows": (
        '[team.bank-team]\nmembers = ["cid", "dee"]\n',
        ("unknown owner", "till-team"),
    ),
    "a team that owns nothing": (
        '[team.idlers]\nmembers = ["eve", "fay"]\n',
        ("idle team", "idlers"),
    ),
}


@pytest.mark.parametrize("case", GAPS)
def test_what_is_missing_is_told(case: str, tmp_path: Path) -> None:
    teams, gap = GAPS[case]
    folder = _shop(tmp_path, teams.replace('modules = ["tests.till"]', 'modules = ["tests.other"]'))
    (folder / "tests/other.py").write_text("", encoding="utf-8")
    gaps = {(each["kind"], each["name"]) for each in _owners(folder)["gaps"]}
    assert gap in gaps
    assert gap[1] in run(folder, "owners").stdout


def test_files_of_nobody_are_told(tmp_path: Path) -> None:
    folder = _shop(tmp_path)
    (folder / "stray.py").write_text("", encoding="utf-8")
    assert "1 files belong to no subsystem: stray.py" in run(folder, "owners").stdout


@pytest.mark.parametrize("kind", ["codeowners", "maintainers"])
def test_what_is_exported_says_what_the_policy_says(kind: str, tmp_path: Path) -> None:
    folder = _shop(tmp_path)
    # A subsystem inside of another inside of its own.
    policy = (folder / "bailiwick.toml").read_text(encoding="utf-8")
    policy = policy.replace('modules = ["shop"]', 'modules = ["shop", "shop.till.paint"]')
    (folder / "bailiwick.toml").write_text(policy, encoding="utf-8")
    (folder / "shop/till/paint.py").write_text("", encoding="utf-8")
    exported = run(folder, "owners", "--export", kind).stdout
    (folder / kind.upper()).write_text(exported, encoding="utf-8")
    done = run(folder, "owners", "--check", kind.upper())
    assert (done.returncode, done.stdout) == (0, f"{kind.upper()} says what the policy says.\n")
    policy = policy.replace('["till-team"]', '["bank-team"]', 1)
    (folder / "bailiwick.toml").write_text(policy.replace("trusts", "# trusts"), encoding="utf-8")
    done = run(folder, "owners", "--check", kind.upper(), "--format", "json")
    assert done.returncode == 1
    differences = json.loads(done.stdout)["differences"]
    assert {each["subsystem"] for each in differences} == {"till"}


def test_maintainers_has_leads_members_and_what_is_left_out(tmp_path: Path) -> None:
    exported = run(_shop(tmp_path), "owners", "--export", "maintainers").stdout
    section = next(part for part in exported.split("\n\n") if part.startswith("SHOP\n"))
    assert section.splitlines() == [
        "SHOP",
        "M:\tbob",
        "R:\tann",
        "L:\tshop-team",
        "S:\tMaintained",
        "F:\tshop/",
        "F:\ttests/",
        "X:\tshop/till/",
        "X:\ttests/till/",
    ]


WRONG = {
    "a path that there is not": (("shop/floor.py", "nowhere"), "no file or folder nowhere"),
    "a path outside": (("..",), "lies outside"),
    "a file to check that there is not": (("--check", "OWNERS"), "cannot be read"),
    "a revision that there is not": (("--since", "v1"), "no git repository"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_told_with_what_to_do(case: str, tmp_path: Path) -> None:
    words, said = WRONG[case]
    done = run(_shop(tmp_path / "shop"), "owners", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_what_is_printed_names_subsystems_owners_and_people(form: str, tmp_path: Path) -> None:
    said = run(_shop(tmp_path), "owners", "bank", "--format", form).stdout
    for part in ("bank", "bank-team", "cid"):
        assert part in said
