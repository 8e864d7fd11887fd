"""From a series of commits to what of it concerns others."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from bailiwick import (
    Crossing,
    Finding,
    Series,
    Site,
    Span,
    State,
    Tree,
    UserError,
    aside,
    between,
    change_between,
    public_api,
    series,
    series_ends,
)

from bailiwick_reports.api.comparing import Asked, Change, asking, compare, whom
from bailiwick_reports.owners.approval import approval
from bailiwick_reports.owners.nouns import Approval, Ground, Need
from bailiwick_reports.remembering import memory, remembered
from bailiwick_reports.review.nouns import Exemption, PolicyChange, Reference, Review, Share
from bailiwick_reports.review.policies import exemptions, policy_changes
from bailiwick_reports.states import at_revision, differing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from bailiwick import Between, Policy

    from bailiwick_reports.states import Side

    Key = tuple[str, str, str, bool]

_KEPT = "review"
_NOUNS = (
    *(Approval, Change, Crossing, Exemption, Finding, Need, PolicyChange, Reference, Review),
    *(Series, Share, Site, Span),
)


def review(
    policy: Policy,
    base: str,
    head: str,
    home: str | None,
    told: Callable[[int, int], None] | None = None,
) -> Review:
    """What the commits that `head` has and `base` has not do, read from git alone.

    home: the subsystem that they come from; None for the one with the most changed lines

    Raises:
        UserError: without git, a repository, the revisions, or a common commit.
    """
    ends = series_ends(policy.root, base, head)
    kept = memory(policy, _KEPT, ends, [home or ""])
    make = lambda: _review(policy, (base, head), home, told)  # noqa: E731
    return remembered(kept, _KEPT, Review, _NOUNS, make)


def _review(
    policy: Policy,
    ends: tuple[str, str],
    home: str | None,
    told: Callable[[int, int], None] | None,
) -> Review:
    base, head = ends
    commits = series(policy.root, base, head)
    before, after = at_revision(policy, commits.base), at_revision(policy, commits.head)
    ground = Ground(after.policy, Tree.of(after.policy, after.overlay))
    touched = {path: lines for path, lines in commits.changed.items() if not path.startswith("../")}
    if not touched:
        raise UserError(f"{base}..{head} changes no file below {policy.root}.")
    shares = _shares(ground, touched)
    named = home or next((share.subsystem for share in shares if share.subsystem), "")
    modules = [path for path in touched if path.endswith(".py")]
    with aside(partial(_offered, before, after)) as offered:
        judged = _judged(before, after, commits, modules, told)
        api = whom(offered(), after, told)
    # Those first whose files it does not touch.
    introduced = sorted(judged.introduced, key=lambda each: each.path in commits.changed)
    more, fewer = _references(judged.before.places, judged.after.places)
    asked = [path for share in shares if share.subsystem != named for path in share.files]
    asked += [finding.path for finding in introduced if finding.path not in touched]
    return Review(
        series=commits,
        home=named,
        guessed=home is None,
        inside=next((share for share in shares if share.subsystem == named), None),
        outside=tuple(share for share in shares if share.subsystem != named),
        more=tuple(more),
        fewer=tuple(fewer),
        api=api,
        introduced=tuple(introduced),
        policy=tuple(policy_changes(before.policy, after.policy)),
        exemptions=tuple(exemptions(before, after, modules)),
        approval=approval(ground, [*asked, *_broken(api)]),
        unread=judged.after.unread,
    )


def _judged(
    before: Side,
    after: Side,
    commits: Series,
    modules: Collection[str],
    told: Callable[[int, int], None] | None,
) -> Between:
    """What the series does to boundaries."""
    states = State(commits.base, before.overlay), State(commits.head, after.overlay)
    change = change_between(after.policy.root, *states)
    return between(before.policy, after.policy, change, modules, progress=told)


def _shares(ground: Ground, touched: Mapping[str, tuple[int, int]]) -> list[Share]:
    """The changed files by subsystem, the most lines first."""
    shares = []
    for name, paths in ground.by_subsystem(touched).items():
        subsystem = ground.owner(paths[0]) if name else None
        came, went = (sum(touched[path][side] for path in paths) for side in (0, 1))
        owners = subsystem.owners if subsystem else ()
        shares.append(Share(name, owners, tuple(sorted(paths)), came, went))
    return sorted(shares, key=lambda share: (-share.came - share.went, share.subsystem))


def _references(
    before: Iterable[Crossing], after: Iterable[Crossing]
) -> tuple[list[Reference], list[Reference]]:
    """Of which symbols there are more references than before, and of which fewer.

    Where they stand plays no part, so that code may move within its subsystem.
    """
    old, new = _by_symbol(before), _by_symbol(after)
    more: list[Reference] = []
    fewer: list[Reference] = []
    for key in sorted({*old, *new}):
        was, now = old.get(key, []), new.get(key, [])
        if len(was) != len(now):
            places = now if len(now) > len(was) else was
            rules = tuple(sorted({each.rule for each in places} - {""}))
            found = Reference(*key, len(was), len(now), _telling(was, now), rules)
            (more if len(now) > len(was) else fewer).append(found)
    return sorted(more, key=_gravity), sorted(fewer, key=_gravity)


def _telling(before: Sequence[Crossing], after: Sequence[Crossing]) -> tuple[Crossing, ...]:
    """The places of the side that has more, those first in whose files there are more."""
    more, fewer = (after, before) if len(after) > len(before) else (before, after)
    here = Counter(each.site.path for each in more)
    there = Counter(each.site.path for each in fewer)
    return tuple(sorted(more, key=lambda each: here[each.site.path] <= there[each.site.path]))


def _by_symbol(places: Iterable[Crossing]) -> dict[Key, list[Crossing]]:
    found: dict[Key, list[Crossing]] = {}
    for each in places:
        key = each.subsystem, each.target, each.symbol, each.in_test
        found.setdefault(key, []).append(each)
    return found


def _gravity(each: Reference) -> tuple[bool, bool, str, str, str]:
    return not each.rules, each.in_tests, each.user, each.target, each.symbol


def _offered(before: Side, after: Side) -> Asked:
    """What is offered otherwise, read beside what takes longer; so nothing of it is kept."""
    paths = differing(before, after)
    offered = [
        public_api(side.policy, overlay=side.overlay, paths=paths, cache=False, jobs=1)
        for side in (before, after)
    ]
    return asking(compare(*offered), after)


def _broken(changes: Iterable[Change]) -> Iterator[str]:
    """The files in which a change of what is offered breaks somebody."""
    for change in changes:
        if change.verdict == "breaks" or change.implementers:
            yield from (each.site.path for each in (*change.users, *change.implementers))
