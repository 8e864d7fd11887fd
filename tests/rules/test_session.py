"""A session says of each file what a run without memory says, whatever was edited before."""

from __future__ import annotations

import dataclasses
import datetime
import random
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import bailiwick
import pytest
from bailiwick.engine import cache
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.test_cache import POLICY, path, statement, text

if TYPE_CHECKING:
    from bailiwick import Finding

Texts = dict[str, str]
edit = st.tuples(
    st.sampled_from(["rewrite", "add", "above", "cut", "save", "close", "delete"]),
    path,
    st.one_of(text, statement),
    st.integers(0, 20),
)
RECALLED = "from shop.core import _inner\n"
WORDS = {"unclaimed": "ignore", "exclude": "", "public": "", "uses": ""}


class Edited:
    """A tree on disk, and what an editor holds of it."""

    def __init__(self, root: Path, stored: Texts) -> None:
        self.root = root
        (root / "bailiwick.toml").write_text(POLICY.format(**WORDS))
        for name, words in stored.items():
            self.save(name, words)
        self.policy = bailiwick.load_policy(root / "bailiwick.toml")
        self.held: Texts = {}
        self.session = bailiwick.Session(self.policy)
        self.judged: dict[str, tuple[Finding, ...]] = {}

    def save(self, name: str, words: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_bytes(words.encode())

    def read(self, name: str) -> str:
        file = self.root / name
        return self.held.get(name, file.read_text() if file.exists() else "")

    def edit(self, kind: str, name: str, words: str, number: int) -> None:
        before = self.read(name)
        if kind == "save":
            self.save(name, before)
            self.forget(self.session.stored([name]))
        elif kind == "delete":
            (self.root / name).unlink(missing_ok=True)
            self.forget(self.session.stored([name]))
        elif kind == "close":
            self.held.pop(name, None)
            self.forget(self.session.drop(name))
        else:
            lines = before.split("\n")
            at = number % len(lines)
            now = {
                "rewrite": words,
                "add": f"{before}\n{words}",
                "above": "\n".join([*lines[:at], words, *lines[at:]]),
                "cut": "\n".join(lines[:at] + lines[at + 1 :]),
            }[kind]
            self.held[name] = now
            self.forget(self.session.put(name, now.encode()))

    def forget(self, stale: frozenset[str]) -> None:
        for name in stale:
            self.judged.pop(name, None)

    @property
    def names(self) -> list[str]:
        stored = (file.relative_to(self.root).as_posix() for file in self.root.rglob("*.py"))
        return sorted({*self.held, *stored})

    def fresh(self) -> bailiwick.Session:
        """A session that has just begun, with what the editor holds."""
        held = {name: words.encode() for name, words in self.held.items()}
        return bailiwick.Session(self.policy, buffers=held)

    def holds(self) -> None:
        """What was judged before counts unless the session has said that it does not."""
        for name in self.names:
            if name not in self.judged:
                self.judged[name] = self.session.report(name).findings
        fresh = self.fresh()
        for name in self.names:
            assert self.judged[name] == fresh.report(name).findings
            assert self.judged[name] == self.session.report(name).findings


@settings(max_examples=60)
@given(st.dictionaries(path, text, min_size=4), st.lists(edit, min_size=1, max_size=8))
def test_a_session_says_what_one_that_has_just_begun_says(
    stored: Texts, edits: list[tuple[str, str, str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        edited = Edited(Path(folder), stored)
        edited.holds()
        for each in edits:
            edited.edit(*each)
            edited.holds()


@settings(max_examples=60)
@given(st.dictionaries(path, text, min_size=4), path, text)
def test_a_buffer_is_judged_as_if_it_were_stored(stored: Texts, name: str, words: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        edited = Edited(Path(folder), stored)
        edited.session.put(name, words.encode())
        judged = edited.session.report(name).findings
        edited.save(name, words)
        run = bailiwick.check(edited.policy, paths=[edited.root / name], cache=False, jobs=1)
        assert judged == run.findings


@settings(max_examples=60)
@given(st.dictionaries(path, text, min_size=4), path, st.lists(edit, max_size=3))
def test_what_is_recalled_of_the_last_check_is_what_would_be_found_now(
    stored: Texts, first: str, edits: list[tuple[str, str, str, int]]
) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(cache, "_FRESH", 0)
        edited = Edited(Path(folder), stored)
        bailiwick.check(edited.policy, jobs=1)
        edited.session = edited.fresh()
        edited.session.recall(first, edited.read(first).encode())
        for each in edits:
            edited.edit(*each)
        fresh = edited.fresh()
        for name in edited.names:
            recalled = edited.session.recall(name, edited.read(name).encode())
            if recalled is not None:
                assert recalled.findings == fresh.report(name).findings


def test_what_the_last_check_said_is_recalled_without_a_look_at_the_code(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache, "_FRESH", 0)
        shop = Edited(tmp_path, {"shop/core/_inner.py": "", "shop/disk/host.py": RECALLED})
        bailiwick.check(shop.policy, jobs=1)
    known = shop.fresh().recall("shop/disk/host.py", RECALLED.encode())
    assert known is not None
    assert [finding.code for finding in known.findings] == ["BW102"]
    session = shop.fresh()
    assert session.recall("shop/disk/host.py", b"import os\n") is None
    assert session.recall("shop/disk/host.py", RECALLED.encode()) is not None
    assert session.read == 0
    # What it rests on is another now.
    session.put("shop/core/_inner.py", b"class Host: ...\n")
    assert session.recall("shop/disk/host.py", RECALLED.encode()) is None


SHOP = {
    "bailiwick.toml": (
        'unclaimed = "ignore"\n'
        '[subsystem.till]\nmodules = ["shop.till"]\nuses = []\n'
        '[subsystem.stock]\nmodules = ["shop.stock"]\n'
    ),
    "shop/__init__.py": "",
    "shop/stock.py": "class Shelf:\n    def take(self):\n        self._left = 1\n",
}
TILL = """\
import os

from shop import other


class Till:
    def __init__(self, shelf):
        self.shelf = shelf

    def sell(self, what):
        price = 1
        return price

    def close(self):
        from shop.stock import Shelf
        return Shelf()


def last():
    return 2
"""


@pytest.fixture
def shop(tmp_path: Path) -> bailiwick.Session:
    for name, words in SHOP.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(words)
    (tmp_path / "shop/till.py").write_text(TILL)
    session = bailiwick.Session(bailiwick.load_policy(tmp_path / "bailiwick.toml"))
    session.put("shop/till.py", TILL.encode())
    session.report("shop/till.py")
    return session


def places(report: bailiwick.Report | None) -> list[tuple[str, int, int]]:
    assert report is not None
    return [(each.code, each.span.line, each.span.column) for each in report.findings]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("price = 1", "price = 1  # more"),
        ("        price = 1\n", ""),
        ("price = 1", "from shop.stock import Shelf"),
        ("price = 1", "import shop.stock as s\n        s._x"),
        ("import os\n", "import os\nimport sys\n\n"),
        ("import os", "import shop.stock"),
        ("import Shelf\n", "import Shelf  # bailiwick: allow[BW101] it is so\n"),
        ("        from shop.stock import Shelf\n", ""),
        ("return 2", "from shop import stock\n    return stock"),
        ("class Till:", "class Till(object):"),
    ],
)
def test_a_draft_says_what_the_report_then_says(
    shop: bailiwick.Session, before: str, after: str
) -> None:
    now = TILL.replace(before, after).encode()
    assert now != TILL.encode()
    draft = shop.draft("shop/till.py", now)
    shop.put("shop/till.py", now)
    report = shop.report("shop/till.py")
    assert draft is not None
    assert draft.findings == report.findings


@pytest.mark.parametrize(
    "words", [TILL, "", "import shop.stock\n", TILL.replace("Shelf()", "Shelf(")]
)
def test_it_says_of_recorded_debt_what_a_run_says(shop: bailiwick.Session, words: str) -> None:
    policy = shop.policy
    found = bailiwick.check(policy, cache=False).findings
    day = datetime.date(2026, 11, 2)
    lost = [dataclasses.replace(each, path="shop/gone.py") for each in found]
    twice = [dataclasses.replace(each, target="shop.other:thing") for each in found]
    debt = bailiwick.Baseline().grown([*found, *lost, *twice, *found], day)
    bailiwick.write_baseline(policy, debt)
    baseline = (policy.root / policy.baseline).read_text()
    (policy.root / "shop/till.py").write_text(words)
    report = bailiwick.check(policy)
    wanted = [each for each in report.findings if each.code == "BW903"]
    assert wanted

    judging = bailiwick.Session(policy)
    (gone,) = {each.path for each in lost}
    at_first = judging.stale_debt(baseline, judging=False)
    assert at_first in ([each for each in wanted if gone in each.message], wanted)
    assert judging.stale_debt(baseline, judging=True) == wanted
    assert judging.stale_debt(baseline, judging=False) == wanted
    shrunk = judging.shrunk_debt(baseline)
    bailiwick.write_baseline(policy, debt.without(report.vanished))
    assert shrunk == (policy.root / policy.baseline).read_text()
    bailiwick.write_baseline(policy, debt)
    # What is in the editor counts.
    judging.put("shop/till.py", TILL.encode())
    assert judging.stale_debt(baseline, judging=True) == [
        each for each in _as_checked(policy, TILL) if each.code == "BW903"
    ]


def _as_checked(policy: bailiwick.Policy, words: str) -> tuple[Finding, ...]:
    (policy.root / "shop/till.py").write_text(words)
    return bailiwick.check(policy, cache=False).findings


def test_a_draft_keeps_what_stands_in_lines_that_are_as_they_were_where_nothing_can_be_parsed(
    shop: bailiwick.Session,
) -> None:
    now = TILL.replace("return Shelf()", "return Shelf(").encode()
    assert places(shop.draft("shop/till.py", now)) == [("BW101", 15, 32)]


def test_a_long_file_with_a_bracket_that_nobody_has_closed_is_judged_in_time(
    shop: bailiwick.Session,
) -> None:
    """All of it is then one statement, with tens of thousands of assignments."""
    lines = "".join(f"name_{n} = shop.other.value_{n}\n" for n in range(20_000))
    shop.put("shop/till.py", f"import shop.other\nshop.other._left(a,\n{lines}".encode())
    assert shop.report("shop/till.py").files == 1


def test_there_is_no_draft_of_a_file_that_has_not_been_judged(shop: bailiwick.Session) -> None:
    assert shop.draft("shop/stock.py", b"") is None


class BrokenOffError(Exception):
    """The work is not wanted any more."""


@pytest.mark.parametrize("beats", range(0, 40, 3))
def test_work_that_was_broken_off_leaves_nothing_wrong_behind(
    shop: bailiwick.Session, beats: int
) -> None:
    left = beats

    def pulse() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise BrokenOffError

    policy = shop.policy
    session = bailiwick.Session(policy, pulse=pulse)
    now = TILL.replace("price = 1", "from shop.stock import Shelf\n        Shelf()._left").encode()
    session.put("shop/till.py", now)
    with suppress(BrokenOffError):
        session.report("shop/till.py")
    left = 1_000_000
    fresh = bailiwick.Session(policy, buffers={"shop/till.py": now})
    assert session.report("shop/till.py").findings == fresh.report("shop/till.py").findings


@pytest.fixture(scope="module")
def nova(nova_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> bailiwick.Policy:
    """The shipped policy, in force for real Nova."""
    named = tmp_path_factory.mktemp("nova") / "bailiwick.toml"
    named.write_text('extends = ["nova"]\n')
    return dataclasses.replace(bailiwick.load_policy(named), root=nova_tree)


def test_a_session_says_of_files_of_nova_what_a_run_says(nova: bailiwick.Policy) -> None:
    some = [file.path for file in bailiwick.Tree.of(nova).files if file.judged][::40]
    run = bailiwick.check(nova, paths=[nova.root / each for each in some], cache=False, jobs=1)
    session = bailiwick.Session(nova)
    found: list[Finding] = []
    for each in some:
        session.put(each, (nova.root / each).read_bytes())
        found += session.report(each).findings
    assert tuple(found) == run.findings


LINES = ("x = self._host._conn", "from nova.virt import libvirt", "self.driver.x", "pass  # more")


@pytest.mark.parametrize("name", ["virt/ironic/driver.py", "compute/manager.py", "virt/fake.py"])
def test_drafts_of_files_of_nova_say_what_the_reports_say(
    nova: bailiwick.Policy, name: str
) -> None:
    file, session, chance = f"nova/{name}", bailiwick.Session(nova), random.Random(name)
    text = (nova.root / file).read_text()
    starts = [found.end() for found in re.finditer(r"\n        (?=return\b)", text)]
    for line in LINES:
        session.put(file, text.encode())
        session.report(file)
        at = chance.choice(starts)
        now = f"{text[:at]}{line}\n        {text[at:]}".encode()
        draft = session.draft(file, now)
        session.put(file, now)
        assert draft is not None
        assert draft.findings == session.report(file).findings
