"""What becomes of comments that allow nothing: before and after, to the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bailiwick
import pytest

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """
[subsystem.app]
modules = ["app"]
uses = []

[subsystem.lib]
modules = ["lib"]
"""
ALLOW = "# bailiwick: allow[BW101] bug 1890123"
# By what it shows: before, and after; the same, if it is to be left alone.
CASES = {
    "behind a statement": (f"import os  {ALLOW}\n", "import os\n"),
    "at the end of the file": (f"import os  {ALLOW}", "import os"),
    "with blanks behind it": (f"import os\t{ALLOW} \t\nx = 1 \n", "import os\nx = 1 \n"),
    "with CRLF": (f"import os  {ALLOW}\r\n{ALLOW}\r\nx = 1\r\n", "import os\r\nx = 1\r\n"),
    "with a byte order mark": (f"\ufeffimport os  {ALLOW}\n", "\ufeffimport os\n"),
    "alone on its line": (f"import re\n\n{ALLOW}\nimport os\n", "import re\n\nimport os\n"),
    "indented": (f"def f():\n\t{ALLOW}\n\timport os\n", "def f():\n\timport os\n"),
    "alone in the file": (f"{ALLOW}\n", ""),
    "alone at the end of the file": (f"x = 1\n{ALLOW}", "x = 1\n"),
    "between brackets": (
        f"from os import (\n    {ALLOW}\n    path,\n)\n",
        "from os import (\n    path,\n)\n",
    ),
    "above another comment": (f"{ALLOW}\n# why\nimport os\n", "# why\nimport os\n"),
    "before another tool's comment": (f"import os  {ALLOW}  # noqa\n", "import os  # noqa\n"),
    "behind another tool's comment": (f"import os  # noqa  {ALLOW}\n", "import os  # noqa\n"),
    "alone, before another tool's": (f"  {ALLOW}  # fmt: skip\n", "  # fmt: skip\n"),
    "with several signs": (f"#{ALLOW}\nimport os  #{ALLOW}\n", "import os\n"),
    "for the whole file": (
        "# bailiwick: allow-file[BW101] a copy\nimport os\n",
        "import os\n",
    ),
    "expired": (
        "import lib  # bailiwick: allow[BW101] until 2020-01-01 for now\n",
        "import lib\n",
    ),
    "one beside another that serves": (
        f"{ALLOW}\nimport lib  # bailiwick: allow[BW101] once more\n",
        f"{ALLOW}\nimport lib\n",
    ),
    "the first of several words": (
        "import lib  # bailiwick: allow[BW201, BW101] why\n",
        "import lib  # bailiwick: allow[BW101] why\n",
    ),
    "the last of several words": (
        "import lib  # bailiwick: allow[ BW101 , private-attribute ] why\n",
        "import lib  # bailiwick: allow[ BW101 ] why\n",
    ),
    "all words but one": (
        "import lib  # bailiwick: allow[BW201,BW202,BW101,BW203,BW101] why\n",
        "import lib  # bailiwick: allow[BW101] why\n",
    ),
    "all words": ("import os  # bailiwick: allow[BW201,BW101] why\n", "import os\n"),
    "what serves": (
        f"import lib  {ALLOW}\nimport os  {ALLOW}\n",
        f"import lib  {ALLOW}\nimport os\n",
    ),
    "without a reason": ("import os  # bailiwick: allow[BW101]\n", "same"),
    "expired, without a reason": ("x = 1  # bailiwick: allow[BW101] until 2020-01-01\n", "same"),
    "a misspelt verb": ("import os  # bailiwick: alow[BW101] why\n", "same"),
    "a misspelt rule": ("import lib  # bailiwick: allow[BW1O1] why\n", "same"),
    "a misspelt rule beside one that serves": (
        "import lib  # bailiwick: allow[BW101, BW1O1] why\n",
        "same",
    ),
    "a misspelt rule beside a needless one": (
        "import os  # bailiwick: allow[BW101, BW1O1] why\n",
        "same",
    ),
    "what would move up to where the encoding is told": (
        f"#!/usr/bin/python\n{ALLOW}\n# coding: latin-1\nimport os\n",
        "same",
    ),
    "in a file that cannot be parsed": (
        "def (\nimport os  # bailiwick: allow[BW101] until 2020-01-01 for now\n",
        "def (\nimport os\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_comment_that_allows_nothing_goes_and_nothing_else_does(
    name: str, tmp_path: Path
) -> None:
    before, after = CASES[name]
    expected = before if after == "same" else after
    files = {"bailiwick.toml": POLICY, "lib.py": "", "app/__init__.py": "", "app/cli.py": before}
    for path, text in files.items():
        target = tmp_path / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(text.encode())

    policy = bailiwick.load_policy(tmp_path / "bailiwick.toml")
    report = bailiwick.check(policy, cache=False)
    found = [each for each in report.findings if each.code == "BW902"]
    assert found
    settled = bailiwick.settle(policy, found)
    (tmp_path / "app/cli.py").write_bytes(
        settled.files[0].after if settled.files else before.encode()
    )
    assert (tmp_path / "app/cli.py").read_bytes().decode() == expected
    again = bailiwick.check(policy, cache=False)
    left = [each for each in again.findings if each.code == "BW902"]
    assert len(left) == (len(found) if after == "same" else 0)
    assert [f.code for f in again.findings if f.code != "BW902"] == [
        f.code for f in report.findings if f.code != "BW902"
    ]
    assert not bailiwick.settle(policy, left).files
