"""Texts made from templates, which lie beside the module that fills them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

# What all pictures have: their colours, in light and in dark.
_SHARED = Path(__file__).parent


def filled(folder: Path, name: str, /, **values: Any) -> str:
    """A template of a folder, filled; all that it is given is escaped for HTML and SVG."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    loader = FileSystemLoader([folder, _SHARED])
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["number"] = number
    environment.filters["verbatim"] = lambda name: Markup(loader.get_source(environment, name)[0])
    return environment.get_template(name).render(**values)


def number(value: float) -> str:
    """`12,345`, and at most two places behind the point."""
    return f"{value:,}" if isinstance(value, int) else f"{value:.2f}".rstrip("0").rstrip(".")
