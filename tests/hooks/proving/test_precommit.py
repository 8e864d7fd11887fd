"""What we say of pre-commit's choice of files is what pre-commit does."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
from bailiwick_hooks.proving.precommit import hook_ways

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("shop/till.py", "shop/stock/shelf.py", "tests/test_till.py", "setup.py")
# Prints the files that it is given, and never fails.
ENTRY = f"{sys.executable} -c 'import sys; print(*sys.argv[1:], sep=chr(10))'"

CONFIGURATIONS = {
    "nothing said": ("", ""),
    "files": ("", "files: ^shop/"),
    "files that are searched for": ("", "files: stock"),
    "files with a dot and a slash": ("", r"files: ^\./shop/"),
    "exclude": ("", "exclude: till"),
    "both": ("", "files: py$\nexclude: ^shop/stock/"),
    "at the top": ("files: ^shop/\nexclude: stock\n", ""),
    "at the top and below": ("exclude: stock\n", "files: ^shop/"),
    "verbose": ("", "exclude: |\n    (?x)^(\n        shop/till\\.py|\n        setup\\.py\n    )$"),
    "types": ("", "types: [python]"),
    "types that no module has": ("", "types: [python, pyi]"),
    "any of these types": ("", "types_or: [pyi, python]"),
    "none of these types": ("", "exclude_types: [text]"),
    "executables": ("", "types: [executable]"),
}


@pytest.mark.parametrize(("top", "below"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_a_file_is_withheld_if_and_only_if_pre_commit_withholds_it(
    top: str, below: str, tmp_path: Path
) -> None:
    for path in FILES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x = 1\n")
    (tmp_path / "bailiwick.toml").write_text("[subsystem.shop]\nmodules = ['shop']\n")
    config = tmp_path / ".pre-commit-config.yaml"
    config.write_text(_config(top, below, ENTRY))
    given = _given(tmp_path)

    config.write_text(_config(top, below, "bailiwick check"))
    (way,) = hook_ways(tmp_path, tmp_path / "bailiwick.toml", FILES)

    assert {path for path in FILES if not way.withheld(path)} == given


def _config(top: str, below: str, entry: str) -> str:
    hook = textwrap.dedent(f"""\
        - id: lines
          name: lines
          language: system
          require_serial: true
          verbose: true
          entry: {entry}
        """)
    hook += textwrap.indent(below, "  ")
    return f"{top}repos:\n  - repo: local\n    hooks:\n{textwrap.indent(hook, ' ' * 6)}\n"


def _given(folder: Path) -> set[str]:
    """The files that real pre-commit hands to the hook."""
    for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
        subprocess.run(command, cwd=folder, check=True)
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return set(done.stdout.splitlines()) & set(FILES)
