"""What a change introduces, in real git repositories: each test changes a small shop."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from bailiwick import UserError, changed_since, check_change, load_policy, patched, staged

from tests.repositories import SHOP, commit, git, write

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "bailiwick.toml": SHOP,
    "shop/stock/__init__.py": "",
    "shop/stock/api.py": "from shop.stock.shelf import count\n",
    "shop/stock/shelf.py": "def count():\n    return 3\n\n\n_cans = 5\n",
    "shop/till/__init__.py": "",
    "shop/till/sale.py": "from shop.stock.api import count\nfrom shop.stock import shelf\n",
    "shop/till/return.py": "from shop.stock import shelf\n\n\nprint(shelf._cans)\n",
    "shop/office/__init__.py": "",
    "shop/office/book.py": "from shop.till import sale\n",
}


@pytest.fixture(params=["plain", "mit Leerzeichen und Ümläut ✓"])
def shop(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / str(request.param)
    write(folder, FILES)
    git(folder, "init", "--quiet")
    commit(folder, "opening")
    monkeypatch.chdir(folder)
    return folder


def new(shop: Path, revision: str = "HEAD") -> list[str]:
    """The findings since a revision: warm, warm again and without a cache they are the same."""
    policy = load_policy(shop / "bailiwick.toml")
    runs = [
        check_change(policy, [changed_since(shop, revision)], cache=cache).findings
        for cache in (True, True, False)
    ]
    assert runs[0] == runs[1] == runs[2]
    return [f"{each.path}:{each.span.line} {each.code} {each.target}" for each in runs[0]]


def test_nothing_is_new_where_nothing_has_changed(shop: Path) -> None:
    assert new(shop) == []


def test_a_new_breach_is_new_and_the_old_ones_beside_it_are_not(shop: Path) -> None:
    text = FILES["shop/till/return.py"]
    write(shop, {"shop/till/return.py": f"from shop.office import book\n{text}"})
    assert new(shop) == ["shop/till/return.py:1 BW101 shop.office.book"]


def test_a_finding_is_counted(shop: Path) -> None:
    text = FILES["shop/till/return.py"]
    write(shop, {"shop/till/return.py": f"{text}print(shelf._cans + 1)\n"})
    assert new(shop) == ["shop/till/return.py:5 BW201 shop.stock.shelf:_cans"]
    write(shop, {"shop/till/return.py": text.replace("print(", "print(1 + ")})
    assert new(shop) == []


def test_an_untracked_file_is_new_and_an_ignored_one_was_always_there(shop: Path) -> None:
    write(shop, {"shop/till/fresh.py": "from shop.office import book\n"})
    assert new(shop) == ["shop/till/fresh.py:1 BW101 shop.office.book"]
    write(shop, {".gitignore": "fresh.py\n"})
    assert new(shop) == []


def test_a_renamed_file_takes_its_old_findings_along(shop: Path) -> None:
    git(shop, "mv", "shop/till/return.py", "shop/till/back.py")
    assert new(shop) == []
    git(shop, "mv", "shop/till", "shop/till2")
    write(shop, {"bailiwick.toml": SHOP.replace("shop.till", "shop.till2")})
    assert new(shop) == []


def test_a_renamed_target_makes_no_old_finding_new(shop: Path) -> None:
    git(shop, "mv", "shop/stock/shelf.py", "shop/stock/rack.py")
    for name in ("shop/till/sale.py", "shop/till/return.py", "shop/stock/api.py"):
        write(shop, {name: FILES[name].replace("shelf", "rack")})
    assert new(shop) == []


def test_an_entry_point_that_loses_its_object_is_new_and_so_is_one_that_never_had_any(
    shop: Path,
) -> None:
    write(shop, {"setup.cfg": "[entry_points]\na =\n  b = shop.stock.shelf:count\n"})
    commit(shop)
    assert new(shop) == []
    write(shop, {"shop/stock/shelf.py": FILES["shop/stock/shelf.py"].replace("count", "counted")})
    assert "setup.cfg:3 BW204 shop.stock.shelf:count" in new(shop)
    write(shop, {"shop/stock/shelf.py": FILES["shop/stock/shelf.py"]})
    write(shop, {"setup.cfg": "[entry_points]\na =\n  b = shop.stock.shelf:tally\n"})
    assert "setup.cfg:3 BW204 shop.stock.shelf:tally" in new(shop)
    commit(shop)
    assert new(shop) == []


def test_a_policy_that_forbids_more_introduces_what_it_forbids(shop: Path) -> None:
    text = SHOP + 'uses = ["stock"]\n'
    write(shop, {"bailiwick.toml": text})
    assert new(shop) == ["shop/office/book.py:1 BW101 shop.till.sale"]


def test_a_policy_that_is_new_introduces_all_that_it_forbids(shop: Path) -> None:
    git(shop, "rm", "--quiet", "--cached", "bailiwick.toml")
    git(shop, "commit", "--quiet", "--message", "no policy yet")
    assert len(new(shop)) == 3
    git(shop, "add", "bailiwick.toml")
    git(shop, "mv", "bailiwick.toml", "old.toml")
    write(shop, {"bailiwick.toml": 'extends = ["old.toml"]\n'})
    assert len(new(shop)) == 3


def test_a_policy_that_moves_into_pyproject_introduces_nothing(shop: Path) -> None:
    git(shop, "rm", "--quiet", "bailiwick.toml")
    write(shop, {"pyproject.toml": SHOP.replace("[subsystem", "[tool.bailiwick.subsystem")})
    policy = load_policy(shop / "pyproject.toml")
    assert check_change(policy, [changed_since(shop, "HEAD")]).findings == ()


def test_what_a_change_breaks_elsewhere_is_new(shop: Path) -> None:
    write(
        shop,
        {
            "shop/stock/api.py": "class Shelf:\n    def count(self): ...\n",
            "shop/till/rack.py": "from shop.stock.api import Shelf\n"
            "class Rack(Shelf):\n    def _order(self): ...\n",
        },
    )
    commit(shop)
    write(shop, {"shop/stock/api.py": "class Shelf:\n    def _order(self): ...\n"})
    assert new(shop) == ["shop/till/rack.py:3 BW202 shop.stock.api:Shelf._order"]


def test_a_branch_is_not_blamed_for_what_others_have_put_right_meanwhile(shop: Path) -> None:
    git(shop, "checkout", "--quiet", "-b", "work")
    write(shop, {"shop/till/fresh.py": "from shop.office import book\n"})
    commit(shop)
    git(shop, "checkout", "--quiet", "main")
    write(shop, {"shop/till/return.py": ""})
    commit(shop)
    git(shop, "checkout", "--quiet", "work")
    assert new(shop, "main") == ["shop/till/fresh.py:1 BW101 shop.office.book"]


def test_a_policy_below_the_top_of_the_repository_sees_its_own_part(shop: Path) -> None:
    write(shop, {f"parts/ein Teil/{name}": text for name, text in FILES.items()})
    write(
        shop,
        {"parts/base.toml": SHOP, "parts/ein Teil/bailiwick.toml": 'extends = ["../base.toml"]'},
    )
    commit(shop)
    write(shop, {"shop/till/fresh.py": "from shop.office import book\n"})
    part = shop / "parts" / "ein Teil"
    assert new(part) == []
    write(shop, {"parts/base.toml": SHOP + 'uses = ["stock"]\n'})
    assert new(part) == ["shop/office/book.py:1 BW101 shop.till.sale"]
    git(part, "mv", "shop/till/return.py", "shop/till/back.py")
    git(shop, "checkout", "--quiet", "HEAD", "--", "parts/base.toml")
    assert new(part) == []


def test_odd_file_names_are_files_like_any_other(shop: Path) -> None:
    text = "from shop.office import book\n"
    names = ["shop/till/späße.py", "shop/till/a b.py", "shop/till/-x.py"]
    names += ['shop/till/"quoted"\n.py', "shop/till/tab\t.py"] if os.name != "nt" else []
    write(shop, dict.fromkeys(names, text))
    assert len(new(shop)) == len(names)
    commit(shop)
    assert new(shop) == []
    assert len(new(shop, "HEAD~1")) == len(names)


def test_a_submodule_is_judged_with_the_tree_around_it(shop: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    write(library, {"extra.py": "from shop.stock import shelf\n"})
    git(library, "init", "--quiet")
    commit(library)
    git(shop, "submodule", "--quiet", "add", str(library), "shop/office/library")
    assert new(shop) == ["shop/office/library/extra.py:1 BW102 shop.stock.shelf"]
    commit(shop)
    assert new(shop) == []
    inside = shop / "shop" / "office" / "library"
    write(inside, {"more.py": "from shop.stock import shelf\n"})
    commit(inside)
    assert new(shop) == ["shop/office/library/more.py:1 BW102 shop.stock.shelf"]


def test_a_file_that_is_a_link_is_judged_as_what_it_leads_to(shop: Path) -> None:
    shop.joinpath("shop/till/link.py").symlink_to("return.py")
    commit(shop)
    text = FILES["shop/till/return.py"]
    write(shop, {"shop/till/return.py": f"from shop.office import book\n{text}"})
    assert "shop/till/return.py:1 BW101 shop.office.book" in new(shop)


def test_what_is_staged_counts_and_what_is_not_does_not(shop: Path) -> None:
    policy = load_policy(shop / "bailiwick.toml")
    write(shop, {"shop/till/sale.py": "from shop.office import book\n"})
    git(shop, "add", "shop/till/sale.py")
    write(shop, {"shop/till/sale.py": "", "shop/till/fresh.py": "from shop.office import book\n"})
    report = check_change(policy, staged(shop), named=[shop / "shop/till/sale.py"])
    assert [(each.path, each.code) for each in report.findings] == [("shop/till/sale.py", "BW101")]


def test_the_first_commit_introduces_everything(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    report = check_change(load_policy(tmp_path / "bailiwick.toml"), staged(tmp_path))
    assert len(report.findings) == 3


def test_a_merge_introduces_what_none_of_its_parents_had(shop: Path) -> None:
    git(shop, "checkout", "--quiet", "-b", "work")
    write(shop, {"shop/till/fresh.py": "from shop.office import book\n"})
    commit(shop)
    git(shop, "checkout", "--quiet", "main")
    write(shop, {"shop/till/other.py": "from shop.office import book\n"})
    commit(shop)
    git(shop, "merge", "--quiet", "--no-commit", "work")
    policy = load_policy(shop / "bailiwick.toml")
    assert len(staged(shop)) == 2
    assert check_change(policy, staged(shop)).findings == ()
    write(shop, {"shop/till/third.py": "from shop.office import book\n"})
    git(shop, "add", "--all")
    found = check_change(policy, staged(shop)).findings
    assert [each.path for each in found] == ["shop/till/third.py"]


def test_a_patch_is_judged_whether_it_has_been_applied_or_not(shop: Path) -> None:
    git(shop, "mv", "shop/till/return.py", "shop/till/späßchen.py")
    git(shop, "rm", "--quiet", "shop/stock/api.py")
    text = FILES["shop/till/return.py"]
    write(shop, {"shop/till/späßchen.py": f"{text}from shop.office import book\n"})
    write(shop, {"shop/office/neu.py": "import shop.stock.shelf as rack\n\nrack.count()\n"})
    git(shop, "add", "--all")
    patch = git(shop, "diff", "HEAD").encode()
    policy = load_policy(shop / "bailiwick.toml")

    def found() -> list[str]:
        report = check_change(policy, [patched(shop, patch)])
        return [f"{each.path} {each.code}" for each in report.findings]

    expected = ["shop/office/neu.py BW102", "shop/till/späßchen.py BW101"]
    assert found() == expected
    git(shop, "reset", "--quiet", "--hard")
    assert found() == expected
    assert git(shop, "status", "--porcelain", "--untracked-files=no") == ""


def test_a_patch_that_does_not_fit_is_refused(shop: Path) -> None:
    write(shop, {"shop/till/return.py": "pass\n"})
    patch = git(shop, "diff").encode()
    write(shop, {"shop/till/return.py": "something = 'else'\n"})
    with pytest.raises(UserError, match=r"neither fits .* nor has it been applied"):
        patched(shop, patch)
    with pytest.raises(UserError, match=r"no patch"):
        patched(shop, b"nonsense\n")
    outside = patch.replace(b"shop/till/return.py", b"../return.py")
    with pytest.raises(UserError, match=r"outside of the tree|no patch|invalid"):
        patched(shop, outside)
    assert patched(shop, b"").paths == frozenset()


def test_without_a_repository_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"lies in no git repository: `git init`"):
        changed_since(tmp_path, "HEAD")


def test_a_revision_that_is_not_there_is_said_so(shop: Path) -> None:
    for name in ("origin/main", "--help", "v1 2", ""):
        with pytest.raises(UserError, match=r"there is no commit"):
            changed_since(shop, name)


def test_a_clone_that_is_too_shallow_is_said_so(shop: Path, tmp_path: Path) -> None:
    git(shop, "checkout", "--quiet", "-b", "work")
    commit_each = ["one", "two", "three"]
    for word in commit_each:
        write(shop, {"shop/till/fresh.py": f"{word} = 1\n"})
        commit(shop)
    git(shop, "checkout", "--quiet", "main")
    write(shop, {"shop/till/other.py": ""})
    commit(shop)
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=work", shop.as_uri(), str(shallow))
    with pytest.raises(
        UserError, match=r"no commit origin/main in this shallow clone.*\n.*git fetch origin main"
    ):
        changed_since(shallow, "origin/main")
    git(shallow, "fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main")
    with pytest.raises(UserError, match=r"too shallow.*\n.*--unshallow"):
        changed_since(shallow, "origin/main")
    git(shallow, "fetch", "--quiet", "--unshallow", "origin")
    assert "shop/till/fresh.py" in changed_since(shallow, "origin/main").paths
