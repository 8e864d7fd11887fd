"""Entry points are judged with the tree: whole runs, partial ones, warm ones, and changes."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import bailiwick
import pytest
from bailiwick.engine import cache

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """\
source-roots = ["src"]
[subsystem.shop]
modules = ["shop"]
public = ["shop.cli:main"]
"""
CFG = "[entry_points]\nscripts =\n    shop = shop.cli:main\n    gone = shop.cli:gone\n"
GONE = "BW204 shop.cli:gone"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "bailiwick.toml", POLICY)
    write(tmp_path, "src/shop/__init__.py", "")
    write(tmp_path, "src/shop/cli.py", "def main(): ...\n\n\ndef _hidden(): ...\n")
    return tmp_path


def write(project: Path, name: str, text: str | bytes) -> None:
    file = project / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)


def found(project: Path, *paths: str, exhaustive: bool = False) -> list[str]:
    policy = bailiwick.load_policy(project / "bailiwick.toml")
    wanted = [project / path for path in paths] or None
    report = bailiwick.check(policy, paths=wanted, jobs=1, exhaustive=exhaustive)
    return [
        f"{each.path}:{each.span.line}:{each.span.column} {each.code} {each.target}"
        for each in report.findings
    ]


@pytest.mark.parametrize("name", ["setup.cfg", "src/setup.cfg"])
def test_they_are_found_at_the_root_and_in_a_source_root(name: str, project: Path) -> None:
    write(project, name, CFG)
    assert found(project) == [f"{name}:4:12 {GONE}"]
    assert found(project, exhaustive=True) == [f"{name}:4:12 {GONE}"]


def test_a_partial_run_judges_them_only_if_it_is_asked_to(project: Path) -> None:
    write(project, "setup.cfg", CFG)
    assert found(project, "src") == []
    assert found(project, "setup.cfg") == [f"setup.cfg:4:12 {GONE}"]


def test_the_project_may_name_what_is_public_and_nothing_else(project: Path) -> None:
    write(project, "setup.cfg", CFG.replace("gone\n", "_hidden\n"))
    policy = bailiwick.load_policy(project / "bailiwick.toml")
    (finding,) = bailiwick.check(policy, cache=False).findings
    assert finding.message == "setup.cfg names a private object of shop: shop.cli:_hidden"
    assert finding.excerpt == "    gone = shop.cli:_hidden"


def test_a_script_that_is_a_module_is_judged_as_its_subsystem(project: Path) -> None:
    policy = POLICY.replace('"src"]', '"src", "."]').replace('["shop"]', '["shop", "setup"]')
    write(project, "bailiwick.toml", policy)
    write(
        project, "setup.py", "setup(entry_points={'a': ['b = shop.cli:_hidden', 'c = shop.d']})\n"
    )
    assert found(project) == ["setup.py:1:56 BW204 shop:d"]


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe\x00", b"[entry_points]\na =\n b = shop.cli:gone \xff\n", b"\x00", b"[[[[\n= ="],
)
@pytest.mark.parametrize("name", ["setup.cfg", "pyproject.toml", "setup.py"])
def test_what_is_no_text_of_its_kind_is_for_others_to_tell(
    name: str, data: bytes, project: Path
) -> None:
    write(project, name, data)
    assert found(project) == []


def test_line_ends_and_a_byte_order_mark_move_no_place(project: Path) -> None:
    write(project, "setup.cfg", b"\xef\xbb\xbf" + CFG.replace("\n", "\r\n").encode())
    assert found(project) == [f"setup.cfg:4:12 {GONE}"]


def test_what_the_policy_excludes_is_not_judged(project: Path) -> None:
    write(project, "setup.cfg", CFG)
    write(project, "bailiwick.toml", 'exclude = ["/setup.cfg"]\n' + POLICY)
    assert found(project) == []


def test_a_baseline_records_them(project: Path) -> None:
    write(project, "setup.cfg", CFG)
    policy = bailiwick.load_policy(project / "bailiwick.toml")
    findings = bailiwick.check(policy).findings
    baseline = bailiwick.Baseline().grown(findings, datetime.date(2026, 11, 2))
    bailiwick.write_baseline(policy, baseline)
    assert found(project) == []
    write(project, "setup.cfg", CFG.replace("gone\n", "main\n"))
    assert [each.split()[1] for each in found(project)] == ["BW903"]


def test_a_warm_run_sees_each_change_of_the_file_and_of_what_it_names(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_FRESH", 0)  # bailiwick: allow[BW203] or it takes seconds
    assert found(project) == []
    assert (project / ".bailiwick_cache" / "report.json").exists()
    write(project, "setup.cfg", CFG)
    assert found(project) == [f"setup.cfg:4:12 {GONE}"]
    assert found(project) == [f"setup.cfg:4:12 {GONE}"]
    stored = (project / ".bailiwick_cache" / "report.json").stat().st_mtime_ns
    assert found(project) == [f"setup.cfg:4:12 {GONE}"]
    assert (project / ".bailiwick_cache" / "report.json").stat().st_mtime_ns == stored
    write(project, "src/shop/cli.py", "def main(): ...\n\n\ndef gone(): ...\n")
    assert found(project) == ["setup.cfg:4:12 BW203 shop.cli:gone"]
    (project / "setup.cfg").unlink()
    assert found(project) == []
