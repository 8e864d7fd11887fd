"""`check --fix` as its users see it: what is written, what is shown, what is left alone."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

POLICY = """\
[subsystem.app]
modules = ["app"]

[subsystem.lib]
modules = ["lib"]
public = ["lib", "lib.circular"]

[rules]
BW103 = "off"
"""
FILES = {
    "bailiwick.toml": POLICY,
    "lib/__init__.py": "from lib._impl import Host\n",
    "lib/_impl.py": "class Host: ...\nclass Round: ...\ndef other(): ...\n",
    "lib/circular.py": "import app.two\nfrom lib._impl import Round\n",
    "app/__init__.py": "",
    "app/one.py": "from lib._impl import Host, other\n",
    "app/two.py": "from lib._impl import Round\n",
}
FIXED = "from lib import Host\nfrom lib._impl import other\n"


def bailiwick(
    folder: Path, *arguments: str, stdin: bytes = b""
) -> subprocess.CompletedProcess[str]:
    """Run the real command in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "bailiwick_hooks", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        env=os.environ | {"PYTHONUTF8": "1"},
        check=False,
    )
    out, err = (text.decode().replace("\r\n", "\n") for text in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        target = tmp_path / "tree" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
    return tmp_path / "tree"


def test_it_fixes_says_so_and_judges_what_is_left(tree: Path) -> None:
    done = bailiwick(tree, "check", "--fix", "--format", "concise")
    assert done.stderr == (
        "app/one.py: BW102 import lib:Host in place of lib._impl:Host\n"
        "app/two.py: to be looked at (--unsafe-fixes): import lib.circular:Round in place of"
        " lib._impl:Round; lib.circular imports this module, so Round may not be there yet\n"
        "Fixed 1 of 3 findings; 1 more with --unsafe-fixes.\n"
    )
    assert done.stdout == (
        "app/one.py:2:23: BW102 app imports what lib has not made public: lib._impl:other\n"
        "app/two.py:1:23: BW102 app imports what lib has not made public: lib._impl:Round\n"
        "Found 2 errors in 6 files.\n"
    )
    assert done.returncode == 1
    assert (tree / "app/one.py").read_text() == FIXED
    assert (tree / "app/two.py").read_text() == FILES["app/two.py"]


def test_with_unsafe_fixes_it_fixes_that_too_and_then_nothing_more(tree: Path) -> None:
    bailiwick(tree, "check", "--fix", "--unsafe-fixes")
    assert (tree / "app/two.py").read_text() == "from lib.circular import Round\n"
    again = bailiwick(tree, "check", "--fix", "--unsafe-fixes")
    assert again.stderr == "Fixed none of 1 finding.\n"


def test_a_tree_that_is_clean_afterwards_gives_0(tree: Path) -> None:
    done = bailiwick(tree, "check", "--fix", "--unsafe-fixes", "--ignore", "BW1", "app")
    assert (done.returncode, done.stderr) == (0, "Nothing to fix.\n")
    (tree / "app/one.py").write_text("from lib._impl import Host\n")
    done = bailiwick(tree, "check", "--fix", "app/one.py")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "Fixed 1 of 1 finding.")


def test_a_circle_that_a_refused_import_hid_is_said_now(tree: Path) -> None:
    (tree / "bailiwick.toml").write_text(POLICY.partition("[rules]")[0])
    assert "BW103" not in bailiwick(tree, "check").stdout
    assert "app/one.py:1:17: BW103" in bailiwick(tree, "check", "--fix").stdout


def test_only_what_is_asked_for_is_fixed(tree: Path) -> None:
    bailiwick(tree, "check", "--fix", "--select", "BW2")
    bailiwick(tree, "check", "--fix", "app/two.py")
    assert (tree / "app/one.py").read_text() == FILES["app/one.py"]


def test_the_json_document_stays_one(tree: Path) -> None:
    done = bailiwick(tree, "check", "--fix", "--format", "json")
    assert json.loads(done.stdout)["summary"]["errors"] == 2


