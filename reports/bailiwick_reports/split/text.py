"""A split as lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick_hooks.terminal.wording import many

from bailiwick_reports.printing import Line, columns
from bailiwick_reports.split.nouns import DIRECTIONS, STANDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bailiwick import Crossing

    from bailiwick_reports.split.nouns import Change, Edge, Remedy, Split, Tie

_FEW = 12
_FEW_NAMES = 6
_ACTIONS: dict[Remedy, str] = {
    "promote": "become API",
    "go": "go",
}


def lines(split: Split, *, everything: bool) -> Iterator[Line]:
    """What ties the subsystem, the worst first; with `everything` each symbol and place."""
    few = None if everything else _FEW
    owners = f", owned by {', '.join(split.owners)}" if split.owners else ", owned by nobody"
    tests = f" and {many(split.test_modules, 'module')} of tests"
    yield Line(f"{split.subsystem}: {many(split.modules, 'module')}{tests}{owners}", "head")
    yield from _matrix(split)
    yield from _to_do(split, few)
    yield from _moves(split, few)
    yield from _circles(split)
    yield from _surface("What stays: API of the others that its code needs", split.surface, few)
    yield from _surface("What stays: API of its own that the others' code needs", split.offers, few)
    if split.since:
        yield from _changes(split, few)
    for path, reason in split.unread.items():
        yield Line(f"not read: {path}: {reason}", "doubt")
    if everything:
        yield from _everything(split)
    elif len(split.ties) > _FEW:
        yield Line("")
        yield Line(
            "--all lists every symbol with its places; --format json has them, too.", "faint"
        )


def _matrix(split: Split) -> Iterator[Line]:
    for direction, words in DIRECTIONS.items():
        rows: list[Sequence[object]] = [("kind", "symbols", "places", "in tests")]
        for standing, meaning in STANDINGS.items():
            ties = split.of(direction, standing)
            if ties:
                code = sum(len(tie.places) for tie in ties)
                rows.append((meaning, len(ties), code, sum(len(tie.in_tests) for tie in ties)))
        yield Line("")
        called = f"What {split.subsystem} {words}" if direction == "takes" else f"What {words}"
        if len(rows) == 1:
            yield Line(f"{called}: nothing", "head")
            continue
        yield Line(called, "head")
        head, *body = columns(rows)
        yield Line(head, "faint")
        yield from map(Line, body)


def _to_do(split: Split, few: int | None) -> Iterator[Line]:
    """What has to happen, grouped by what it is and why."""
    groups: dict[tuple[str, str, str, bool], list[Tie]] = {}
    for tie in split.ties:
        if tie.remedy in _ACTIONS:
            key = _ACTIONS[tie.remedy], tie.direction, tie.why, bool(tie.places)
            groups.setdefault(key, []).append(tie)
    for (action, direction, why, in_code), ties in sorted(groups.items(), key=_urgency):
        where = "" if in_code else " in tests alone"
        whose = f"what {DIRECTIONS[direction]}" if direction == "gives" else "what it takes"  # type: ignore[index]
        sums = f"{many(len(ties), 'symbol')}, {many(sum(tie.count for tie in ties), 'place')}"
        yield Line("")
        yield Line(f"Has to {action}{where}, of {whose}: {sums}", "head")
        if why:
            yield Line(f"  {why}", "faint")
        yield from _listed(ties, few)


def _urgency(group: tuple[tuple[str, str, str, bool], list[Tie]]) -> tuple[bool, str, str]:
    (_, direction, why, in_code), _ = group
    return not in_code, direction, why


def _listed(ties: Sequence[Tie], few: int | None) -> Iterator[Line]:
    ties = sorted(ties, key=lambda tie: (-tie.count, tie.symbol))
    rows = [
        (
            tie.count,
            tie.symbol,
            f"of {tie.other}" if tie.direction == "takes" else f"for {tie.other}",
            STANDINGS[tie.standing],
            _first(tie),
        )
        for tie in ties[:few]
    ]
    yield from map(Line, columns(rows))
    yield from _rest(len(ties), few)


def _first(tie: Tie) -> str:
    return str((tie.places or tie.in_tests)[0].site)


def _rest(count: int, few: int | None) -> Iterator[Line]:
    if few is not None and count > few:
        yield Line(f"  and {count - few:,} more", "faint")


def _moves(split: Split, few: int | None) -> Iterator[Line]:
    if not split.moves:
        return
    yield Line("")
    yield Line(
        f"May move along, since nobody else uses it: {many(len(split.moves), 'module')}", "head"
    )
    rows: list[Sequence[object]] = [("places", "module", "whose", "it needs of its own side")]
    rows += [
        (move.ties, move.module, move.owner, many(move.needs, "module"))
        for move in split.moves[:few]
    ]
    head, *body = columns(rows)
    yield Line(head, "faint")
    yield from map(Line, body)
    yield from _rest(len(split.moves), few)


def _circles(split: Split) -> Iterator[Line]:
    yield Line("")
    if not split.circles:
        yield Line("No circle forbids it: nothing that it stands on imports it.", "good")
        return
    yield Line(f"Circles that forbid it: {len(split.circles)}", "bad")
    for circle in split.circles:
        yield Line(f"  {' → '.join([*(edge.user for edge in circle), circle[-1].used])}")
        yield from (Line(f"    {_edge(edge)}") for edge in circle)


def _edge(edge: Edge) -> str:
    witness = edge.witness
    return (
        f"{edge.user} imports {edge.used} in {many(edge.count, 'place')}, such as "
        f"{witness.symbol} in {witness.site}"
    )


def _surface(words: str, surface: Mapping[str, Sequence[str]], few: int | None) -> Iterator[Line]:
    if not surface:
        return
    names = sum(len(each) for each in surface.values())
    yield Line("")
    yield Line(f"{words}: {many(names, 'name')} in {many(len(surface), 'module')}", "head")
    modules = sorted(surface, key=lambda module: -len(surface[module]))
    for module in modules[:few]:
        yield Line(f"  {module}  {_names(surface[module], few)}".rstrip())
    yield from _rest(len(modules), few)


def _names(names: Sequence[str], few: int | None) -> str:
    if few is None or len(names) <= _FEW_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:_FEW_NAMES])} and {len(names) - _FEW_NAMES} more"


def _changes(split: Split, few: int | None) -> Iterator[Line]:
    yield Line("")
    gone = [each for each in split.changes if each.now < each.before]
    new = [each for each in split.changes if each.now > each.before]
    less = sum(each.before - each.now for each in gone)
    more = sum(each.now - each.before for each in new)
    yield Line(f"Since {split.since}: {less:,} places fewer, {more:,} more", "head")
    for words, changes, role in (("fewer", gone, "good"), ("more", new[::-1], "bad")):
        for each in changes[:few]:
            yield Line(_change(each), "good" if role == "good" else "bad")
        if few is not None and len(changes) > few:
            yield Line(f"  and {len(changes) - few:,} more symbols with {words}", "faint")


def _change(each: Change) -> str:
    tie = each.tie
    return (
        f"  {each.before:>5,} → {each.now:<5,} {tie.symbol}  {STANDINGS[tie.standing]}, "
        f"{DIRECTIONS[tie.direction]}, {tie.other}"
    )


def _everything(split: Split) -> Iterator[Line]:
    for direction, words in DIRECTIONS.items():
        for standing, meaning in STANDINGS.items():
            ties = split.of(direction, standing)
            if not ties:
                continue
            yield Line("")
            yield Line(f"{words}: {meaning}", "head")
            for tie in ties:
                yield Line(f"  {tie.symbol}  {tie.other}  {many(tie.count, 'place')}")
                yield from (Line(f"    {_place(each)}", "faint") for each in tie.places)
                yield from (Line(f"    {_place(each)}  (test)", "faint") for each in tie.in_tests)


def _place(each: Crossing) -> str:
    rule = f"  {each.rule}" if each.rule else ""
    return f"{each.site}:{each.site.column}  {each.way}{rule}"
