"""A small shop whose till wants a repository of its own, and the command line on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """\
[subsystem.shop]
modules = ["shop"]
tests = ["tests"]
owners = ["shop-team"]

[subsystem.till]
modules = ["shop.till"]
tests = ["tests.till"]
public = ["shop.till", "shop.till.api"]
owners = ["till-team"]
option-groups = ["till"]

[subsystem.bank]
modules = ["bank"]
public = ["bank.money"]
owners = ["bank-team"]
"""
FILES = {
    "bailiwick.toml": POLICY,
    "shop/__init__.py": "",
    "shop/conf.py": "OPTS = [cfg.StrOpt('name')]\n",
    "shop/floor.py": "from shop.till import api, drawer\n\ndrawer.pull()\napi.ring()\n",
    "shop/paper.py": "def roll():\n    return 1\n",
    "shop/stock.py": "from shop.till.api import ring\n\nx = CONF.till.drawers\n",
    "shop/till/__init__.py": "",
    "shop/till/api.py": "from bank import money\n\ndef ring():\n    return money.Coin\n",
    "shop/till/drawer.py": (
        "from bank import money, vault\nfrom shop import paper\n\n"
        "def pull():\n    money.spend()\n    paper.roll()\n"
        "    return vault.open(), vault._force(), CONF.name\n"
    ),
    "bank/__init__.py": "",
    "bank/desk.py": "from bank import money\n\nmoney.spend()\n",
    "bank/money.py": "from shop import floor\n\nclass Coin:\n    pass\n\ndef spend():\n    pass\n",
    "bank/vault.py": "def open():\n    pass\n\ndef _force():\n    pass\n",
    "tests/__init__.py": "",
    "tests/till/__init__.py": "",
    "tests/till/test_drawer.py": "patch('bank.vault.open')\npatch('bank.money.spend')\n",
    "tests/test_floor.py": "from shop.till import drawer\n\ndrawer.pull()\n",
}


def project(folder: Path, **changed: str | None) -> Path:
    """Write the shop below a folder; `changed` gives other texts, by path with `__` for `/`."""
    named = {name.replace("__", "/") + ".py": text for name, text in changed.items()}
    for name, text in {**FILES, **named}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `bailiwick` in a folder, without a terminal."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    environment.pop("FORCE_COLOR", None)
    return subprocess.run(
        [sys.executable, "-m", "bailiwick_hooks", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def as_json(folder: Path, *words: str) -> dict[str, Any]:
    """What a report says as JSON when all goes well."""
    done = run(folder, *words, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def git(folder: Path, *words: str) -> None:
    """Run git in a folder, as somebody."""
    named = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    subprocess.run(["git", *named, *words], cwd=folder, check=True, capture_output=True)
