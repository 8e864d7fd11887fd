"""The hooks, run by the real pre-commit in real git repositories.

They are those of `.pre-commit-hooks.yaml`, field by field, but for the environment in which they
are installed: that is the one which runs the tests, so that none has to be built from the network.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.repositories import SHOP, attempt, git, write

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
FILES = {
    "bailiwick.toml": SHOP,
    "shop/stock/__init__.py": "",
    "shop/stock/api.py": "class Shelf:\n    def count(self): ...\n",
    "shop/stock/shelf.py": "_cans = 5\n",
    "shop/till/__init__.py": "",
    "shop/till/sale.py": "from shop.stock.api import Shelf\n",
    "shop/till/old.py": "from shop.stock import shelf\n",
    "shop/till/rack.py": "from shop.stock.api import Shelf\n\n\n"
    "class Rack(Shelf):\n    def _order(self): ...\n",
    "shop/office/__init__.py": "",
    "shop/office/book.py": "from shop.till import sale\n",
}
# As `--format concise` has it: path and line, column, code.
_FINDING = r"^(.+:\d+):\d+: (BW\d+) "
BREACH = "from shop.office import book\n"


def environment(home: Path) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PRE_COMMIT_HOME": str(home), "PYTHONUTF8": "1"}


class Repository:
    """A git repository with a small shop, and pre-commit installed in it."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.environment = folder, environment(home)
        self.write(FILES)
        self.write({".pre-commit-config.yaml": config()})
        self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "opening")
        installed = self.run("pre-commit", "install", "-t", "pre-commit", "-t", "pre-push")
        assert installed.returncode == 0, installed.stderr

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    def attempt(self, *words: str) -> subprocess.CompletedProcess[str]:
        return attempt(self.folder, *words, environment=self.environment)

    def git(self, *words: str) -> str:
        return git(self.folder, *words, environment=self.environment)

    def write(self, files: dict[str, str]) -> None:
        write(self.folder, files)

    def stage(self, files: dict[str, str]) -> None:
        self.write(files)
        self.git("add", "--", *files)

    def commit(self, *options: str) -> list[str]:
        """Commit what is staged; what the hook says is wrong, [] if the commit is made."""
        before = self.run("git", "rev-parse", "--verify", "--quiet", "HEAD").stdout
        done = self.attempt("commit", "--message", "work", *options)
        made = self.git("rev-parse", "HEAD") != before
        found = breaches(done.stdout + done.stderr)
        assert (done.returncode == 0) == made == (not found), done.stdout + done.stderr
        return found


def breaches(text: str) -> list[str]:
    """The findings in an output of pre-commit: path, line and code."""
    return [f"{place} {code}" for place, code in re.findall(_FINDING, text, re.MULTILINE)]


def config() -> str:
    hooks = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    for hook in hooks:
        hook["language"] = "system"
        if hook["entry"].startswith("bailiwick check"):
            hook["args"] = ["--format=concise"]
    return str(yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}, sort_keys=False))


@pytest.fixture
def shop(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "shop", tmp_path / "home")


def test_the_manifest_is_one_that_pre_commit_takes(tmp_path: Path) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", MANIFEST],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout
    hooks = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    assert [hook["id"] for hook in hooks] == ["bailiwick", "bailiwick-policy", "bailiwick-full"]
    assert {hook["language"] for hook in hooks} == {"python"}


@pytest.mark.parametrize("name", ["shop", "mit Leerzeichen", "Ümläut ✓ 店"])
def test_a_breach_is_refused_with_what_to_do_and_its_repair_is_taken(
    tmp_path: Path, name: str
) -> None:
    shop = Repository(tmp_path / name, tmp_path / "home")
    shop.stage({"shop/till/späße neu.py": BREACH})
    assert shop.commit() == ["shop/till/späße neu.py:1 BW101"]
    shop.stage({"shop/till/späße neu.py": "from shop.stock.api import Shelf\n"})
    assert shop.commit() == []


