"""The map as the JSON document of docs/map.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bailiwick_reports.documents import place, written

if TYPE_CHECKING:
    from bailiwick_reports.map.nouns import Area, Atlas, Link

# Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1


def document(atlas: Atlas) -> str:
    """Return the document, in ASCII."""
    return written(_content(atlas))


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
                **place(each),
                "module": each.user,
                "symbol": each.symbol,
                "kind": each.way,
                "grade": each.grade,
                "rule": each.rule,
                "in_test": each.in_test,
                "code": atlas.lines.get((each.site.path, each.site.line), ""),
            }
            for each in link.places
        ],
    }
