"""What crosses between subsystems: all of it, where it is, and as libcst's own scopes have it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import libcst as cst
import pytest
from bailiwick.engine.crossings import crossings
from bailiwick.policyfile import load_policy
from bailiwick.source.tree import Tree
from bailiwick.syntax.scopes import Uses
from libcst.metadata import MetadataWrapper, PositionProvider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bailiwick.vocabulary.policy import Policy

POLICY = """
source-roots = ["."]

[subsystem.shop]
modules = ["shop"]
tests = ["shop.tests"]

[subsystem.till]
modules = ["shop.till"]
public = ["shop.till.api"]
option-groups = ["till"]

[subsystem.bank]
modules = ["bank"]
"""
TREE = {
    "shop/__init__.py": "",
    "shop/till/__init__.py": "",
    "shop/till/api.py": "class Till:\n    rate = 1\n\ndef open():\n    pass\n",
    "shop/till/drawer.py": "def pull():\n    pass\n\ndef _force():\n    pass\n",
    "bank/__init__.py": "LIMIT = 3\n",
    "bank/money.py": "class Coin:\n    def spin(self):\n        pass\n\nGOLD = 2\n",
    "shop/conf.py": "OPTS = [cfg.StrOpt('name'), cfg.IntOpt('floors')]\nCONF.register_opts(OPTS)\n",
}
# name, then the text of the module shop.floor
CASES = {
    "an import, and uses of what it binds": """
        from bank import money, LIMIT
        x = money.GOLD + LIMIT
        money.Coin().spin()
    """,
    "an alias, and a name that looks like it": """
        from bank import money as m, LIMIT as limit
        money = 1
        x = m.GOLD, limit, money.real, other.m.GOLD
    """,
    "a chain through a package": """
        import bank.money
        import shop.till.api
        x = bank.money.GOLD, bank.LIMIT, shop.till.api.open(), shop.name
        y = (bank
             .money  # the coins
             .Coin)
    """,
    "what a function binds itself": """
        from bank import money
        def count(money):
            return money.GOLD
        def pay():
            money = find()
            return money.GOLD
        def look():
            return money.GOLD
        def loop():
            for money in purse:
                money.GOLD
        def several():
            first, money = find()
            return money.GOLD
        def opened():
            with find() as money:
                money.GOLD
        def caught():
            try:
                pass
            except ValueError as money:
                money.GOLD
        def typed(a: money.Coin, b=money.GOLD) -> money.Coin:
            money: int = 3
        def starred(*money, **rest):
            money.GOLD
        def walrus():
            if (money := find()):
                money.GOLD
    """,
    "inner functions, lambdas and comprehensions": """
        from bank import money
        f = lambda money: money.GOLD
        g = lambda other: money.GOLD
        def outer():
            l = [money.GOLD for money in purse]
            def inner():
                return money.GOLD
            return money.GOLD
        class Money:
            money = 3
            def pay(self, x=2):
                return money.GOLD
    """,
    "imports in functions": """
        def pay():
            from bank import money
            return money.GOLD
        def other():
            return money.GOLD
        if TYPE_CHECKING:
            from bank.money import Coin
        def third(x: Coin): ...
        try:
            from bank import LIMIT
        except ImportError:
            LIMIT = 4
        print(LIMIT)
    """,
    "keywords and defaults": """
        from bank import money, LIMIT
        spend(money=money.GOLD, limit=LIMIT, LIMIT=3)
        def f(a=LIMIT, *, money=None):
            return money.GOLD
        def g(a, b=(LIMIT, money)):
            return a[LIMIT:money.GOLD]
        x = y = LIMIT
        x == LIMIT != money.GOLD
        z = {LIMIT: LIMIT, **money.GOLD}
        if LIMIT:
            pass
        elif LIMIT:
            pass
        try:
            pass
        except (LIMIT, money.GOLD) as e:
            pass
    """,
    "strings and comments": '''
        """from bank import money; money.GOLD"""
        from bank import money  # money.GOLD
        x = "money.GOLD" + f"{money.GOLD} {{money.GOLD}} {x!r} {money.Coin:>{money.GOLD}}"
        y = \'\'\'
        money.GOLD
        \'\'\'
        patch("bank.money.Coin.spin", "bank.money", "bank.money.nothing", 'bank.money.GOLD')
    ''',
    "private names": """
        from shop.till import drawer
        from shop.till.drawer import _force
        drawer._force()
        drawer.pull()
        _force()
    """,
    "stars and relatives": """
        from bank import *
        from .till import api as t
        from .till.api import (
            Till,  # the class
            open as opened,
        )
        from . import till
        t.open(); Till.rate; opened(); till.api.open()
    """,
}


def _project(folder: Path, floor: str) -> Policy:
    for name, text in {**TREE, "shop/floor.py": floor, "bailiwick.toml": POLICY}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_policy(folder / "bailiwick.toml")


def _dedented(text: str) -> str:
    return "\n".join(line[8:] for line in text.split("\n")).lstrip("\n")


@pytest.mark.parametrize("case", CASES)
def test_it_finds_what_a_walk_over_the_whole_file_finds(case: str, tmp_path: Path) -> None:
    floor = _dedented(CASES[case])
    policy = _project(tmp_path, floor)
    assert _found(policy) == set(_walked(policy, floor))


PIECES = (
    "from bank import money",
    "from bank import money as coin, LIMIT",
    "import bank.money",
    "import bank.money as coin",
    "from shop.till.api import Till",
    "money = coin",
    "coin, money = 1, 2",
    "for money in coin.GOLD: pass",
    "with LIMIT as money: money.GOLD",
    "print(money.GOLD, coin.Coin.spin, bank.money.GOLD, LIMIT, Till.rate)",
    "x = [money.GOLD for money in coin.GOLD if money]",
    "f = lambda coin, x=money.GOLD: coin.GOLD + money.GOLD",
    "x = money.GOLD if LIMIT else coin.GOLD",
    "coin: money.Coin = money.Coin(LIMIT=LIMIT)",
    "x = f'{money.GOLD}' 'coin.GOLD'",
)


@pytest.mark.parametrize("seed", range(60))
def test_it_finds_the_same_in_any_mixture_of_scopes(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    lines: list[str] = []

    def block(indent: int, depth: int) -> None:
        for _ in range(chance.randint(1, 5)):
            if depth < 3 and chance.random() < 0.35:
                parameters = chance.choice(
                    ["", "money", "a, coin=LIMIT", "*LIMIT", "self, x: Till"]
                )
                header = chance.choice([f"def f({parameters}):", "class C:", "if x:"])
                lines.append(" " * indent + header)
                block(indent + 4, depth + 1)
            else:
                lines.append(" " * indent + chance.choice(PIECES))

    block(0, 0)
    floor = "\n".join(lines) + "\n"
    policy = _project(tmp_path, floor)
    assert _found(policy) == set(_walked(policy, floor)), floor


def _found(policy: Policy) -> set[tuple[int, int, str, str]]:
    return {
        (each.site.line, each.site.column, each.way, each.symbol)
        for each in crossings(policy, cache=False).places
        if each.site.path == "shop/floor.py" and each.way in ("import", "use")
    }


def _walked(policy: Policy, source: str) -> Iterator[tuple[int, int, str, str]]:
    """The same, slowly, by a walk over the whole file with Python's scopes."""
    wrapper = MetadataWrapper(cst.parse_module(source))
    places, tree = wrapper.resolve(PositionProvider), Tree.of(policy)
    walk = Uses(wrapper.module, "shop")
    found = [(node, "import", path) for node, path in walk.imports()]
    found += [(node, "use", path) for node, path in walk.uses()]
    for node, way, path in found:
        module, rest = tree.split(path)
        owner = policy.subsystem_of(module) if module else None
        if owner is not None and owner.name != "shop":
            name = rest.partition(".")[0]
            start = places[node].start
            symbol = f"{module}:{name}" if name else module
            yield start.line, start.column + 1, way, symbol


