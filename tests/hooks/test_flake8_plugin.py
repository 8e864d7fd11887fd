"""The flake8 plugin, through the real flake8: it says what `bailiwick check` says."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from test_cli import CROSSINGS, PLAIN_ENVIRONMENT, bailiwick, trees

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["trees"]

FLAKE8 = [sys.executable, "-m", "flake8"]


def flake8(
    folder: Path, *arguments: str, stdin: str = "", command: list[str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the real flake8 in a folder."""
    done = subprocess.run(
        [*(command or FLAKE8), *arguments],
        cwd=folder,
        input=stdin.encode(),
        capture_output=True,
        env=PLAIN_ENVIRONMENT,
        check=False,
        timeout=120,
    )
    out, err = (
        text.decode("utf-8").replace("\r\n", "\n").replace("\\", "/").removeprefix("./")
        for text in (done.stdout, done.stderr)
    )
    return subprocess.CompletedProcess(done.args, done.returncode, out.replace("\n./", "\n"), err)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("paths", [["."], ["shop"], ["shop/stock.py", "shop/till.py"]])
def test_it_finds_what_check_finds(paths: list[str], jobs: str, trees: Path) -> None:
    checked = bailiwick(trees / "broken", "check", "--format", "concise", *paths)
    done = flake8(trees / "broken", "--select", "BW", "--jobs", jobs, *paths)
    assert sorted(done.stdout.splitlines()) == sorted(checked.stdout.splitlines()[:-1])
    assert (done.returncode, done.stderr) == (1, "")


def test_without_a_path_it_judges_the_working_directory(trees: Path) -> None:
    assert flake8(trees / "broken", "--select", "BW").stdout == CROSSINGS


def test_it_finds_circles_which_only_the_whole_tree_shows(trees: Path) -> None:
    (trees / "kept" / "bailiwick.toml").write_text(
        '[subsystem.till]\nmodules = ["shop.till"]\n[subsystem.stock]\nmodules = ["shop.stock"]\n'
    )
    (trees / "kept" / "shop" / "till.py").write_text("import shop.stock\n")
    (trees / "kept" / "shop" / "stock.py").write_text("import shop.till\n")
    whole = flake8(trees / "kept", "--select", "BW103")
    assert whole.stdout.count(" BW103 ") == 1
    assert flake8(trees / "kept", "--select", "BW103", "shop").stdout == ""


def test_other_plugins_go_on_beside_it(trees: Path) -> None:
    (trees / "broken" / "shop" / "stock.py").write_text("from shop.till import sell\nx=1\n")
    done = flake8(trees / "broken", "shop/stock.py")
    codes = {line.split()[1] for line in done.stdout.splitlines()}
    assert codes == {"BW101", "F401", "E225"}


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_processes_that_inherit_nothing_find_the_same(method: str, trees: Path) -> None:
    import multiprocessing

    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("this system does not start processes so")
    start = f"import multiprocessing as m; m.set_start_method({method!r})"
    call = f"if __name__ == '__main__': {start}; from flake8.main.cli import main; exit(main())"
    program = trees / "start.py"
    program.write_text(call)
    done = flake8(
        trees / "broken", "--select", "BW", "--jobs", "2", command=[sys.executable, str(program)]
    )
    assert (done.stdout, done.stderr) == (CROSSINGS, "")


def test_the_text_on_stdin_counts_and_not_the_file(trees: Path) -> None:
    text = "#\n\nimport shop.till\n"
    done = flake8(
        trees / "broken", "--select=BW", "-", "--stdin-display-name=shop/stock.py", stdin=text
    )
    assert done.stdout.startswith("shop/stock.py:3:8: BW101 stock may not import from till")
    assert done.stdout.count("\n") == 1


def test_text_without_a_name_is_nobodys_and_that_is_said(trees: Path) -> None:
    done = flake8(trees / "broken", "--select=BW", "-", stdin="import shop.till\n")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "bailiwick: text on stdin is judged under its file's name: --stdin-display-name PATH"
    ]


