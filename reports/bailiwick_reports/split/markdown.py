"""A split as a page of Markdown, for a merge request, a wiki or a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick_hooks.terminal.wording import many

from bailiwick_reports.split.nouns import DIRECTIONS, STANDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bailiwick_reports.split.nouns import Split, Tie

_MANY = 200
_PLACES = 3


def markdown(split: Split) -> str:
    """Return the page."""
    return "\n".join(_page(split)) + "\n"


def _page(split: Split) -> Iterator[str]:
    yield f"# What ties {split.subsystem} to the rest\n"
    owners = f"; owned by {', '.join(split.owners)}" if split.owners else ""
    tests = many(split.test_modules, "module")
    yield f"{many(split.modules, 'module')} and {tests} of tests{owners}.\n"
    yield "| direction | kind | symbols | places | in tests |"
    yield "|---|---|---:|---:|---:|"
    for direction, words in DIRECTIONS.items():
        for standing, meaning in STANDINGS.items():
            ties = split.of(direction, standing)
            if ties:
                code, tests_only = (
                    sum(len(tie.places) for tie in ties),
                    sum(len(tie.in_tests) for tie in ties),
                )
                yield f"| {words} | {meaning} | {len(ties)} | {code} | {tests_only} |"
    yield from _to_do(split)
    yield from _circles(split)
    yield from _surface("What it needs of the others", split.surface)
    yield from _surface("What the others need of it", split.offers)
    if split.since:
        yield from _changes(split)
    if split.unread:
        yield "\n## Not read\n"
        yield from (f"- `{path}`: {reason}" for path, reason in split.unread.items())


def _to_do(split: Split) -> Iterator[str]:
    ties = [tie for tie in split.ties if tie.remedy in ("go", "promote")]
    if ties:
        yield "\n## What has to happen\n"
        yield "| | symbol | whose | kind | places | where | why |"
        yield "|---|---|---|---|---:|---|---|"
        yield from map(_row, ties[:_MANY])
        if len(ties) > _MANY:
            yield f"\nand {len(ties) - _MANY} more."
    if split.moves:
        yield "\n## What may move along, since nobody else uses it\n"
        for move in split.moves:
            yield f"- `{move.module}` of {move.owner}, {many(move.ties, 'place')}"


def _row(tie: Tie) -> str:
    action = "become API" if tie.remedy == "promote" else "go"
    places = [str(each.site) for each in (*tie.places, *tie.in_tests)]
    where = ", ".join(f"`{place}`" for place in places[:_PLACES])
    more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
    cells = (action, f"`{tie.symbol}`", tie.other, STANDINGS[tie.standing], str(tie.count))
    return f"| {' | '.join(cells)} | {where}{more} | {tie.why} |"


def _circles(split: Split) -> Iterator[str]:
    yield "\n## Circles that forbid it\n"
    if not split.circles:
        yield "None: nothing that it stands on imports it."
    for circle in split.circles:
        yield f"- {' → '.join([*(edge.user for edge in circle), circle[-1].used])}"
        for edge in circle:
            place = f"`{edge.witness.symbol}` in `{edge.witness.site}`"
            words = f"{edge.user} imports {edge.used} in {many(edge.count, 'place')}"
            yield f"    - {words}, such as {place}"


def _surface(title: str, surface: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if surface:
        yield f"\n## {title}\n"
        for module, names in surface.items():
            listed = ", ".join(f"`{name}`" for name in names if name)
            yield f"- `{module}`{f': {listed}' if listed else ''}"


def _changes(split: Split) -> Iterator[str]:
    yield f"\n## Since {split.since}\n"
    if not split.changes:
        yield "Nothing has changed."
        return
    yield "| before | now | symbol | kind | direction | whose |"
    yield "|---:|---:|---|---|---|---|"
    for each in split.changes[:_MANY]:
        tie = each.tie
        words = (STANDINGS[tie.standing], DIRECTIONS[tie.direction], tie.other)
        yield f"| {each.before} | {each.now} | `{tie.symbol}` | {' | '.join(words)} |"
    if len(split.changes) > _MANY:
        yield f"\nand {len(split.changes) - _MANY} more."