def test_every_place_says_who_refers_to_whom_how_and_when(tmp_path: Path) -> None:
    policy = _project(tmp_path, "def f():\n    from bank import money\n    money.Coin()\n")
    (first, second) = crossings(policy, cache=False).places
    assert (first.way, first.symbol, first.grade) == ("import", "bank.money", "deferred")
    assert (second.way, second.symbol) == ("use", "bank.money:Coin")
    assert {first.subsystem, second.subsystem} == {"shop"}
    assert {first.target, second.target} == {"bank"}


def test_what_breaks_a_rule_is_marked_with_it(tmp_path: Path) -> None:
    policy = _project(tmp_path, "from shop.till import drawer\nx = drawer._force()\n")
    broken = {(each.symbol, each.rule) for each in crossings(policy, cache=False).places}
    assert broken == {("shop.till.drawer", "BW102"), ("shop.till.drawer:_force", "BW201")}


def test_options_are_told_by_who_registers_them(tmp_path: Path) -> None:
    policy = _project(tmp_path, "")
    (tmp_path / "bank/__init__.py").write_text("x = CONF.name, CONF.till.floor, CONF.unknown\n")
    options = [(each.symbol, each.target) for each in crossings(policy, cache=False).places]
    assert options == [("[DEFAULT] name", "shop"), ("[till] floor", "till")]


