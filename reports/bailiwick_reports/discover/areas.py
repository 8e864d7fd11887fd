"""The areas of a tree: packages, opened as long as one holds more than its share of the work."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from bailiwick_reports.discover.nouns import Area

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from bailiwick_reports.discover.chronicle import Deed
    from bailiwick_reports.discover.nouns import Terms

# Parts of a dotted path that say that something is a test, and not of what.
_OF_TESTS = frozenset({"test", "tests", "unit", "functional", "testing", "unittests"})


def subject(module: str, modules: Collection[str], last: Mapping[str, Sequence[str]]) -> str:
    """The module that another is a test of, as far as its name tells; else itself.

    `nova.tests.unit.virt.libvirt.test_driver` is one of `nova.virt.libvirt.driver`, and
    `tests.virt.test_driver` of the only package that has a `virt.driver`; where there is no such
    module, of the only one with that name, or of the package. `last` has the modules by the last
    word of their names.
    """
    parts = module.split(".")
    if not any(part in _OF_TESTS or part.startswith("test_") for part in parts):
        return module
    words = [part.removeprefix("test_") for part in parts if part not in _OF_TESTS]
    if ".".join(words) in modules:
        return ".".join(words)
    stands_beside = parts[0] in _OF_TESTS
    if words and (stands_beside or len(words) > 1):
        alike = [
            each
            for each in last.get(words[-1], ())
            if (stands_beside or each.startswith(f"{words[0]}."))
            and _OF_TESTS.isdisjoint(each.split("."))
        ]
        mirrored = [each for each in alike if each.partition(".")[2] == ".".join(words)]
        for found in (mirrored, alike):
            if len(found) == 1:
                return found[0]
    return _package(words, modules, last, stands_beside=stands_beside) or module


def _package(
    words: Sequence[str],
    modules: Collection[str],
    last: Mapping[str, Sequence[str]],
    *,
    stands_beside: bool,
) -> str:
    """The package that a test of these words is about, "" if nobody can tell.

    `stands_beside`: its first word is below the top of the tree, since the tests have their own.
    """
    for count in range(len(words) - 1, 0, -1):
        path = ".".join(words[:count])
        if count > 1 and path in modules:
            return path
        below = last.get(words[count - 1], ()) if stands_beside else ()
        found = [each for each in below if each.partition(".")[2] == path]
        if len(found) == 1:
            return found[0]
    return ""


def prefixes(work: Mapping[str, int], detail: float) -> list[str]:
    """Prefixes that part modules so that none holds more than a share of the work, if possible.

    work: by module, how often it was changed
    """
    limit = detail * sum(work.values())
    found = []
    waiting = sorted({module.partition(".")[0] for module in work})
    while waiting:
        prefix = waiting.pop()
        inside = {m: count for m, count in work.items() if f"{m}.".startswith(f"{prefix}.")}
        below = sorted(
            {".".join(m.split(".")[: prefix.count(".") + 2]) for m in inside if m != prefix}
        )
        if sum(inside.values()) <= limit or not below:
            found.append(prefix)
            continue
        # What is left directly below stays together, under the package's own name.
        small = [
            each
            for each in below
            if not any(m.startswith(f"{each}.") for m in inside)
            and inside.get(each, 0) <= limit / 2
        ]
        if small or prefix in inside:
            found.append(prefix)
        waiting.extend(each for each in below if each not in small)
    return sorted(set(found))


class Parting:
    """Says of each module which area it belongs to."""

    def __init__(self, modules: Iterable[str], deeds: Sequence[Deed], terms: Terms) -> None:
        self.modules = frozenset(modules)
        last: dict[str, list[str]] = defaultdict(list)
        for module in self.modules:
            last[module.rpartition(".")[2]].append(module)
        self._subjects = {module: subject(module, self.modules, last) for module in self.modules}
        work: Counter[str] = Counter()
        for deed in deeds:
            for module in {self._subjects[module] for module in deed.modules}:
                work[module] += 1
        self._prefixes = frozenset(prefixes(work, terms.detail))
        self._areas: dict[str, str] = {}

    def area(self, module: str) -> str:
        """The area of a module, "" if nothing near it was ever changed."""
        found = self._areas.get(module)
        if found is None:
            prefix = self._subjects.get(module, module)
            while prefix and prefix not in self._prefixes:
                prefix = prefix.rpartition(".")[0]
            found = self._areas[module] = prefix
        return found

    def areas(self, deeds: Sequence[Deed], terms: Terms) -> list[Area]:
        """The areas in which anything was changed, with their people."""
        members: dict[str, list[str]] = defaultdict(list)
        for module in sorted(self.modules):
            members[self.area(module)].append(module)
        commits: Counter[str] = Counter()
        people: dict[str, Counter[str]] = defaultdict(Counter)
        months: dict[tuple[str, str], set[str]] = defaultdict(set)
        for deed in deeds:
            for name in {self.area(module) for module in deed.modules} - {""}:
                commits[name] += 1
                people[name][deed.person] += 1
                months[name, deed.person].add(deed.month)
        return [
            Area(
                name,
                tuple(members[name]),
                commits[name],
                dict(people[name].most_common()),
                tuple(
                    person
                    for person, count in people[name].most_common()
                    if count >= terms.commits and len(months[name, person]) >= terms.months
                ),
            )
            for name in sorted(commits)
        ]