def test_old_findings_that_a_commit_does_not_touch_are_not_told(shop: Repository) -> None:
    shop.stage({"shop/till/sale.py": "from shop.stock.api import Shelf\n\nshelf = Shelf()\n"})
    assert shop.commit() == []


def test_a_commit_without_python_passes(shop: Repository) -> None:
    shop.stage({"README.md": "A shop.\n"})
    assert shop.commit() == []


def test_what_is_staged_is_judged_and_what_is_not_staged_is_not(shop: Repository) -> None:
    shop.stage({"shop/till/sale.py": BREACH})
    shop.write({"shop/till/sale.py": "# mended, but not staged\n"})
    assert shop.commit() == ["shop/till/sale.py:1 BW101"]
    shop.stage({"shop/till/sale.py": "# mended\n"})
    shop.write({"shop/till/sale.py": BREACH, "shop/till/rack.py": BREACH})
    assert shop.commit() == []
    assert (shop.folder / "shop/till/sale.py").read_text() == BREACH


def test_of_a_file_that_is_staged_in_part_that_part_is_judged(shop: Repository) -> None:
    lines = [f"number{number} = {number}\n" for number in range(20)]
    shop.stage({"shop/till/sale.py": "".join(lines)})
    assert shop.commit() == []
    shop.write({"shop/till/sale.py": "".join([BREACH, *lines])})
    bad = shop.git("diff")
    shop.write({"shop/till/sale.py": "".join([*lines, "good = 1\n"])})
    good = shop.git("diff")
    shop.write({"shop/till/sale.py": "".join([BREACH, *lines, "good = 1\n"])})

    def stage(patch: str) -> None:
        shop.folder.joinpath("../part.diff").write_text(patch, encoding="utf-8")
        shop.git("apply", "--cached", "../part.diff")

    stage(good)
    assert shop.commit() == []
    stage(bad)
    assert shop.commit() == ["shop/till/sale.py:1 BW101"]


def test_an_untracked_file_is_no_part_of_a_commit(shop: Repository) -> None:
    shop.write({"shop/till/scratch.py": BREACH})
    shop.write(
        {
            "shop/till/draft.py": "from shop.stock.api import Shelf\n"
            "class Draft(Shelf):\n    def _weigh(self): ...\n"
        }
    )
    shop.stage({"shop/stock/api.py": "class Shelf:\n    def _weigh(self): ...\n"})
    assert shop.commit() == []


def test_what_a_file_breaks_in_another_one_is_told(shop: Repository) -> None:
    shop.stage({"shop/stock/api.py": "class Shelf:\n    def _order(self): ...\n"})
    assert shop.commit() == ["shop/till/rack.py:5 BW202"]


def test_a_package_that_comes_to_re_export_a_foreign_thing_is_told_of_its_users(
    shop: Repository,
) -> None:
    shop.stage(
        {
            "shop/stock/api.py": "class Shelf:\n    _cloth = 1\n",
            "shop/till/bag.py": "class Bag:\n    _cloth = 1\n",
            "shop/till/__init__.py": "from shop.till.bag import Bag\n",
            "shop/till/use.py": "from shop.till import Bag\n\nprint(Bag._cloth)\n",
        }
    )
    assert shop.commit() == []
    shop.stage({"shop/till/__init__.py": "from shop.stock.api import Shelf as Bag\n"})
    assert shop.commit() == ["shop/till/use.py:3 BW201"]