def test_no_policy_is_said_once_and_the_rest_of_flake8_goes_on(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("import os\n")
    done = flake8(tmp_path, "--jobs", "2", "a.py", "b.py")
    assert done.stdout.count(" F401 ") == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("bailiwick: no policy governs a.py and 1 more: no bailiwick.toml")


def test_files_that_have_a_policy_are_judged_beside_those_that_have_none(trees: Path) -> None:
    (trees / "loose.py").write_text("")
    done = flake8(trees, "--select", "BW101", "loose.py", "broken/shop/stock.py")
    assert done.stdout.startswith("broken/shop/stock.py:1:23: BW101")
    assert "no policy governs loose.py:" in done.stderr


def test_a_mistake_in_the_policy_ends_the_run_with_its_words(trees: Path) -> None:
    done = flake8(trees / "misspelt", "shop")
    assert done.returncode == 1
    assert "There was a critical error during execution of Flake8:" in done.stdout
    assert "bailiwick.toml:" in done.stdout
    assert 'did you mean "stock"?' in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_what_the_policy_names_and_the_tree_has_not_is_said_once(trees: Path) -> None:
    policy = trees / "kept" / "bailiwick.toml"
    policy.write_text(policy.read_text() + '[subsystem.gone]\nmodules = ["shop.gone"]\n')
    done = flake8(trees / "kept", "--select", "BW", "--jobs", "2")
    assert done.stdout == ""
    assert done.stderr.count("shop.gone") == 1


def test_the_policy_can_be_named_on_the_command_line_and_in_the_configuration(trees: Path) -> None:
    folder = trees / "broken"
    text = (folder / "bailiwick.toml").read_text()
    (folder / "bailiwick.toml").rename(folder / "lines.toml")
    (folder / "lines.toml").write_text(text)
    assert flake8(folder, "--select=BW", "--bailiwick-policy=lines.toml").stdout == CROSSINGS
    (folder / ".flake8").write_text("[flake8]\nselect = BW\nbailiwick-policy = lines.toml\n")
    assert flake8(folder).stdout == CROSSINGS
    missing = flake8(folder, "--bailiwick-policy=other.toml")
    assert missing.returncode == 1
    assert "other.toml" in missing.stdout


SAID = {
    "select": (["--select=BW2"], ["BW201"]),
    "ignore": (["--select=BW", "--extend-ignore=BW102"], ["BW101", "BW201"]),
    "per-file-ignores": (["--select=BW", "--per-file-ignores=shop/till.py:BW"], ["BW102", "BW101"]),
    "another code": (["--select=E9"], []),
}


@pytest.mark.parametrize("case", SAID)
def test_flake8s_own_options_choose_what_is_said(case: str, trees: Path) -> None:
    arguments, codes = SAID[case]
    done = flake8(trees / "broken", *arguments)
    assert [line.split()[1] for line in done.stdout.splitlines()] == codes


def test_noqa_silences_a_finding(trees: Path) -> None:
    file = trees / "broken" / "shop" / "stock.py"
    file.write_text(file.read_text().replace("import sell", "import sell  # noqa: BW101"))
    assert "BW101" not in flake8(trees / "broken", "--select=BW").stdout


def test_what_a_comment_allows_is_not_said_and_a_needless_one_is(trees: Path) -> None:
    folder = trees / "broken"
    file = folder / "shop" / "stock.py"
    allow = "  # bailiwick: allow[BW101, BW201] the till is to be split"
    file.write_text(file.read_text().replace("import sell", f"import sell{allow}"))
    checked = bailiwick(folder, "check", "--format", "concise").stdout.splitlines()[:-1]
    assert "BW902" in "".join(checked)
    assert "stock.py:1:23: BW101" not in "".join(checked)
    assert sorted(flake8(folder, "--select=BW").stdout.splitlines()) == sorted(checked)


def test_what_stands_in_no_python_file_is_said_beside_the_rest(trees: Path) -> None:
    folder = trees / "broken"
    assert bailiwick(folder, "baseline", "write").returncode == 0
    assert flake8(folder, "--select=BW").stdout == ""
    (folder / "shop" / "stock.py").write_text("def take(): ...\n_shelf = 1\n")
    done = flake8(folder, "--select=BW", "--jobs=2")
    assert done.stdout == ""
    (said,) = done.stderr.splitlines()
    assert said.startswith("bailiwick: bailiwick-baseline.toml:")
    assert " BW903 " in said


def test_nothing_is_judged_where_none_of_its_codes_is_selected(trees: Path) -> None:
    flake8(trees / "broken", "--select=E,F")
    assert not (trees / "broken" / ".bailiwick_cache").exists()


def test_a_file_that_flake8_cannot_parse_costs_no_other_its_findings(trees: Path) -> None:
    (trees / "broken" / "shop" / "older.py").write_text("print 'no Python 3'\n")
    done = flake8(trees / "broken", "--select=BW,E9")
    assert "shop/older.py:1:" in done.stdout
    assert set(CROSSINGS.splitlines()) <= set(done.stdout.splitlines())


def test_an_empty_module_that_nobody_claims_is_found(trees: Path) -> None:
    (trees / "broken" / "lost.py").write_text("")
    assert flake8(trees / "broken", "--select=BW904").stdout.startswith("lost.py:1:1: BW904 ")


def test_a_program_that_uses_flake8_as_a_library_gets_the_findings(trees: Path) -> None:
    program = (
        "from flake8.api import legacy\n"
        "guide = legacy.get_style_guide(select=['BW'])\n"
        "report = guide.check_files(['shop/stock.py'])\n"
        "print(report.get_statistics('BW'))\n"
    )
    done = flake8(trees / "broken", command=[sys.executable, "-c", program])
    assert "BW101 stock may not import from till" in done.stdout
