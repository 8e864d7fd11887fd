"""What we say of flake8's choice of files and codes is what flake8 does."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from bailiwick_hooks.proving.flake8 import Flake8

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("shop/till/desk.py", "shop/stock/shelf.py", "tests/test_till.py", "setup.py")
# What every file breaks.
TEXT = "from other.goods import Shelf, _count\n\nShelf._open\n"
CODES = ("BW102", "BW201")
REST = {
    "bailiwick.toml": "[subsystem.other]\nmodules = ['other']\n",
    "other/goods.py": "def _count(): ...\n\n\nclass Shelf:\n    def _open(self): ...\n",
}

CONFIGURATIONS = {
    "nothing": "",
    "select": "select = BW1",
    "select of a longer code": "select = BW20,W",
    "extend-select": "extend-select = BW20",
    "ignore": "ignore = BW10",
    "extend-ignore": "extend-ignore = BW201,F8",
    "a longer selector wins": "select = BW102\nignore = BW1",
    "of equal ones the ignored": "select = BW102\nignore = BW102",
    "exclude by name": "exclude = till",
    "exclude by path": "exclude = shop/till",
    "exclude below a path": "exclude = shop/*",
    "exclude a file": "extend-exclude = setup.py,shelf.py",
    "exclude with a dot": "exclude = ./shop/stock",
    "filename": "filename = test_*.py",
    "filename of whole paths": "filename = ./shop/*.py",
    "per-file-ignores": "per-file-ignores =\n    shop/till/*: BW102\n    setup.py: BW2,BW1",
    "per-file-ignores on one line": "per-file-ignores = tests/*:BW201,shop/stock/shelf.py:BW1",
    "per-file-ignores of several files": "per-file-ignores =\n    setup.py,shop/*: BW102,BW201",
    "per-file-ignores of a folder": "per-file-ignores = shop/till: BW102",
    "per-file-ignores of a shorter code": "select = BW102,BW2\nper-file-ignores = setup.py: BW1",
    "names with the other sign": "per_file_ignores = setup.py: BW102\nextend_ignore = BW201",
}


@pytest.mark.parametrize("named", [False, True], ids=["walked", "named"])
@pytest.mark.parametrize("name", ["setup.cfg", "tox.ini", ".flake8"])
@pytest.mark.parametrize("lines", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_a_code_is_said_if_and_only_if_flake8_says_it(
    lines: str, name: str, named: bool, tmp_path: Path
) -> None:
    if name != ".flake8" and lines != CONFIGURATIONS["exclude by path"]:
        pytest.skip("each file once is enough")
    for path, text in (dict.fromkeys(FILES, TEXT) | REST).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / name).write_text(f"[flake8]\n{lines}\n")

    flake8 = Flake8.read(tmp_path)

    said = {
        (path, code)
        for path in FILES
        for code in CODES
        if not flake8.leaves_out(path, named=named) and not flake8.silenced(path, code)
    }
    assert said == _said(tmp_path, FILES if named else (".",))


def _said(folder: Path, paths: tuple[str, ...]) -> set[tuple[str, str]]:
    """What real flake8 says of files or folders."""
    command = [sys.executable, "-m", "flake8", "--jobs=1", "--format=%(path)s %(code)s", *paths]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert not done.stderr
    lines = (
        line.replace("\\", "/").removeprefix("./").split() for line in done.stdout.splitlines()
    )
    return {(path, code) for path, code in lines if code in CODES}
