"""What differs between two states of a policy, and of what it exempts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from bailiwick_reports.review.nouns import Exemption, PolicyChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bailiwick import Policy

    from bailiwick_reports.states import Side

_TABLES = ("subsystems", "groups", "layers", "contracts", "teams")
_PLAIN = ("source_roots", "exclude", "unclaimed", "severities")
# Of each table, what says where it stands and not what it says.
_PLACES = frozenset({"name", "place", "places"})
_ALLOWING = re.compile(r"#[ \t]*bailiwick:[ \t]*allow(?:-file)?\[[^\n]*")


def policy_changes(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    """What one policy says otherwise than another, table by table."""
    if before.fingerprint == after.fingerprint:
        return
    for kind in _TABLES:
        old, new = getattr(before, kind), getattr(after, kind)
        for name in sorted({*old, *new}):
            yield from _table(f"{kind.removesuffix('s')} {name}", old.get(name), new.get(name))
    for key in _PLAIN:
        yield from _key("policy", key, getattr(before, key), getattr(after, key))


def _table(called: str, old: Any, new: Any) -> Iterator[PolicyChange]:
    for field in fields(old or new):
        if field.name not in _PLACES:
            was, now = (getattr(each, field.name, None) for each in (old, new))
            yield from _key(called, field.name, was, now)


def _key(table: str, key: str, old: Any, new: Any) -> Iterator[PolicyChange]:
    was, now = _words(old), _words(new)
    gone = tuple(word for word in was if word not in now)
    come = tuple(word for word in now if word not in was)
    if gone or come:
        yield PolicyChange(table, key.replace("_", "-"), gone, come)


def _words(value: Any) -> list[str]:
    """A value as the words that it lists."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [f"{key}: {', '.join(_words(each)) or 'all'}" for key, each in value.items()]
    if isinstance(value, (tuple, list)):
        return [_word(each) for each in value]
    return [str(value)] if value != "" else []


def _word(value: Any) -> str:
    if isinstance(value, tuple):
        return " and ".join(map(str, value))
    if not hasattr(value, "subsystem"):
        return str(value)
    # An entry of `uses`.
    limits = (
        f"names {', '.join(value.names)}" if value.names is not None else "",
        f"only {value.only}" if value.only else "",
        f"until {value.until}" if value.until else "",
        value.reason,
    )
    words = "; ".join(filter(None, limits))
    return f"{value.subsystem} ({words})" if words else str(value.subsystem)


def exemptions(before: Side, after: Side, paths: Iterable[str]) -> Iterator[Exemption]:
    """What comments and the baseline allow otherwise than before."""
    old: Counter[tuple[str, str]] = Counter()
    new: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[str, str], str] = {}
    for path in sorted(paths):
        for side, counts in ((before, old), (after, new)):
            for line, words in _comments(side.text(path)):
                counts[path, words] += 1
                places[path, words] = f"{path}:{line}"
    yield from _differing("comment", old, new, places)
    debts = Counter(_entries(before)), Counter(_entries(after))
    yield from _differing("baseline", debts[0], debts[1], {})


def _differing(
    kind: str,
    old: Counter[tuple[str, str]],
    new: Counter[tuple[str, str]],
    places: Mapping[tuple[str, str], str],
) -> Iterator[Exemption]:
    for is_new, more in ((True, new - old), (False, old - new)):
        for key in sorted(more.elements()):
            yield Exemption(kind, places.get(key, key[0]), key[1], is_new)


def _comments(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1) if "bailiwick:" in text else ():
        if found := _ALLOWING.search(line):
            yield number, found[0].strip()


def _entries(side: Side) -> Iterator[tuple[str, str]]:
    """The lines of the baseline that record something, without where they stand."""
    name = side.policy.baseline
    for line in side.text(name).split("\n"):
        if line.strip().startswith("{"):
            yield name, line.strip().rstrip(",")
