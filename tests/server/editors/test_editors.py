"""Real editors, headless, with the configurations of docs/editors.md: they show and fix."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.shop import build

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "editors.md"
BILLS = "shop/pay/bills.py"
PATIENCE = 300


def configuration(editor: str) -> str:
    """The configuration that the page says is tried."""
    found = re.search(
        rf"<!-- tried: {editor} -->\n```\w+\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    return found[1]


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed: `make editors` does that where apt-get can")
    return found


def drive(command: list[str], root: Path) -> list[str]:
    """Run an editor that opens the file, and give what it says."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(root / "home"),
        "XDG_CONFIG_HOME": str(root / "home"),
        "XDG_STATE_HOME": str(root / "home"),
        "XDG_DATA_HOME": str(root / "home"),
        "FILE_TO_OPEN": str(root / "tree" / BILLS),
        "ROOT": str(root / "tree"),
    }
    (root / "home").mkdir()
    done = subprocess.run(
        command,
        cwd=root / "tree",
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
    )
    lines = done.stdout.split("\n")
    assert "fixed" in lines, done.stdout + done.stderr
    return lines


def fixed(root: Path) -> bool:
    text = (root / "tree" / BILLS).read_text(encoding="utf-8")
    return text.startswith("from shop.core.api import Order\nfrom shop.mail import sender\n")


def test_neovim_shows_what_is_wrong_and_applies_a_fix(tmp_path: Path) -> None:
    neovim = program("nvim")
    build(tmp_path / "tree")
    (tmp_path / "init.lua").write_text(configuration("neovim"), encoding="utf-8")
    script = ["-u", str(tmp_path / "init.lua"), "-c", f"luafile {HERE / 'neovim.lua'}"]
    said = drive([neovim, "--headless", "-n", "-i", "NONE", *script], tmp_path)
    assert {"1:30 BW102", "2:23 BW101", "7:18 BW201"} <= set(said)
    assert fixed(tmp_path)


def test_emacs_shows_what_is_wrong_and_applies_a_fix(tmp_path: Path) -> None:
    emacs = program("emacs")
    build(tmp_path / "tree")
    has_eglot = subprocess.run(
        [emacs, "--batch", "--eval", "(progn (package-initialize) (require 'eglot))"],
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    if has_eglot.returncode != 0:
        pytest.skip("this Emacs has no eglot: `make editors` installs it where apt-get can")
    (tmp_path / "init.el").write_text(configuration("emacs"), encoding="utf-8")
    command = [emacs, "--batch", "--eval", "(package-initialize)"]
    # In a batch nothing is started by a hook after a command.
    scripts = ["-l", str(tmp_path / "init.el"), "-l", str(HERE / "emacs.el")]
    said = drive([*command, *scripts], tmp_path)
    assert any(line.startswith("1:30 ") and "has not made public" in line for line in said)
    assert any(line.startswith("2:23 ") for line in said)
    assert fixed(tmp_path)
