"""The map as the JSON document of docs/map.md."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bailiwick_reports.map.nouns import Area, Atlas, Link

# Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1


def document(atlas: Atlas) -> str:
    """Return the document, in ASCII."""
    return json.dumps(_content(atlas), indent=1) + "\n"


def _content(atlas: Atlas) -> dict[str, Any]:
    return {
        "version": VERSION,
        "title": atlas.title,
        "subsystems": [_area(area) for area in atlas.areas],
        "links": [_link(atlas, link) for link in atlas.links],
        "imports_inside": [list(pair) for pair in atlas.inside],
        "unread": dict(atlas.unread),
    }


def _area(area: Area) -> dict[str, Any]:
    return {
        "name": area.name,
        "owners": list(area.owners),
        "lines": area.code,
        "test_lines": area.tests,
        "modules": [
            {
                "module": part.module,
                "path": part.path,
                "lines": part.lines,
                "is_test": part.is_test,
            }
            for part in area.parts
        ],
    }


def _link(atlas: Atlas, link: Link) -> dict[str, Any]:
    return {
        "from": link.user,
        "to": link.target,
        "references": len(link.places),
        "forbidden": link.forbidden,
        "in_tests": link.in_tests,
        "places": [
            {
                "path": place.site.path,
                "line": place.site.line,
                "column": place.site.column,
                "module": place.user,
                "symbol": place.symbol,
                "kind": place.way,
                "grade": place.grade,
                "rule": place.rule,
                "in_test": place.in_test,
                "code": atlas.lines.get((place.site.path, place.site.line), ""),
            }
            for place in link.places
        ],
    }
