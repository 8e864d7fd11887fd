"""Trees smaller and larger than Nova, made of Nova: to see how time grows with the tree."""

from __future__ import annotations

import datetime
import json
import re
import shutil
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import tomli

from benchmarks import nova

if TYPE_CHECKING:
    from pathlib import Path

NAMED = re.compile(r"(?<![\w.])nova(?=\.[a-z_]|\s+import\b)|(?<=^import )nova$", re.MULTILINE)
TARGET = re.compile(r"^nova(?=[.:]|$)")
TABLES = ("subsystem", "group", "contract")
# What belongs to the world outside: the copies share it.
SHARED = ("packages", "option-groups", "owners", "protected")


def part(tree: Path, one_in: int, folder: Path) -> Path:
    """Copy one in so many files of `tree`, and every `__init__.py`, so that packages stay such."""
    packages = [path for path in nova.modules(tree) if path.name == "__init__.py"]
    for path in {*nova.sample(tree, one_in), *packages}:
        copy = folder / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(tree / path, copy)
    return folder


def multiple(tree: Path, times: int, folder: Path) -> Path:
    """Copy the package `times` times, as nova, nova2, nova3 …, each speaking of itself alone."""
    for number in range(1, times + 1):
        for path in nova.modules(tree):
            copy = folder / _package(number) / path.relative_to(nova.PACKAGE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(NAMED.sub(_package(number), (tree / path).read_text()))
    return folder


def policy(times: int) -> str:
    """The shipped policy `nova`, with a set of subsystems, groups and contracts for each copy."""
    shipped = tomli.loads(files("bailiwick").joinpath("policies/nova.toml").read_text())
    names = {name for table in TABLES for name in shipped.get(table, ())}
    written = {key: value for key, value in shipped.items() if key not in TABLES}
    for table in TABLES:
        written[table] = {
            _named(name, names, number): _named(body, names, number)
            for number in range(1, times + 1)
            for name, body in shipped.get(table, {}).items()
        }
    return "".join(_lines(written))


def _package(number: int) -> str:
    return nova.PACKAGE if number == 1 else f"{nova.PACKAGE}{number}"


def _named(value: Any, names: set[str], number: int) -> Any:
    """`value` of the shipped policy as it reads for the copy of this number."""
    if isinstance(value, dict):
        return {
            _named(key, names, number): each if key in SHARED else _named(each, names, number)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_named(each, names, number) for each in value]
    if not isinstance(value, str):
        return value
    return f"{value}-{number}" if value in names else TARGET.sub(_package(number), value)


def _lines(policy: dict[str, Any]) -> list[str]:
    """TOML: plain values before tables, and each subsystem, group and contract as its own table."""
    plain = [f"{key} = {_toml(value)}\n" for key, value in policy.items() if key not in TABLES]
    bodies = [(table, *item) for table in TABLES for item in policy[table].items()]
    return plain + [
        f"\n[{table}.{name}]\n"
        + "".join(f"{key} = {_toml(value)}\n" for key, value in body.items())
        for table, name, body in bodies
    ]


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return value.isoformat() if isinstance(value, datetime.date) else json.dumps(value)
