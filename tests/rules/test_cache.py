"""A warm run finds to the letter what a cold one finds, whatever was done to the tree before."""

from __future__ import annotations

import datetime
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import bailiwick
import pytest
from bailiwick.engine import cache, turnover
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Edit = tuple[Callable[..., None], tuple[object, ...]]
    Step = tuple[list[Edit], list[str]]

PATHS = (
    "shop/__init__.py",
    "shop/core/__init__.py",
    "shop/core/api.py",
    "shop/core/base.py",
    "shop/core/_inner.py",
    "shop/disk/__init__.py",
    "shop/disk/host.py",
    "shop/disk/store/__init__.py",
    "shop/net/link.py",
    "shop/net/made.py",
    "shop/net/link/__init__.py",
    "tests/core/test_api.py",
)
MODULES = tuple(
    path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in PATHS
)
POLICY = """
    unclaimed = "{unclaimed}"
    exclude = [{exclude}]
    [subsystem.core]
    modules = ["shop.core"]
    tests = ["tests.core"]
    [subsystem.disk]
    modules = ["shop.disk"]
    option-groups = ["disk"]
    public = [{public}]
    [subsystem.net]
    modules = ["shop.net"]
    {uses}
    [contract.host]
    interface = "shop.disk.host:Base"
    implemented-by = ["net"]
    returned-by = ["shop.disk.host:make"]
    held-by = ["shop.core.base:Host.host"]
    """
NAMES = ("Host", "Base")
PRIVATES = ("_run", "_conn", "_part")

module, name, private = (st.sampled_from(words) for words in (MODULES, NAMES, PRIVATES))
receiver = st.sampled_from(("Host", "Base", "Host()", "Base()", "a", "a.Host", "a.Base()", "make"))


def said(pattern: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda words: pattern.format(*words))


statement = st.one_of(
    said("import {}\n{}.{}", module, receiver, private),
    said("import {} as a\na.{}.{}", module, name, private),
    said("from {} import {}", module, name),
    said("from {} import {} as {}", module, name, name),
    said("from {} import {}\n{}().{}", module, name, name, private),
    said("from {} import {}\ndef make(a: {}):\n    a.{}", module, name, name, private),
    said("from {} import *", module),
    said("from . import host as a, {}\na.{}", name, private),
    said(
        "def late():\n    from {} import {} as a\n    return {}.{}", module, name, receiver, private
    ),
    said("class {}:\n    def {}(self): ...\n    {} = 1", name, private, private),
    said("from {} import Base\nclass Host(Base):\n    {} = 1", module, private),
    said("from {} import Host\nclass Base(Host):\n    go = lambda self: self.{}", module, private),
    said("class {}({}):\n    def {}(self): self.{}", name, receiver, private, private),
    said("class {}({}):\n    def __init__(self): self.host = {}", name, receiver, receiver),
    said("class {}({}):\n    def go(self): self.host.{}", name, receiver, private),
    said("class {}:\n    host = {}", name, receiver),
    said("import {} as a\na.{}.host.{}", module, name, private),
    said("a = {}\na.{}", receiver, private),
    said("{}.{}", receiver, private),
    said("{} = {}", name, receiver),
    said("make = importlib.import_module('{}')", module),
    said("__all__ = ['{}', '{}']", name, private),
    said("mock.patch('{}.{}')", module, name),
    said("mock.patch('{}.{}.{}')", module, name, private),
    said("from {} import {}\npatch.object({}, '{}')", module, name, name, private),
    said('"""\nfrom {} import {}\n"""', module, name),
    said("# {}", name),
    said("from {} import make\nmake().gone", module),
    said("from {} import {} as a\na.host.gone(a.run)", module, name),
    said("from {} import {} as a\nb = a\nisinstance(make, b)", module, name),
    said("import {} as a\nisinstance({}, a.{})", module, receiver, name),
    said("def make(a): ...\nclass {}:\n    def run(self, {}): ...", name, st.just("a, b")),
    said("from {} import Base\nclass Host(Base):\n    def run(self): ...", module),
    st.sampled_from(
        (
            "CONF.disk.size",
            "CONF.register_opts(a, group='disk')",
            "CONF.spare.size",
            "CONF.register_opts(a, group='spare')",
            "from . import CONF",
        )
    ),
    said("from {} import {}  # bailiwick: allow[BW101, BW102] bug 1", module, name),
    said("# bailiwick: allow[{}] bug 1\nimport {}", st.sampled_from(("BW102", "BW103")), module),
    st.just("# bailiwick: allow-file[BW102] until 2020-02-29 bug 1"),
    st.just("def ("),
)
path = st.sampled_from(PATHS)
text = st.lists(statement, max_size=4).map("\n".join)


