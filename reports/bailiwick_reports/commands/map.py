"""`bailiwick map`: the subsystems of a tree and all references between them, as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick_hooks.terminal.progress import progress

from bailiwick_reports.asking import configure as configure_asking
from bailiwick_reports.asking import policy_asked
from bailiwick_reports.extras import needed
from bailiwick_reports.writing import give, target

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bailiwick_reports.map.nouns import Atlas

EPILOG = """\
examples:
  bailiwick map                         write bailiwick-map.html, a page that needs nothing else
  bailiwick map --output nova.html      the same, elsewhere
  bailiwick map --output nova.svg       the picture alone; also .dot, .mmd and .json
  bailiwick map --format mermaid        a flowchart for Markdown, on standard output

docs/map.md says how to read it, and what it cannot know.
"""
FORMATS = ("html", "svg", "dot", "mermaid", "json")
PAGE = "bailiwick-map.html"


def configure(parser: ArgumentParser) -> None:
    """Declare what `map` takes."""
    parser.epilog = EPILOG
    configure_asking(parser, FORMATS, "html", f"{PAGE} for HTML, else standard output")
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")


def run(args: Namespace) -> int:
    """Draw the map."""
    if args.output is None and args.format in (None, "html"):
        args.output = PAGE
    to = target(args, FORMATS, "html")
    with needed("map"):
        from bailiwick_reports.map.survey import surveyed

        policy = policy_asked(args.policy)
        with progress("reading") as told:
            atlas = surveyed(policy, cache=not args.no_cache, told=told)
        text = _written(atlas, to.kind)
    give(text, to.path)
    return 0


def _written(atlas: Atlas, kind: str) -> str:
    if kind == "json":
        from bailiwick_reports.map.document import document

        return document(atlas)
    if kind in ("dot", "mermaid"):
        from bailiwick_reports.map.diagrams import dot, mermaid

        return dot(atlas) if kind == "dot" else mermaid(atlas)
    if kind == "svg":
        from bailiwick_reports.map.picture import drawn, svg

        return svg(drawn(atlas))
    from bailiwick_reports.map.page import page

    return page(atlas)
