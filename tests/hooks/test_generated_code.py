"""What dataclasses write is compiled once, by the settings of Python's own bytecode."""

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
try:
    Place(3).line = 4
except dataclasses.FrozenInstanceError as error:
    print(error)
"""


def run(folder: Path, **settings: str) -> tuple[int, str]:
    """How much was compiled, and what was printed of the classes."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    environment |= {"PYTHONPYCACHEPREFIX": str(folder), **settings}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
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
