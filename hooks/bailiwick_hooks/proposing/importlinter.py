"""import-linter's contracts, taken over: https://import-linter.readthedocs.io."""

from __future__ import annotations

import re
from configparser import ConfigParser, Error
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bailiwick_hooks.proposing.ground import line_of
from bailiwick_hooks.proposing.nouns import Lines, Note, Order, Siblings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bailiwick_hooks.proposing.ground import Ground

_INI = (".importlinter", "setup.cfg")
_PREFIX = "importlinter:contract:"


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract as it is written, whatever the format of the file."""

    place: str
    name: str
    kind: str
    options: dict[str, Any]

    def listed(self, key: str) -> list[str]:
        """An option that is a list: of lines in an INI file, of texts in TOML."""
        value = self.options.get(key, "")
        entries = value if isinstance(value, list) else str(value).splitlines()
        return [text for entry in entries if (text := re.sub(r"\s+#.*", "", str(entry)).strip())]

    def is_on(self, key: str) -> bool:
        """An option that is true or false."""
        return str(self.options.get(key, "")).strip().lower() in {"true", "1", "yes", "on"}


def from_importlinter(ground: Ground, pyproject: dict[str, Any]) -> Lines:
    """All contracts of the project, in modules; empty where it has none."""
    lines = Lines()
    for contract in _contracts(ground, pyproject, lines):
        take = _TAKERS.get(contract.kind)
        if take is None:
            kind = contract.kind or "no type"
            words = f'contract "{contract.name}" of type {kind} is not taken over'
            lines.notes.append(Note(contract.place, words))
            continue
        take(contract, ground, lines)
        _ignored(contract, lines)
    return lines


def _contracts(ground: Ground, pyproject: dict[str, Any], lines: Lines) -> Iterator[Contract]:
    for path in _INI:
        text = ground.text(path)
        if text is None or "[importlinter" not in text:
            continue
        parser = ConfigParser(interpolation=None)
        try:
            parser.read_string(text, source=path)
        except Error as error:
            lines.notes.append(Note(f"{path}:1", f"cannot be read: {str(error).splitlines()[0]}"))
            continue
        lines.read.append(path)
        for section in parser.sections():
            if section.startswith(_PREFIX):
                options = dict(parser[section])
                place = f"{path}:{line_of(text, f'[{section}]')}"
                identifier = section.removeprefix(_PREFIX)
                kind = options.get("type", "").strip()
                yield Contract(place, options.get("name", identifier).strip(), kind, options)
    yield from _from_toml(ground, pyproject, lines)


def _from_toml(ground: Ground, pyproject: dict[str, Any], lines: Lines) -> Iterator[Contract]:
    tool = pyproject.get("tool")
    table = tool.get("importlinter") if isinstance(tool, dict) else None
    contracts = table.get("contracts") if isinstance(table, dict) else None
    if not isinstance(contracts, list):
        return
    lines.read.append("pyproject.toml")
    text, start = ground.text("pyproject.toml") or "", 0
    for options in filter(lambda each: isinstance(each, dict), contracts):
        number = line_of(text, "[[tool.importlinter.contracts]]", start)
        start = text.find("[[tool.importlinter.contracts]]", start) + 1
        name = str(options.get("name", ""))
        yield Contract(f"pyproject.toml:{number}", name, str(options.get("type", "")), options)


def _known(contract: Contract, ground: Ground, lines: Lines, names: list[str]) -> list[str]:
    """The modules of some expressions; what the tree has not is noted."""
    found = []
    for name in names:
        modules = ground.matching(name)
        found += modules
        if not modules:
            words = f'contract "{contract.name}": {name} is no module of the source roots'
            lines.notes.append(Note(contract.place, words))
    for module in found:
        lines.modules.setdefault(module, f'{contract.place}  "{contract.name}"')
    return list(dict.fromkeys(found))


def _layers(contract: Contract, ground: Ground, lines: Lines) -> None:
    containers = [c for name in contract.listed("containers") for c in ground.matching(name)]
    for container in containers or [""]:
        levels = []
        for entry in contract.listed("layers"):
            optional = [each.strip() for each in re.split(r"[|:]", entry)]
            names = [each.strip("() ") for each in optional]
            dotted = [f"{container}.{name}" if container else name for name in names]
            there = [
                name
                for name, written in zip(dotted, optional, strict=True)
                if name in ground.modules or not written.startswith("(")
            ]
            level = tuple(_known(contract, ground, lines, there))
            if level:
                levels.append(level)
            if "|" in entry and len(level) > 1:
                lines.siblings.append(Siblings(f"{contract.name}", level, contract.place))
        if len(levels) > 1:
            name = f"{contract.name} {container}" if len(containers) > 1 else contract.name
            lines.orders.append(Order(name, tuple(levels), contract.place))
    if contract.is_on("exhaustive"):
        words = (
            f'contract "{contract.name}" is exhaustive: a new package beside the layers belongs '
            "here to the package above it, until it gets a table of its own"
        )
        lines.notes.append(Note(contract.place, words))


def _independence(contract: Contract, ground: Ground, lines: Lines) -> None:
    members = _known(contract, ground, lines, contract.listed("modules"))
    if len(members) > 1:
        lines.siblings.append(Siblings(contract.name, tuple(members), contract.place))


def _forbidden(contract: Contract, ground: Ground, lines: Lines) -> None:
    sources = _known(contract, ground, lines, contract.listed("source_modules"))
    for name in contract.listed("forbidden_modules"):
        inside = ground.tree.split(name.replace("*", "x"))[0] or name in ground.modules
        if inside or "*" in name:
            targets = _known(contract, ground, lines, [name])
            lines.barred += [(source, target) for source in sources for target in targets]
        elif sources:
            lines.reserved.setdefault(name.partition(".")[0], set()).update(sources)


def _protected(contract: Contract, ground: Ground, lines: Lines) -> None:
    friends = _known(contract, ground, lines, contract.listed("allowed_importers"))
    for module in _known(contract, ground, lines, contract.listed("protected_modules")):
        lines.friends[module] = tuple(dict.fromkeys((*lines.friends.get(module, ()), *friends)))


def _acyclic(contract: Contract, ground: Ground, lines: Lines) -> None:
    """Circles are BW103's, so the siblings need only be subsystems."""
    for name in contract.listed("ancestors"):
        for ancestor in ground.matching(name):
            for sibling in ground.children(ancestor):
                if sibling in ground.packages:
                    lines.modules.setdefault(sibling, f'{contract.place}  "{contract.name}"')
    words = (
        f'contract "{contract.name}": rule BW103 finds circles between subsystems; the modules '
        "inside of one are not told apart"
    )
    lines.notes.append(Note(contract.place, words))


def _ignored(contract: Contract, lines: Lines) -> None:
    ignored = contract.listed("ignore_imports")
    if ignored:
        count = "1 import is" if len(ignored) == 1 else f"{len(ignored)} imports are"
        words = f'contract "{contract.name}": {count} ignored there; here the baseline records them'
        lines.notes.append(Note(contract.place, words))


_TAKERS: dict[str, Callable[[Contract, Ground, Lines], None]] = {
    "layers": _layers,
    "independence": _independence,
    "forbidden": _forbidden,
    "protected": _protected,
    "acyclic_siblings": _acyclic,
}