def test_a_module_that_goes_or_is_renamed_breaks_what_used_it(shop: Repository) -> None:
    shop.stage(
        {
            "shop/stock/api.py": f"_cloth = 1\n{FILES['shop/stock/api.py']}",
            "shop/till/bag.py": "_cloth = 1\n",
            "shop/till/__init__.py": "import shop.stock.api as bag\n",
            "shop/till/use.py": "from shop.till import bag\n\nprint(bag._cloth)\n",
        }
    )
    assert shop.commit() == []
    shop.git("rm", "--quiet", "shop/till/bag.py")
    assert shop.commit() == ["shop/till/use.py:3 BW201"]
    shop.git("reset", "--quiet", "--hard")
    shop.git("mv", "shop/till/bag.py", "shop/till/sack.py")
    assert shop.commit() == ["shop/till/use.py:3 BW201"]
    shop.git("reset", "--quiet", "--hard")
    shop.git("rm", "--quiet", "--cached", "shop/till/bag.py")
    assert shop.commit() == ["shop/till/use.py:3 BW201"]


def test_a_policy_that_forbids_more_is_told_of_the_whole_tree(shop: Repository) -> None:
    shop.stage({"bailiwick.toml": f'{SHOP}uses = ["stock"]\n'})
    assert shop.commit() == ["shop/office/book.py:1 BW101"]


def test_a_policy_that_cannot_be_used_is_refused(shop: Repository) -> None:
    shop.stage({"bailiwick.toml": SHOP.replace("modules", "moduls")})
    done = shop.attempt("commit", "--message", "work")
    assert done.returncode == 1
    assert "bailiwick (policy)" in done.stdout + done.stderr
    assert 'did you mean "modules"' in done.stdout + done.stderr


def test_a_policy_that_names_what_is_not_there_is_refused(shop: Repository) -> None:
    shop.stage({"bailiwick.toml": SHOP.replace("shop.stock.api", "shop.stock.apo")})
    done = shop.attempt("commit", "--message", "work")
    assert '"shop.stock.apo" does not exist' in done.stdout + done.stderr
    assert done.returncode == 1


def test_a_policy_that_others_extend_is_judged_in_these(shop: Repository) -> None:
    shop.stage({"shared/base.toml": SHOP, "bailiwick.toml": 'extends = ["shared/base.toml"]\n'})
    assert shop.commit() == []
    shop.stage({"shared/base.toml": f'{SHOP}uses = ["stock"]\n'})
    assert shop.commit() == ["shop/office/book.py:1 BW101"]
    shop.stage({"shared/base.toml": SHOP.replace("modules", "moduls")})
    done = shop.attempt("commit", "--message", "work")
    assert "shared/base.toml:2:1" in done.stdout + done.stderr


def test_a_merge_answers_for_what_none_of_its_parents_had(shop: Repository) -> None:
    shop.git("checkout", "--quiet", "-b", "work")
    shop.stage({"shop/till/theirs.py": BREACH, "shop/till/sale.py": "a = 1\n"})
    shop.git("commit", "--quiet", "--no-verify", "--message", "theirs")
    shop.git("checkout", "--quiet", "main")
    shop.stage({"shop/till/ours.py": BREACH, "shop/till/sale.py": "b = 1\n"})
    shop.git("commit", "--quiet", "--no-verify", "--message", "ours")
    shop.attempt("merge", "--quiet", "work")
    shop.stage({"shop/till/sale.py": f"a = b = 1\n{BREACH}"})
    assert shop.commit() == ["shop/till/sale.py:2 BW101"]
    shop.stage({"shop/till/sale.py": "a = b = 1\n"})
    assert shop.commit() == []
    assert len(shop.git("rev-list", "--parents", "-1", "HEAD").split()) == 3


def test_a_merge_that_goes_by_itself_does_not_answer_for_what_it_brings(shop: Repository) -> None:
    assert shop.run("pre-commit", "install", "-t", "pre-merge-commit").returncode == 0
    shop.git("checkout", "--quiet", "-b", "work")
    shop.stage({"shop/stock/api.py": "class Shelf:\n    def _order(self): ...\n"})
    shop.git("commit", "--quiet", "--no-verify", "--message", "theirs")
    shop.git("checkout", "--quiet", "main")
    shop.stage({"shop/till/ours.py": ""})
    assert shop.commit() == []
    shop.git("merge", "--quiet", "--no-edit", "work")
    assert len(shop.git("rev-list", "--parents", "-1", "HEAD").split()) == 3


