"""What a comment in the code allows, and what is said of one that is of no use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import bailiwick
import pytest

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """
[subsystem.core]
modules = ["core"]
public = ["core.api"]
[subsystem.shop]
modules = ["shop"]
"""
INNER = "_x = a = b = 1\n"
BREACH = "from core.inner import a"


class Said(NamedTuple):
    """Lines of the breaches that are left and that are allowed, and the words on comments."""

    left: list[int]
    allowed: list[int]
    comments: list[str]


def judged(root: Path, text: str, policy: str = POLICY, **options: Any) -> Said:
    (root / "bailiwick.toml").write_text(policy)
    (root / "core").mkdir(exist_ok=True)
    (root / "core" / "inner.py").write_text(INNER)
    (root / "shop.py").write_bytes(text.encode())
    report = bailiwick.check(bailiwick.load_policy(root / "bailiwick.toml"), jobs=1, **options)
    return Said(
        [each.span.line for each in report.findings if each.code != "BW902"],
        [each.finding.span.line for each in report.suppressed],
        [
            f"{each.span.line}:{each.span.column} {each.message}"
            for each in report.findings
            if each.code == "BW902"
        ],
    )


# By where the comment stands: the text, and the lines of the breaches that it allows.
ALLOWED = {
    "on the line": (f"{BREACH}  # bailiwick: allow[BW102] bug 1\n", [1]),
    "by name": (f"{BREACH}  # bailiwick: allow[import-private] bug 1\n", [1]),
    "in other letters": (f"{BREACH}  #Bailiwick:allow[bw102]: bug 1\n", [1]),
    "until a day": (f"{BREACH}  # bailiwick: allow[BW102] until 2999-01-01 bug 1\n", [1]),
    "behind another tool's": (f"{BREACH}  # noqa: F401  # bailiwick: allow[BW102] bug 1\n", [1]),
    "before another tool's": (f"{BREACH}  # bailiwick: allow[BW102] bug #1  # noqa\n", [1]),
    "above": (f"# bailiwick: allow[BW102] bug 1\n{BREACH}\n", [2]),
    "above, with CRLF": (f"# bailiwick: allow[BW102] bug 1\r\n{BREACH}\r\n", [2]),
    "above, among others": (f"# bailiwick: allow[BW102] bug 1\n# see there\n{BREACH}\n", [3]),
    "above, in a block": (f"def f():\n    # bailiwick: allow[BW102] bug 1\n    {BREACH}\n", [3]),
    "on the first line of a statement": (
        "from core.inner import (  # bailiwick: allow[BW102] bug 1\n    a,\n    b,\n)\n",
        [2, 3],
    ),
    "on the last line of a statement": (
        "from core.inner import (\n    a,\n    b,\n)  # bailiwick: allow[BW102] bug 1\n",
        [2, 3],
    ),
    "within a statement, elsewhere": (
        "from core.inner import (\n    a,\n    # bailiwick: allow[BW102] bug 1\n)\n",
        [2],
    ),
    "within a header": (
        "from core import inner  # bailiwick: allow[BW102] bug 1\n"
        "def f(\n    a=inner._x,\n    b=1,  # bailiwick: allow[BW201] bug 2\n): ...\n",
        [1, 3],
    ),
    "above a decorator, for the header": (
        "from core import inner  # bailiwick: allow[BW102] bug 1\n"
        "# bailiwick: allow[BW201] bug 2\n@print\n@print\ndef f(a=inner._x): ...\n",
        [1, 5],
    ),
    "above several decorators, for each of them": (
        "from core import inner  # bailiwick: allow[BW102] bug 1\n"
        "# bailiwick: allow[BW201] bug 2\n@inner._x\n@print\ndef f(a=inner._x): ...\n",
        [1, 3, 5],
    ),
    "for the file": (f"# bailiwick: allow-file[BW102] bug 1\n{BREACH}\n\n{BREACH}\n", [2, 4]),
    "for the file, below its docstring": (
        f'#!/bin/python\n"""Doc."""\n# bailiwick: allow-file[BW102] bug 1\nimport os\n{BREACH}\n',
        [5],
    ),
    "at the end of a text without a line end": (
        f"{BREACH}  # bailiwick: allow[BW102] bug 1",
        [1],
    ),
    "in a file that is no Python further down": (
        f"{BREACH}  # bailiwick: allow[BW102, BW901] bug 1; print\nprint 'x'\n",
        [1],
    ),
}


@pytest.mark.parametrize("where", ALLOWED)
def test_a_comment_allows_what_it_stands_at(where: str, tmp_path: Path) -> None:
    text, lines = ALLOWED[where]
    said = judged(tmp_path, text)
    assert said.allowed == lines
    assert [line for line in said.left if line in lines] == []
    if "no Python" not in where:
        assert said == Said([], lines, [])


# By what is wrong: the text, the breaches that are left, those that are allowed, what is said.
NEEDLESS = {
    "nothing to allow": (
        "import os  # bailiwick: allow[BW102] bug 1\n",
        Said([], [], ["1:12 this suppression allows nothing: there is no BW102 here to allow"]),
    ),
    "no reason": (
        f"{BREACH}  # bailiwick: allow[BW102]  # noqa\n",
        Said([1], [], ["1:27 this suppression allows nothing: it has no reason"]),
    ),
    "a reason without a word": (
        f"{BREACH}  # bailiwick: allow[BW102] until 2999-01-01 --\n",
        Said([1], [], ["1:27 this suppression allows nothing: it has no reason"]),
    ),
    "its last day is over": (
        f"{BREACH}  # bailiwick: allow[BW102] until 2020-02-29 bug 1\n",
        Said([1], [], ["1:27 this suppression allows nothing: it expired on 2020-02-29"]),
    ),
    "a day that is none": (
        f"{BREACH}  # bailiwick: allow[BW102] until 2027-02-29 bug 1\n",
        Said(
            [1],
            [],
            [
                '1:27 this suppression allows nothing: "until" needs a day such as 2027-01-01, '
                'not "2027-02-29"'
            ],
        ),
    ),
    "a misspelt word": (
        f"{BREACH}  # bailiwick: alow[BW102] bug 1\n",
        Said(
            [1],
            [],
            ['1:27 this suppression allows nothing: "alow" is neither "allow" nor "allow-file"'],
        ),
    ),
    "no rule": (
        f"{BREACH}  # bailiwick: allow bug 1\n",
        Said(
            [1], [], ["1:27 this suppression allows nothing: it names no rule: allow[CODE] reason"]
        ),
    ),
    "no closing bracket": (
        f"{BREACH}  # bailiwick: allow[BW102 bug 1\n",
        Said([1], [], ["1:27 this suppression allows nothing: its bracket is not closed"]),
    ),
    "a rule that does not exist, beside one that does": (
        f"{BREACH}  # bailiwick: allow[import-privat, BW102] bug 1\n",
        Said(
            [],
            [1],
            [
                '1:46 this suppression allows too much: no rule is called "import-privat"; '
                'did you mean "import-private"?'
            ],
        ),
    ),
    "a rule that nobody breaks, beside one that somebody does": (
        f"{BREACH}  # bailiwick: allow[BW102, BW201] bug 1\n",
        Said([], [1], ["1:53 this suppression allows too much: there is no BW201 here to allow"]),
    ),
    "a rule twice": (
        f"{BREACH}  # bailiwick: allow[BW102, import-private] bug 1\n",
        Said([], [1], ["1:53 this suppression allows too much: import-private stands here twice"]),
    ),
    "itself": (
        "import os  # bailiwick: allow[BW902] bug 1\n",
        Said([], [], ["1:12 this suppression allows nothing: BW902 cannot be allowed"]),
    ),
    "an empty line between": (
        f"# bailiwick: allow[BW102] bug 1\n\n{BREACH}\n",
        Said([3], [], ["1:1 this suppression allows nothing: there is no BW102 here to allow"]),
    ),
    "nothing below": (
        f"{BREACH}\n# bailiwick: allow[BW102] bug 1\n",
        Said([1], [], ["2:1 this suppression allows nothing: there is no BW102 here to allow"]),
    ),
    "a block, not its header": (
        f"def f():  # bailiwick: allow[BW102] bug 1\n    {BREACH}\n",
        Said([2], [], ["1:11 this suppression allows nothing: there is no BW102 here to allow"]),
    ),
    "a second one at the same breach": (
        f"# bailiwick: allow[BW102] bug 1\n{BREACH}  # bailiwick: allow[BW102] bug 1\n",
        Said([], [2], ["2:27 this suppression allows nothing: there is no BW102 here to allow"]),
    ),
    "the file, where the line has its own": (
        f"# bailiwick: allow-file[BW102] bug 1\n{BREACH}  # bailiwick: allow[BW102] bug 1\n",
        Said([], [2], ["1:1 this suppression allows nothing: there is no BW102 in this file"]),
    ),
    "the file, from further down": (
        f"import os\n# bailiwick: allow-file[BW102] bug 1\n{BREACH}\n",
        Said(
            [3],
            [],
            [
                "2:1 this suppression allows nothing: allow-file stands on a line of its own "
                "above the first statement"
            ],
        ),
    ),
}


@pytest.mark.parametrize("wrong", NEEDLESS)
@pytest.mark.parametrize("exhaustive", [False, True], ids=["sieved", "exhaustive"])
def test_a_comment_that_is_of_no_use_is_told_why(
    wrong: str, exhaustive: bool, tmp_path: Path
) -> None:
    text, expected = NEEDLESS[wrong]
    assert judged(tmp_path, text, exhaustive=exhaustive) == expected


def test_of_the_names_in_one_import_a_comment_within_it_allows_its_own(tmp_path: Path) -> None:
    text = "from core.inner import (\n    a,\n    b,  # bailiwick: allow[BW102] bug 1\n    _x,\n)\n"
    assert judged(tmp_path, text) == Said([2, 4], [3], [])


NO_COMMENTS = {
    "a string": 'HINT = "# bailiwick: allow[BW102] bug 1"\n',
    "a docstring": f'"""\n# bailiwick: allow[BW102] bug 1\n"""\n{BREACH}\n',
    "a string that goes on": 'HINT = "\\\n# bailiwick: allow[BW102] bug 1"\n',
    "a formatted string": "HINT = f'{1}# bailiwick: allow[BW102] bug 1'\n",
    "prose": "# the words `bailiwick: allow[BW102] bug 1` are read\nimport os\n",
    "another tool's": "import os  # noqa: BW102\nimport re  # type: ignore[BW102]\n",
}


