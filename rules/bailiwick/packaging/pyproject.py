"""Entry points in `pyproject.toml`: the project's own, and Poetry's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bailiwick.packaging.entry_point import entry_point
from bailiwick.policyfile.positions import positions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bailiwick.packaging.entry_point import EntryPoint
    from bailiwick.policyfile.positions import Path

_SCRIPTS: tuple[Path, ...] = (
    ("project", "scripts"),
    ("project", "gui-scripts"),
    ("tool", "poetry", "scripts"),
)
_GROUPS: tuple[Path, ...] = (("project", "entry-points"), ("tool", "poetry", "plugins"))
# Under these Poetry has the object in a table.
_REFERENCES = ("reference", "callable")


def entry_points(text: str) -> Iterator[EntryPoint]:
    """The entry points that a `pyproject.toml` declares; none if it is no TOML."""
    import tomli

    try:
        document = tomli.loads(text)
    except (tomli.TOMLDecodeError, RecursionError):
        return
    places = positions(text)
    tables = list(_SCRIPTS)
    tables += [(*path, group) for path in _GROUPS for group in _table(document, path)]
    for path in tables:
        for name, value in _table(document, path).items():
            yield from _declared(text, places, (*path, name), value)


def _declared(
    text: str, places: Mapping[Path, tuple[int, int]], path: Path, value: object
) -> Iterator[EntryPoint]:
    if isinstance(value, dict):
        for key in _REFERENCES:
            if isinstance(value.get(key), str) and value.get("type") != "file":
                yield from _declared(text, places, (*path, key), value[key])
    elif isinstance(value, str) and path in places:
        start = places[path][1]
        group, name = map(str, path[-2:])
        # What is written with escapes has no simple end.
        end = text.find(value, start) + len(value) + 1
        plain = text[start + 1 : end - 1] == value
        point = entry_point(group, name, value, start, end if plain else start + 1)
        if point is not None:
            yield point


def _table(document: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The table at a path, an empty one if there is none."""
    here: Any = document
    for key in path:
        here = here.get(key) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else {}
