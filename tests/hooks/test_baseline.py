"""`bailiwick baseline` as its users see it: recorded once, paid off, never grown in silence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import full_disk

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-m", "bailiwick_hooks"]
POLICY = """\
[subsystem.core]
modules = ["core"]
public = ["core.api"]
owners = ["core-team"]
[subsystem.shop]
modules = ["shop"]
[subsystem.stock]
modules = ["stock"]
"""
BASELINE = "bailiwick-baseline.toml"
BREACHES = "from core.inner import a\nfrom core.inner import b\nfrom core.inner import a as c\n"


def run(folder: Path, words: str, *more: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*COMMAND, *words.split(), *more], cwd=folder, capture_output=True, check=False
    )
    out, error = (text.decode().replace("\r\n", "\n") for text in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, out, error)


def say(folder: Path, words: str, *more: str) -> str:
    """What a command prints that does well."""
    done = run(folder, words, *more)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name.replace('__', '/')}.py").write_text(text, encoding="utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "bailiwick.toml").write_text(POLICY)
    for name in ("core", "shop", "stock"):
        (tmp_path / name).mkdir()
    write(tmp_path, core__api="", core__inner="a = b = c = d = 1\n")
    write(tmp_path, shop__till=BREACHES, stock__shelf=BREACHES)
    return tmp_path


@pytest.fixture
def recorded(tree: Path) -> Path:
    said = say(tree, "baseline write --reason", "there when the policy came")
    assert said == f"{BASELINE}: 6 findings recorded; 6 in all.\n"
    return tree


def test_what_is_recorded_is_not_reported_wherever_it_moves_in_its_file(recorded: Path) -> None:
    clean = "All 4 files keep within their bailiwick (6 recorded in the baseline).\n"
    assert say(recorded, "check --strict") == clean
    write(recorded, shop__till="\n".join(["import os", *reversed(BREACHES.split("\n"))]))
    assert say(recorded, "check --strict") == clean


def test_what_is_new_is_reported_alone(recorded: Path) -> None:
    write(recorded, shop__till=BREACHES + "from core.inner import d\n")
    done = run(recorded, "check --format concise")
    assert done.returncode == 1
    assert done.stdout == (
        "shop/till.py:4:24: BW102 shop imports what core has not made public: core.inner:d\n"
        "Found 1 error in 4 files (6 recorded in the baseline).\n"
    )


def test_one_more_of_the_same_is_new(recorded: Path) -> None:
    write(recorded, shop__till=BREACHES + "from core.inner import a as e\n")
    said = run(recorded, "check").stdout
    assert "shop/till.py:4:24: BW102" in said
    assert "one of 3 here, of which the baseline records 2" in said
    assert "Found 1 error in 4 files" in said


def test_what_has_gone_is_a_warning_at_its_line_and_fails_a_strict_run(recorded: Path) -> None:
    write(recorded, shop__till="from core.inner import a\n")
    done = run(recorded, "check --format concise")
    assert done.returncode == 0
    assert done.stdout == (
        f"{BASELINE}:10:3: BW903 recorded debt is partly gone, 1 of 2 left: "
        "BW102 in shop/till.py, core.inner:a [warning]\n"
        f"{BASELINE}:11:3: BW903 recorded debt is gone: "
        "BW102 in shop/till.py, core.inner:b [warning]\n"
        "Found 2 warnings in 4 files (4 recorded in the baseline).\n"
    )
    assert run(recorded, "check --strict").returncode == 1


def test_shrinking_takes_out_what_has_gone(recorded: Path) -> None:
    write(recorded, shop__till="from core.inner import a\n")
    assert say(recorded, "baseline shrink") == f"{BASELINE}: 2 findings taken out; 4 in all.\n"
    assert say(recorded, "check --strict").endswith("(4 recorded in the baseline).\n")
    write(recorded, shop__till=BREACHES)
    assert "Found 2 errors" in run(recorded, "check").stdout
    (recorded / "stock" / "shelf.py").unlink()
    write(recorded, shop__till="")
    assert say(recorded, "baseline shrink").endswith("4 findings taken out; the file may go.\n")


def test_a_baseline_does_not_grow_unless_told_so_with_a_reason(recorded: Path) -> None:
    before = (recorded / BASELINE).read_bytes()
    write(recorded, shop__till="from core.inner import d\n")
    refused = run(recorded, "baseline write")
    assert refused.returncode == 2
    assert "may only shrink, and 1 finding would be new:" in refused.stderr
    assert "shop/till.py:1: BW102 shop imports what core has not made public" in refused.stderr
    assert "--reason" in run(recorded, "baseline write --grow").stderr
    assert (recorded / BASELINE).read_bytes() == before
    said = say(recorded, "baseline write --grow --until 2999-01-01 --reason", "for the release")
    assert said == f"{BASELINE}: 1 finding recorded, 3 findings taken out; 4 in all.\n"
    row = next(
        line for line in (recorded / BASELINE).read_text().splitlines() if "core.inner:d" in line
    )
    assert row.endswith(', until = 2999-01-01, reason = "for the release" },')


def test_what_is_recorded_anew_keeps_the_day_and_the_words_of_the_rest(recorded: Path) -> None:
    text = (recorded / BASELINE).read_text().replace("since = 20", "since = 19")
    (recorded / BASELINE).write_text(text)
    assert say(recorded, "baseline write") == f"{BASELINE}: nothing new, nothing gone; 6 in all.\n"
    assert (recorded / BASELINE).read_text() == text


def test_a_partial_run_touches_nothing_outside_its_paths(recorded: Path) -> None:
    write(recorded, shop__till="from core.inner import d\n", stock__shelf="")
    before = (recorded / BASELINE).read_text()
    done = run(recorded, "check shop --format concise")
    assert "stock" not in done.stdout
    assert say(recorded, "baseline shrink shop").endswith("3 findings taken out; 3 in all.\n")
    rows = (recorded / BASELINE).read_text().splitlines()
    assert [row for row in before.splitlines() if "stock" in row] == [
        row for row in rows if "stock" in row
    ]
    said = say(recorded, "baseline write --grow --reason why stock")
    assert said.endswith("3 findings taken out; the file may go.\n")


def test_the_entries_of_a_deleted_file_are_stale(recorded: Path) -> None:
    write(recorded, stock__other="")
    (recorded / "stock" / "shelf.py").unlink()
    assert "2 warnings" in say(recorded, "check")
    assert "2 warnings" in say(recorded, "check stock core")
    assert "warning" not in say(recorded, "check shop")


def test_a_renamed_file_takes_its_debt_along_without_growth(recorded: Path) -> None:
    (recorded / "shop" / "till.py").rename(recorded / "shop" / "counter.py")
    before = (recorded / BASELINE).read_text()
    assert "Found 3 errors" in run(recorded, "check").stdout
    assert say(recorded, "baseline write").endswith("; 6 in all.\n")
    assert (recorded / BASELINE).read_text() == before.replace("shop/till.py", "shop/counter.py")
    assert say(recorded, "check --strict").endswith("(6 recorded in the baseline).\n")


def test_what_is_copied_is_more_than_was_owed(recorded: Path) -> None:
    (recorded / "shop" / "till.py").unlink()
    write(recorded, shop__one=BREACHES, shop__two=BREACHES)
    assert "3 findings would be new" in run(recorded, "baseline write").stderr


def test_a_file_that_cannot_be_read_any_more_has_not_paid(recorded: Path) -> None:
    write(recorded, shop__till="def (\nprint 'x'\n")
    assert "BW903" not in run(recorded, "check").stdout
    assert say(recorded, "baseline shrink").endswith("nothing new, nothing gone; 6 in all.\n")


def test_a_rule_that_is_off_leaves_its_debt_recorded(recorded: Path) -> None:
    (recorded / "bailiwick.toml").write_text(POLICY + "[rules]\nBW102 = 'off'\n")
    assert "BW903" not in run(recorded, "check").stdout


def test_an_overdue_entry_is_reported_again_and_can_be_recorded_anew(recorded: Path) -> None:
    text = (recorded / BASELINE).read_text().replace("reason =", "until = 2020-02-29, reason =", 1)
    (recorded / BASELINE).write_text(text)
    done = run(recorded, "check")
    assert "the baseline let it be until 2020-02-29" in done.stdout
    assert "Found 2 errors in 4 files (4 recorded in the baseline)." in done.stdout
    assert "BW903" not in done.stdout
    shown = say(recorded, "baseline show")
    assert "Overdue, and reported again:\n  2020-02-29  BW102  shop/till.py  core.inner:a" in shown
    said = say(recorded, "baseline write --grow --reason", "another month")
    assert said.endswith("; 6 in all.\n")
    assert "until" not in (recorded / BASELINE).read_text().partition("debt =")[2]
    assert say(recorded, "check --strict").endswith("(6 recorded in the baseline).\n")


def test_debt_is_shown_by_subsystem_owner_and_age(recorded: Path) -> None:
    text = (recorded / BASELINE).read_text()
    (recorded / BASELINE).write_text(text.replace("since = 20", "since = 19", 1))
    shown = say(recorded, "baseline show").splitlines()
    assert shown[0] == f"{BASELINE}: 6 findings in 2 files."
    assert shown[2].split() == ["findings", "files", "oldest", "days", "subsystem", "owners"]
    row = shown[3].split()
    assert (row[:2], row[2][:2], row[4:]) == (["6", "2"], "19", ["core", "core-team"])
    assert say(recorded, "baseline show shop").startswith(f"{BASELINE}: 3 findings in 1 file.")
    document = json.loads(say(recorded, "baseline show --format json"))
    (group,) = document["baselines"][0]["subsystems"]
    assert (group["owners"], group["findings"], len(group["entries"])) == (["core-team"], 6, 4)


def test_suppressions_and_the_baseline_do_not_hide_each_other(recorded: Path) -> None:
    text = BREACHES.replace(" b\n", " b  # bailiwick: allow[BW102] bug 1\n")
    write(recorded, shop__till=text)
    done = run(recorded, "check --format concise")
    assert "BW102 in shop/till.py, core.inner:b" in done.stdout
    assert "(5 recorded in the baseline, 1 allowed by comments)" in done.stdout


def test_circles_are_recorded_whichever_file_shows_them(tree: Path) -> None:
    circle = {"stock__shelf": "import shop.till\n", "shop__till": "import stock.shelf\n"}
    write(tree, **circle)
    assert "BW103" in run(tree, "check").stdout
    say(tree, "baseline write")
    write(tree, stock__a="import shop.till\n", shop__a="import stock.shelf\n")
    write(tree, stock__shelf="", shop__till="")
    assert say(tree, "check --strict").endswith("(1 recorded in the baseline).\n")
    assert "BW903" not in say(tree, "check shop")
    write(tree, stock__a="")
    assert "BW903 recorded debt is gone: BW103, " in say(tree, "check")


def test_the_policy_can_name_another_file(tree: Path) -> None:
    (tree / "debts").mkdir()
    (tree / "bailiwick.toml").write_text(f'baseline = "debts/shop.toml"\n{POLICY}')
    assert say(tree, "baseline write").startswith("debts/shop.toml: 6 findings recorded")
    assert say(tree / "shop", "check --strict").endswith("(3 recorded in the baseline).\n")
    write(tree, shop__till="")
    assert say(tree / "shop", "check ..").startswith("../debts/shop.toml:10:3: BW903")


def test_nothing_to_record_makes_no_file(tree: Path) -> None:
    write(tree, shop__till="", stock__shelf="")
    assert "nothing to record" in say(tree, "baseline write")
    assert not (tree / BASELINE).exists()
    for action in ("shrink", "show"):
        done = run(tree, f"baseline {action}")
        assert (done.returncode, done.stdout) == (2, "")
        assert "there is no baseline" in done.stderr


@pytest.mark.parametrize("words", ["check", "baseline show", "baseline shrink", "baseline write"])
def test_a_damaged_baseline_is_said_and_left_as_it_is(words: str, recorded: Path) -> None:
    text = (recorded / BASELINE).read_text() + "<<<<<<< HEAD\n"
    (recorded / BASELINE).write_text(text)
    done = run(recorded, words)
    assert (done.returncode, done.stdout) == (2, "")
    line = text.count("\n")
    assert f"{BASELINE}:{line}:1: a merge left its marks here" in done.stderr
    assert (recorded / BASELINE).read_text() == text


@pytest.mark.parametrize("day", ["tomorrow", "2027-02-29", "2020-01-01", "20270101"])
def test_a_deadline_is_a_day_to_come(day: str, tree: Path) -> None:
    done = run(tree, f"baseline write --until {day}")
    assert done.returncode == 2
    assert day in done.stderr
    assert not (tree / BASELINE).exists()


@full_disk.needs_limits
def test_a_full_disk_leaves_the_old_baseline(recorded: Path) -> None:
    before = (recorded / BASELINE).read_bytes()
    names = "".join(f"from core.inner import x{number}\n" for number in range(100))
    write(recorded, shop__till=names)

    words = ["baseline", "write", "--grow", "--reason", "more", "--no-cache"]
    done = full_disk.run([*COMMAND, *words], recorded)
    assert done.returncode == 2
    assert f"cannot write {BASELINE}: file too large; what stood there is as it was" in done.stderr
    assert (recorded / BASELINE).read_bytes() == before
    assert [each.name for each in recorded.iterdir() if BASELINE in each.name] == [BASELINE]


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="whoever may do all may write"
)
def test_a_tree_that_may_not_be_written_is_said(tree: Path) -> None:
    tree.chmod(0o555)
    try:
        done = run(tree, "baseline write --no-cache")
    finally:
        tree.chmod(0o755)
    assert done.returncode == 2
    assert f"cannot write {BASELINE}: permission denied" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes")
def test_what_is_no_file_is_not_waited_for(tree: Path) -> None:
    os.mkfifo(tree / BASELINE)
    done = run(tree, "check")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"cannot read {BASELINE}: not a regular file" in done.stderr


def test_a_folder_that_is_not_there_is_said(tree: Path) -> None:
    (tree / "bailiwick.toml").write_text(f'baseline = "nowhere/debt.toml"\n{POLICY}')
    done = run(tree, "baseline write")
    assert done.returncode == 2
    assert "cannot write nowhere/debt.toml: no such file or directory" in done.stderr


def test_git_is_to_be_told_to_keep_the_lines_of_both_sides(tree: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tree, check=True)
    advised = f"{BASELINE} merge=union"
    assert advised in run(tree, "baseline write").stderr
    (tree / BASELINE).unlink()
    (tree / ".gitattributes").write_text(f"{advised}\n")
    assert say(tree, "baseline write").endswith("6 in all.\n")
