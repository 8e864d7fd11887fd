"""From a history and a tree to the communities in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import accumulate, combinations
from typing import TYPE_CHECKING

from bailiwick import Tree, UserError, import_graph

from bailiwick_reports.discover.areas import Parting
from bailiwick_reports.discover.chronicle import told as told_of
from bailiwick_reports.discover.communities import grouped, ties
from bailiwick_reports.discover.nouns import Community, Discovery, Neighbour, Standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from bailiwick import Commit, History, Policy, Revision
    from bailiwick_hooks.terminal.progress import Told

    from bailiwick_reports.discover.chronicle import Deed
    from bailiwick_reports.discover.nouns import Area, Mass, Terms

# The share of a community's work that gives it its name.
_MOST = 0.6


def discovered(
    policy: Policy,
    history: History,
    revision: Revision,
    since: str,
    until: str,
    terms: Terms,
    *,
    unwanted: Collection[str] = (),
    told: Told | None = None,
) -> Discovery:
    """Find the communities in the tree of a revision, by the commits of a time before it.

    Raises:
        UserError: if nothing in that time changed a module that is in the tree.
    """
    tree, graph = _tree(policy, history, revision)
    commits = _counted(history, revision, since, until, told)
    dates: list[Commit] = []
    chronicle = told_of(_kept(commits, dates), tree.named, tree.modules.keys(), terms, unwanted)
    if not chronicle.deeds:
        raise UserError(_nothing(dates, since, until, revision, history))
    first, last = min(each.date for each in dates), max(each.date for each in dates)
    judged = {file.module for file in tree.files if file.judged}
    parting = Parting(judged, _within(chronicle.deeds, judged), terms)
    areas = parting.areas(chronicle.deeds, terms)
    imports = _imports(tree, graph, parting)
    between = ties(areas, _together(chronicle.deeds, parting), imports)
    groups = grouped(areas, between, terms.grain)
    communities = _communities(policy, groups, areas, chronicle.deeds, parting, imports, terms)
    return Discovery(
        revision=revision.name,
        first=first,
        last=last,
        commits=len(chronicle.deeds),
        people=len({deed.person for deed in chronicle.deeds}),
        terms=terms,
        left_out=chronicle.left_out,
        communities=communities,
        ties=between,
        declared=_declared(policy, judged, communities),
        notes=tuple(_notes(history, revision, first)),
    )


def _within(deeds: Sequence[Deed], modules: Collection[str]) -> list[Deed]:
    found = (replace(deed, modules=deed.modules & set(modules)) for deed in deeds)
    return [deed for deed in found if deed.modules]


def _tree(
    policy: Policy, history: History, revision: Revision
) -> tuple[Tree, Mapping[str, frozenset[str]]]:
    names = history.files(revision, (".py",))
    files = dict(zip(names, history.contents(names.values()), strict=True))
    tree = Tree.stored(policy, files, names)
    if not tree.files:
        raise UserError(f"there is no Python module of this policy in {revision.name}.")
    return tree, import_graph(tree, files)


def _counted(
    history: History, revision: Revision, since: str, until: str, told: Told | None
) -> Iterator[Commit]:
    total = history.count(since, until, revision.commit)
    for done, commit in enumerate(history.commits(since, until, revision.commit), start=1):
        if told is not None and done % 100 == 0:
            told(done, total)
        yield commit


def _kept(commits: Iterable[Commit], dates: list[Commit]) -> Iterator[Commit]:
    """The commits, with the newest and the oldest of them kept."""
    for commit in commits:
        if not dates:
            dates.extend((commit, commit))
        if commit.date > dates[0].date:
            dates[0] = commit
        if commit.date < dates[1].date:
            dates[1] = commit
        yield commit


def _nothing(
    dates: Sequence[Commit], since: str, until: str, revision: Revision, history: History
) -> str:
    time = " ".join(filter(None, (since and f"since {since}", until and f"until {until}")))
    if dates:
        return f"no commit {time} changes a module that is in {revision.name}."
    hint = " The clone is shallow: git fetch --unshallow." if history.is_shallow else ""
    return f"there is no commit {time}; {revision.name} is of {revision.date:%Y-%m-%d}.{hint}"


def _notes(history: History, revision: Revision, first: datetime) -> Iterator[str]:
    if history.is_shallow:
        yield (
            f"This clone is shallow: its history begins on {first:%Y-%m-%d}. "
            "What was before it counts for nobody (git fetch --unshallow)."
        )
    submodules = history.submodules(revision)
    if submodules:
        yield f"Submodules have histories of their own: {', '.join(submodules)}."


def _imports(
    tree: Tree, graph: Mapping[str, frozenset[str]], parting: Parting
) -> Counter[tuple[str, str]]:
    """How many names the modules of one area import of those of another; tests are left out."""
    found: Counter[tuple[str, str]] = Counter()
    for module, names in graph.items():
        user = parting.area(module)
        for name in names:
            used, _ = tree.split(name)
            target = parting.area(used) if used else ""
            if user and target and user != target:
                found[user, target] += 1
    return found


def _together(deeds: Sequence[Deed], parting: Parting) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for deed in deeds:
        names = sorted({parting.area(module) for module in deed.modules} - {""})
        found.update(combinations(names, 2))
    return found


def _communities(
    policy: Policy,
    groups: Sequence[Sequence[str]],
    areas: Sequence[Area],
    deeds: Sequence[Deed],
    parting: Parting,
    imports: Mapping[tuple[str, str], int],
    terms: Terms,
) -> tuple[Community, ...]:
    by_name = {area.name: area for area in areas}
    groups = [sorted(names, key=lambda name: -by_name[name].commits) for names in groups]
    titles = _titles([[by_name[name] for name in names] for names in groups])
    place = {name: titles[index] for index, names in enumerate(groups) for name in names}
    commits: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    months: dict[tuple[str, str], set[str]] = defaultdict(set)
    totals: Counter[str] = Counter()
    for deed in deeds:
        where = {place[area] for area in map(parting.area, deed.modules) if area}
        totals[deed.person] += len(where)
        for title in where:
            commits[title] += 1
            alone[title] += len(where) == 1
            counts[title][deed.person] += 1
            months[title, deed.person].add(deed.month)
    regulars = {
        title: tuple(
            person
            for person, count in counts[title].most_common()
            if count >= terms.commits and len(months[title, person]) >= terms.months
        )
        for title in titles
    }
    crossing: Counter[tuple[str, str]] = Counter()
    for (user, used), count in imports.items():
        if user in place and used in place and place[user] != place[used]:
            crossing[place[user], place[used]] += count
    found = []
    for title, names in zip(titles, groups, strict=True):
        residents = tuple(
            person for person in regulars[title] if counts[title][person] * 2 >= totals[person]
        )
        modules = [module for name in names for module in by_name[name].modules]
        found.append(
            Community(
                name=title,
                areas=tuple(by_name[name] for name in names),
                modules=len(modules),
                commits=commits[title],
                regulars=regulars[title],
                residents=residents,
                mass=_mass(len(residents), terms),
                alone=alone[title] / max(1, commits[title]),
                neighbours=_neighbours(title, titles, regulars, crossing),
                declared=_claimed(policy, modules),
            )
        )
    return tuple(sorted(found, key=lambda each: (-each.commits, each.name)))


def _mass(residents: int, terms: Terms) -> Mass:
    if residents >= terms.mass:
        return "enough"
    return "few" if residents else "none"


def _neighbours(
    title: str,
    titles: Sequence[str],
    regulars: Mapping[str, tuple[str, ...]],
    crossing: Mapping[tuple[str, str], int],
) -> tuple[Neighbour, ...]:
    found = [
        Neighbour(
            other,
            tuple(person for person in regulars[title] if person in regulars[other]),
            crossing.get((title, other), 0),
            crossing.get((other, title), 0),
        )
        for other in titles
        if other != title
    ]
    found.sort(key=lambda each: (-len(each.shared), -each.imports - each.imported, each.name))
    return tuple(each for each in found if each.shared or each.imports or each.imported)


def _titles(groups: Sequence[Sequence[Area]]) -> list[str]:
    """A name for each community: the prefix that most of its work has, without what all have."""
    heads: list[str] = []
    for areas in groups:
        head = _head(areas)
        heads.append(areas[0].name if head in heads else head)
    tops = {area.name.partition(".")[0] for areas in groups for area in areas}
    titles: list[str] = []
    for head in heads:
        short = head.partition(".")[2] if len(tops) == 1 and "." in head else head
        title = short.replace(".", "-").replace("_", "-").strip("-") or head
        number = 2
        while title in titles:
            title = f"{title.removesuffix(f'-{number - 1}')}-{number}"
            number += 1
        titles.append(title)
    return titles


def _head(areas: Sequence[Area]) -> str:
    """The longest prefix below the top that has most of the work, else the busiest area."""
    work: Counter[str] = Counter()
    for area in areas:
        work.update(dict.fromkeys(accumulate(area.name.split("."), "{}.{}".format), area.commits))
    most = [
        name
        for name, count in work.items()
        if "." in name and count >= _MOST * sum(area.commits for area in areas)
    ]
    return max(most, key=len, default=areas[0].name)


def _claimed(policy: Policy, modules: Iterable[str]) -> dict[str, int]:
    found: Counter[str] = Counter()
    if policy.subsystems:
        for module in modules:
            claim = policy.subsystem_of(module)
            found[claim.name if claim else ""] += 1
    return dict(found.most_common())


def _declared(
    policy: Policy, modules: Collection[str], communities: Sequence[Community]
) -> tuple[Standing, ...]:
    sizes = Counter(_claimed(policy, modules))
    found = []
    for name, size in sizes.most_common():
        if not name:
            continue
        inside = {each.name: each.declared[name] for each in communities if name in each.declared}
        likeness = max(
            (
                each.declared[name] / (size + each.modules - each.declared[name])
                for each in communities
                if name in each.declared
            ),
            default=0.0,
        )
        ordered = dict(sorted(inside.items(), key=lambda item: -item[1]))
        found.append(Standing(name, size, ordered, likeness))
    return tuple(found)
