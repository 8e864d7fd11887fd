"""The command line as its users see it: a tree, arguments, and what comes of them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TREES = Path(__file__).parents[1] / "trees"
COMMAND = [sys.executable, "-m", "bailiwick_hooks"]
PLAIN_ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name not in {"FORCE_COLOR", "NO_COLOR", "PYTHONIOENCODING", "PYTHONUNBUFFERED"}
} | {"PYTHONUTF8": "1"}


def bailiwick(
    folder: Path, *arguments: str, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the real command in a folder."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        env=PLAIN_ENVIRONMENT | environment,
        check=False,
        timeout=60,
    )
    out, err = (
        text.decode("utf-8").replace("\r\n", "\n").replace(str(folder), "FOLDER")
        for text in (done.stdout, done.stderr)
    )
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    """All trees, copied out of this repository, whose own policy would govern them."""
    shutil.copytree(TREES, tmp_path / "trees")
    return tmp_path / "trees"


@dataclass(frozen=True)
class Case:
    tree: str
    arguments: str
    code: int
    # Exactly what stands on stdout.
    stdout: str = ""
    # What is to be found on stderr, each.
    stderr: tuple[str, ...] = ()


CROSSINGS = """\
shop/office.py:2:5: BW102 office imports what stock has not made public: shop.stock:_shelf [warning]
shop/stock.py:1:23: BW101 stock may not import from till: shop.till:sell
shop/till.py:1:18: BW102 till imports what stock has not made public: shop.stock [warning]
shop/till.py:6:11: BW201 till reaches for a private attribute of stock: shop.stock:_shelf
"""

CASES = {
    "a kept tree is clean": Case("kept", "check", 0, "All 3 files keep within their bailiwick.\n"),
    "one file of it": Case("kept", "check shop/till.py", 0, "1 file keeps within its bailiwick.\n"),
    "the same file twice is one file": Case(
        "kept", "check shop/till.py shop", 0, "All 3 files keep within their bailiwick.\n"
    ),
    "a folder without Python": Case("", "check kept/nothing", 0, "No Python file to check.\n"),
    "a broken tree, a line each": Case(
        "broken",
        "check --format concise",
        1,
        CROSSINGS + "Found 2 errors and 2 warnings in 3 files.\n",
    ),
    "warnings alone do not fail": Case(
        "broken",
        "check --format concise --ignore BW101,BW2",
        0,
        "".join(line for line in CROSSINGS.splitlines(True) if "BW102" in line)
        + "Found 2 warnings in 3 files.\n",
    ),
    "but they do under --strict": Case(
        "broken",
        "check --statistics --strict --select BW102",
        1,
        "2  BW102  import-private\nFound 2 warnings in 3 files.\n",
    ),
    "counted by rule": Case(
        "broken",
        "check --statistics",
        1,
        "2  BW102  import-private\n"
        "1  BW101  import-across\n"
        "1  BW201  private-attribute\n"
        "Found 2 errors and 2 warnings in 3 files.\n",
    ),
    "the whole message": Case(
        "broken",
        "check shop/stock.py",
        1,
        """\
shop/stock.py:1:23: BW101 stock may not import from till: shop.till:sell
  |
1 | from shop.till import sell
  |                       ^^^^
  = known by: sell is defined in shop/till.py
  = decided by: bailiwick.toml:14  subsystem "stock" uses nothing
  = ask: till-team          bailiwick explain BW101

