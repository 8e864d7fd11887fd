"""Texts made from templates, which lie beside the module that fills them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def filled(folder: Path, name: str, /, **values: Any) -> str:
    """A template of a folder, filled; all that it is given is escaped for HTML and SVG."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["number"] = number
    environment.filters["verbatim"] = lambda name: Markup(
        (folder / name).read_text(encoding="utf-8")
    )
    return environment.get_template(name).render(**values)


def number(value: float) -> str:
    """`12,345`, and at most two places behind the point."""
    return f"{value:,}" if isinstance(value, int) else f"{value:.2f}".rstrip("0").rstrip(".")
