"""The map as text for other tools: Graphviz and Mermaid."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bailiwick_hooks.terminal.wording import many

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick_reports.map.nouns import Area, Atlas

_RED, _GREY = "#d1242f", "#8b95a7"


def dot(atlas: Atlas) -> str:
    """The map in Graphviz' language: discs by code, arrows by references, red where forbidden."""
    return "\n".join(_dot(atlas)) + "\n"


def _dot(atlas: Atlas) -> Iterator[str]:
    yield f"digraph {_quoted(atlas.title)} {{"
    yield "  layout=neato; overlap=false; splines=curved; outputorder=edgesfirst;"
    yield '  node [shape=circle, style=filled, fillcolor="#dfe6f2", fontname="sans-serif"];'
    yield '  edge [fontname="sans-serif", fontsize=9];'
    most = max((area.code for area in atlas.areas), default=1) or 1
    for area in atlas.areas:
        width = max(0.5, 2.6 * math.sqrt(area.code / most))
        tip = f"{many(area.code, 'line')} of code; {', '.join(area.owners) or 'no owner'}"
        yield f"  {_quoted(area.name)} [width={width:.2f}, tooltip={_quoted(tip)}];"
    for link in atlas.links:
        color = _RED if link.forbidden else _GREY
        label = f"{len(link.places):,}"
        if link.forbidden:
            label += f" ({link.forbidden:,} forbidden)"
        pen = 0.5 + 0.5 * math.log2(1 + len(link.places))
        yield (
            f"  {_quoted(link.user)} -> {_quoted(link.target)} "
            f'[label={_quoted(label)}, color="{color}", penwidth={pen:.1f}];'
        )
    yield "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def mermaid(atlas: Atlas) -> str:
    """The map as a flowchart, as GitHub and GitLab show it in Markdown."""
    return "\n".join(_mermaid(atlas)) + "\n"


def _mermaid(atlas: Atlas) -> Iterator[str]:
    yield "flowchart LR"
    names = {area.name: f"n{index}" for index, area in enumerate(atlas.areas)}
    for area in atlas.areas:
        yield f'  {names[area.name]}(["{_shown(area)}"])'
    links = [link for link in atlas.links if {link.user, link.target} <= names.keys()]
    red = []
    for index, link in enumerate(links):
        label = f"{len(link.places):,}"
        if link.forbidden:
            red.append(str(index))
            label += f", {link.forbidden:,} forbidden"
        yield f'  {names[link.user]} -->|"{label}"| {names[link.target]}'
    if red:
        yield f"  linkStyle {','.join(red)} stroke:{_RED},color:{_RED}"


def _shown(area: Area) -> str:
    name = area.name.replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;")
    return f"{name}<br/>{many(area.code, 'line')}"