Found 1 error in 1 file.
""",
    ),
    "exhaustively, without a cache, in one process: the same": Case(
        "broken",
        "check --format concise --exhaustive --no-cache --jobs 1",
        1,
        CROSSINGS + "Found 2 errors and 2 warnings in 3 files.\n",
    ),
    "paths under two policies are judged each under its own": Case(
        "monorepo",
        "check --format concise one two",
        1,
        "one/front.py:1:8: BW101 front may not import from back: back\nFound 1 error in 4 files.\n",
    ),
    "a folder without a policy stands for the projects below it": Case(
        "monorepo",
        "check --format concise",
        1,
        "one/front.py:1:8: BW101 front may not import from back: back\nFound 1 error in 4 files.\n",
    ),
    "a project inside a checked folder is judged under its own policy": Case(
        "nested",
        "check --format concise",
        1,
        "app.py:1:8: BW101 app may not import from base: base\n"
        "plugin/inner.py:1:8: BW101 inner may not import from outer: outer\n"
        "Found 2 errors in 4 files.\n",
    ),
    "it is judged once, and whole, if a path in it is named, too": Case(
        "nested",
        "check --format concise plugin/outer.py .",
        1,
        "app.py:1:8: BW101 app may not import from base: base\n"
        "plugin/inner.py:1:8: BW101 inner may not import from outer: outer\n"
        "Found 2 errors in 4 files.\n",
    ),
    "paths under a policy and under one inside it": Case(
        "nested", "check base.py plugin/outer.py", 0, "All 2 files keep within their bailiwick.\n"
    ),
    "nor if another policy is named": Case(
        "nested",
        "check --policy bailiwick.toml base.py plugin",
        0,
        "1 file keeps within its bailiwick.\n",
    ),
    "a policy that is named": Case(
        "nested/plugin",
        "check --format concise --policy ../bailiwick.toml ../app.py",
        1,
        "../app.py:1:8: BW101 app may not import from base: base\nFound 1 error in 1 file.\n",
    ),
    "a path that is not there": Case(
        "kept",
        "check shop/til.py",
        2,
        stderr=("error: there is no file or folder shop/til.py. Did you mean shop/till.py?\n",),
    ),
    "two paths that are not there": Case(
        "kept", "check nowhere.py shop/stok.py", 2, stderr=("nowhere.py.", "shop/stock.py?")
    ),
    "no policy": Case(
        "lone",
        "check",
        2,
        stderr=("error: no policy governs FOLDER: ", 'extends = ["nova"]', "[subsystem.core]"),
    ),
    "a broken policy": Case(
        "misspelt",
        "check",
        2,
        stderr=(
            "bailiwick.toml:2:1: ",
            "modules",
            "bailiwick.toml:3:9: ",
            "mistakes in the policy",
        ),
    ),
    "a broken policy that is named": Case(
        "misspelt", "check --policy bailiwick.toml shop", 2, stderr=("bailiwick.toml:2:1: ",)
    ),
    "a misspelt selector": Case(
        "kept", "check --select BW11", 2, stderr=("error: no rule is called 'BW11'.",)
    ),
    "an unknown format": Case("kept", "check --format xml", 2, stderr=("invalid choice: 'xml'",)),
    "no process at all": Case("kept", "check --jobs 0", 2, stderr=("argument --jobs",)),
    "stdin and paths": Case(
        "kept", "check --stdin-filename a.py shop", 2, stderr=("give no paths with it",)
    ),
    "stdin as a folder": Case(
        "kept", "check --stdin-filename shop", 2, stderr=("shop is no name of a Python file",)
    ),
    "an unknown rule": Case(
        "kept", "explain import-acros", 2, stderr=("Did you mean import-across?",)
    ),
    "a module of no name": Case(
        "kept", "where shop/tills", 2, stderr=("there is no file or folder shop/tills",)
    ),
    "an unknown command": Case("kept", "chek", 2, stderr=("invalid choice: 'chek'",)),
}


@pytest.mark.parametrize("name", CASES)
def test_it_answers(name: str, trees: Path) -> None:
    case = CASES[name]
    (trees / "kept" / "nothing").mkdir()
    (trees / "lone").mkdir()
    done = bailiwick(trees / case.tree if case.tree else trees, *case.arguments.split())
    assert (done.stdout, done.returncode) == (case.stdout, case.code), done.stderr
    assert all(words in done.stderr for words in case.stderr), done.stderr
    assert bool(done.stderr) == bool(case.stderr), done.stderr


def test_json_gives_paths_relative_to_the_working_directory(trees: Path) -> None:
    done = bailiwick(trees / "kept", "check", "../broken", "--format", "json")
    assert done.returncode == 1
    document: dict[str, Any] = json.loads(done.stdout)
    assert [finding["path"] for finding in document["findings"]] == [
        "../broken/shop/office.py",
        "../broken/shop/stock.py",
        "../broken/shop/till.py",
        "../broken/shop/till.py",
    ]
    across = document["findings"][1]
    assert (across["subsystem"], across["target_subsystem"]) == ("stock", "till")
    assert across["owners"] == ["till-team"]
    assert document["summary"]["codes"] == {"BW101": 1, "BW102": 2, "BW201": 1}


def test_paths_start_at_the_working_directory(trees: Path) -> None:
    below = bailiwick(trees / "broken/shop", "check", "stock.py")
    assert below.stdout.startswith("stock.py:1:23: BW101 ")
    assert "decided by: ../bailiwick.toml:14  subsystem" in below.stdout
    above = bailiwick(trees, "check", "broken/shop/stock.py")
    assert above.stdout.startswith("broken/shop/stock.py:1:23: BW101 ")
    assert "decided by: broken/bailiwick.toml:14  subsystem" in above.stdout
    where = bailiwick(trees / "broken/shop", "where", "stock.py").stdout
    assert "shop.stock  (stock.py)" in where
    assert "nothing else  ../bailiwick.toml:13" in where


@pytest.mark.parametrize("path", ["shop/till.py", "shop/unborn.py"])
def test_stdin_is_judged_as_if_it_were_the_file(trees: Path, path: str) -> None:
    text = b"from shop.till import sell\nimport shop.stock\n"
    arguments = ("check", "--format", "concise", "--stdin-filename", path, "--select", "BW1,BW9")
    done = bailiwick(trees / "broken", *arguments, stdin=text)
    assert done.returncode == (0 if path == "shop/till.py" else 1), done.stdout + done.stderr
    places = [line.split(": ")[0] for line in done.stdout.splitlines()[:-1]]
    assert f"{path}:2:8" in places
    assert all(place.startswith(path) for place in places)


def test_colour_comes_when_it_is_forced_and_only_then(trees: Path) -> None:
    assert "\x1b[" in bailiwick(trees / "broken", "check", FORCE_COLOR="1").stdout
    assert "\x1b[" in bailiwick(trees / "broken", "check", "--color", "always").stdout
    assert "\x1b[" not in bailiwick(trees / "broken", "check").stdout


def test_output_survives_a_poor_encoding(trees: Path) -> None:
    (trees / "broken/shop/office.py").write_text(
        "from shop.stock import _shelf  # 日本\n", encoding="utf-8"
    )
    done = bailiwick(trees / "broken", "check", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 1, done.stderr
    assert "\\u65e5" in done.stdout


def test_a_reader_that_goes_away_is_no_reason_to_complain(trees: Path) -> None:
    crossing = "from shop.stock import _shelf\n"
    (trees / "broken/shop/office.py").write_text(crossing * 400, encoding="utf-8")
    with subprocess.Popen(
        [*COMMAND, "check"],
        cwd=trees / "broken",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=PLAIN_ENVIRONMENT,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal to one process there")
def test_ctrl_c_ends_it_with_a_word(trees: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "check", "--stdin-filename", "shop/till.py"],
        cwd=trees / "broken",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=PLAIN_ENVIRONMENT,
        # What is started in the background of a shell inherits that interrupts are ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdin
        # More than a pipe holds: when all is written, it is being read.
        process.stdin.write(b"#" * (1 << 20))
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=10) == (b"", b"interrupted\n")
    assert process.returncode == 130


def test_where_says_who_and_why(trees: Path) -> None:
    done = bailiwick(trees / "broken", "where", "shop/till.py")
    assert (
        done.stdout
        == """\
