"""Real runs of the command: side by side, over a damaged cache, and cut short."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import full_disk

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals, links and limits")

CHECK = (sys.executable, "-m", "bailiwick_hooks", "check", "--format", "concise")
POLICY = """\
[subsystem.shop]
modules = ["shop"]
[subsystem.stock]
modules = ["stock"]
"""
STORED = ("report.json", "verdicts", "changes.json")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Some files with a breach each, long unchanged."""
    (tmp_path / "bailiwick.toml").write_text(POLICY)
    write(tmp_path / "stock" / "shelf.py", "class Shelf:\n    _cans = 3\n")
    for number in range(20):
        words = f"from stock.shelf import Shelf\n\n\nprint(Shelf()._cans, {number})\n"
        write(tmp_path / "shop" / f"till{number}.py", words)
    return tmp_path


def write(file: Path, words: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(words)


def started(tree: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*CHECK, *options],
        cwd=tree,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # In the background of a shell, interrupts may be ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def told(run: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, error = run.communicate(timeout=60)
    return run.returncode, out, error


def check(tree: Path, *options: str) -> tuple[int, str, str]:
    return told(started(tree, *options))


def test_two_runs_at_once_do_each_other_no_harm(tree: Path) -> None:
    for number in range(2):
        write(tree / "shop" / "till0.py", f"# {number}\n{(tree / 'shop/till0.py').read_text()}")
        cold = check(tree, "--no-cache")
        at_once = [started(tree) for _ in range(3)]
        assert [told(run) for run in at_once] == [cold] * 3
        assert check(tree) == cold

    kept = {file.name.partition("-")[0] for file in (tree / ".bailiwick_cache").iterdir()}
    assert kept == {".gitignore", "CACHEDIR.TAG", "policy", *STORED}


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def with_other_digits(file: Path) -> None:
    file.write_bytes(file.read_bytes().translate(bytes.maketrans(b"345", b"453")))


def with_a_flipped_bit(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[-20] ^= 1
    file.write_bytes(data)


def a_list(file: Path) -> None:
    file.write_text("[1, 2]")


def nested(file: Path) -> None:
    file.write_text("[" * 100_000)


def of_other_shape(file: Path) -> None:
    file.write_text('{"key": 1, "stamps": [], "findings": 3, "words": {}, "files": [[]]}')


def not_text(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00" * 1000)


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "full").touch()


def a_circle(file: Path) -> None:
    file.unlink()
    file.symlink_to(file)


def endless(file: Path) -> None:
    file.unlink()
    file.symlink_to("/dev/zero")


def a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize(
    "damage",
    [
        truncated,
        emptied,
        with_other_digits,
        with_a_flipped_bit,
        a_list,
        nested,
        of_other_shape,
        not_text,
        a_folder,
        a_circle,
        endless,
        a_pipe,
    ],
)
def test_a_damaged_cache_costs_time_only(tree: Path, damage: Callable[[Path], None]) -> None:
    cold = check(tree)
    for name in STORED:
        damage(tree / ".bailiwick_cache" / name)

    assert check(tree) == cold
    assert check(tree) == cold


@pytest.mark.parametrize("kept", range(1, 2 ** len(STORED)))
def test_files_that_two_runs_left_side_by_side_are_never_taken_for_those_of_one(
    tree: Path, kept: int
) -> None:
    folder, till = tree / ".bailiwick_cache", tree / "shop" / "till3.py"
    check(tree)
    before = {name: (folder / name).read_bytes() for name in STORED}
    words = till.read_text()
    write(till, f"{words}print(Shelf()._cans)\n")
    after = check(tree)
    for place, name in enumerate(STORED):
        if kept & 1 << place:
            (folder / name).write_bytes(before[name])

    assert check(tree) == after
    assert check(tree) == after
    write(till, words)
    assert check(tree) == check(tree, "--no-cache")


def test_a_file_in_place_of_the_cache_costs_time_only(tree: Path) -> None:
    (tree / ".bailiwick_cache").write_text("mine")

    assert check(tree) == check(tree, "--no-cache")
    assert (tree / ".bailiwick_cache").read_text() == "mine"


def test_nothing_is_written_through_a_link_in_place_of_the_cache(
    tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "report.json").write_text("mine")
    (tree / ".bailiwick_cache").symlink_to(elsewhere)

    assert check(tree) == check(tree, "--no-cache")
    assert [file.name for file in elsewhere.iterdir()] == ["report.json"]
    assert (elsewhere / "report.json").read_text() == "mine"


@full_disk.needs_limits
def test_a_full_disk_costs_time_only_and_leaves_nothing_half_written(tree: Path) -> None:
    done = full_disk.run(CHECK, tree)

    assert (done.returncode, done.stdout, done.stderr) == check(tree, "--no-cache")
    assert {file.name for file in (tree / ".bailiwick_cache").iterdir()} == {
        ".gitignore",
        "CACHEDIR.TAG",
    }


CONTRACT = f"""\
{POLICY}
[contract.tills]
interface = "stock.shelf:Shelf"
implemented-by = ["stock"]
returned-by = ["stock.shelf:load"]
held-by = ["shop.till0:Till.shelf"]
"""
HOLDER = """\
from stock.shelf import load


class Till:
    def __init__(self):
        self.shelf = load()


def shelf():
    return load()
"""


@pytest.fixture
def hall(tree: Path) -> Path:
    """So many users of a contract, each through another, that several processes share them."""
    (tree / "bailiwick.toml").write_text(CONTRACT)
    shelf = "class Shelf:\n    def get(self): ...\n\n\ndef load() -> Shelf:\n    return Shelf()\n"
    write(tree / "stock" / "shelf.py", shelf)
    write(tree / "shop" / "till0.py", HOLDER)
    for number in range(1, 240):
        words = f"from shop.till{number // 2} import Till, shelf, load\n\n\n"
        words += f"class Till{number}(Till):\n    def ring(self):\n        self.shelf.sell()\n\n\n"
        write(tree / "shop" / f"till{number}.py", f"{words}load().give({number})\n")
    return tree


def test_several_processes_find_what_one_finds(hall: Path) -> None:
    alone = check(hall, "--no-cache", "--jobs", "1")

    assert alone[1].count("BW301") == 478
    assert check(hall, "--no-cache", "--jobs", "2") == alone
    assert check(hall, "--no-cache", "--jobs", "3") == alone


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_several_processes_keep_serves_like_what_one_keeps(hall: Path, jobs: str) -> None:
    check(hall, "--jobs", jobs)
    write(hall / "shop" / "till0.py", HOLDER.replace("load()", "tuple()"))

    assert check(hall, "--jobs", "1") == check(hall, "--no-cache", "--jobs", "1")
    assert check(hall, "--jobs", "1") == check(hall, "--no-cache", "--jobs", "2")


def children(process: int) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


def runs(process: str) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="workers are started there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_cut_short_ends_at_once_with_its_workers(
    tree: Path, number: signal.Signals
) -> None:
    body = "".join(f"    x{line} = [{line}, Shelf, print(1)]\n" for line in range(600))
    for count in range(250):
        words = f"from stock.shelf import Shelf\ndef till():\n{body}"
        write(tree / "shop" / f"long{count}.py", words)
    run = started(tree, "--no-cache", "--jobs", "2", "--exhaustive")
    limit = time.monotonic() + 30
    while not (workers := children(run.pid)) and time.monotonic() < limit:
        time.sleep(0.02)
    begin = time.monotonic()
    run.send_signal(number)
    code, out, error = told(run)
    took = time.monotonic() - begin

    while any(map(runs, workers)) and time.monotonic() < begin + 5:
        time.sleep(0.02)
    assert workers
    assert not any(map(runs, workers))
    assert took < 5
    assert out == ""
    expected = (130, "interrupted\n") if number == signal.SIGINT else (-number, "")
    assert (code, error) == expected
    assert not (tree / ".bailiwick_cache").exists()
