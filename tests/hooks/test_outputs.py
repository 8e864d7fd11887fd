"""Several formats at once: where each goes, and what is refused before a long run."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from test_cli import COMMAND, PLAIN_ENVIRONMENT, bailiwick, trees

__all__ = ["trees"]

CONCISE_START = "shop/office.py:2:5: BW102"


def test_each_output_gets_its_own_format(trees: Path, tmp_path: Path) -> None:
    outside = tmp_path / "found.xml"
    files = ["--output", "json=found.json", "--output", f"checkstyle={outside}"]
    done = bailiwick(trees / "broken", "check", *files, "--output", "github", "--format", "concise")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(CONCISE_START)
    assert done.stdout.count("\n::") == 4
    document = json.loads((trees / "broken" / "found.json").read_text("utf-8"))
    assert len(document["findings"]) == 4
    assert outside.read_text("utf-8").startswith("<?xml")


def test_the_text_is_still_printed_where_nothing_else_is(trees: Path) -> None:
    done = bailiwick(trees / "broken", "check", "--output", "jsonl=found.jsonl")
    plain = bailiwick(trees / "broken", "check")
    assert (done.returncode, done.stdout) == (plain.returncode, plain.stdout)


def test_counts_replace_a_listing_and_no_document(trees: Path) -> None:
    done = bailiwick(
        trees / "broken",
        "check",
        "--statistics",
        "--output",
        "concise",
        "--output",
        "gitlab=q.json",
    )
    assert done.stdout.startswith("2  BW102  import-private\n")
    assert len(json.loads((trees / "broken" / "q.json").read_text("utf-8"))) == 4


REFUSED = {
    "a format that there is not": (["chekstyle=x"], "Did you mean checkstyle?"),
    "a format without a file behind the sign": (["json="], "names no file"),
    "a folder": (["json=shop"], "shop is a folder"),
    "a folder that is not there yet": (["json=new/"], "new/ is a folder"),
    "a file in no folder": (["json=new/found.json"], "no folder FOLDER/new to write found.json"),
    "one file twice": (["json=a.out", "github=./a.out"], "./a.out is named twice"),
    "a format twice on stdout": (["json", "json=-"], "stdout is to get json twice"),
    "a document beside something else": (["json", "github"], "json is a document"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_refuses_before_it_judges(case: str, trees: Path) -> None:
    outputs, words = REFUSED[case]
    arguments = [word for output in outputs for word in ("--output", output)]
    # A policy that cannot be used is the first thing that judging would complain of.
    done = bailiwick(trees / "misspelt", "check", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr.replace("\\", "/")
    assert "Traceback" not in done.stderr


def test_a_file_is_replaced_whole_and_keeps_its_permissions(trees: Path) -> None:
    file = trees / "broken" / "found.json"
    file.write_text("old")
    file.chmod(0o640)
    before = stat.S_IMODE(file.stat().st_mode)
    with file.open() as reader:
        bailiwick(trees / "broken", "check", "--output", f"json={file.name}")
        if os.name != "nt":
            assert reader.read() == "old"
    assert json.loads(file.read_text("utf-8"))["summary"]["files"] == 3
    assert stat.S_IMODE(file.stat().st_mode) == before
    assert not list(file.parent.glob("*.tmp")) + list(file.parent.glob(".*.tmp"))


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_stays_a_link(trees: Path) -> None:
    folder = trees / "broken"
    (folder / "link.json").symlink_to("found.json")
    bailiwick(folder, "check", "--output", "json=link.json")
    assert (folder / "link.json").is_symlink()
    assert json.loads((folder / "found.json").read_text("utf-8"))


@pytest.mark.skipif(os.name == "nt", reason="there are no named pipes in folders there")
def test_a_pipe_is_written_to_and_not_replaced(trees: Path) -> None:
    pipe = trees / "broken" / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(
        [*COMMAND, "check", "--output", "jsonl=pipe"],
        cwd=pipe.parent,
        env=PLAIN_ENVIRONMENT,
        stdout=subprocess.DEVNULL,
    ) as process:
        lines = pipe.read_text("utf-8").splitlines()
    assert process.returncode == 1
    assert len(lines) == 5
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_and_the_other_outputs_are_written(trees: Path) -> None:
    done = bailiwick(
        trees / "broken", "check", "--output", "json=/dev/full", "--output", "jsonl=found.jsonl"
    )
    assert done.returncode == 2
    assert done.stderr.splitlines() == ["error: cannot write /dev/full: No space left on device"]
    assert (trees / "broken" / "found.jsonl").read_text("utf-8").count("\n") == 5
    assert done.stdout


def test_no_format_is_imported_that_was_not_asked_for(trees: Path) -> None:
    listing = (
        "import sys; from bailiwick_hooks.cli import main; main(['check']); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", listing],
        cwd=trees / "kept",
        env=PLAIN_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(done.stdout.split())
    formats = {name for name in modules if name.startswith("bailiwick_hooks.formats.")}
    assert formats == {f"bailiwick_hooks.formats.{name}" for name in ("text", "frame", *SHARED)}
    assert modules.isdisjoint({"junitparser", "xml.etree", "xml.etree.ElementTree"})


SHARED = ("headline", "notes")