shop.till  (shop/till.py)
  subsystem    till  bailiwick.toml:7  subsystem "till" has shop.till
  owners       till-team
  public       every name without a leading underscore
  may use      stock  bailiwick.toml:8  subsystem "till" uses "stock"
  may not use  office  bailiwick.toml:8  subsystem "till" uses stock
"""
    )


@pytest.mark.parametrize(
    ("subject", "module", "subsystem", "path"),
    [
        ("shop/stock.py", "shop.stock", "stock", "shop/stock.py"),
        ("shop.stock", "shop.stock", "stock", "shop/stock.py"),
        ("shop.stock.unborn", "shop.stock.unborn", "stock", ""),
        ("shop", "shop", None, ""),
        ("elsewhere", "elsewhere", None, ""),
    ],
)
def test_where_takes_paths_and_modules(
    trees: Path, subject: str, module: str, subsystem: str | None, path: str
) -> None:
    done = bailiwick(trees / "broken", "where", subject, "--format", "json")
    document = json.loads(done.stdout)
    assert (document["module"], document["subsystem"], document["path"]) == (
        module,
        subsystem,
        path,
    )


@pytest.mark.parametrize("word", ["BW101", "bw101", "import-across"])
def test_explain_prints_the_page(trees: Path, word: str) -> None:
    done = bailiwick(trees / "kept", "explain", word)
    assert done.returncode == 0
    assert "BW101" in done.stdout
    assert "import-across" in done.stdout
    assert "\x1b[" not in done.stdout


def test_rules_lists_every_rule(tmp_path: Path) -> None:
    lines = bailiwick(tmp_path, "rules").stdout.splitlines()
    assert [line.split()[0] for line in lines][:3] == ["BW101", "BW102", "BW103"]
    assert all("error" in line or "warning" in line for line in lines)


def test_schema_is_json(tmp_path: Path) -> None:
    assert "properties" in json.loads(bailiwick(tmp_path, "schema").stdout)


def test_without_a_command_it_shows_what_there_is(tmp_path: Path) -> None:
    done = bailiwick(tmp_path)
    assert done.returncode == 2
    assert "examples:" in done.stderr


@pytest.mark.parametrize("command", ["", "check", "explain", "where", "rules", "schema"])
def test_help_teaches(tmp_path: Path, command: str) -> None:
    done = bailiwick(tmp_path, *command.split(), "--help")
    assert done.returncode == 0
    assert f"usage: bailiwick {command}" in done.stdout
    assert "bailiwick" in done.stdout.partition("\n\n")[2]


def test_version_is_the_one_of_the_distribution(tmp_path: Path) -> None:
    from importlib.metadata import version

    assert bailiwick(tmp_path, "--version").stdout == f"bailiwick {version('bailiwick')}\n"


HEAVY = {"rich", "libcst", "asyncio", "importlib.metadata", "multiprocessing", "difflib"}


EDITED_POLICY = """
[subsystem.core]
modules = ["shop.core"]
[subsystem.disk]
modules = ["shop.disk"]
"""
EDITED = {
    "shop/core/base.py": "from shop.core import conf\n\n\nclass Base:\n    _lock = 1\n",
    "shop/core/conf.py": "CONF = 1\n",
    "shop/disk/store.py": """\
