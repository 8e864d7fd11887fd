"""`bailiwick api`: what is offered, recorded and read back; what of a change breaks whom."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.reports.shop import POLICY, git, project, run

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = """
[contract.drawer]
interface = "bank.money:Drawer"
implemented-by = ["till"]
protected = ["Drawer._count"]
"""
MONEY = '''\
class Drawer:
    """What holds coins."""

    size = 3

    def __init__(self, room): ...
    def open(self, key): ...
    def _count(self): ...
    def _hide(self): ...

def spend(
    coin,  # what for
    *,
    quick=False,
):
    def inner(): ...

@cached
def earn(): ...

LIMIT = [
    x == 3,
]
_SECRET = 1
if LIMIT:
    MORE: int = 2
'''
TILL = "from bank.money import Drawer\n\nclass Small(Drawer):\n    def open(self, key): ...\n"


def _shop(folder: Path, money: str = MONEY) -> Path:
    project(folder, bank__money=money, shop__till__drawer=TILL)
    (folder / "bailiwick.toml").write_text(POLICY + CONTRACT, encoding="utf-8")
    return folder


def _committed(folder: Path) -> Path:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Open the shop")
    return folder


def test_what_is_offered_is_recorded_as_it_is_declared(tmp_path: Path) -> None:
    lock = run(_shop(tmp_path), "api", "snapshot", "bank", "drawer").stdout
    assert lock.splitlines()[1:] == [
        "",
        "[bank]",
        "bank.money:",
        "  Drawer  class Drawer",
        "  Drawer.__init__  def __init__(self, room)",
        "  Drawer.open  def open(self, key)",
        "  Drawer.size  data",
        "  LIMIT  data",
        "  earn  @cached def earn()",
        "  spend  def spend(coin, *, quick=False)",
        "",
        "[contract drawer]",
        "bank.money:",
        "  Drawer.__init__  def __init__(self, room)",
        "  Drawer._count  def _count(self)",
        "  Drawer.open  def open(self, key)",
        "  Drawer.size  data",
    ]


def test_a_tree_differs_in_nothing_from_its_own_lock_file(tmp_path: Path) -> None:
    folder = _shop(tmp_path)
    assert run(folder, "api", "snapshot", "--output", "api.lock").stdout == "wrote api.lock\n"
    done = run(folder, "api", "diff", "api.lock")
    assert (done.returncode, "no difference" in done.stdout) == (0, True)


CHANGES = {
    "nothing that is offered": (("_SECRET = 1", "_SECRET = 2"), {}),
    "a function that is gone": (("def spend", "def _spend"), {"bank.money:spend": "breaks"}),
    "a function that is new": (
        ("_SECRET = 1", "def lend(): ..."),
        {"bank.money:lend": "compatible"},
    ),
    "one more argument": (("def earn()", "def earn(much)"), {"bank.money:earn": "compatible"}),
    "one more argument that has a default": (
        ("quick=False", "quick=False, slow=True"),
        {"bank.money:spend": "compatible"},
    ),
    "one argument less": (("    quick=False,\n", "    slow=1,\n"), {"bank.money:spend": "breaks"}),
    "a member of a contract that takes more": (
        ("def open(self, key)", "def open(self, key, hand=None)"),
        {"bank.money:Drawer.open": "compatible"},
    ),
    "a member of a contract that takes less": (
        ("def open(self, key)", "def open(self)"),
        {"bank.money:Drawer.open": "breaks"},
    ),
    "a class that has another base": (
        ("class Drawer:", "class Drawer(Box):"),
        {"bank.money:Drawer": "compatible"},
    ),
    "data that has become a function": (
        ("    size = 3", "    def size(self): ..."),
        {"bank.money:Drawer.size": "breaks"},
    ),
}


@pytest.mark.parametrize("case", CHANGES)
@pytest.mark.parametrize("way", ["revision", "lock"])
def test_each_change_has_its_verdict(case: str, way: str, tmp_path: Path) -> None:
    (old, new), verdicts = CHANGES[case]
    folder = _committed(_shop(tmp_path))
    run(folder, "api", "snapshot", "--output", "api.lock")
    _shop(folder, MONEY.replace(old, new))
    before = "HEAD" if way == "revision" else "api.lock"
    changes = _diff(folder, before)
    assert {each["symbol"]: each["verdict"] for each in changes} == verdicts


@pytest.mark.parametrize(
    ("after", "gone"),
    [
        ("class Drawer(Box[str], Lockable):", []),
        ("class Drawer(boxes.Box, Lockable, metaclass=Kind):", []),
        ("class Drawer(Box[dict[str, int]]):", ["it is no longer derived from Lockable"]),
    ],
)
def test_a_class_breaks_its_users_when_it_loses_a_base(
    after: str, gone: list[str], tmp_path: Path
) -> None:
    before = "@sealed\nclass Drawer(Box[dict[str, str]], Lockable):"
    folder = _committed(_shop(tmp_path, MONEY.replace("class Drawer:", before)))
    _shop(folder, MONEY.replace("class Drawer:", f"@sealed\n{after}"))
    assert [(each["symbol"], each["says"]) for each in _diff(folder, "HEAD")] == [
        ("bank.money:Drawer", gone)
    ]


def _diff(folder: Path, *operands: str) -> list[dict[str, Any]]:
    done = run(folder, "api", "diff", *operands, "--format", "json")
    assert done.stderr == ""
    found: list[dict[str, Any]] = json.loads(done.stdout)["changes"]
    return found


def test_whoever_uses_what_is_gone_is_named(tmp_path: Path) -> None:
    folder = _committed(_shop(tmp_path))
    (folder / "shop/floor.py").write_text("from bank import money\n\nmoney.spend(1)\n", "utf-8")
    _shop_money = MONEY.replace("def spend", "def lend")
    (folder / "bank/money.py").write_text(_shop_money, encoding="utf-8")
    (gone,) = (each for each in _diff(folder, "HEAD") if each["what"] == "removed")
    assert [(user["path"], user["line"]) for user in gone["users"]] == [("shop/floor.py", 3)]
    assert run(folder, "api", "diff", "HEAD").returncode == 1


def test_an_implementation_that_a_contract_leaves_behind_is_named(tmp_path: Path) -> None:
    folder = _committed(_shop(tmp_path))
    _shop(folder, MONEY.replace("def open(self, key)", "def open(self, key, hand=None)"))
    changes = {each["owner"]: each for each in _diff(folder, "HEAD")}
    (place,) = changes["contract drawer"]["implementers"]
    assert (place["path"], place["line"]) == ("shop/till/drawer.py", 4)


def test_two_revisions_and_two_folders_give_the_same(tmp_path: Path) -> None:
    folder = _committed(_shop(tmp_path / "new"))
    _shop(folder, MONEY.replace("def spend", "def lend"))
    git(folder, "commit", "--quiet", "--all", "--message", "Lend")
    other = _shop(tmp_path / "old")
    (folder / "bank/money.py").write_text("", encoding="utf-8")
    between = _diff(folder, "HEAD~1..HEAD")
    git(folder, "checkout", "--quiet", "--", ".")
    assert {each["symbol"] for each in between} == {"bank.money:spend", "bank.money:lend"}
    assert _diff(folder, "HEAD~1", "HEAD") == between
    assert _diff(folder, str(other), str(folder)) == between


def test_a_policy_that_opens_less_takes_something_away(tmp_path: Path) -> None:
    folder = _committed(_shop(tmp_path))
    policy = (folder / "bailiwick.toml").read_text(encoding="utf-8")
    policy = policy.replace('public = ["bank.money"]', 'public = ["bank.money:spend"]')
    (folder / "bailiwick.toml").write_text(policy, encoding="utf-8")
    gone = {each["symbol"] for each in _diff(folder, "HEAD") if each["owner"] == "bank"}
    assert "bank.money:Drawer" in gone
    assert "bank.money:spend" not in gone


WRONG = {
    "no operand": ((), "compare with what?"),
    "a revision that there is not": (("v1",), "no commit v1"),
    "what is no lock file": (("bailiwick.toml",), "is no lock file"),
    "a lock file that is damaged": (("bad.lock",), "bad.lock:2: this line is none"),
    "a lock file as the later one": (("HEAD", "good.lock"), "compared with what came later"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_told_with_what_to_do(case: str, tmp_path: Path) -> None:
    operands, said = WRONG[case]
    folder = _committed(_shop(tmp_path))
    run(folder, "api", "snapshot", "--output", "good.lock")
    head = (folder / "good.lock").read_text(encoding="utf-8").splitlines()[0]
    (folder / "bad.lock").write_text(f"{head}\nwhat is this\n", encoding="utf-8")
    done = run(folder, "api", "diff", *operands)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_an_owner_that_there_is_not_is_told_with_the_nearest(tmp_path: Path) -> None:
    done = run(_shop(tmp_path), "api", "snapshot", "bnak")
    assert (done.returncode, "Did you mean bank?" in done.stderr) == (2, True)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_what_is_printed_names_change_and_verdict(form: str, tmp_path: Path) -> None:
    folder = _committed(_shop(tmp_path))
    _shop(folder, MONEY.replace("def spend", "def lend"))
    said = run(folder, "api", "diff", "HEAD", "--format", form).stdout
    for part in ("bank.money:spend", "bank.money:lend", "ompatible"):
        assert part in said


# A file that was changed so few nanoseconds ago may change again without a new time.
_FRESH = 2_000_000_000


def _rested(folder: Path) -> Path:
    """The same folder when nobody has touched its files for so long that they can be told."""
    newest = max(path.stat().st_ctime_ns for path in folder.glob("**/*.py"))
    while time.time_ns() - newest <= _FRESH:
        time.sleep(0.1)
    return folder


@pytest.mark.parametrize("operands", [("HEAD",), ("HEAD~1..HEAD",), ("api.lock",)])
def test_a_difference_that_was_found_before_reads_the_same_again(
    operands: tuple[str, ...], tmp_path: Path
) -> None:
    folder = _committed(_shop(tmp_path))
    run(folder, "api", "snapshot", "--output", "api.lock")
    _shop(folder, MONEY.replace("def open(self, key)", "def open(self, key, hand)"))
    git(folder, "commit", "--quiet", "--all", "--message", "Take a hand")
    _rested(_shop(folder, MONEY.replace("def spend", "def lend")))
    words = ("api", "diff", *operands, "--format", "json")
    first = run(folder, *words)
    assert list((folder / ".bailiwick_cache").glob("difference-*.json"))
    again = run(folder, *words)
    for kept in (folder / ".bailiwick_cache").glob("difference-*.json"):
        kept.write_bytes(kept.read_bytes()[:-20])
    damaged = run(folder, *words)
    assert (first.returncode, first.stdout) == (again.returncode, again.stdout)
    assert (first.returncode, first.stdout) == (damaged.returncode, damaged.stdout)


def test_a_difference_is_found_anew_for_another_tree_lock_commit_or_policy(tmp_path: Path) -> None:
    folder = _rested(_committed(_shop(tmp_path)))
    run(folder, "api", "snapshot", "--output", "api.lock")
    assert _diff(folder, "HEAD") == _diff(folder, "api.lock") == []
    _rested(_shop(folder, MONEY.replace("def spend", "def lend")))
    lent = {"bank.money:spend", "bank.money:lend"}
    assert {each["symbol"] for each in _diff(folder, "HEAD")} == lent
    assert {each["symbol"] for each in _diff(folder, "api.lock")} == lent
    run(folder, "api", "snapshot", "--output", "api.lock")
    assert _diff(folder, "api.lock") == []
    git(folder, "commit", "--quiet", "--all", "--message", "Lend")
    assert _diff(folder, "HEAD") == []
    policy = (folder / "bailiwick.toml").read_text(encoding="utf-8")
    policy = policy.replace('public = ["bank.money"]', 'public = ["bank.money:LIMIT"]')
    (folder / "bailiwick.toml").write_text(policy, encoding="utf-8")
    assert "bank.money:Drawer" in {each["symbol"] for each in _diff(folder, "HEAD")}


def test_a_difference_is_found_anew_where_git_is_told_to_ignore_a_file(tmp_path: Path) -> None:
    folder = _committed(_shop(tmp_path))
    (folder / "shop/till/api.py").unlink()
    git(folder, "commit", "--quiet", "--all", "--message", "Take the till's API away")
    _rested(_shop(folder))
    assert "shop.till.api:ring" in {each["symbol"] for each in _diff(folder, "HEAD")}
    (folder / ".git/info/exclude").write_text("api.py\n", encoding="utf-8")
    assert _diff(folder, "HEAD") == []
