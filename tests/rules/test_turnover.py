"""A module that comes or goes is judged, and so is whatever names it; all else is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bailiwick
import pytest
from bailiwick.engine import cache, turnover
from bailiwick.engine.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bailiwick.source.tree import File

POLICY = """
[subsystem.core]
modules = ["shop.core"]
[subsystem.disk]
modules = ["shop.disk"]
public = ["shop.disk.api"]
"""
TEXTS = {
    "shop/__init__.py": "",
    "shop/core/__init__.py": "",
    "shop/core/till.py": "from shop.disk import api\n\n\ndef till():\n    return api._hidden\n",
    "shop/disk/__init__.py": "",
    "shop/disk/api.py": "_hidden = 1\n",
}
NEW = "shop/disk/shelf.py"
# What names the new module, in a file that is there already.
NAMING = {
    "an import": "import shop.disk.shelf\n",
    "an import of a name": "from shop.disk import shelf\n",
    "an import in a function": "def late():\n    from shop.disk.shelf import Shelf as s\n",
    "a chain behind a package": "import shop.disk\n\nprint(shop.disk.shelf._lock)\n",
    "a chain behind another module": "from shop.disk.api import disk\n\ndisk.shelf._lock\n",
    "a string": "from unittest import mock\n\nmock.patch('shop.disk.shelf._lock')\n",
    "a string of two literals": (
        "from unittest import mock\n\nmock.patch('shop.disk.sh'\n    'elf._lock')\n"
    ),
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "bailiwick.toml").write_text(POLICY)
    for name, text in TEXTS.items():
        write(tmp_path / name, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache, "_FRESH", 0)
        # In so small a tree any file is a large part of it.
        patch.setattr(turnover, "_MANY", 0.9)
        yield tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def check(shop: Path, *, warm: bool = True) -> bailiwick.Report:
    policy = bailiwick.load_policy(shop / "bailiwick.toml")
    return bailiwick.check(policy, cache=warm, jobs=1)


def judged(shop: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The files that a warm run judges; what it finds is what a cold one finds."""
    paths: set[str] = set()
    verdict = Judge.verdict

    def noted(judge: Judge, file: File, *known: Any) -> Any:
        paths.add(file.path)
        return verdict(judge, file, *known)

    with monkeypatch.context() as patch:
        patch.setattr(Judge, "verdict", noted)
        found = check(shop).findings
    assert found == check(shop, warm=False).findings
    return paths


def test_a_new_module_that_nobody_names_is_judged_alone(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(shop)
    write(shop / NEW, "from shop.core import till\n\ntill._lock\n")
    assert judged(shop, monkeypatch) == {NEW}
    (shop / NEW).unlink()
    assert judged(shop, monkeypatch) == set()


@pytest.mark.parametrize("how", NAMING)
def test_who_names_a_module_is_judged_when_it_comes_and_when_it_goes(
    shop: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shop / "shop/disk/api.py", "import shop.disk as disk\n\n_hidden = 1\n")
    write(shop / "shop/core/naming.py", NAMING[how])
    check(shop)
    write(shop / NEW, "_lock = 1\n\n\nclass Shelf:\n    pass\n")
    assert judged(shop, monkeypatch) == {NEW, "shop/core/naming.py"}
    (shop / NEW).unlink()
    assert judged(shop, monkeypatch) == {"shop/core/naming.py"}


@pytest.mark.parametrize(
    "path",
    ["shop/disk/api/__init__.py", "shop/net/link.py", "till.py", "shop/core/api.py"],
    ids=["in place of another", "in a new package", "at the top", "of a name that others have"],
)
def test_a_module_that_may_matter_anywhere_changes_nothing_but_what_it_should(
    shop: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(shop)
    write(shop / path, "_hidden = 1\n")
    assert path in judged(shop, monkeypatch)
    (shop / path).unlink()
    judged(shop, monkeypatch)


@pytest.mark.parametrize("name", ["shelf", "crate"])
def test_a_circle_is_shown_by_who_shows_it_first_also_where_a_module_is_new(
    shop: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shop / "shop/core/naming.py", "from shop.disk import api\n\nshelf = api\n")
    write(shop / "shop/disk/back.py", "from shop.core import till\n")
    check(shop)
    assert "BW103" in {finding.code for finding in check(shop).findings}
    write(shop / f"shop/disk/{name}.py", "from shop.core import till\n")
    write(shop / "shop/core/naming.py", f"from shop.disk import {name}\n\nshelf = {name}\n")
    write(shop / "shop/core/after.py", f"from shop.disk import {name}, api\n")
    judged(shop, monkeypatch)
    for gone in ("disk/back", "core/naming", "core/till", f"disk/{name}"):
        (shop / f"shop/{gone}.py").unlink()
        judged(shop, monkeypatch)
