"""`bailiwick init`: what is proposed for which tree, and that nothing is written unasked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import tomli
import yaml
from bailiwick import Tree, check, load_policy
from bailiwick_hooks.cli import main

ROOT = Path(__file__).parents[3]
SHOP = {
    "shop/__init__.py": "",
    "shop/api/__init__.py": "from shop.till import desk\n",
    "shop/till/__init__.py": "",
    "shop/till/desk.py": "from shop.stock.shelf import take\n",
    "shop/stock/__init__.py": "",
    "shop/stock/shelf.py": "import sqlalchemy\n\n\ndef take(): ...\n\n\ndef _peek(): ...\n",
}
CYCLE = {"shop/stock/back.py": "from shop.till import desk\n"}
TESTS = {
    "tests/__init__.py": "",
    "tests/unit/till/test_desk.py": "from shop.till import desk\n",
    "tests/test_stock.py": "from shop.stock.shelf import _peek\n",
    "tests/test_all.py": "import shop\n",
}

IMPORTLINTER = """\
[importlinter]
root_package = shop

[importlinter:contract:1]
name = The house
type = layers
layers =
    api
    till | (nowhere)
    stock
containers = shop
ignore_imports =
    shop.stock.back -> shop.till.desk

[importlinter:contract:parts]
name = Parts know nothing of each other
type = independence
modules =
    shop.till
    shop.api

[importlinter:contract:db]
name = No database
type = forbidden
source_modules = shop.till
    shop.api
forbidden_modules = sqlalchemy
    shop.stock.back

[importlinter:contract:own]
name = Our own
type = shop.contracts.Own
"""
PROTECTED = """\
[tool.importlinter]
root_package = "shop"

[[tool.importlinter.contracts]]
name = "Stock"
type = "protected"
protected_modules = ["shop.stock"]
allowed_importers = ["shop.till"]

[[tool.importlinter.contracts]]
name = "No circles"
type = "acyclic_siblings"
ancestors = ["shop"]
"""
TACH = """\
layers = ["high", "low"]
exact = true

[[modules]]
path = "shop.api"
depends_on = ["shop.till"]
layer = "high"

[[modules]]
paths = ["shop.till"]
depends_on = []
layer = "high"

[[modules]]
path = "shop.stock"
depends_on = []
layer = "low"
utility = true

[[modules]]
path = "shop.nowhere"

