"""What a string names, and when it is certain that it names nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bailiwick
import pytest

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """
    [subsystem.shop]
    modules = ["shop"]
    public = ["shop", "shop.till", "shop.till:Till"]

    [subsystem.desk]
    modules = ["desk"]
    """
TILL = """
    import os as system
    from shop.base import Base, make as made
    from shop.gone import lost
    from elsewhere import Foreign

    LIMIT = 1
    if LIMIT:
        def late(): ...


    class Till(Base):
        __slots__ = ("slot",)
        rate: int = 1

        class Drawer:
            def open(self): ...

        def __init__(self):
            self.own = 1

        async def count(self): ...


    class Odd(Foreign): ...


    class Made(metaclass=Base): ...


    @made
    class Decorated: ...


    class Same:
        def __getattr__(self, name): ...


    Till.added = 1


    def start():
        global begun
        begun = 1
    """
FILES = {
    "shop/__init__.py": "from shop.till import Till\n",
    "shop/till.py": TILL,
    "shop/base.py": "class Base:\n    def _inner(self): ...\n    def outer(self): ...\n",
    "shop/star.py": "from shop.base import *\n",
    "shop/away.py": "from elsewhere import *\n",
    "shop/open.py": "def __getattr__(name): ...\n",
    "desk/__init__.py": "",
}

HERE = [
    "shop.till",
    "shop.till.LIMIT",
    "shop.till.late",
    "shop.till.Till.count",
    "shop.till.Till.outer",
    "shop.till.Till._inner",
    "shop.till.Till.own",
    "shop.till.Till.slot",
    "shop.till.Till.added",
    "shop.till.Till.Drawer.open",
    "shop.till.Till.__doc__",
    "shop.Till.count",
    "shop.till:Till.count",
    "shop.till.system.path.gone",
    "shop.till.lost.anything",
    "shop.till.Foreign.gone",
    "shop.till.begun",
    "shop.till.Odd.gone",
    "shop.till.Made.gone",
    "shop.till.Decorated.gone",
    "shop.till.Same.gone",
    "shop.till.LIMIT.gone",
    "shop.star.Base.outer",
    "shop.star.Base",
    "shop.away.gone",
    "shop.open.gone",
    "elsewhere.gone",
    "shop.till.print",
]
GONE = [
    "shop.gone",
    "shop.till.gone",
    "shop.till.Till.gone",
    "shop.till.Till.Drawer.gone",
    "shop.Till.gone",
    "shop.till:Till.gone",
    "shop.till.Gone.count",
    "shop.star.gone",
    "shop.star.Base.gone",
    "shop.till.count",
]


def found(root: Path, text: str, *, exhaustive: bool) -> list[str]:
    """What is found in `desk/work.py`, as code and line."""
    from textwrap import dedent

    for path, words in (FILES | {"desk/work.py": text, "bailiwick.toml": POLICY}).items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(dedent(words), encoding="utf-8")
    policy = bailiwick.load_policy(root / "bailiwick.toml")
    report = bailiwick.check(policy, cache=False, jobs=1, exhaustive=exhaustive)
    return [f"{f.code}:{f.span.line}" for f in report.findings if f.path == "desk/work.py"]


both = pytest.mark.parametrize("exhaustive", [False, True], ids=["sieved", "exhaustive"])


@both
def test_a_string_is_stale_only_where_nothing_can_bear_its_name(
    tmp_path: Path, exhaustive: bool
) -> None:
    lines = [f"mock.patch('{name}')" for name in (*HERE, *GONE)]
    judged = found(tmp_path, "\n".join(lines), exhaustive=exhaustive)
    stale = [lines[int(each.partition(":")[2]) - 1] for each in judged if each[:5] == "BW204"]
    assert stale == [f"mock.patch('{name}')" for name in GONE]


@both
@pytest.mark.parametrize(
    "call",
    [
        "mock.patch('shop.till.' 'Till._inner')",
        "mock.patch('shop.till.' + 'Till._inner')",
        "mock.patch(TILL + '._inner')",
        "mock.patch('%s._inner' % TILL)",
        "mock.patch('{}._inner'.format(TILL))",
        "mock.patch(f'{TILL}._inner')",
        "mock.patch(f'{MORE}._inner')",
        "mock.patch('.'.join([TILL, '_inner']))",
        "unittest.mock.patch(target='shop.till.Till._inner')",
        "self.stub_out('shop.till.Till._inner', None)",
        "patch.object(Till, '_inner')",
        "patch.object(till.Till, attribute='_inner')",
        "patch.object(Till(), '_inner')",
        "patch.multiple(Till, _inner=1, create=False)",
        "importlib.import_module('shop.till:Till._inner')",
        "names = ['shop.till.Till._inner']",
        "default('shop.till.Till._inner')",
    ],
)
def test_a_private_name_is_found_however_it_is_written(
    tmp_path: Path, call: str, exhaustive: bool
) -> None:
    text = f"""
    from shop import Till, till
    TILL = 'shop.till.Till'
    MORE = TILL
    {call}
    """
    assert [f[:5] for f in found(tmp_path, text, exhaustive=exhaustive)] == ["BW203"]


@both
@pytest.mark.parametrize(
    "call",
    [
        "mock.patch('shop.till.Till._gone', create=True)",
        "monkeypatch.setattr('shop.till.Till._gone', 1, raising=False)",
        "mock.patch('shop.till.' + name)",
        "mock.patch(f'shop.till.{name}')",
        "mock.patch(name + '._inner')",
        "mock.patch(**{'target': 'shop.till.gone'})",
        "log('shop.till.gone')",
        "patch.object(name, '_inner')",
        "'shop.till.Till._inner'",
        "mock.patch('shop till Till _inner')",
    ],
)
def test_what_is_not_known_is_not_accused(tmp_path: Path, call: str, exhaustive: bool) -> None:
    text = f"""
    def work(name, log):
        {call}
    """
    assert found(tmp_path, text, exhaustive=exhaustive) == []


@both
@pytest.mark.parametrize("instance", ["self", "cls"])
def test_an_attribute_named_of_the_instance_itself_is_its_own_affair(
    tmp_path: Path, instance: str, exhaustive: bool
) -> None:
    text = f"""
    from shop.till import Till
    class Mine(Till):
        def work({instance}):
            patch.object({instance}, '_inner')
    """
    assert found(tmp_path, text, exhaustive=exhaustive) == []
