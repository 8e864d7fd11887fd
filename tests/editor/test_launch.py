"""The scripts with which the extension looks at a Python, and starts Bailiwick on it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib import machinery
from pathlib import Path

import pytest
from bailiwick import __version__

TOOL = Path(__file__).parents[2] / "vscode-extension" / "bundled" / "tool"


def run(*command: str | Path) -> str:
    ran = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=True, timeout=120
    )
    return ran.stdout.strip()


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle with a command line that only says where things came from."""
    shutil.copytree(TOOL, tmp_path / "tool")
    hooks = tmp_path / "libs" / "bailiwick_hooks"
    hooks.mkdir(parents=True)
    (hooks / "__init__.py").touch()
    (hooks / "cli.py").write_text(
        "import sys\n"
        "def main():\n"
        "    import libcst\n"
        "    print(sys.argv[1:], __file__, libcst.__file__, sep='\\n')\n"
        "    return 0\n",
        encoding="utf-8",
    )
    return tmp_path


def with_libcst(bundle: Path, suffix: str) -> Path:
    """Put a libcst into the bundle that is compiled for Pythons with this suffix."""
    package = bundle / "native" / "libcst"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / f"native{suffix}").touch()
    return package / "__init__.py"


def test_a_python_tells_what_it_has() -> None:
    told = json.loads(run(TOOL / "probe.py"))
    assert told["python"] == list(sys.version_info[:3])
    assert Path(told["executable"]).exists()
    assert (told["bailiwick"], told["server"], told["libcst"]) == (__version__, True, True)


def test_a_python_without_bailiwick_tells_so() -> None:
    told = json.loads(run("-I", "-S", TOOL / "probe.py"))
    assert (told["bailiwick"], told["server"], told["libcst"]) == (None, False, False)


@pytest.mark.parametrize(
    ("suffix", "fits"), [(machinery.EXTENSION_SUFFIXES[0], True), (".x", False)]
)
def test_a_python_tells_whether_the_libcst_that_came_along_fits(
    bundle: Path, suffix: str, fits: bool
) -> None:
    with_libcst(bundle, suffix)
    assert json.loads(run(bundle / "tool" / "probe.py"))["bundledLibcst"] is fits


def test_the_environments_bailiwick_runs_as_it_is() -> None:
    assert run(TOOL / "launch.py", "environment", "--version") == f"bailiwick {__version__}"


def test_the_copy_stands_before_what_the_python_has_installed(bundle: Path) -> None:
    mine = with_libcst(bundle, machinery.EXTENSION_SUFFIXES[0])
    arguments, cli, libcst = run(bundle / "tool" / "launch.py", "bundled", "server").splitlines()
    assert arguments == "['server']"
    assert Path(cli) == bundle / "libs" / "bailiwick_hooks" / "cli.py"
    assert Path(libcst) == mine


def test_where_no_libcst_fits_the_pythons_own_is_taken(bundle: Path) -> None:
    other = with_libcst(bundle, ".x")
    *_, libcst = run(bundle / "tool" / "launch.py", "bundled", "server").splitlines()
    assert Path(libcst) != other
