"""The map as one page of HTML that needs nothing else: picture, tables, data and script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bailiwick import RULES
from markupsafe import Markup

from bailiwick_reports.map.picture import FOLDER, drawn
from bailiwick_reports.templates import filled

if TYPE_CHECKING:
    from bailiwick import Crossing

    from bailiwick_reports.map.nouns import Atlas, Link
    from bailiwick_reports.map.picture import Picture

KINDS = {
    "import": "imports",
    "use": "uses of imported names",
    "string": "strings that name objects",
    "option": "options",
    "member": "private members",
    "contract": "contracts",
}


def page(atlas: Atlas) -> str:
    """The page."""
    picture = drawn(atlas)
    rules = sorted({place.rule for link in atlas.links for place in link.places if place.rule})
    return filled(
        FOLDER,
        "page.html",
        picture=picture,
        atlas=atlas,
        uses=_sums(atlas),
        rules={code: RULES[code].NAME if code in RULES else "" for code in rules},
        owners=sorted({owner for area in atlas.areas for owner in area.owners}),
        kinds=_kinds(atlas),
        data=_embedded(_data(atlas, picture)),
    )


def _kinds(atlas: Atlas) -> dict[str, str]:
    found = {place.way for link in atlas.links for place in link.places}
    return {kind: words for kind, words in KINDS.items() if kind in found}


def _sums(atlas: Atlas) -> dict[str, tuple[int, int, int]]:
    """By area: what it uses of others, what they use of it, what it may not use."""
    sums = {area.name: [0, 0, 0] for area in atlas.areas}
    for link in atlas.links:
        count = len(link.places)
        if link.user in sums:
            sums[link.user][0] += count * (link.user != link.target)
            sums[link.user][2] += link.forbidden
        if link.target in sums and link.user != link.target:
            sums[link.target][1] += count
    return {name: (out, used, bad) for name, (out, used, bad) in sums.items()}


def _embedded(data: dict[str, Any]) -> Markup:
    """JSON that may stand in a script element, whatever is in it."""
    text = json.dumps(data, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


class _Table:
    """Values that are told once and referred to by their number."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def __getitem__(self, value: Any) -> int:
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = len(self.values)
            self.values.append(value)
        return number


def _data(atlas: Atlas, picture: Picture) -> dict[str, Any]:
    modules, symbols, codes = _Table(), _Table(), _Table()
    areas = [
        {
            "name": disc.area.name,
            "owners": disc.area.owners,
            "hue": disc.hue,
            "x": round(disc.spot.x, 1),
            "y": round(disc.spot.y, 1),
            "r": round(disc.spot.whole, 1),
            "says": disc.says,
            "parts": [
                [modules[part.module, part.path], part.lines, int(part.is_test)]
                for part in disc.area.parts
            ],
        }
        for disc in picture.discs
    ]
    numbers = {name: number for number, (name, _) in enumerate(modules.values)}
    kinds, rules = _Table(), _Table()
    rules[""]

    def row(place: Crossing) -> list[int]:
        return [
            numbers[place.user] if place.user in numbers else modules[place.user, place.site.path],
            place.site.line,
            place.site.column,
            symbols[place.symbol, numbers.get(place.module, -1)],
            kinds[place.way],
            rules[place.rule],
            int(place.in_test),
            codes[atlas.lines.get((place.site.path, place.site.line), "")],
        ]

    links = [
        _ends(areas, link) | {"refs": [row(place) for place in link.places]} for link in atlas.links
    ]
    return {
        "areas": areas,
        "links": links,
        "modules": modules.values,
        "symbols": symbols.values,
        "codes": codes.values,
        "kinds": kinds.values,
        "rules": rules.values,
        "inside": [[numbers[user], numbers[used]] for user, used in atlas.inside],
    }


def _ends(areas: list[dict[str, Any]], link: Link) -> dict[str, Any]:
    names = [area["name"] for area in areas]
    return {
        "from": names.index(link.user) if link.user in names else -1,
        "to": names.index(link.target) if link.target in names else -1,
        "user": link.user,
        "target": link.target,
    }
