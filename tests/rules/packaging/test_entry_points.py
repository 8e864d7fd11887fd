"""What each kind of file declares, and where: the value is what stands between the offsets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bailiwick.packaging import pyproject, setup_cfg, setup_script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bailiwick.packaging.entry_point import EntryPoint

    Read = Callable[[str], Iterable[EntryPoint]]

CFG = """\
[metadata]
name = shop
    till = shop.no:entry
[options.entry_points]
# console_scripts = shop.a:comment
console_scripts = early = shop.cli:early
    shop = shop.cli:main
    ; gone = shop.gone:main
    extra=shop.cli : Main.run [fast, slow]
    file: entry_points.ini

empty =
shop.plugins:
\tdisk = shop.disk
[entry_points]
wsgi_scripts =
    shop-wsgi = shop.wsgi:application
[other]
console_scripts =
    no = shop.no:entry
"""
TOML = """\
[project]
scripts = {shop = 'shop.cli:main', "two words" = "shop.cli:two"}
gui-scripts.window = "shop.window:main"
[project.entry-points]
"shop.plugins" = {disk = "shop.disk"}
[project.entry-points.'shop.more']
net = "shop.\\u006eet"
number = 3
[tool.poetry.scripts]
old = "shop.cli:old"
table = { callable = "shop.cli:table", extras = ["fast"] }
copied = { reference = "bin/shop.sh", type = "file" }
[tool.poetry.plugins."shop.plugins"]
late = "shop.late:Late"
"""
SCRIPT = '''\
import setuptools

POINTS = {
    "console_scripts": [
        "shop = shop.cli:main",
        r"raw = shop.cli:raw",
        "joined = shop." + "cli:joined",
        "made = %s:main" % name,
    ],
    "shop.plugins": """
        disk = shop.disk
        net = shop.net [fast]
    """,
    group: ["no = shop.no:entry"],
    "single": "one = shop.one",
}
setuptools.setup(name="shop", entry_points=(POINTS))
setuptools.setup(
    entry_points="""\\
        [console_scripts]
        text = shop.cli:text
    """
)
other(entry_points={"g": ["no = shop.no:entry"]})
'''


@pytest.mark.parametrize(
    ("read", "text", "declared"),
    [
        pytest.param(
            setup_cfg.entry_points,
            CFG,
            [
                ("console_scripts", "early", "shop.cli:early"),
                ("console_scripts", "shop", "shop.cli:main"),
                ("console_scripts", "extra", "shop.cli : Main.run [fast, slow]"),
                ("shop.plugins", "disk", "shop.disk"),
                ("wsgi_scripts", "shop-wsgi", "shop.wsgi:application"),
            ],
            id="setup.cfg",
        ),
        pytest.param(
            pyproject.entry_points,
            TOML,
            [
                ("scripts", "shop", "'shop.cli:main'"),
                ("scripts", "two words", '"shop.cli:two"'),
                ("gui-scripts", "window", '"shop.window:main"'),
                ("scripts", "old", '"shop.cli:old"'),
                ("table", "callable", '"shop.cli:table"'),
                ("shop.plugins", "disk", '"shop.disk"'),
                ("shop.more", "net", '"'),
                ("shop.plugins", "late", '"shop.late:Late"'),
            ],
            id="pyproject.toml",
        ),
        pytest.param(
            setup_script.entry_points,
            SCRIPT,
            [
                ("console_scripts", "shop", "shop.cli:main"),
                ("console_scripts", "raw", "shop.cli:raw"),
                ("shop.plugins", "disk", "shop.disk"),
                ("shop.plugins", "net", "shop.net [fast]"),
                ("single", "one", "shop.one"),
                ("console_scripts", "text", "shop.cli:text"),
            ],
            id="setup.py",
        ),
    ],
)
def test_entry_points_are_read_with_their_places(
    read: Read, text: str, declared: list[tuple[str, str, str]]
) -> None:
    found = [(each.group, each.name, text[each.start : each.end]) for each in read(text)]
    assert sorted(found) == sorted(declared)


@pytest.mark.parametrize(
    "read", [setup_cfg.entry_points, pyproject.entry_points, setup_script.entry_points]
)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "=\n[entry_points]\n = \n=\n a\n",
        "[project.scripts]\na = ",
        "[project]\nscripts = 3\nentry-points = {a = 1, b = {c = []}}\n",
        "entry_points = (\n",
        "setup(entry_points)\nsetup(entry_points=1)\nsetup(**{'entry_points': 1})\n",
        "setup(entry_points=" + "(" * 5000,
        "[a]\nb = " + "[" * 5000,
    ],
)
def test_what_declares_nothing_or_cannot_be_read_gives_nothing(read: Read, text: str) -> None:
    assert list(read(text)) == []
