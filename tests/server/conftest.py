"""A small shop under a policy, and an editor on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.server.editor import started, write

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.server.editor import Editor

POLICY = """\
unclaimed = "ignore"

[subsystem.till]
modules = ["shop.till"]
uses = []
owners = ["till-team"]

[subsystem.stock]
modules = ["shop.stock"]
public = ["shop.stock:Shelf"]
owners = ["stock-team"]

[subsystem.desk]
modules = ["shop.desk"]
uses = ["stock"]
"""
STOCK = """\
class Shelf:
    def take(self):
        self._left = 1


def count():
    return 1
"""
TILL = """\
from shop.stock import Shelf


def sell():
    return Shelf().take()
"""
DESK = """\
from shop.stock import Shelf


def ask():
    return Shelf()
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A tree with one finding: BW101 in the first line of shop/till.py."""
    texts = {
        "bailiwick.toml": POLICY,
        "shop/__init__.py": "",
        "shop/stock.py": STOCK,
        "shop/till.py": TILL,
        "shop/desk.py": DESK,
    }
    for name, text in texts.items():
        write(tmp_path / name, text)
    return tmp_path


@pytest_asyncio.fixture
async def editor(shop: Path) -> AsyncIterator[Editor]:
    """An editor on the shop, with a server that has been started; `begin` is still to be called."""
    async with started(shop) as editor:
        yield editor