[[interfaces]]
expose = ["take", "shelf.take", "back_.*"]
from = ["shop.stock"]
"""
HACKING = '''\
import re

virt_import_re = re.compile(
    r"^\\s*(?:import|from) shop\\.(?:tests\\.)?(\\w+)")


def no_config(line):
    """N312"""
    yield (0, "N399: importing eventlet is forbidden")
'''


@dataclass(frozen=True)
class Case:
    files: dict[str, str]
    # By dotted keys what the policy says; None: it says nothing of it.
    says: dict[str, Any] = field(default_factory=dict)
    # Beginnings of what is said not to have been taken over, in order.
    notes: tuple[str, ...] = ()
    # The codes of what a check finds then.
    finds: tuple[str, ...] = ()


CASES = {
    "a package is parted by its packages": Case(
        SHOP,
        {
            "unclaimed": "error",
            "source-roots": None,
            "subsystem.shop.modules": ["shop"],
            "subsystem.shop.uses": [],
            "subsystem.api.uses": ["till"],
            "subsystem.till.uses": ["stock"],
            "subsystem.stock.uses": [],
        },
    ),
    "what is there already is found": Case(
        SHOP | CYCLE | {"shop/till/more.py": "from shop.stock.shelf import _peek\n"},
        {"subsystem.stock.uses": ["till"]},
        finds=("BW102", "BW103"),
    ),
    "what is reached through a package is used, too": Case(
        SHOP | {"shop/api/more.py": "import shop\n\nshop.stock.shelf.take()\n"},
        {"subsystem.api.uses": ["shop", "stock", "till"]},
    ),
    "tests belong with what they mirror": Case(
        SHOP | TESTS,
        {
            "subsystem.till.tests": ["tests.unit.till"],
            "subsystem.stock.tests": ["tests.test_stock"],
            "subsystem.tests.modules": ["tests"],
            "subsystem.tests.uses": None,
        },
    ),
    "a src layout": Case(
        {f"src/{path}": text for path, text in SHOP.items()}
        | {"pyproject.toml": "[tool.setuptools.packages.find]\nwhere = ['src']\n"}
        | {"setup.py": "", "docs/conf.py": ""}
        | TESTS,
        {"source-roots": [".", "src"], "exclude": ["/docs/", "/setup.py"]},
    ),
    "a src layout that nobody declares": Case(
        {f"src/{path}": text for path, text in SHOP.items()}, {"source-roots": ["src"]}
    ),
    "roots in setup.cfg": Case(
        {f"lib/{path}": text for path, text in SHOP.items()}
        | {"setup.cfg": "[options]\npackage_dir =\n    = lib\n"},
        {"source-roots": ["lib"], "subsystem.till.modules": ["shop.till"]},
    ),
    "a folder of scripts": Case(
        {"a.py": "import b\n", "b.py": ""},
        {"subsystem.scripts.modules": ["a", "b"], "unclaimed": "error"},
    ),
    "a package of modules": Case(
        {"shop/__init__.py": "", "shop/a.py": "from shop import b\n", "shop/b.py": ""},
        {"subsystem.a.uses": ["b"], "subsystem.b.modules": ["shop.b"]},
    ),
    "several packages": Case(
        {"one/__init__.py": "", "two/__init__.py": "import one\n", "three/a.py": ""},
        {"subsystem.two.uses": ["one"], "subsystem.three.modules": ["three"]},
    ),
    "packages of one name": Case(
        {f"{top}/{part}/a.py": "" for top in ("one", "two") for part in ("core", "x", "y", "z")}
        | {f"{top}/{part}/b.py": "" for top in ("one", "two") for part in ("core", "x", "y", "z")},
        {"subsystem.one-core.modules": ["one.core"], "subsystem.two-core.modules": ["two.core"]},
    ),
    "owners": Case(
        SHOP
        | {
            ".github/CODEOWNERS": "# us\n* @org/all\n/shop/till/ @org/till help@example.org\n"
            "/shop/stock/* @org/stock\n"
        },
        {
            "subsystem.api.owners": ["@org/all"],
            "subsystem.till.owners": ["@org/till", "help@example.org"],
            "subsystem.stock.owners": ["@org/stock"],
        },
    ),
    "a folder with owners of its own": Case(
        SHOP | {"shop/till/card/__init__.py": "", "CODEOWNERS": "/shop/till/card @card\n"},
        {"subsystem.card.modules": ["shop.till.card"], "subsystem.card.owners": ["@card"]},
    ),
    "owners that cannot be read": Case(
        SHOP | {"CODEOWNERS": "/shop/[a @card\n"},
        {"subsystem.till.owners": None},
        ("CODEOWNERS:1: cannot be read",),
    ),
    "import-linter's contracts": Case(
        SHOP | CYCLE | {".importlinter": IMPORTLINTER},
        {
            "layers.the-house.order": ["api", "till", ["stock", "back"]],
            "group.parts-know-nothing-of-each-other.members": ["till", "api"],
            "group.parts-know-nothing-of-each-other.independent": True,
            "subsystem.stock.packages": ["sqlalchemy"],
            "subsystem.api.uses": [],
            "subsystem.back.uses": [],
            "subsystem.shop.modules": ["shop"],
        },
        (
            '.importlinter:4: contract "The house": 1 import is ignored there',
            '.importlinter:30: contract "Our own" of type shop.contracts.Own is not taken over',
        ),
        finds=("BW101", "BW101"),
    ),
    "import-linter's contracts in pyproject.toml": Case(
        SHOP | {"pyproject.toml": PROTECTED},
        {
            "subsystem.stock.public": [],
            "subsystem.stock.public-to": {"till": "all"},
            "subsystem.till.uses": ["stock"],
            "subsystem.api.uses": ["till"],
        },
        ('pyproject.toml:10: contract "No circles": rule BW103',),
    ),
    "tach's modules": Case(
        SHOP | {"tach.toml": TACH},
        {
            "layers.tach.order": [["api", "till"], "stock"],
            "subsystem.api.uses": ["stock", "till"],
            "subsystem.till.uses": ["stock"],
            "subsystem.stock.uses": [],
            "subsystem.stock.public": ["shop.stock.shelf:take"],
        },
        (
            "tach.toml:21: shop.nowhere is no module of the source roots",
            "tach.toml:24: expose = 'back_.*': an expression",
            "tach.toml:2: exact: ",
            "tach.toml:24: take is exposed, but shop.stock:take is not there",
        ),
    ),
    "tach.toml that is no TOML": Case(
        SHOP | {"tach.toml": "[[modules]\npath = 1\n"},
        {"subsystem.till.uses": ["stock"]},
        ("tach.toml:1: cannot be read, so nothing of it is here",),
    ),
    "a check of OpenStack's kind": Case(
        SHOP | {"shop/hacking/checks.py": HACKING},
        {
            "group.shop-siblings.siblings-of": "shop",
            "group.shop-siblings.independent": True,
            "subsystem.api.uses": [],
        },
        ("shop/hacking/checks.py:9: N399",),
        finds=("BW101", "BW101"),
    ),
    "Nova": Case(
        {
            "nova/__init__.py": "",
            "nova/virt/driver.py": "class ComputeDriver: ...\n",
            "nova/virt/zvm/driver.py": "from nova.virt.libvirt import utils\n",
            "nova/virt/libvirt/utils.py": "",
        },
        {"extends": ["nova"], "subsystem": None},
        finds=("BW101",),
    ),
    "names that no TOML key can bear": Case(
        {"größe/__init__.py": "", "größe/maß/__init__.py": "", "größe/zahl/a.py": ""},
        {"subsystem.ma.modules": ["größe.maß"]},
    ),
}


def lay(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")


def state(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def said(document: Any, dotted: str) -> Any:
    for key in dotted.split("."):
        document = document.get(key) if isinstance(document, dict) else None
    return document


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_policy_that_is_proposed(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, case.files)
    assert main(["init", str(tmp_path), "--yes", "--no-baseline"]) == 0
    out, err = capsys.readouterr()
    assert not out

    text = (tmp_path / "bailiwick.toml").read_text(encoding="utf-8")
    document = tomli.loads(text)
    assert {key: said(document, key) for key in case.says} == case.says
    notes = [line[2:] for line in err.splitlines() if line.startswith("  ") and ": " in line]
    notes = [note for note in notes if note.partition(":")[0] in case.files]
    assert len(notes) == len(case.notes), notes
    assert all(map(str.startswith, notes, case.notes)), notes

    policy = load_policy(tmp_path / "bailiwick.toml")
    report = check(policy, cache=False)
    assert report.stray == ()
    errors = tuple(each.code for each in report.findings if each.severity == "error")
    assert tuple(sorted(errors)) == case.finds
    counted = re.search(r"Under this policy ([\d,]+) finding", err)
    assert (int(counted[1]) if counted else 0) == len(report.findings)
    assert ("of them errors" in err) == (len(errors) < len(report.findings))
    if document.get("unclaimed") == "error":
        modules = (file.module for file in Tree.of(policy).files if file.judged)
        assert all(map(policy.subsystem_of, modules))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_proposal_checks_clean_together_with_its_baseline(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, case.files)
    assert main(["init", str(tmp_path), "--yes"]) == 0
    out, err = capsys.readouterr()
    assert not out
    assert case.finds == () or " recorded; " in err
    assert "bailiwick baseline write" not in err
    assert main(["check", str(tmp_path), "--strict"]) == 0, capsys.readouterr().out


def test_the_hook_that_it_shows_does_what_the_one_that_comes_with_us_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, SHOP)
    assert main(["init", str(tmp_path), "--yes"]) == 0
    said = capsys.readouterr().err
    (shown,) = yaml.safe_load(said[said.index("  - repo: local") :])[0]["hooks"]
    ours, *_ = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert shown.pop("language") == "system"
    assert shown.items() <= ours.items()
    assert {"entry", "types_or", "always_run", "require_serial"} <= shown.keys()


def test_a_baseline_that_is_there_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, CASES["Nova"].files | {"bailiwick-baseline.toml": "version = 1\ndebt = []\n"})
    assert main(["init", str(tmp_path), "--yes"]) == 0
    assert "bailiwick baseline write" in capsys.readouterr().err
    assert (tmp_path / "bailiwick-baseline.toml").read_text() == "version = 1\ndebt = []\n"


@pytest.mark.parametrize("argument", ["--dry-run", "--yes"])
def test_a_policy_that_is_there_stays_as_it_is(
    argument: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in {"bailiwick.toml": "", "pyproject.toml": "[tool.bailiwick]\n"}.items():
        folder = tmp_path / name
        lay(folder, SHOP | {name: text})
        before = state(folder)
        assert main(["init", str(folder), argument]) == 2
        assert f"{name} is a policy already" in capsys.readouterr().err
        assert main(["init", str(folder / "shop"), argument]) == 2
        assert "governs this folder already" in capsys.readouterr().err
        assert state(folder) == before


def test_a_dry_run_prints_the_policy_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, SHOP)
    before = state(tmp_path)
    assert main(["init", str(tmp_path), "--dry-run"]) == 0
    assert tomli.loads(capsys.readouterr().out)["subsystem"]["till"]["uses"] == ["stock"]
    assert state(tmp_path) == before


def test_without_a_terminal_nothing_is_asked_and_nothing_written(tmp_path: Path) -> None:
    lay(tmp_path, SHOP)
    before = state(tmp_path)
    done = _run(tmp_path)
    assert done.returncode == 2
    assert "no terminal on which to ask" in done.stderr
    assert state(tmp_path) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo terminals")
@pytest.mark.parametrize(
    ("answer", "written"),
    [
        ("y\ny", {"bailiwick.toml", "bailiwick-baseline.toml"}),
        ("y\nn", {"bailiwick.toml"}),
        ("n", set()),
        ("", set()),
    ],
)
def test_on_a_terminal_it_asks_before_it_writes(
    answer: str, written: set[str], tmp_path: Path
) -> None:
    import pty

    lay(tmp_path, SHOP | {"shop/hacking/checks.py": HACKING})
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    done = _run(tmp_path, stdin=theirs)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0
    assert "[subsystem.till]" in done.stdout
    assert "bailiwick.toml? [y/N]" in done.stderr
    assert {path.name for path in tmp_path.glob("*.toml")} == written


def test_a_script_whose_path_is_no_dotted_name_belongs_to_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop/till.py": "import shop\n",
            "shop-1.0.data/bin/sell.py": "import shop.till\n",
        },
    )
    assert main(["init", str(tmp_path), "--yes"]) == 0
    policy = load_policy(tmp_path / "bailiwick.toml")
    assert policy.subsystem_of("shop.till")
    assert main(["check", str(tmp_path), "--strict"]) == 0, capsys.readouterr()


def test_a_folder_without_python_has_no_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path), "--yes"]) == 2
    assert "there is no Python module below" in capsys.readouterr().err
    assert main(["init", str(tmp_path / "nowhere"), "--yes"]) == 2
    assert "is no folder" in capsys.readouterr().err
    assert state(tmp_path) == {}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom modes bind")
def test_a_folder_that_cannot_be_written_is_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, SHOP)
    tmp_path.chmod(0o555)
    try:
        assert main(["init", str(tmp_path), "--yes"]) == 2
    finally:
        tmp_path.chmod(0o755)
    assert "cannot write" in capsys.readouterr().err


def _run(folder: Path, stdin: int = subprocess.DEVNULL) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bailiwick_hooks", "init", "--color", "never"]
    return subprocess.run(
        command, cwd=folder, stdin=stdin, capture_output=True, text=True, check=False
    )