class Tree:
    """A real tree, edited and judged again and again."""

    def __init__(self, folder: Path) -> None:
        self.root, self.clock = folder, 0
        self.words = {"unclaimed": "ignore", "exclude": "", "public": "", "uses": ""}

    def write(self, name: str, words: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(words, encoding="utf-8")
        self.touch(name)

    def read(self, name: str) -> str:
        file = self.root / name
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def touch(self, name: str) -> None:
        """Give a file another time, be it changed or not."""
        self.clock += 1
        if (self.root / name).exists():
            os.utime(self.root / name, ns=(self.clock * 10**9,) * 2)

    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def decide(self, key: str, words: str) -> None:
        self.words[key] = words

    def found(self, *, warm: bool, paths: Sequence[str] = ()) -> tuple[object, ...]:
        (self.root / "bailiwick.toml").write_text(POLICY.format(**self.words))
        policy = bailiwick.load_policy(self.root / "bailiwick.toml")
        places = [self.root / path for path in paths] or None
        report = bailiwick.check(policy, paths=places, cache=warm, jobs=1)
        said = report.findings, report.suppressed, report.recorded, report.vanished
        return *said, report.stray, report.files

    def holds(self, paths: Sequence[str] = ()) -> None:
        assert self.found(warm=True, paths=paths) == self.found(warm=False, paths=paths)


def record(tree: Tree) -> None:
    """Record what is found now in a baseline, if there is a policy yet."""
    if not tree.read("bailiwick.toml"):
        return
    policy = bailiwick.load_policy(tree.root / "bailiwick.toml")
    found = bailiwick.check(policy, cache=False, jobs=1).findings
    baseline = bailiwick.Baseline().grown(found, datetime.date(2026, 11, 2))
    bailiwick.write_baseline(policy, baseline)


def editing(act: Callable[..., None], *parts: st.SearchStrategy[object]) -> st.SearchStrategy[Edit]:
    return st.tuples(*parts).map(lambda chosen: (act, chosen))


def rewrite(tree: Tree, name: str, words: str) -> None:
    tree.write(name, words)


def add(tree: Tree, name: str, words: str) -> None:
    tree.write(name, f"{tree.read(name)}\n{words}")


def add_above(tree: Tree, name: str, words: str) -> None:
    tree.write(name, f"{words}\n{tree.read(name)}")


def drop(tree: Tree, name: str, position: int) -> None:
    lines = tree.read(name).split("\n")
    del lines[position % len(lines)]
    tree.write(name, "\n".join(lines))


def replace(tree: Tree, name: str, old: str, new: str) -> None:
    tree.write(name, tree.read(name).replace(old, new))


def rename(tree: Tree, name: str, other: str) -> None:
    words = tree.read(name)
    tree.remove(name)
    tree.write(other, words)


def move_last(tree: Tree, name: str, other: str) -> None:
    words, _, last = tree.read(name).rpartition("\nclass ")
    if words:
        tree.write(name, words)
        add(tree, other, f"class {last}")


def replace_unseen(tree: Tree, name: str, old: str, new: str) -> None:
    """An edit that leaves size and time of modification as they were."""
    if (tree.root / name).exists():
        before = (tree.root / name).stat().st_mtime_ns
        replace(tree, name, old, new)
        os.utime(tree.root / name, ns=(before, before))


edit = st.one_of(
    editing(rewrite, path, text),
    editing(add, path, statement),
    editing(add, path, statement),
    editing(add_above, path, statement),
    editing(drop, path, st.integers(0, 9)),
    editing(drop, path, st.integers(0, 9)),
    editing(replace, path, private, private),
    editing(replace, path, name, name),
    editing(replace, path, module, module),
    editing(replace, path, st.just("def ("), st.just("")),
    editing(replace_unseen, path, private, private),
    editing(rename, path, path),
    editing(move_last, path, path),
    editing(Tree.remove, path),
    editing(rewrite, st.just("setup.cfg"), said("[entry_points]\ng =\n a = {}:{}\n", module, name)),
    editing(
        rewrite, st.just("setup.cfg"), said("[entry_points]\ng =\n a = {}:{}\n", module, private)
    ),
    editing(Tree.remove, st.just("setup.cfg")),
    editing(record),
    editing(Tree.touch, path),
    editing(Tree.decide, st.just("unclaimed"), st.sampled_from(("error", "ignore"))),
    editing(Tree.decide, st.just("exclude"), st.sampled_from(("", "'/shop/net/made.py'"))),
    editing(
        Tree.decide,
        st.just("public"),
        st.sampled_from(("", "'shop.disk'", "'shop.disk.host', 'shop.disk:Host'")),
    ),
    editing(Tree.decide, st.just("uses"), st.sampled_from(("", "uses = ['disk']", "uses = []"))),
)
some = st.lists(st.sampled_from((*PATHS, "shop/core", "shop/disk")), max_size=2)
steps = st.lists(st.tuples(st.lists(edit, min_size=1, max_size=3), some), min_size=2, max_size=6)


def judge_after_each(texts: dict[str, str], steps: list[Step], folder: Path) -> None:
    tree = Tree(folder)
    for name, words in texts.items():
        tree.write(name, words)
    tree.holds()
    for edits, paths in steps:
        for act, chosen in edits:
            act(tree, *chosen)
        tree.holds(paths)
    tree.holds()


@settings(max_examples=60)
@given(st.dictionaries(path, text, min_size=4), steps)
def test_after_any_edits_and_partial_runs_a_warm_run_finds_what_a_cold_one_does(
    texts: dict[str, str], steps: list[Step]
) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        # Each change here has a time of its own, so that even the latest can be trusted.
        patch.setattr(cache, "_FRESH", 0)
        # Here nearly every file has the words of which modules' names are made.
        patch.setattr(turnover, "_MANY", 1)
        judge_after_each(texts, steps, Path(folder))


@pytest.mark.parametrize("changed", ["shop/core/api.py", "shop/net/link.py"])
def test_what_changes_while_a_run_looks_at_other_files_is_judged_by_the_next(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_FRESH", 0)  # bailiwick: allow[BW203] or it takes seconds
    tree = Tree(tmp_path)
    for name in ("shop/core/api.py", "shop/disk/host.py", "shop/net/link.py"):
        tree.write(name, "import shop.disk.host\n")
    tree.holds()
    tree.write("shop/core/api.py", "import shop.net.link\n")
    policy = bailiwick.load_policy(tmp_path / "bailiwick.toml")

    def meanwhile(*_: int) -> None:
        tree.write(changed, "import shop.disk.host as h\n\nh._run\n")

    bailiwick.check(policy, progress=meanwhile)
    tree.holds()
