"""A class that attrs makes late is, to whoever uses it, the class that attrs makes at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Any

import attrs
import pytest
from bailiwick_server.late_classes import late
from cattrs import Converter

# What a server has made of the protocol's classes by then.
MADE = """\
import sys
from bailiwick_server import late_classes
late_classes.load()
from lsprotocol import types
from bailiwick_server.protocol import converter
def made():
    classes = [each for each in vars(types).values() if isinstance(each, type)]
    fields = [vars(each).get("__attrs_attrs__") for each in classes]
    print(sum(isinstance(each, tuple) for each in fields), len([each for each in fields if each]))
made()
known = converter()
made()
data = {"range": {"start": {"line": 1, "character": 2}, "end": {"line": 3, "character": 4}}}
found = known.structure({**data, "message": "no", "tags": [1]}, types.Diagnostic)
print(found)
print(known.unstructure(found))
print([field.name for field in attrs.fields(types.Hover)] if (attrs := sys.modules["attrs"]) else 0)
"""


def place(make: Any) -> Any:
    """A class, made so."""

    @make
    class Place:
        line: int = attrs.field(validator=attrs.validators.instance_of(int))
        column: int = attrs.field(default=1)

        def __hash__(self) -> int:
            return self.line

    return Place


@pytest.mark.parametrize("make", [attrs.define, late, late(), late(eq=True)])
def test_it_is_made_compared_shown_and_checked_alike(make: Any) -> None:
    kind = place(make)
    assert kind(2) == kind(2, 1) != kind(line=2, column=3)
    assert repr(kind(2)).endswith("Place(line=2, column=1)")
    assert hash(kind(2)) == 2
    with pytest.raises(TypeError):
        kind("2")
    with pytest.raises(TypeError):
        kind()
    here = kind(2)
    with pytest.raises(TypeError):
        here.line = "3"


@pytest.mark.parametrize("ask", [attrs.fields, attrs.has, Converter().get_structure_hook])
def test_it_is_made_when_somebody_asks_for_its_fields(ask: Any) -> None:
    kind = place(late)
    assert not isinstance(vars(kind)["__attrs_attrs__"], tuple)
    assert ask(kind)
    assert [each.name for each in vars(kind)["__attrs_attrs__"]] == ["line", "column"]


def test_a_class_below_one_that_is_not_made_yet_has_its_fields() -> None:
    base = place(late)

    @late
    class Long(base):  # type: ignore[misc, valid-type]
        end: int = 0

    assert Long(1, 2, 3) == Long(1, 2, 3) != Long(1, 2, 4)
    assert [each.name for each in attrs.fields(Long)] == ["line", "column", "end"]


@pytest.mark.parametrize("seed", range(20))
def test_two_threads_may_need_one_at_once(seed: int) -> None:
    kind, found, ready = place(late), [], threading.Barrier(4)

    def use() -> None:
        ready.wait()
        found.append(kind(seed))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == [kind(seed)] * 4


def test_a_server_makes_only_those_of_the_protocol_that_it_uses() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MADE], capture_output=True, text=True, check=True, timeout=60
    )
    at_first, with_converter, found, plain, names = done.stdout.splitlines()
    made, every = map(int, at_first.split())
    assert made == 0
    assert every > 400
    assert int(with_converter.split()[0]) < every / 10
    assert found.startswith("Diagnostic(range=1:2-3:4, message='no'")
    assert "'tags': [1]" in plain
    assert names == "['contents', 'range']"
    assert done.stderr == ""
