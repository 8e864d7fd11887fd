"""`bailiwick review`: what of a series of commits is not its submitters' own affair."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.reports.shop import POLICY, as_json, git, project, run

if TYPE_CHECKING:
    from pathlib import Path


def _opened(folder: Path) -> Path:
    """The shop, committed, on a branch of its own."""
    project(folder)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    _commit(folder, "Open the shop")
    git(folder, "checkout", "--quiet", "-b", "next")
    return folder


def _commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def _review(folder: Path, *words: str) -> dict[str, Any]:
    return as_json(folder, "review", *(words or ("main..next",)))


def test_what_stays_inside_is_counted_and_put_aside(tmp_path: Path) -> None:
    folder = _opened(tmp_path)
    (folder / "shop/till/lamp.py").write_text("x = 1\ny = 2\n", encoding="utf-8")
    _commit(folder, "Light the till")
    review = _review(folder)
    assert (review["subsystem"], review["guessed"], review["commits"]) == ("till", True, 1)
    assert review["authors"] == {"Somebody": 1}
    assert (review["inside"]["files"], review["inside"]["came"]) == (["shop/till/lamp.py"], 2)
    assert review["own_affair"]
    assert "Nothing of it concerns anybody else" in run(folder, "review", "main..next").stdout


def test_files_of_others_are_named_with_who_may_approve_them(tmp_path: Path) -> None:
    folder = _opened(tmp_path)
    (folder / "shop/till/lamp.py").write_text("x = 1\n" * 9, encoding="utf-8")
    (folder / "bank/vault.py").write_text("", encoding="utf-8")
    (folder / "NEWS").write_text("A lamp\n", encoding="utf-8")
    _commit(folder, "Light the till")
    review = _review(folder)
    outside = {share["subsystem"]: share["files"] for share in review["outside"]}
    assert outside == {"bank": ["bank/vault.py"], "": ["NEWS"]}
    assert [each["person"] for each in review["smallest"]] == ["bank-team"]
    assert _review(folder, "main..next", "--subsystem", "bank")["inside"]["subsystem"] == "bank"


def test_references_across_boundaries_are_told_that_are_new_or_gone(tmp_path: Path) -> None:
    folder = _opened(tmp_path)
    text = (folder / "shop/till/drawer.py").read_text(encoding="utf-8")
    text = text.replace("vault._force(), ", "vault.open(), ").replace("    money.spend()\n", "")
    (folder / "shop/till/drawer.py").write_text(text, encoding="utf-8")
    _commit(folder, "Be gentle")
    review = _review(folder)
    more = {each["symbol"]: (each["before"], each["now"]) for each in review["more"]}
    fewer = {each["symbol"]: (each["rules"], each["now"]) for each in review["fewer"]}
    assert more == {"bank.vault:open": (1, 2)}
    assert fewer == {"bank.vault:_force": (["BW201"], 0), "bank.money:spend": ([], 0)}


def test_code_that_moves_within_its_subsystem_changes_no_reference(tmp_path: Path) -> None:
    folder = _opened(tmp_path)
    (folder / "shop/till/drawer.py").rename(folder / "shop/till/chest.py")
    _commit(folder, "Call it a chest")
    review = _review(folder)
    assert {each["user"] for each in (*review["more"], *review["fewer"])} == set()


def test_what_is_no_longer_offered_is_told_with_whom_that_breaks(tmp_path: Path) -> None:
    folder = _opened(tmp_path)
    (folder / "bank/money.py").write_text("class Coin:\n    pass\n", encoding="utf-8")
    _commit(folder, "Save")
    (gone,) = _review(folder)["api"]
    assert (gone["symbol"], gone["verdict"]) == ("bank.money:spend", "breaks")
    assert [user["path"] for user in gone["users"]] == ["shop/till/drawer.py"]
    assert {need["subsystem"] for need in _review(folder)["needs"]} == {"till"}


def test_the_policy_and_what_is_exempted_are_told(tmp_path: Path) -> None:
    folder = _opened(tmp_path)
    policy = POLICY.replace('public = ["bank.money"]', 'public = ["bank.money", "bank.vault"]')
    (folder / "bailiwick.toml").write_text(policy, encoding="utf-8")
    with (folder / "shop/till/drawer.py").open("a", encoding="utf-8") as file:
        file.write("from bank import desk  # bailiwick: allow[BW102] until the split\n")
    run(folder, "baseline", "write")
    _commit(folder, "Open the vault")
    review = _review(folder)
    assert review["policy"] == [
        {"table": "subsystem bank", "key": "public", "gone": [], "new": ["bank.vault"]}
    ]
    kinds = {(each["kind"], each["is_new"]) for each in review["exemptions"]}
    assert kinds == {("comment", True), ("baseline", True)}
    (comment,) = (each for each in review["exemptions"] if each["kind"] == "comment")
    assert comment["where"] == "shop/till/drawer.py:8"


def test_the_work_tree_plays_no_part(tmp_path: Path) -> None:
    folder = _opened(tmp_path)
    (folder / "bank/money.py").write_text("class Coin:\n    pass\n", encoding="utf-8")
    _commit(folder, "Save")
    before = _review(folder)
    git(folder, "checkout", "--quiet", "main")
    (folder / "bank/money.py").write_text("from shop import nothing\n", encoding="utf-8")
    (folder / "shop/till/new.py").write_text("from bank import vault\n", encoding="utf-8")
    assert _review(folder) == before


def test_a_bare_repository_will_do(tmp_path: Path) -> None:
    folder = _opened(tmp_path / "work")
    (folder / "bank/money.py").write_text("class Coin:\n    pass\n", encoding="utf-8")
    _commit(folder, "Save")
    bare = tmp_path / "bare"
    git(tmp_path, "clone", "--quiet", "--bare", str(folder), str(bare))
    (bare / "bailiwick.toml").write_text(POLICY, encoding="utf-8")
    assert _review(bare) == _review(folder)


def test_names_and_paths_that_are_no_utf8_do_no_harm(tmp_path: Path) -> None:
    folder = _opened(tmp_path)
    named = {"GIT_AUTHOR_NAME": b"J\xf6rg", "GIT_AUTHOR_EMAIL": b"j@example.org"}
    (folder / "shop/till/lamp.py").write_text("x = 1\n", encoding="utf-8")
    (folder / "shop/till/ünder.py").write_text("x = 1\n", encoding="utf-8")
    git(folder, "add", "--all")
    subprocess.run(
        ["git", "-c", "user.name=S", "-c", "user.email=s@x", "commit", "--quiet", "-m", "Light"],
        cwd=folder,
        env={**os.environb, **{key.encode(): value for key, value in named.items()}},
        check=True,
    )
    review = _review(folder)
    assert len(review["inside"]["files"]) == 2
    assert list(review["authors"].values()) == [1]


WRONG = {
    "no range": (("next",), "Write BASE..HEAD"),
    "a revision that there is not": (("main..nowhere",), "no commit nowhere"),
    "a subsystem that there is not": (("main..next", "--subsystem", "tills"), "Did you mean till?"),
    "nothing changed": (("main..main",), "changes no file"),
    "nothing in common": (("main..other",), "no commit in common"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_told_with_what_to_do(case: str, tmp_path: Path) -> None:
    words, said = WRONG[case]
    folder = _opened(tmp_path)
    git(folder, "checkout", "--quiet", "--orphan", "other")
    _commit(folder, "Begin again")
    done = run(folder, "review", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_shallow_clone_is_told_what_to_fetch(tmp_path: Path) -> None:
    folder = _opened(tmp_path / "work")
    (folder / "NEWS").write_text("News\n", encoding="utf-8")
    _commit(folder, "News")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{folder}", str(shallow))
    done = run(shallow, "review", "origin/main..HEAD")
    assert (done.returncode, "shallow" in done.stderr) == (2, True)


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_what_is_printed_has_every_part_and_nothing_that_marks_up(
    form: str, tmp_path: Path
) -> None:
    folder = _opened(tmp_path)
    (folder / "bank/money.py").write_text("class Coin:\n    pass\n", encoding="utf-8")
    (folder / "shop/till/api.py").write_text(
        "from bank import vault\n\ndef ring(tone='<b>|*'):\n    vault._force()\n" * 4, "utf-8"
    )
    _commit(folder, "Save")
    said = run(folder, "review", "main..next", "--format", form).stdout
    for part in ("Review of till", "bank", "Files outside of its own", "BW201", "approval"):
        assert part in said
    assert "vault" in said
    if form == "html":
        assert "<b>" not in said
        assert "http" not in said.replace('charset="utf-8"', "")
    if form == "markdown":
        assert "'\\<b\\>\\|\\*'" in said


def test_findings_that_it_introduces_elsewhere_are_told_with_whose_they_are(tmp_path: Path) -> None:
    folder = _opened(tmp_path)
    policy = POLICY.replace('"bank.money"]', '"bank.desk"]')
    (folder / "bailiwick.toml").write_text(policy, encoding="utf-8")
    (folder / "shop/floor.py").write_text("from bank.vault import open\n", encoding="utf-8")
    _commit(folder, "Shut the money away")
    review = _review(folder)
    found = {(each["path"], each["code"], each["touched"]) for each in review["introduced"]}
    assert ("shop/till/api.py", "BW102", False) in found
    assert ("shop/floor.py", "BW102", True) in found
    lines = [each["line"] for each in review["introduced"] if "test_drawer" in each["path"]]
    assert lines == [2], "what the first line names was private before"
    needs = {need["subsystem"]: need["paths"] for need in review["needs"]}
    assert "shop/till/api.py" in needs["till"]
    assert "in files that it does not touch" in run(folder, "review", "main..next").stdout


def test_what_was_wrong_before_is_not_introduced_where_no_policy_was_committed(
    tmp_path: Path,
) -> None:
    folder = _opened(tmp_path)
    (folder / "shop/till/lamp.py").write_text("from bank import vault\n", encoding="utf-8")
    _commit(folder, "Light the till")
    for branch in ("main", "next"):
        git(folder, "checkout", "--quiet", branch)
        git(folder, "rm", "--quiet", "--cached", "bailiwick.toml")
        git(folder, "commit", "--quiet", "--message", "Keep the policy to ourselves")
        (folder / "bailiwick.toml").write_text(POLICY, encoding="utf-8")
        (folder / ".git/info/exclude").write_text("bailiwick.toml\n", encoding="utf-8")
    introduced = _review(folder)["introduced"]
    assert {each["path"] for each in introduced} == {"shop/till/lamp.py"}


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_a_review_that_was_made_before_reads_the_same_again(form: str, tmp_path: Path) -> None:
    folder = _opened(tmp_path)
    policy = POLICY.replace('"bank.money"]', '"bank.desk"]')
    (folder / "bailiwick.toml").write_text(policy, encoding="utf-8")
    (folder / "bank/money.py").write_text("class Coin:\n    pass\n", encoding="utf-8")
    lamp = "from bank import vault  # bailiwick: allow[BW102] soon\n"
    (folder / "shop/till/lamp.py").write_text(lamp, encoding="utf-8")
    _commit(folder, "Save")
    first = run(folder, "review", "main..next", "--format", form).stdout
    assert list((folder / ".bailiwick_cache").glob("review-*.json"))
    assert run(folder, "review", "main..next", "--format", form).stdout == first
    for kept in (folder / ".bailiwick_cache").glob("review-*.json"):
        kept.write_bytes(kept.read_bytes()[:-20])
    assert run(folder, "review", "main..next", "--format", form).stdout == first


def test_a_review_is_made_anew_where_what_git_ignores_is_otherwise(tmp_path: Path) -> None:
    folder = _opened(tmp_path)
    (folder / ".gitignore").write_text("made.py\n", encoding="utf-8")
    (folder / "bank/desk.py").write_text("from shop.till import made\n", encoding="utf-8")
    _commit(folder, "Have it made")
    assert [each["symbol"] for each in _review(folder)["more"]] == ["shop.till:made"]
    (folder / "shop/till/made.py").write_text("", encoding="utf-8")
    assert [each["symbol"] for each in _review(folder)["more"]] == ["shop.till.made"]


def test_a_review_is_made_anew_for_another_commit_or_policy_or_home(tmp_path: Path) -> None:
    folder = _opened(tmp_path)
    (folder / "shop/till/lamp.py").write_text("x = 1\n", encoding="utf-8")
    _commit(folder, "Light the till")
    assert _review(folder)["subsystem"] == "till"
    assert _review(folder, "main..next", "--subsystem", "bank")["subsystem"] == "bank"
    policy = POLICY.replace("till-team", "lamp-team")
    (folder / "bailiwick.toml").write_text(policy, encoding="utf-8")
    _commit(folder, "Have a team for lamps")
    review = _review(folder)
    assert review["commits"] == 2
    assert review["policy"][0]["new"] == ["lamp-team"]
