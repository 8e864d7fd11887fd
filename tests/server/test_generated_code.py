"""What attrs has written is compiled once, and found again whatever happens to where it is kept."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from bailiwick_server import generated_code

from tests.server.editor import COMMAND, DEADLINE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it is kept in a test, which may be written."""
    kept = tmp_path / "folder" / "code.attrs"
    monkeypatch.setattr(generated_code, "place", lambda: kept)
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    return kept


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is compiled, by name."""
    names: list[str] = []

    def spy(source: str, name: str, mode: str) -> Any:
        names.append(name)
        return compile(source, name, mode)

    monkeypatch.setattr(generated_code, "compile", spy, raising=False)
    return names


def made(default: int = 1) -> Any:
    """A class that attrs has written the methods of."""

    @attrs.define
    class Place:
        line: int
        column: int = default

    return Place


def test_what_was_compiled_before_is_not_compiled_again(file: Path, compiled: list[str]) -> None:
    with generated_code.kept():
        first = made()
    assert compiled
    before = file.stat()
    compiled.clear()
    with generated_code.kept():
        again = made()
    assert compiled == []
    assert file.stat() == before
    for kind in (first, again):
        assert repr(kind(2)).endswith("Place(line=2, column=1)")
        assert kind(2) == kind(2, 1) != kind(1, 1)


def test_a_class_that_is_written_otherwise_is_compiled_anew(
    file: Path, compiled: list[str]
) -> None:
    with generated_code.kept():
        made()
    compiled.clear()

    with generated_code.kept():

        @attrs.define
        class Place:
            line: int

    assert compiled
    assert Place(3).line == 3
    assert file.exists()


@pytest.mark.parametrize("data", [b"", b"x", b"whole", b"cut off", b"of another Python"])
def test_what_cannot_be_read_is_made_anew(file: Path, compiled: list[str], data: bytes) -> None:
    with generated_code.kept():
        made()
    good = file.read_bytes()
    bad = {
        b"whole": good[:4] + b"N",
        b"cut off": good[: len(good) // 2],
        b"of another Python": b"\0\0\0\0" + good[4:],
    }
    file.write_bytes(bad.get(data, data))
    compiled.clear()
    with generated_code.kept():
        assert made()(2).column == 1
    assert compiled
    assert file.read_bytes() == good


def test_where_nothing_can_be_written_nothing_is_kept(file: Path) -> None:
    file.parent.write_bytes(b"a file in its place")
    with generated_code.kept():
        assert made()(2).line == 2
    assert file.parent.read_bytes() == b"a file in its place"


def test_afterwards_attrs_compiles_by_itself(file: Path, compiled: list[str]) -> None:
    with generated_code.kept():
        pass
    made()
    assert compiled == []
    assert not file.exists()


def test_a_server_keeps_it_where_python_keeps_bytecode_and_only_if_that_may_be(
    tmp_path: Path,
) -> None:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    written: list[int] = []
    for says, names in (("1", []), ("", ["generated_code"]), ("", ["generated_code"])):
        environment["PYTHONDONTWRITEBYTECODE"] = says
        done = subprocess.run(
            COMMAND, env=environment, input=b"", capture_output=True, timeout=DEADLINE, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        found = list(tmp_path.rglob("*.attrs"))
        assert [each.name.partition(".")[0] for each in found] == names
        written += [each.stat().st_mtime_ns for each in found]
    # Nor is it written again at each start.
    assert len(set(written)) == 1
