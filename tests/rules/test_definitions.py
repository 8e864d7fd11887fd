"""Where the target of a finding is defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bailiwick import definitions, load_policy

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "bailiwick.toml": '[subsystem.shop]\nmodules = ["shop"]\n',
    "shop/__init__.py": "from shop.stock import Shelf as Board, count\n",
    "shop/stock.py": '''\
"""def count(): in a string, and no definition.

def count(): nor this
"""
import os, sys as system

LIMIT: int = 3
_limit = spare = 4
call(
    limit=5,
)


class Shelf:
    width = 80

    class Board:
        def lift(self): ...

    def __init__(self):
        self._load = 0

    async def fill(self, width=3):
        def count(): ...


if system:
    def count():
        LIMIT = 7
else:
    count = None
''',
    "shop/lettering.py": '\ufeff# é\nÜber = 1; übrig = "é"\n'.replace("; ", "\n"),
}

PLACES = {
    "shop.stock": "shop/stock.py:1:1-1",
    "shop": "shop/__init__.py:1:1-1",
    "shop.stock:LIMIT": "shop/stock.py:7:1-6",
    "shop.stock:_limit": "shop/stock.py:8:1-7",
    "shop.stock:Shelf": "shop/stock.py:14:7-12",
    "shop.stock:Shelf.width": "shop/stock.py:15:5-10",
    "shop.stock:Shelf.Board.lift": "shop/stock.py:18:13-17",
    "shop.stock:Shelf._load": "shop/stock.py:21:14-19",
    "shop.stock:Shelf.fill": "shop/stock.py:23:15-19",
    "shop.stock:count": "shop/stock.py:28:9-14",
    "shop.stock:system": "shop/stock.py:5:19-25",
    "shop:Board": "shop/__init__.py:1:33-38",
    "shop.lettering:übrig": "shop/lettering.py:3:1-6",
    # What is not told by the text is shown by what encloses it.
    "shop.stock:Shelf.inherited": "shop/stock.py:14:7-12",
    "shop.stock:limit": "shop/stock.py:1:1-1",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("target", PLACES)
def test_a_target_is_found_where_it_is_defined(target: str, tree: Path) -> None:
    found = definitions(load_policy(tree / "bailiwick.toml"), [target])[target]
    span = found.span
    assert span.end_line == span.line
    assert f"{found.path}:{span.line}:{span.column}-{span.end_column}" == PLACES[target]


def test_what_lies_outside_the_tree_has_no_definition(tree: Path) -> None:
    assert definitions(load_policy(tree / "bailiwick.toml"), ["os.path:join", "", "shops"]) == {}


def test_a_text_that_is_no_python_is_shown_as_a_whole(tree: Path) -> None:
    (tree / "shop" / "stock.py").write_bytes(b"\0\xff")
    found = definitions(load_policy(tree / "bailiwick.toml"), ["shop.stock:count"])
    assert found["shop.stock:count"].span.line == 1
