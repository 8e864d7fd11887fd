"""A discovery for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick_hooks.terminal.wording import many

from bailiwick_reports.printing import Line, columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bailiwick_reports.discover.nouns import Community, Discovery
    from bailiwick_reports.printing import Role

_SOME = 6
_MASS = {
    "enough": "enough mass to form its own community",
    "few": "too few people of its own",
    "none": "nobody of its own",
}
_ROLES: dict[str, Role] = {"enough": "good", "few": "doubt", "none": "bad"}


def lines(found: Discovery) -> Iterator[Line]:
    """What there is to say, the largest community first."""
    yield Line(
        f"{many(found.commits, 'commit')} by {found.people:,} people, "
        f"{found.first:%Y-%m-%d} to {found.last:%Y-%m-%d}, in the tree of {found.revision}",
        "head",
    )
    yield from _left_out(found)
    for note in found.notes:
        yield Line(note, "doubt")
    terms = found.terms
    yield Line("")
    yield Line(
        f"Regular is who made {terms.commits} commits or more in {terms.months} months or more; "
        f"at home where half of their work is. {terms.mass} at home are mass enough.",
        "faint",
    )
    for community in found.communities:
        yield Line("")
        yield from _community(community)
    yield Line("")
    yield Line(f"{many(found.crossing, 'imported name')} would cross between these.", "head")
    if found.declared:
        yield Line("")
        yield from _declared(found)


def _left_out(found: Discovery) -> Iterator[Line]:
    out = found.left_out
    bots = sum(out.bots.values())
    yield Line(
        f"left out: {many(bots, 'commit')} of bots ({_few(list(out.bots)) or 'none'}), "
        f"{many(len(out.bulk), 'mass edit')} of more than {found.terms.bulk} files, "
        f"{out.elsewhere:,} that change no module of this tree",
        "faint",
    )


def _community(each: Community) -> Iterator[Line]:
    yield Line(
        f"{each.name}: {many(each.commits, 'commit')}, {each.alone:.0%} of them here alone; "
        f"{many(each.modules, 'module')}",
        "head",
    )
    role = _ROLES[each.mass]
    yield Line(
        f"  {len(each.regulars)} regular, {len(each.residents)} at home: {_MASS[each.mass]}",
        role,
    )
    yield Line(f"  areas:   {_few([area.name for area in each.areas], 10)}")
    yield Line(f"  people:  {_few(each.residents or each.regulars, 8) or 'nobody regularly'}")
    for other in each.neighbours[:3]:
        if other.shared:
            share = len(other.shared) / max(1, len(each.regulars))
            yield Line(
                f"  {share:.0%} of the regulars are so in {other.name}, too: {_few(other.shared)}"
            )
    ties = sorted(each.neighbours, key=lambda other: -other.imports - other.imported)[:4]
    crossing = (f"{other.name} {other.imports:,}/{other.imported:,}" for other in ties)
    yield Line(f"  imports of / by others: {', '.join(crossing) or 'none'}")
    if each.declared:
        yield Line(f"  declared: {_shares(each.declared, each.modules)}")


def _declared(found: Discovery) -> Iterator[Line]:
    yield Line("The policy's subsystems beside these", "head")
    rows = [("subsystem", "modules", "alike", "lies in")]
    body = [
        (each.name, each.modules, f"{each.agrees:.0%}", _shares(each.communities, each.modules))
        for each in found.declared
    ]
    for line in columns([*rows, *body]):
        yield Line(line)


def _shares(counts: Mapping[str, int], total: int) -> str:
    parts = [
        f"{name or 'nobody'} {count / max(1, total):.0%}"
        for name, count in list(counts.items())[:4]
    ]
    return ", ".join(parts)


def _few(names: Sequence[str], some: int = _SOME) -> str:
    rest = len(names) - some
    return ", ".join(names[:some]) + (f" and {rest} more" if rest > 0 else "")