@pytest.mark.parametrize("what", NO_COMMENTS)
def test_only_a_comment_is_one(what: str, tmp_path: Path) -> None:
    said = judged(tmp_path, NO_COMMENTS[what])
    assert (said.allowed, said.comments) == ([], [])


@pytest.mark.parametrize("rules", ["\n[rules]\nBW102 = 'off'\n", "rules = { BW102 = 'off' }\n"])
def test_a_rule_that_is_off_makes_no_comment_needless(rules: str, tmp_path: Path) -> None:
    text = "import os  # bailiwick: allow[BW102] bug 1\n"
    assert judged(tmp_path, text, POLICY + rules) == Said([], [], [])


def test_a_file_that_cannot_be_parsed_makes_no_comment_needless(tmp_path: Path) -> None:
    text = "import os  # bailiwick: allow[BW201] bug 1\nprint 'x'\n"
    assert judged(tmp_path, text) == Said([2], [], [])


def test_a_warm_run_allows_the_same(tmp_path: Path) -> None:
    text = (
        f"import os  # bailiwick: allow[BW102] bug 1\n{BREACH}  # bailiwick: allow[BW102] bug 2\n"
    )
    cold = judged(tmp_path, text, cache=False)
    assert cold.allowed == [2]
    assert [judged(tmp_path, text) for _ in range(3)] == [cold] * 3
