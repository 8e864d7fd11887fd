"""What modules compile is compiled once, by the settings of Python's own bytecode."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# Prints how often a text was compiled to make two classes, then what these do.
PROGRAM = """\
import sys
compiled = 0

def heard(event, of):
    global compiled
    compiled += event == "compile"

sys.addaudithook(heard)
from bailiwick_hooks.generated_code import kept
import dataclasses

with kept():
    compiled = 0
    @dataclasses.dataclass(frozen=True, slots=True, order=True)
    class Place:
        line: int
        column: int = 1

    @dataclasses.dataclass
    class Names:
        every: list[str] = dataclasses.field(default_factory=list)
    print(compiled)

print(Place(3), Place(3) == Place(3, 1), hash(Place(3)) == hash(Place(3, 1)), Place(1) < Place(2))
print(Names(), Names(["a"]), Names() == Names())
print(Names.__doc__)
try:
    Place(3).line = 4
except dataclasses.FrozenInstanceError as error:
    print(error)
"""


def run(folder: Path, program: str = PROGRAM, **settings: str) -> tuple[int, str]:
    """How much was compiled, and what was printed of the classes."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    environment |= {"PYTHONPYCACHEPREFIX": str(folder), **settings}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    compiled, _, said = done.stdout.partition("\n")
    return int(compiled), said


def stored(folder: Path) -> list[Path]:
    return list(folder.rglob("*.kept"))


def test_what_was_compiled_once_is_taken_as_it_was(tmp_path: Path) -> None:
    compiled, said = run(tmp_path)
    assert compiled > 0
    (file,) = stored(tmp_path)
    before = file.read_bytes()
    again, said_again = run(tmp_path)
    assert again == 0
    assert said_again == said
    assert file.read_bytes() == before


def test_a_class_is_what_it_would_be_otherwise(tmp_path: Path) -> None:
    _, said = run(tmp_path)
    assert said == run(tmp_path)[1]
    assert said.splitlines() == [
        "Place(line=3, column=1) True True True",
        "Names(every=[]) Names(every=['a']) True",
        "Names(every: list[str] = <factory>)",
        "cannot assign to field 'line'",
    ]


def test_nothing_is_kept_where_python_keeps_no_bytecode(tmp_path: Path) -> None:
    run(tmp_path, PYTHONDONTWRITEBYTECODE="1")
    assert not stored(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"nothing", None])
def test_what_is_damaged_is_compiled_anew(tmp_path: Path, damage: bytes | None) -> None:
    compiled, said = run(tmp_path)
    (file,) = stored(tmp_path)
    file.write_bytes(file.read_bytes()[:-7] if damage is None else damage)
    assert run(tmp_path) == (compiled, said)
    assert run(tmp_path) == (0, said)


def test_a_folder_that_cannot_be_made_is_no_fault(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    compiled, said = run(in_the_way)
    assert run(in_the_way) == (compiled, said)


PATTERNS = """\
import sys
from bailiwick_hooks.generated_code import kept

with kept():
    import shapes

print(shapes.parsed_here)
print(shapes.NUMBER.fullmatch("12").groupdict(), shapes.WORD.findall(b"a BC"))
print(shapes.made("x").pattern, shapes.NUMBER.flags, shapes.NUMBER == __import__("re").compile(
    shapes.NUMBER.pattern, shapes.re.X))
"""
SHAPES = """\
import re
parsed = 0
try:
    from re import _parser as parser
except ImportError:
    import sre_parse as parser
parse = parser.parse

def counted(*args):
    global parsed
    parsed += 1
    return parse(*args)

parser.parse = counted
NUMBER = re.compile(r"(?P<digits> \\d+ )", re.X)
WORD = re.compile(rb"[a-c]+", re.I)
parsed_here = parsed

def made(name):
    return re.compile(rf"{name}+[A-Z]")
"""


def parsed(folder: Path) -> tuple[int, str]:
    """How many patterns of a module were parsed, and what was printed of them."""
    (folder / "shapes.py").write_text(SHAPES)
    return run(folder, PATTERNS, PYTHONPATH=os.pathsep.join((str(folder), *sys.path)))


def test_the_patterns_of_a_module_are_parsed_once(tmp_path: Path) -> None:
    first, said = parsed(tmp_path)
    assert first == 2
    assert said.splitlines() == ["{'digits': '12'} [b'a', b'BC']", "x+[A-Z] 96 True"]
    assert parsed(tmp_path) == (0, said)


def test_what_a_run_makes_up_is_not_kept(tmp_path: Path) -> None:
    parsed(tmp_path)
    (file,) = stored(tmp_path)
    assert b"x+[A-Z]" not in file.read_bytes()
    assert b"[a-c]+" in file.read_bytes()