from shop.core import base


class Store(base.Base):
    def open(self):
        return self.conf.disk._lock

    def close(self):
        return self.open(), self._lock
""",
}


def test_a_new_import_and_a_new_line_beside_known_findings_cost_no_parser(tmp_path: Path) -> None:
    def check(*options: str) -> tuple[str, set[str]]:
        call = ["check", *options, "--format", "concise"]
        program = (
            f"import sys; from bailiwick_hooks.cli import main; main({call}); "
            "print(*sys.modules, file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True
        )
        return done.stdout, set(done.stderr.split())

    (tmp_path / "bailiwick.toml").write_text(EDITED_POLICY)
    for name, text in EDITED.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before, loaded = check()
    assert "store.py:9:" in before
    assert "libcst" in loaded
    for name in ("shop/core/base.py", "shop/disk/store.py"):
        text = (tmp_path / name).read_text()
        text = f"from shop.core import conf as new\n{text}\n\ndef made():\n    return new\n"
        (tmp_path / name).write_text(text)
    after, loaded = check()

    assert "libcst" not in loaded
    assert after == before.replace("store.py:9:", "store.py:10:")
    assert after == check("--no-cache")[0]


def test_a_warm_run_in_a_pipe_imports_nothing_heavy(trees: Path) -> None:
    program = (
        "import sys; from bailiwick_hooks.cli import main; code = main(['check']); "
        "print(*sorted(sys.modules), file=sys.stderr); sys.exit(code)"
    )
    for _ in ("cold", "warm"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=trees / "kept",
            capture_output=True,
            text=True,
            env=PLAIN_ENVIRONMENT,
            check=True,
        )
    assert HEAVY.isdisjoint(done.stderr.split())
