"""What differs between two APIs, and whom it breaks."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field, replace
from itertools import dropwhile
from typing import TYPE_CHECKING, Literal

from bailiwick import api_differences, crossings, files_naming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from bailiwick import ApiEntry, Crossing

    from bailiwick_reports.states import Side

What = Literal["added", "removed", "changed"]
# Members that are in use wherever their class is.
_IMPLIED = frozenset({"__init__", "__call__"})
Verdict = Literal["compatible", "breaks"]


@dataclass(frozen=True, slots=True)
class Change:
    """One name that an owner offers otherwise than before.

    before, after: how it is declared, "" where it is not there
    says:          what callers who keep to `before` run into, in words
    users:         the places in other subsystems, after the change, that name it; of a member of
                   a class, those that name the class in a file in which the member stands
    implementers:  the places of implementations that cannot take every call of a contract's member
    """

    owner: str
    symbol: str
    what: What
    before: str
    after: str
    verdict: Verdict
    says: tuple[str, ...] = ()
    users: tuple[Crossing, ...] = ()
    implementers: tuple[Crossing, ...] = ()

    @property
    def of_contract(self) -> bool:
        """Whether it is a member of a contract."""
        return self.owner.startswith("contract ")


def compare(before: Iterable[ApiEntry], after: Iterable[ApiEntry]) -> list[Change]:
    """What differs, by owner and name; whom it breaks is not asked yet."""
    old = {(entry.owner, entry.symbol): entry for entry in before}
    new = {(entry.owner, entry.symbol): entry for entry in after}
    found = (_change(old.get(key), new.get(key)) for key in sorted({*old, *new}))
    return [change for change in found if change is not None]


def _change(old: ApiEntry | None, new: ApiEntry | None) -> Change | None:
    if old is None and new is not None:
        verdict: Verdict = "breaks" if _is_abstract(new) else "compatible"
        needed = ("every implementation has to have it",) if verdict == "breaks" else ()
        return Change(new.owner, new.symbol, "added", "", _shown(new), verdict, needed)
    if new is None and old is not None:
        return Change(old.owner, old.symbol, "removed", _shown(old), "", "breaks")
    if old is None or new is None or (old.kind, old.shown) == (new.kind, new.shown):
        return None
    says, breaks = _differences(old, new)
    verdict = "breaks" if breaks else "compatible"
    return Change(new.owner, new.symbol, "changed", _shown(old), _shown(new), verdict, says)


def _differences(old: ApiEntry, new: ApiEntry) -> tuple[tuple[str, ...], bool]:
    """What the new declaration does not take, in words, and whether that breaks anybody."""
    if old.kind != new.kind:
        if "name" in (old.kind, new.kind):
            return (), False
        return (f"it was a {old.kind} and is a {new.kind}",), True
    if old.kind == "class":
        gone = [base for base in _bases(old.shown) if base not in _bases(new.shown)]
        return tuple(f"it is no longer derived from {base}" for base in gone), bool(gone)
    if old.kind == "function":
        found = api_differences(old.shown, new.shown)
        words = tuple(_reworded(each.says) for each in found)
        return words, any(each.breaks for each in found)
    return (), False


def _reworded(says: str) -> str:
    """What is said of an implementation and its contract, said of now and before."""
    says = says.replace(", which the contract has not", ", which was not there before")
    says = says.replace("where the contract has", "where there was")
    return f"it {says}"


def _bases(shown: str) -> list[str]:
    """The last names of the bases in a class header, whatever they are subscripted with.

    By which name a module goes is no difference, nor is what a generic base is made of.
    """
    try:
        header = ast.parse(f"{shown[shown.index('class ') :]}: ...").body[0]
    except SyntaxError:
        return []
    bases = header.bases if isinstance(header, ast.ClassDef) else []
    plain = (base.value if isinstance(base, ast.Subscript) else base for base in bases)
    names = (ast.unparse(base).rpartition(".")[2] for base in plain)
    return [name for name in names if name != "object"]


def _is_abstract(entry: ApiEntry) -> bool:
    return entry.owner.startswith("contract ") and "abstract" in entry.shown.partition("def ")[0]


def _shown(entry: ApiEntry) -> str:
    return entry.shown or entry.kind


@dataclass(frozen=True, slots=True)
class Asked:
    """Changes of which it is to be asked whom they concern, and where to look for that.

    naming:       by word of what is otherwise, the files in which it stands
    paths:        the files that may name what is otherwise
    implementing: those of implementations of contracts that are
    """

    changes: tuple[Change, ...]
    naming: Mapping[str, frozenset[str]] = field(default_factory=dict)
    paths: frozenset[str] = frozenset()
    implementing: frozenset[str] = frozenset()


def asking(changes: Sequence[Change], after: Side) -> Asked:
    """What to look at to find out whom changes concern, in the tree as it is after them.

    Of what is merely added nobody is told.
    """
    asked = [change for change in changes if _concerns(change)]
    if not asked:
        return Asked(tuple(changes))
    words = {word for change in asked for word in _words(change.symbol)}
    naming = files_naming(after.policy, words, after.overlay)
    naming_it = _Naming(after)
    paths: set[str] = set()
    for change in asked:
        if not change.of_contract:
            paths.update(naming_it.files(change.symbol, _files(change.symbol, naming) - paths))
    implementing = _implementing(asked, after) if any(c.of_contract for c in asked) else ()
    return Asked(tuple(changes), naming, frozenset(paths), frozenset(implementing))


def whom(
    asked: Asked, after: Side, told: Callable[[int, int], None] | None = None
) -> tuple[Change, ...]:
    """The changes with those whom they concern, as the tree is after them.

    A name that nobody of the tree uses may still be used outside.
    """
    concerning = [change for change in asked.changes if _concerns(change)]
    if not concerning:
        return asked.changes
    found = crossings(
        after.policy,
        overlay=after.overlay,
        paths=asked.paths | asked.implementing,
        judged=[after.policy.root / path for path in asked.implementing],
        about={change.symbol.partition(":")[0] for change in concerning},
        progress=told,
    )
    users: dict[str, list[Crossing]] = {}
    drifts: dict[str, list[Crossing]] = {}
    for each in found.places:
        if each.rule == "BW302":
            drifts.setdefault(f"{each.module}:{each.name}", []).append(each)
        elif each.way in ("import", "use", "string", "member"):
            users.setdefault(f"{each.module}:{each.name}", []).append(each)
    return tuple(
        _concerning(change, users, drifts, asked.naming) if _concerns(change) else change
        for change in asked.changes
    )


def _concerns(change: Change) -> bool:
    """Whether anybody could run into it: what is merely added has no users of before."""
    return change.what != "added" or change.verdict == "breaks"


class _Naming:
    """Which files may name what another module has, in an import or a string.

    Those in which each part of its name stands as a word; dots may stand for the packages that
    both lie in.
    """

    def __init__(self, side: Side) -> None:
        self.side = side
        self._texts: dict[str, str] = {}
        self._stands: dict[tuple[str, str], bool] = {}

    def files(self, symbol: str, paths: Iterable[str]) -> Iterator[str]:
        """Those of some files that may name a symbol, or the class that it is a member of."""
        module, _, name = symbol.partition(":")
        packages, top = module.split("."), name.partition(".")[0]
        for path in paths:
            folders = iter(path.split("/")[:-1])
            outside = dropwhile(lambda part: part == next(folders, ""), packages)  # noqa: B023
            if all(self._has(path, word) for word in (*outside, top)):
                yield path

    def _has(self, path: str, word: str) -> bool:
        found = self._stands.get((path, word))
        if found is None:
            if path not in self._texts:
                self._texts[path] = self.side.text(path)
            text = self._texts[path]
            found = word in text and re.search(rf"\b{re.escape(word)}\b", text) is not None
            self._stands[path, word] = found
        return found


def _implementing(changes: Iterable[Change], after: Side) -> set[str]:
    """The files of those who implement a contract of which a member is another."""
    from bailiwick import Tree

    policy = after.policy
    names = {change.owner.removeprefix("contract ") for change in changes if change.of_contract}
    listed = {
        each for n in names & policy.contracts.keys() for each in policy.contracts[n].implemented_by
    }
    return {
        file.path
        for file in Tree.of(policy, after.overlay).files
        if not policy.is_test(file.module)
        and (subsystem := policy.subsystem_of(file.module, file.is_package)) is not None
        and not listed.isdisjoint(policy.names_of(subsystem.name))
    }


def _concerning(
    change: Change,
    users: dict[str, list[Crossing]],
    drifts: dict[str, list[Crossing]],
    naming: Mapping[str, frozenset[str]],
) -> Change:
    if change.of_contract:
        return replace(change, implementers=tuple(drifts.get(change.symbol, ())))
    module, _, name = change.symbol.partition(":")
    top, _, member = name.partition(".")
    found = [each for each in users.get(f"{module}:{top}", ()) if each.subsystem != change.owner]
    if member:
        # Nobody knows whether an object at hand has the member, but a file without the word has it
        # not in use.
        files = _files(change.symbol, naming)
        found = [each for each in found if each.site.path in files]
    return replace(change, users=tuple(found))


def _words(symbol: str) -> list[str]:
    """The words that have to stand in a file that uses a name of a module, or a class's member."""
    return symbol.rpartition(":")[2].split(".")


def _files(symbol: str, naming: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The files in which these words stand."""
    found = [naming.get(word, frozenset()) for word in _words(symbol) if word not in _IMPLIED]
    return frozenset.intersection(*found) if found else frozenset()


def concerned(changes: Iterable[Change]) -> Iterator[Change]:
    """Those that break somebody in this tree."""
    return (change for change in changes if change.users or change.implementers)