def test_all_files_are_judged_when_they_are_asked_for(shop: Repository) -> None:
    done = shop.run("pre-commit", "run", "bailiwick", "--all-files")
    assert breaches(done.stdout) == ["shop/till/old.py:1 BW102"]
    assert done.returncode == 1


def test_commits_that_are_made_are_judged_from_one_to_another(shop: Repository) -> None:
    shop.stage({"shop/stock/api.py": "class Shelf:\n    def _order(self): ...\n"})
    shop.git("commit", "--quiet", "--no-verify", "--message", "work")
    refs = "--from-ref", "HEAD~1", "--to-ref", "HEAD"
    done = shop.run("pre-commit", "run", "bailiwick", *refs)
    assert breaches(done.stdout) == ["shop/till/rack.py:5 BW202"]


def test_a_push_is_refused_for_anything_in_the_tree(shop: Repository, tmp_path: Path) -> None:
    shop.git("init", "--quiet", "--bare", str(tmp_path / "remote"))
    pushed = shop.run("git", "push", str(tmp_path / "remote"), "main")
    assert pushed.returncode != 0
    assert breaches(pushed.stdout + pushed.stderr) == ["shop/till/old.py:1 BW102"]
    shop.stage({"shop/till/old.py": ""})
    assert shop.commit() == []
    assert shop.run("git", "push", str(tmp_path / "remote"), "main").returncode == 0


def test_a_submodule_is_judged_with_the_tree_around_it(shop: Repository, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    library.joinpath("extra.py").write_text("from shop.stock.api import Shelf\n")
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "it"]):
        git(library, *words)
    shop.git("submodule", "--quiet", "add", str(library), "shop/till/library")
    assert shop.commit() == []
    inside = shop.folder / "shop" / "till" / "library"
    inside.joinpath("extra.py").write_text(BREACH)
    git(inside, "commit", "-aqm", "worse")
    shop.git("add", "shop/till/library")
    assert shop.commit() == ["shop/till/library/extra.py:1 BW101"]


def test_a_repository_without_any_policy_is_told_how_to_start(shop: Repository) -> None:
    shop.git("rm", "--quiet", "bailiwick.toml")
    shop.stage({"shop/till/sale.py": BREACH})
    done = shop.attempt("commit", "--message", "work")
    assert done.returncode == 1
    assert "run `bailiwick init`" in done.stdout + done.stderr


def test_a_file_that_no_policy_governs_is_nobodys_business(shop: Repository) -> None:
    shop.git("mv", "bailiwick.toml", "shop/bailiwick.toml")
    shop.write({"shop/bailiwick.toml": f'source-roots = [".."]\n{SHOP}'})
    shop.stage({"tools/make.py": BREACH})
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--no-verify", "--message", "moved")
    shop.stage({"tools/make.py": f"{BREACH}\n"})
    assert shop.commit() == []


def test_a_commit_of_single_files_is_judged_by_these(shop: Repository) -> None:
    shop.stage({"shop/till/sale.py": BREACH})
    shop.write({"shop/till/rack.py": f"{FILES['shop/till/rack.py']}\n"})
    assert shop.commit("shop/till/rack.py") == []
    shop.write({"shop/till/rack.py": f"{BREACH}{FILES['shop/till/rack.py']}"})
    assert shop.commit("shop/till/rack.py") == ["shop/till/rack.py:1 BW101"]
    assert shop.commit("--all") == ["shop/till/rack.py:1 BW101", "shop/till/sale.py:1 BW101"]


def test_a_linked_work_tree_is_judged_by_its_own_index(shop: Repository, tmp_path: Path) -> None:
    shop.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    shop.stage({"shop/till/rack.py": BREACH})
    shop.folder = tmp_path / "linked"
    shop.stage({"shop/till/sale.py": BREACH})
    assert shop.commit() == ["shop/till/sale.py:1 BW101"]