def test_strings_count_that_name_what_there_is(tmp_path: Path) -> None:
    policy = _project(tmp_path, "patch('bank.money.Coin.spin', 'bank.money.lost', 'bank.money')\n")
    strings = [(each.way, each.symbol) for each in crossings(policy, cache=False).places]
    assert strings == [("string", "bank.money:Coin")]


def test_of_what_is_no_python_the_text_counts(tmp_path: Path) -> None:
    floor = "from bank import money\ndef f(money=None):\n    print money.GOLD\n    g(money=1)\n"
    policy = _project(tmp_path, floor)
    assert (3, 11, "use", "bank.money:GOLD") in _found(policy)


def test_what_the_tree_has_not_is_told_to_be_missing(tmp_path: Path) -> None:
    floor = (
        "from bank import money, lost\nfrom bank.money import Coin, Note\nmoney.GOLD, money.tin\n"
    )
    policy = _project(tmp_path, floor)
    missing = {each.symbol for each in crossings(policy, cache=False).places if not each.exists}
    assert missing == {"bank:lost", "bank.money:Note", "bank.money:tin"}


def test_a_group_that_a_subsystem_registers_itself_is_its_own(tmp_path: Path) -> None:
    policy = _project(tmp_path, "")
    text = "CONF.register_opts(opts, group='vault')\nx = CONF.vault.key\n"
    (tmp_path / "bank/vault.py").write_text(text, encoding="utf-8")
    (tmp_path / "shop/floor.py").write_text("y = CONF.vault.key\n", encoding="utf-8")
    found = crossings(policy, cache=False).places
    assert [(each.subsystem, each.symbol, each.module) for each in found] == [
        ("shop", "[vault] key", "bank.vault")
    ]


def test_a_group_that_another_owns_is_not_foreign_to_who_registers_it(tmp_path: Path) -> None:
    policy = _project(tmp_path, "")
    (tmp_path / "bank/conf.py").write_text("CONF.register_opts(opts, 'till')\n", encoding="utf-8")
    (tmp_path / "bank/vault.py").write_text("x = CONF.till.key\n", encoding="utf-8")
    assert crossings(policy, cache=False).places == ()


@pytest.mark.parametrize("path", ["shop/floor.py", "bank/money.py", "bank/vault.py"])
def test_what_is_kept_is_never_told_of_another_tree(path: str, tmp_path: Path) -> None:
    policy = _project(tmp_path, _dedented(CASES["an import, and uses of what it binds"]))
    crossings(policy)
    (tmp_path / path).write_text("from shop.till.api import Till\nTill.rate\n", encoding="utf-8")
    assert crossings(policy).places == crossings(policy, cache=False).places
    assert crossings(policy).places == crossings(policy, cache=False).places


