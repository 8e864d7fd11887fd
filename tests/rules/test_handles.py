"""However a handle travels, the sieve finds its uses: whole parsing is the oracle."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import bailiwick
import pytest

if TYPE_CHECKING:
    from bailiwick import Finding

POLICY = """
[subsystem.core]
modules = ["core"]

[subsystem.api]
modules = ["api"]

[subsystem.impl]
modules = ["impl"]

[contract.driver]
interface = "api.driver:Driver"
implemented-by = ["impl"]
returned-by = ["api.driver:load", "api.driver:Loader.make"]
held-by = ["core.holder:Holder.driver", "core.holder:use.drv"]
selected-by = ["chosen", "virt.chosen"]
"""

FIXED = {
    "bailiwick.toml": POLICY,
    "api/__init__.py": "from api.driver import Driver as Virt, load as start\n",
    "api/driver.py": """
import abc


class Base(abc.ABC):
    level = 1

    def stop(self): ...


class Driver(Base):
    caps: dict = {}

    def __init__(self, api):
        self.api = api

    def start(self): ...

    if True:
        def late(self): ...

    @property
    def size(self): ...


class Loader:
    def make(self): ...


def load(api): ...
""",
    "impl/__init__.py": "",
    "impl/driver.py": """
from api import Virt


class Impl(Virt):
    def extra(self): ...


class Host: ...
""",
    "core/__init__.py": "",
    "core/holder.py": """
from dataclasses import dataclass
from api import driver
from api.driver import Driver as D


class Holder:
    def __init__(self, driver):
        self.driver = driver


class Other:
    def __init__(self):
        self.made = driver.load(None)


@dataclass
class Context:
    virt: D
    maybe: "D | None" = None


def use(drv): ...
""",
}

IMPORTS = """
import functools
import api
import api.driver
from api import driver, start, Virt
from api import driver as d
from api.driver import *
from api.driver import Driver, Loader, load as begin
from core import holder
from core.holder import Context, Holder, Other
from impl import driver as impl_driver
from impl.driver import Host, Impl
from oslo import CONF, cfg
"""

HANDLES = (
    "driver.load(None)",
    "api.driver.load(None)",
    "start(None)",
    "begin(None)",
    "api.start(1)",
    "d.load(1)",
    "load(1)",
    "Driver(None)",
    "Virt(1)",
    "Loader().make()",
    "functools.partial(begin, None)()",
    "Holder(1).driver",
    "holder.Holder(None).driver",
    "Other().made",
    "Context(1).virt",
    "Context(1).maybe",
    "(yield)",
    "[begin(1)]",
    "None",
    "begin",
)
BINDINGS = (
    "x = {h}",
    "x: Driver = None",
    "x: 'api.Virt' = y",
    "x = y = {h}",
    "x, z = {h}, 1",
    "(x, z) = [1, {h}]",
    "with {h} as x: pass",
    "if (x := {h}): pass",
    "x = {h} or None",
    "x = {h} if y else None",
    "x = None; y = {h}; x = y",
    "self.a = {h}\nx = self.a",
    "y = {h}\nx = y",
    "y.b = {h}\nx = y.b",
    "x = (\n    {h}\n)",
    "for x in {h}: pass",
    "x = Holder(1)\nx = x.driver",
    "x = {h}\ndel x",
    "x = dict(a={h})",
)
USES = (
    "x.start()",
    "x.gone()",
    "x.late()",
    "x.caps['a']",
    "x.size + x.weight",
    "x.level, x.depth",
    "x.api = x.api2 = 1",
    "print(x.gone, x . far)",
    "(x).gone",
    "{h}.gone",
    "({h}).gone()",
    "getattr(x, 'gone')",
    "getattr(x, 'gone', None)",
    "hasattr(x, 'start')",
    "if hasattr(x, 'gone'): x.gone()",
    "x._gone()",
    "isinstance(x, Impl)",
    "isinstance(x, (str, impl_driver.Impl))",
    "isinstance(z, Impl)",
    "kind = Impl\nisinstance(x, kind)",
    "isinstance({h}, Driver)",
    "type(x) is Impl",
    "type(x).__name__",
    "x.__class__.__name__",
    "y = x.start()\nisinstance(y, Host)",
    "isinstance(x.caps, impl_driver.Host)",
    "issubclass(type(x), Impl)",
    "'impl' in CONF.chosen",
    "CONF.virt.chosen.lower() == 'impl'",
    "y = cfg.CONF.chosen.split('.')[0]\nif y == 'impl': pass",
    "CONF.chosen.startswith('impl')",
    "functools.partial(x.gone, 1)",
    "lambda: x.gone",
    "[x.gone for z in y]",
    "match CONF.chosen:\n    case 'impl': pass",
    "def inner():\n    return x.gone",
    "x.driver.gone()",
)
FRAMES = (
    "def f(self, x, y, z):\n{body}",
    "class C:\n    def m(self, x, y, z):\n{body2}",
    "class H(Holder):\n    def m(self, x, y, z):\n        x = self.driver\n{body2}",
    "class K:\n    driver: Driver\n    def m(self, x, y, z):\n        self.driver.gone()\n{body2}",
    "async def f(self, x: Driver, y, z=None):\n{body}",
    "def f(self, y, x: 'Virt' = None, *, z):\n{body}",
    "x = y = z = self = None\n{body0}",
)


def written(seed: int) -> dict[str, str]:
    choose = Random(seed).choice
    blocks = []
    for _ in range(3):
        lines = [choose(BINDINGS) for _ in range(choose((0, 1, 1, 2)))]
        lines += [choose(USES) for _ in range(choose((1, 2)))]
        code = "\n".join(line.replace("{h}", choose(HANDLES)) for line in lines)
        frame = choose(FRAMES)
        blocks.append(frame.format(body0=code, body=indented(code, 4), body2=indented(code, 8)))
    return {**FIXED, "core/user.py": IMPORTS + "\n\n" + "\n\n".join(blocks) + "\n"}


def indented(code: str, margin: int) -> str:
    return "\n".join(" " * margin + line for line in code.split("\n"))


def judged(folder: str, *, exhaustive: bool) -> tuple[Finding, ...]:
    policy = bailiwick.load_policy(Path(folder, "bailiwick.toml"))
    return bailiwick.check(policy, cache=False, jobs=1, exhaustive=exhaustive).findings


@pytest.mark.parametrize(
    "classes", ["  # as 1) says\n        Impl", " (int if x == '))' else str, Impl)"]
)
def test_a_bracket_in_a_comment_or_a_string_ends_no_question(classes: str, tmp_path: Path) -> None:
    asked = f"def f(x):\n    isinstance(x,{classes})\n"
    for path, text in {**FIXED, "core/user.py": f"{IMPORTS}\n{asked}"}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    found = judged(str(tmp_path), exhaustive=True)
    assert "BW304" in [each.code for each in found if each.path == "core/user.py"]
    assert judged(str(tmp_path), exhaustive=False) == found


@pytest.mark.parametrize("seed", range(80))
def test_a_sieved_run_finds_what_an_exhaustive_one_finds(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for path, text in written(seed).items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        assert judged(folder, exhaustive=False) == judged(folder, exhaustive=True)
