"""The lock file: the public API of a tree, one name a line, to be read and to be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick import ApiEntry, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEAD = "# bailiwick api 1: what the subsystems and contracts of this tree offer, by owner."
_GAP = "  "


def written(entries: Iterable[ApiEntry]) -> str:
    """The text of a lock file."""
    return "\n".join(_lines(entries)) + "\n"


def _lines(entries: Iterable[ApiEntry]) -> Iterator[str]:
    yield HEAD
    owner = module = ""
    for entry in entries:
        if entry.owner != owner:
            owner, module = entry.owner, ""
            yield f"\n[{owner}]"
        where, _, name = entry.symbol.partition(":")
        if where != module:
            module = where
            yield f"{module}:"
        yield f"{_GAP}{name}{_GAP}{entry.shown or entry.kind}"


def read(text: str, called: str) -> tuple[ApiEntry, ...]:
    """What a lock file says. Raises UserError, with the line, if it is none."""
    lines = text.splitlines()
    if not lines or not lines[0].startswith("# bailiwick api 1"):
        raise UserError(f"{called} is no lock file of `bailiwick api snapshot`, version 1.")
    found, owner, module = [], "", ""
    for number, line in enumerate(lines[1:], start=2):
        if line.startswith("[") and line.endswith("]"):
            owner = line[1:-1]
        elif line.startswith(_GAP) and owner and module:
            name, _, shown = line[len(_GAP) :].partition(_GAP)
            found.append(_entry(owner, f"{module}:{name}", shown))
        elif line.endswith(":") and not line.startswith(" "):
            module = line[:-1]
        elif line.strip() and not line.startswith("#"):
            raise UserError(f"{called}:{number}: this line is none of a lock file: {line[:60]}")
    return tuple(found)


def _entry(owner: str, symbol: str, shown: str) -> ApiEntry:
    if shown == "data":
        return ApiEntry(owner, symbol, "data", "")
    if shown.startswith("= "):
        return ApiEntry(owner, symbol, "name", shown)
    is_class = any(word == "class" for word in shown.split("(")[0].split())
    return ApiEntry(owner, symbol, "class" if is_class else "function", shown)
