"""tach's modules, interfaces and layers, taken over: https://docs.gauge.sh."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bailiwick_hooks.proposing.ground import line_of
from bailiwick_hooks.proposing.nouns import Lines, Note, Order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick_hooks.proposing.ground import Ground

FILE = "tach.toml"
_ROOT = "<root>"
# What it says beside modules, interfaces and layers, and we have no like of.
_UNLIKE = {
    "exclude": "what is left out there is judged here, unless `exclude` of the policy says so",
    "exact": "a permission that is not used is no finding here",
    "external": "third-party packages are free unless a subsystem reserves them",
    "plugins": "what plugins see is not seen here",
    "local_imports": "imports in functions are judged like all others",
}


@dataclass(slots=True)
class _Reading:
    """The work on one configuration."""

    ground: Ground
    lines: Lines
    text: str

    def note(self, wanted: str, words: str) -> None:
        self.lines.notes.append(Note(self.place(wanted), words))

    def place(self, wanted: str) -> str:
        return f"{FILE}:{line_of(self.text, wanted)}"


def from_tach(ground: Ground, document: dict[str, Any], text: str) -> Lines:
    """All modules of a configuration; empty where there is none."""
    lines = Lines()
    if not document:
        return lines
    lines.read.append(FILE)
    reading = _Reading(ground, lines, text)
    levels: dict[str, list[str]] = {}
    for table in _tables(document, "modules"):
        for module in _modules(table, reading):
            _take(module, table, reading)
            if isinstance(table.get("layer"), str):
                levels.setdefault(table["layer"], []).append(module)
    for table in _tables(document, "interfaces"):
        _open(table, reading)
    _order(document, levels, reading)
    for key, words in _UNLIKE.items():
        if document.get(key):
            reading.note(key, f"{key}: {words}")
    for domain in sorted(ground.root.rglob("tach.domain.toml")):
        place = domain.relative_to(ground.root).as_posix()
        lines.notes.append(Note(f"{place}:1", "is not taken over; add its modules by hand"))
    return lines


def _tables(document: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = document.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _modules(table: dict[str, Any], reading: _Reading) -> Iterator[str]:
    """The modules that a table speaks of; a pattern is none, but says what others start from."""
    paths = [table.get("path"), *(table.get("paths") or [])]
    for path in filter(lambda each: isinstance(each, str), paths):
        if path == _ROOT:
            reading.note(path, "the root module is what no subsystem claims here")
        elif "*" in path:
            found = [m for m in reading.ground.matching(path) if "." not in m or "**" not in path]
            yield from found
        elif path in reading.ground.modules:
            yield path
        else:
            reading.note(f'"{path}"', f"{path} is no module of the source roots")


def _take(module: str, table: dict[str, Any], reading: _Reading) -> None:
    lines = reading.lines
    lines.modules[module] = f"{reading.place(module)}  module"
    if table.get("unchecked"):
        lines.uses[module] = None
        reading.note(module, f"{module} is unchecked there; here it may use all that is public")
    elif "depends_on" in table:
        lines.uses[module] = tuple(_targets(table["depends_on"], reading))
    if table.get("utility"):
        lines.free.append(module)
    for target in _targets(table.get("cannot_depend_on"), reading):
        lines.barred.append((module, target))
    visibility = table.get("visibility")
    if isinstance(visibility, list) and "*" not in visibility:
        lines.friends[module] = tuple(_targets(visibility, reading))
    if table.get("depends_on_external"):
        reading.note("depends_on_external", "third-party packages are free unless reserved here")


def _targets(value: object, reading: _Reading) -> Iterator[str]:
    for entry in value if isinstance(value, list) else []:
        path = entry.get("path") if isinstance(entry, dict) else entry
        if not isinstance(path, str) or path in {_ROOT, "*"}:
            continue
        name = path.removeprefix("//")
        found = reading.ground.matching(name)
        # `a.**` is all below a, and what is said of a holds for that, too.
        if name.endswith(".**"):
            found = reading.ground.matching(name.removesuffix(".**")) or found
        yield from found
        if not found:
            reading.note(f'"{path}"', f"{path} is no module of the source roots")
        if isinstance(entry, dict) and entry.get("deprecated"):
            reading.note(path, f"the use of {path} is deprecated there; here it is a plain one")


def _open(table: dict[str, Any], reading: _Reading) -> None:
    """An interface: regular expressions for what may be used of which modules."""
    lines, sources = reading.lines, [str(each) for each in table.get("from") or [".*"]]
    if table.get("visibility") or table.get("exclusive"):
        reading.note("visibility", "an interface for some users alone is opened to all here")
    for module in lines.modules:
        if not any(re.fullmatch(source, module) for source in map(_safe, sources)):
            continue
        for name in map(str, table.get("expose") or []):
            entries = _exposed(module, name, reading)
            if entries is None:
                words = f"expose = {name!r}: an expression, which no list of {module} can say"
                reading.note(f'"{name}"', words)
            else:
                lines.public.setdefault(module, []).extend(entries)


def _exposed(module: str, name: str, reading: _Reading) -> list[str] | None:
    if name in {".*", "*"}:
        return [m for m in reading.ground.below(module) if not _is_private(m, module)]
    submodule, _, rest = name.rpartition(".")
    if rest == "*" and submodule.replace(".", "").isidentifier():
        below = f"{module}.{submodule}"
        return reading.ground.below(below) or None
    if not name.replace(".", "").isidentifier():
        return None
    found, attribute = reading.ground.tree.split(f"{module}.{name}")
    return [f"{found}:{attribute}" if attribute else found]


def _is_private(module: str, above: str) -> bool:
    return "._" in module[len(above) :]


def _safe(expression: str) -> str:
    try:
        re.compile(expression)
    except re.error:
        return re.escape(expression)
    return expression


def _order(document: dict[str, Any], levels: dict[str, list[str]], reading: _Reading) -> None:
    names = []
    for layer in document.get("layers") or []:
        name = layer.get("name") if isinstance(layer, dict) else layer
        names.append(str(name))
        if isinstance(layer, dict) and layer.get("closed"):
            words = f"layer {name} is closed; here `closed` is said of all layers of an order"
            reading.note(str(name), words)
    order = tuple(tuple(dict.fromkeys(levels[name])) for name in names if name in levels)
    if len(order) > 1:
        reading.lines.orders.append(Order("tach", order, reading.place("layers")))