def test_a_diff_changes_nothing_and_git_applies_it(tree: Path) -> None:
    (tree / "app/one.py").write_bytes(b"from lib._impl import other, Host\r\n# no end")
    before = {path: (tree / path).read_bytes() for path in FILES}
    done = subprocess.run(
        [sys.executable, "-m", "bailiwick_hooks", "check", "--diff"],
        cwd=tree,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"Would fix 1 of 3 findings; 1 more with --unsafe-fixes." in done.stderr
    assert {path: (tree / path).read_bytes() for path in FILES} == before
    subprocess.run(["git", "apply", "--whitespace=nowarn"], cwd=tree, input=done.stdout, check=True)
    assert (tree / "app/one.py").read_bytes() == (
        b"from lib import Host\r\nfrom lib._impl import other\r\n# no end"
    )
    clean = bailiwick(tree, "check", "--fix", "--diff")
    assert (clean.returncode, clean.stdout) == (0, "")


def test_what_comes_on_stdin_goes_to_stdout(tree: Path) -> None:
    text = "\ufefffrom lib._impl import Host, other\r\nä = 1\r\n".encode()
    done = subprocess.run(
        [sys.executable, "-m", "bailiwick_hooks", "check", "--fix", "--stdin-filename", "app/x.py"],
        cwd=tree,
        input=text,
        capture_output=True,
        check=False,
    )
    fixed = "\ufefffrom lib import Host\r\nfrom lib._impl import other\r\nä = 1\r\n"
    assert done.stdout.decode() == fixed
    assert b"app/x.py:2:23: BW102" in done.stderr
    assert b"Fixed 1 of 2 findings." in done.stderr
    assert done.returncode == 1


def test_what_comes_on_stdin_and_is_clean_goes_to_stdout_as_it_is(tree: Path) -> None:
    done = bailiwick(tree, "check", "--fix", "--stdin-filename", "app/x.py", stdin=b"x = 1")
    assert (done.returncode, done.stdout) == (0, "x = 1")


@pytest.mark.parametrize(
    "text",
    [
        b"# coding: latin-1\n\xe4 = 1\nfrom lib._impl import Host, other\n",
        b"\xef\xbb\xbf# \xc3\xa4\r\n\tx = 1\n",
        b"# coding: shift_jis\n'\x8a\xbf\x8e\x9a'\nfrom lib._impl import other, Host",
        b"'''\r\n\x0c'''\n\x0c\r\nfrom lib._impl import Host\rx = '\\\r\n'\n",
    ],
)
def test_every_byte_stands_but_those_of_the_import(tree: Path, text: bytes) -> None:
    one = tree / "app/one.py"
    one.write_bytes(text)
    bailiwick(tree, "check", "--fix")
    kept = [line for line in text.splitlines(keepends=True) if b"import" not in line]
    now = [line for line in one.read_bytes().splitlines(keepends=True) if b"import" not in line]
    assert now == kept
    assert (b"from lib import Host" in one.read_bytes()) == (b"Host" in text)


def test_a_suppressed_encoding_is_left_alone_where_it_cannot_be_kept(tree: Path) -> None:
    text = b"# coding: utf-7\nfrom lib._impl import Host\n# +AGEAYg-\n"
    (tree / "app/one.py").write_bytes(text)
    bailiwick(tree, "check", "--fix")
    assert (tree / "app/one.py").read_bytes() == text


@pytest.mark.skipif(sys.platform == "win32", reason="needs modes and links")
class TestOnDisk:
    def test_a_file_keeps_its_mode(self, tree: Path) -> None:
        (tree / "app/one.py").chmod(0o754)
        bailiwick(tree, "check", "--fix")
        assert stat.S_IMODE((tree / "app/one.py").stat().st_mode) == 0o754
        assert (tree / "app/one.py").read_text() == FIXED

    def test_a_read_only_file_is_left_alone_and_named(self, tree: Path) -> None:
        (tree / "app/one.py").chmod(0o444)
        done = bailiwick(tree, "check", "--fix")
        assert "app/one.py: left as it is: it is read-only\n" in done.stderr
        assert "Fixed none of 3 findings" in done.stderr
        assert (tree / "app/one.py").read_text() == FILES["app/one.py"]

    def test_a_link_stays_one_and_what_it_leads_to_is_fixed(self, tree: Path) -> None:
        (tree / "shared").mkdir()
        (tree / "app/one.py").rename(tree / "shared/one.txt")
        (tree / "app/one.py").symlink_to(Path("..", "shared", "one.txt"))
        bailiwick(tree, "check", "--fix")
        assert (tree / "app/one.py").is_symlink()
        assert (tree / "shared/one.txt").read_text() == FIXED

    def test_a_link_out_of_the_tree_is_left_alone_and_named(self, tree: Path) -> None:
        outside = tree.parent / "one.py"
        (tree / "app/one.py").rename(outside)
        (tree / "app/one.py").symlink_to(outside)
        done = bailiwick(tree, "check", "--fix")
        assert "left as it is: it is a link that leads out of the tree\n" in done.stderr
        assert outside.read_text() == FILES["app/one.py"]

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is denied to root")
    def test_a_folder_that_cannot_be_written_to_is_said(self, tree: Path) -> None:
        (tree / "app").chmod(0o555)
        done = bailiwick(tree, "check", "--fix")
        (tree / "app").chmod(0o755)
        assert "app/one.py: left as it is: it cannot be written: Permission denied" in done.stderr


def test_nothing_is_left_beside_the_files(tree: Path) -> None:
    names = {path.name for path in (tree / "app").iterdir()}
    bailiwick(tree, "check", "--fix")
    assert {path.name for path in (tree / "app").iterdir()} == names


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--unsafe-fixes"], "--unsafe-fixes goes with --fix or --diff.")],
)
def test_what_makes_no_sense_is_refused(tree: Path, arguments: list[str], words: str) -> None:
    done = bailiwick(tree, "check", *arguments)
    assert (done.returncode, done.stderr) == (2, f"error: {words}\n")
