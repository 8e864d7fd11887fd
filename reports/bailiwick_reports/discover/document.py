"""A discovery as the JSON document of docs/discover.md."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bailiwick_reports.documents import written

if TYPE_CHECKING:
    from bailiwick_reports.discover.nouns import Community, Discovery

# Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1


def document(found: Discovery) -> str:
    """Return the document, in ASCII."""
    return written(_content(found))


def _content(found: Discovery) -> dict[str, Any]:
    return {
        "version": VERSION,
        "revision": found.revision,
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "commits": found.commits,
        "people": found.people,
        "terms": asdict(found.terms),
        "left_out": {
            "bots": dict(found.left_out.bots),
            "mass_edits": [
                {"commit": name, "files": files, "subject": subject}
                for name, files, subject in found.left_out.bulk
            ],
            "elsewhere": found.left_out.elsewhere,
        },
        "communities": [_community(each) for each in found.communities],
        "crossing": found.crossing,
        "ties": [
            {"between": list(pair), "strength": round(value, 4)}
            for pair, value in found.ties.items()
        ],
        "declared": [asdict(each) for each in found.declared],
        "notes": list(found.notes),
    }


def _community(each: Community) -> dict[str, Any]:
    return {
        "name": each.name,
        "commits": each.commits,
        "alone": round(each.alone, 4),
        "modules": each.modules,
        "mass": each.mass,
        "regulars": list(each.regulars),
        "residents": list(each.residents),
        "areas": [
            {
                "name": area.name,
                "commits": area.commits,
                "modules": list(area.modules),
                "people": dict(area.people),
                "regulars": list(area.regulars),
            }
            for area in each.areas
        ],
        "neighbours": [asdict(other) for other in each.neighbours],
        "declared": dict(each.declared),
    }