@pytest.mark.parametrize("path", ["shop/floor.py", "bank/money.py", "bank/vault.py"])
def test_what_is_remembered_of_some_files_is_never_told_of_another_state(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # These files are younger than what is remembered otherwise.
    monkeypatch.setattr("bailiwick.engine.cache._FRESH", 0)
    policy = _project(tmp_path, "from bank import money\nmoney.GOLD, money._tin\n")
    asked = ["shop/floor.py"]
    for text in (None, "from bank.money import Coin\nGOLD = Coin\n", "_tin = 1\n"):
        if text is not None:
            (tmp_path / path).write_text(text, encoding="utf-8")
        for state in (None, {"bank/money.py": b"class GOLD: pass\n"}):
            fresh = crossings(policy, overlay=state, paths=asked, cache=False).places
            for _ in range(2):
                assert crossings(policy, overlay=state, paths=asked).places == fresh
    assert list((tmp_path / ".bailiwick_cache").glob("answers-*.json"))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    policy = _project(tmp_path, "from bank import money\n")
    (tmp_path / "bank/broken.py").write_bytes(b"x = '\xff'\n")
    found = crossings(policy, cache=False)
    assert list(found.unread) == ["bank/broken.py"]
    assert [each.symbol for each in found.places] == ["bank.money"]


def test_who_imports_a_module_is_told_of_all_modules(tmp_path: Path) -> None:
    policy = _project(tmp_path, "from bank.money import Coin\nimport shop.conf\n")
    users = crossings(policy, cache=False).users
    assert users["bank.money"] == {"shop.floor"}
    assert users["shop.conf"] == {"shop.floor"}


ANNOTATIONS = {
    "a parameter": ("def f(a: 'core.Thing'):\n    pass\n", ["core:Thing"]),
    "what is returned": ("def f(a) -> 'core.Thing':\n    pass\n", ["core:Thing"]),
    "an attribute": ("class A:\n    b: 'core.Thing' = None\n", ["core:Thing"]),
    "a part of one": ("def f(a: list['core.Thing'] = ()):\n    pass\n", ["core:Thing"]),
    "parts within one string": (
        "def f(\n    a: 'dict[core.Key, core.Thing | None]',\n): ...\n",
        ["core:Key", "core:Thing"],
    ),
    "the second of two": ("def f(a: 'int', b: 'core.Thing'): ...\n", ["core:Thing"]),
    "a default value": ("def f(a: str = 'core.Thing'): ...\n", []),
    "a value of a dictionary": ("x: dict = {'a': 'core.Thing'}\n", []),
    "a word of a call": ("f('core.Thing', a=['core.Thing'])\n", []),
    "what a lambda gives": ("x: object = lambda: 'core.Thing'\n", []),
    "a body on the same line": ("def f() -> int: return 'core.Thing'\n", []),
    "another name's attribute": ("def f(a: 'own.core.Thing', b: 'score.Thing'): ...\n", []),
    "a docstring": ("def f():\n    '''a: 'core.Thing' '''\n", []),
    "a comment": ("x = 1  # a: 'core.Thing'\n", []),
}


@pytest.mark.parametrize("case", ANNOTATIONS)
def test_a_quoted_annotation_is_a_use_for_type_checkers_alone(case: str, tmp_path: Path) -> None:
    code, wanted = ANNOTATIONS[case]
    (tmp_path / "bailiwick.toml").write_text(
        '[subsystem.one]\nmodules = ["one"]\n[subsystem.core]\nmodules = ["core"]\n'
    )
    (tmp_path / "core.py").write_text("class Thing: ...\nclass Key: ...\n")
    (tmp_path / "one.py").write_text(f"import core\n{code}")
    found = crossings(load_policy(tmp_path / "bailiwick.toml"), cache=False).places
    uses = [each for each in found if each.way == "use"]
    assert sorted(each.symbol for each in uses) == wanted
    assert all(each.grade == "typing" for each in uses)
    line = (tmp_path / "one.py").read_text().splitlines()
    for each in uses:
        assert line[each.site.line - 1][each.site.column - 1 :].startswith("core.")
