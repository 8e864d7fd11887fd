"""A review for a terminal, as Markdown for a merge request or Gerrit, and as a page of HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from bailiwick_hooks.terminal.wording import many

from bailiwick_reports.printing import Line, columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bailiwick_reports.api.comparing import Change
    from bailiwick_reports.review.nouns import Reference, Review, Share

_FEW = 3


class Section(NamedTuple):
    """A part of the page: its title, words below it, and a table."""

    title: str
    words: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def sections(review: Review) -> Iterator[Section]:
    """The parts of the page, in order; those that have nothing to say are left out."""
    yield _head(review)
    if review.outside:
        yield Section(
            "Files outside of its own",
            head=("subsystem", "files", "lines", "owners", "which"),
            rows=tuple(map(_outside, review.outside)),
        )
    for title, references in (
        ("References across boundaries: new or more", review.more),
        ("References across boundaries: gone or fewer", review.fewer),
    ):
        if references:
            yield Section(
                f"{title} ({len(references)})",
                head=("who", "refers to", "of", "before", "now", "where"),
                rows=tuple(map(_reference, references)),
            )
    yield from _introduced(review)
    yield from _api(review.api)
    if review.policy:
        yield Section(
            "The policy",
            head=("table", "key", "gone", "new"),
            rows=tuple(
                (each.table, each.key, ", ".join(each.gone), ", ".join(each.new))
                for each in review.policy
            ),
        )
    if review.exemptions:
        yield Section(
            "What is allowed or recorded",
            head=("", "what", "where", "words"),
            rows=tuple(
                ("new" if each.is_new else "gone", each.kind, each.where, each.words)
                for each in review.exemptions
            ),
        )
    yield from _approval(review)
    if review.unread:
        rows = tuple(review.unread.items())
        yield Section("Not read", head=("file", "why"), rows=rows)


def _introduced(review: Review) -> Iterator[Section]:
    for title, touched in (
        ("Findings that it introduces in files that it does not touch", False),
        ("Findings that it introduces in files that it touches", True),
    ):
        found = [each for each in review.introduced if review.touches(each.path) == touched]
        if found:
            yield Section(
                f"{title} ({len(found)})",
                head=("rule", "whose", "what", "where"),
                rows=tuple(
                    (
                        each.code,
                        each.subsystem or "nobody's",
                        each.message,
                        f"{each.path}:{each.span.line}",
                    )
                    for each in found
                ),
            )


def _head(review: Review) -> Section:
    series = review.series
    authors = ", ".join(f"{name} ({count})" for name, count in list(series.authors.items())[:_FEW])
    more = len(series.authors) - _FEW
    authors += f" and {more} more" if more > 0 else ""
    words = f"{many(series.commits, 'commit')} by {authors or 'nobody'}, "
    words += f"from {series.base[:12]} to {series.head[:12]}."
    inside = review.inside
    if inside is not None:
        words += (
            f" {many(len(inside.files), 'file')} of {review.home}, its own bailiwick"
            f"{' (it has the most changed lines)' if review.guessed else ''}, "
            f"{_lines(inside)} lines: put aside."
        )
    if review.is_own_affair:
        words += " Nothing of it concerns anybody else."
    return Section(f"Review of {review.home or 'a series'}", words)


def _lines(share: Share) -> str:
    return f"+{share.came:,} -{share.went:,}"


def _outside(share: Share) -> tuple[str, ...]:
    return (
        share.subsystem or "nobody's",
        f"{len(share.files):,}",
        _lines(share),
        ", ".join(share.owners) or "nobody",
        _few(share.files),
    )


def _reference(each: Reference) -> tuple[str, ...]:
    symbol = f"{each.symbol}  {' '.join(each.rules)}".rstrip()
    who = f"{each.user}{' (tests)' if each.in_tests else ''}"
    places = [str(place.site) for place in each.places]
    return who, symbol, each.target, str(each.before), str(each.now), _few(places)


def _api(changes: Sequence[Change]) -> Iterator[Section]:
    breaking = [change for change in changes if change.verdict == "breaks" or change.implementers]
    compatible = [change for change in changes if change not in breaking]
    if breaking:
        yield Section(
            f"API and contracts: may break somebody ({len(breaking)})",
            head=("owner", "name", "before", "after", "why", "whom"),
            rows=tuple(map(_breaking, breaking)),
        )
    if compatible:
        yield Section(
            f"API and contracts: compatible ({len(compatible)})",
            head=("owner", "", "name", "now"),
            rows=tuple(
                (change.owner, change.what, change.symbol, change.after or change.before)
                for change in compatible
            ),
        )


def _breaking(change: Change) -> tuple[str, ...]:
    concerned = [*change.implementers, *change.users]
    subsystems = dict.fromkeys(each.subsystem or "nobody's" for each in concerned)
    whom = f"{', '.join(subsystems)}: {_few([str(each.site) for each in concerned])}"
    return (
        change.owner,
        change.symbol,
        change.before,
        change.after or "gone",
        "; ".join(change.says),
        whom if concerned else "nobody of another subsystem here",
    )


def _approval(review: Review) -> Iterator[Section]:
    needs = review.approval.needs
    if not needs:
        return
    people = ", ".join(
        f"{person} for {', '.join(subsystems)}" for person, subsystems in review.approval.smallest
    )
    words = f"Fewest who can: {people}." if people else ""
    yield Section(
        "Whose approval it needs",
        words,
        ("subsystem", "files", "owners", "who may approve"),
        tuple(
            (
                need.subsystem or "nobody's",
                f"{len(need.paths):,}",
                ", ".join(need.owners) or "nobody",
                ", ".join(need.people) or "nobody",
            )
            for need in needs
        ),
    )


def _few(words: Sequence[str]) -> str:
    more = f" and {len(words) - _FEW} more" if len(words) > _FEW else ""
    return f"{', '.join(words[:_FEW])}{more}"


# -- formats -----------------------------------------------------------------------------------


def lines(review: Review) -> Iterator[Line]:
    """The review for a terminal."""
    for number, section in enumerate(sections(review)):
        if number:
            yield Line("")
        yield Line(section.title, "head")
        if section.words:
            yield Line(f"  {section.words}")
        if section.rows:
            head, *body = columns([section.head, *section.rows])
            yield Line(head, "faint")
            yield from map(Line, body)


def markdown(review: Review) -> str:
    """Return the review as Markdown."""
    parts = []
    for number, section in enumerate(sections(review)):
        parts.append(f"{'#' if number == 0 else '##'} {section.title}\n")
        if section.words:
            parts.append(f"{section.words}\n")
        if section.rows:
            parts.append(f"| {' | '.join(section.head)} |")
            parts.append(f"|{'---|' * len(section.head)}")
            parts += [f"| {' | '.join(map(_cell, row))} |" for row in section.rows]
            parts.append("")
    return "\n".join(parts).rstrip("\n") + "\n"


def _cell(words: str) -> str:
    """Words of a table, in which nothing marks up or mentions anybody."""
    for sign in "\\`*_<>|@[]":
        words = words.replace(sign, f"\\{sign}")
    return words


def html(review: Review) -> str:
    """Return the review as one page of HTML that needs nothing else."""
    return _PAGE.format(
        title=escape(f"Review of {review.home or 'a series'}"),
        body="\n".join(map(_part, sections(review))),
    )


def _part(section: Section) -> str:
    rows: Callable[[str, Sequence[str]], str] = lambda tag, cells: (  # noqa: E731
        f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"
    )
    words = f"<p>{escape(section.words)}</p>" if section.words else ""
    if not section.rows:
        return f"<section><h2>{escape(section.title)}</h2>{words}</section>"
    body = "\n".join(rows("td", row) for row in section.rows)
    return (
        f"<section><h2>{escape(section.title)}</h2>{words}<div><table>"
        f"<thead>{rows('th', section.head)}</thead>\n<tbody>{body}</tbody></table></div></section>"
    )


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 90rem; }}
body {{ margin: 2rem auto; padding: 0 1rem; }}
h2 {{ font-size: 1.15rem; margin: 2rem 0 .5rem; }}
div {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }}
th, td {{ padding: .3rem .75rem; text-align: left; vertical-align: top; }}
td {{ overflow-wrap: anywhere; min-width: 6rem; }}
th, td:first-child {{ white-space: nowrap; min-width: 0; }}
th {{ font-weight: 600; opacity: .7; }}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""
