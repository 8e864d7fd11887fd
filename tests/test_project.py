"""The project as a stranger gets it: the wheel, its commands, and what README promises."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
import tomli
from bailiwick import __version__

ROOT = Path(__file__).parent.parent
PACKAGES = {
    "bailiwick": ROOT / "rules",
    "bailiwick_hooks": ROOT / "hooks",
    "bailiwick_server": ROOT / "server",
    "bailiwick_reports": ROOT / "reports",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages_and_no_other(wheel: Path) -> None:
    in_tree = {
        path.relative_to(source).as_posix()
        for package, source in PACKAGES.items()
        for path in (source / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    in_wheel = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert in_wheel == in_tree
    assert {f"{package}/py.typed" for package in PACKAGES} <= in_wheel
    assert "bailiwick/policies/nova.toml" in in_wheel


def test_the_wheel_carries_its_license(wheel: Path) -> None:
    assert any(name.endswith("licenses/LICENSE") for name in zipfile.ZipFile(wheel).namelist())


def test_there_is_one_version() -> None:
    project = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["dynamic"] == ["version"]
    assert __version__ == distribution("bailiwick").version


@pytest.mark.parametrize(
    "script", distribution("bailiwick").entry_points.select(group="console_scripts").names
)
def test_every_console_script_runs(script: str) -> None:
    program = Path(sysconfig.get_path("scripts")) / script
    ran = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout == f"{script} {__version__}\n"


def test_every_command_that_a_document_names_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    documents = [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), ROOT / ".ci" / "run"]
    named = {
        target
        for path in documents
        for target in re.findall(r"(?:^\$ |`)make ([a-z]+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert {"demo", "test"} <= named <= targets


def test_no_link_between_the_documents_is_broken() -> None:
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
    broken = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in documents
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8"))
        if not (path.parent / link).exists()
    ]
    assert broken == []


def test_the_lock_file_pins_every_requirement_by_hash_and_names_no_registry() -> None:
    lock = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z])", lock.partition("\n\n")[0])
    assert "://" not in lock
    assert [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []
