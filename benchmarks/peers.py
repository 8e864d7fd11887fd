"""The peers, each told of the same boundaries as far as its own words reach."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks import nova
from benchmarks.measure import Case, without

HERE = Path(__file__).parent
BOUNDARIES = HERE / "boundaries"
REQUIREMENTS = HERE / "requirements.txt"
FIXIT_FILES = 100
EMPTY = "nova/tests/__init__.py"

IMPORT_LINTER_COLD = "import-linter, cache removed"
IMPORT_LINTER_WARM = "import-linter, warm"
RUFF_COLD = "ruff, --no-cache"
RUFF_WARM = "ruff, warm"
TACH = "tach check"
FIXIT_START = "Fixit 2, one empty file"
FIXIT = f"Fixit 2, one rule, {FIXIT_FILES} files"
FLAKE8 = "flake8, one local check"


def environment(cache: Path) -> Path:
    """The folder of the peers' programs; they are installed there if these versions are not yet."""
    return installed(REQUIREMENTS, cache, "peers")


def installed(requirements: Path, cache: Path, name: str) -> Path:
    """The folder of the programs of some requirements, kept under a name in `cache`."""
    pinned = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = cache / f"{name}-{pinned}-py{sys.version_info.major}.{sys.version_info.minor}"
    ready = folder / "ready"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip: list[str | Path] = [
            folder / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "-r",
            requirements,
        ]
        subprocess.run(pip, check=True)
        ready.touch()
    return folder / "bin"


def versions(programs: Path) -> dict[str, str]:
    """The versions of the peers as they are installed."""
    pip: list[str | Path] = [programs / "python", "-m", "pip", "list", "--format=json"]
    installed = json.loads(subprocess.run(pip, check=True, capture_output=True).stdout)
    wanted = {line.partition("==")[0] for line in REQUIREMENTS.read_text().splitlines()}
    return {each["name"]: each["version"] for each in installed if each["name"] in wanted}


def cases(tree: Path, programs: Path) -> list[Case]:
    """Prepare `tree` for all peers and say how each is run on it."""
    configure(tree)
    return [*_import_linter(tree, programs), *_rust(tree, programs), *_slow(tree, programs)]


def configure(tree: Path) -> None:
    """Put what each peer is told of the boundaries into `tree`."""
    for config in (*BOUNDARIES.glob("*.toml"), *BOUNDARIES.glob("*.ini")):
        shutil.copy(config, tree)


def import_linter(programs: Path) -> tuple[str, ...]:
    """How import-linter is run."""
    return str(programs / "lint-imports"), "--config", "importlinter.ini"


def tach(programs: Path) -> tuple[str, ...]:
    """How tach is run."""
    return str(programs / "tach"), "check"


def ruff(programs: Path) -> tuple[str, ...]:
    """How ruff is run, but for the files."""
    options = ("--config", "ruff_boundaries.toml", "--output-format", "concise")
    return str(programs / "ruff"), "check", *options


def _import_linter(tree: Path, programs: Path) -> list[Case]:
    command = import_linter(programs)
    finding = r"\(l\.\d+"
    cold = without(tree / ".import_linter_cache")
    return [
        Case(IMPORT_LINTER_COLD, command, tree, finding, cold),
        Case(IMPORT_LINTER_WARM, command, tree, finding),
    ]


def _rust(tree: Path, programs: Path) -> list[Case]:
    whole = (*ruff(programs), nova.PACKAGE)
    finding = r"^\S+:\d+:\d+: "
    return [
        Case(TACH, tach(programs), tree, r"^\[FAIL\]"),
        Case(RUFF_COLD, (*whole, "--no-cache"), tree, finding),
        Case(RUFF_WARM, whole, tree, finding),
    ]


def _slow(tree: Path, programs: Path) -> list[Case]:
    fixit = (str(programs / "fixit"), "lint")
    some = nova.sample(tree, len(nova.modules(tree)) // FIXIT_FILES)[:FIXIT_FILES]
    flake8 = (str(programs / "flake8"), "--config", "flake8.ini", nova.PACKAGE)
    rules = {"PYTHONPATH": str(BOUNDARIES)}
    found = r"^\S+@\d+:\d+ DriverImports"
    return [
        Case(FIXIT_START, (*fixit, EMPTY), tree, found, environment=rules),
        Case(FIXIT, (*fixit, *map(str, some)), tree, found, environment=rules, slow=True),
        Case(FLAKE8, flake8, tree, r"^\S+:\d+:\d+: BWB1", environment=rules, slow=True),
    ]


def fixit_share(tree: Path) -> float:
    """The share of the tree's bytes that the files given to Fixit have."""
    some = nova.sample(tree, len(nova.modules(tree)) // FIXIT_FILES)[:FIXIT_FILES]
    return sum((tree / path).stat().st_size for path in some) / nova.size(tree).bytes
