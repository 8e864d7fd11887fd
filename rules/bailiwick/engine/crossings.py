"""All references between the subsystems of a tree, kept or not, in code, strings and options.

Imports and uses are read off the texts; what breaks a rule is what a check finds, so that private
members that only libcst can see are among them. What a text names is kept by its digest.
"""

from __future__ import annotations

import hashlib
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, cast

from bailiwick.engine.cache import Cache
from bailiwick.engine.remembering import cache_of_state
from bailiwick.engine.run import Run, key_of, key_of_tools
from bailiwick.engine.workers import judge_all
from bailiwick.sieve.naming import Named, Naming
from bailiwick.sieve.offers import NO
from bailiwick.sieve.options import registered
from bailiwick.sieve.reach import Reach
from bailiwick.sieve.texts import ModuleText, Texts
from bailiwick.source.ledger import Ledger
from bailiwick.source.lines import line_start
from bailiwick.source.text import NotTextError, decode
from bailiwick.source.tree import Tree, digest_of
from bailiwick.vocabulary.crossing import Crossing
from bailiwick.vocabulary.survey import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from bailiwick.sieve.naming import Doubt
    from bailiwick.source.tree import File, Overlay
    from bailiwick.vocabulary.crossing import Way
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Grade, Policy

_KEPT = "crossings"
_ANSWERS = "answers"
_THERE = "there"
_SAID = (
    *("user", "subsystem", "in_test", "way", "module", "name", "target", "grade"),
    *("rule", "exists"),
)
# How findings that are no imports and no uses of imported names refer.
_WAYS: dict[str, Way] = {
    "BW101": "import",
    "BW102": "import",
    "BW201": "member",
    "BW202": "member",
    "BW203": "string",
    "BW301": "contract",
    "BW302": "contract",
    "BW303": "contract",
    "BW304": "contract",
    "BW401": "option",
}
# What a clause may stand behind by itself, by its first letters.
_CLAUSE = re.compile(r"(?:elif|else|except|finally|case)\b")
_BEFORE_CLAUSE = {
    "elif": "if 1: pass\n",
    "else": "if 1: pass\n",
    "exce": "try: pass\n",
    "fina": "try: pass\n",
    "case": "match x:\n",
}
_MADE = re.compile(r"OptGroup(?<!\wOptGroup)\(\s*(?:name\s*=\s*)?[\"']([\w-]+)[\"']")
_OPTION = re.compile(r"Opt\(\s*(?:name\s*=\s*)?[\"']([\w-]+)[\"']")


@dataclass(frozen=True, slots=True)
class Crossings:
    """What crosses between the subsystems of a tree.

    places:  every place, by path and line
    tree:    the tree that they are in
    unread:  files that could not be read as text, with the reason
    users:   by module of the tree, the modules that import it or something in it, tests too
    """

    places: tuple[Crossing, ...]
    tree: Tree
    unread: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, frozenset[str]] = field(default_factory=dict)


def crossings(
    policy: Policy,
    *,
    overlay: Overlay | None = None,
    paths: Collection[str] | None = None,
    judged: Sequence[Path] | None = None,
    about: Collection[str] | None = None,
    cache: bool = True,
    jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Crossings:
    """Every place of a tree at which a subsystem refers to another.

    overlay:  files as they are in another state than the one on disk
    paths:    tell only of what these files refer to, relative to the policy's folder
    judged:   look for what breaks rules in these files and folders alone; None: everywhere
    about:    of what keeps the rules, tell only of references to what these modules have, and of
              no options; None: of all
    cache:    use and keep what is known in `.bailiwick_cache` beside the policy
    jobs:     how many processes may judge at once
    progress: is told how many files are done, of how many
    """
    started = time.time_ns()
    tree = Tree.of(policy, overlay)
    if paths is not None and judged is None:
        judged = [policy.root / path for path in paths]
    memory = None
    if cache and (paths is not None or overlay):
        # What some files refer to, or those of a state before, is asked for again and again while
        # somebody reviews it. The tree as it is on disk has verdicts to start from.
        place = cache_of_state(policy, tree, overlay or {}, [paths, judged, about], started)
        memory = _Memory(place) if place is not None else None
        remembered = memory.recall(tree) if memory is not None else None
        if remembered is not None:
            return remembered
    known = Cache(policy.root, key_of(policy, tree) if cache else "", started)
    run = Run(policy, tree, judged, known, overlay, exhaustive=False, cached=cache)
    run.keeps = cache and overlay is None and judged is None
    findings = run.known() if judged is None or judged else []
    if findings is None:
        # Whoever judges a file has its text at hand, cut into lines.
        reach = run.judge.sieve.reach
    else:
        reach = Reach(Texts(tree, Ledger(), run.buffers), policy)
    reader = Reader(policy, tree, reach, cached=cache)
    reader.tell_only_of(about)
    if findings is None:
        run.beside = reader.row
        findings = run.judged(jobs, progress)
        reader.rows = run.found_beside
    there = cache_of_state(policy, tree, overlay or {}, [], started) if cache else None
    before = there.kept(_THERE) if there is not None else {}
    reader.there = dict(before)
    crossed = reader.crossings(findings, paths, jobs, progress)
    if there is not None and len(reader.there) > len(before):
        there.keep(_THERE, reader.there)
    if memory is not None:
        memory.keep(crossed)
    return crossed


class _Memory:
    """An answer about some files, kept for one state of all files."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache

    def recall(self, tree: Tree) -> Crossings | None:
        """The answer, if it is known."""
        rows = self.cache.kept(_ANSWERS)
        try:
            places = tuple(
                Crossing(Site(*site), **dict(zip(_SAID, words, strict=True)))
                for site, words in rows["places"]
            )
            users = {module: frozenset(users) for module, users in rows["users"].items()}
            return Crossings(places, tree, dict(rows["unread"]), users)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    def keep(self, answer: Crossings) -> None:
        """Keep an answer."""
        places = [
            [
                [each.site.path, each.site.line, each.site.column],
                [getattr(each, name) for name in _SAID],
            ]
            for each in answer.places
        ]
        users = {module: sorted(each) for module, each in answer.users.items()}
        rows = {"places": places, "users": users, "unread": dict(answer.unread)}
        self.cache.keep(_ANSWERS, rows)


def joined(
    policy: Policy, tree: Tree, places: list[Crossing], findings: Iterable[Finding]
) -> tuple[Crossing, ...]:
    """The places that texts show with those that a check has found, in the order of the files."""
    found = _joined(places, _of_findings(policy, tree, findings))
    found.sort(key=lambda each: (each.site.path, each.site.line, each.site.column, each.name))
    return tuple(found)


class Reader:
    """Reads what the texts of a tree name, and puts it to the policy."""

    def __init__(self, policy: Policy, tree: Tree, reach: Reach, *, cached: bool) -> None:
        self.policy, self.tree, self.reach, self.texts = policy, tree, reach, reach.texts
        # What files name, as far as it was read where they were judged.
        self.rows: Mapping[str, Any] = {}
        self.naming = Naming(self.texts.dotted.tops)
        # Whether modules have names, by `module:name`.
        self.there: dict[str, bool] = {}
        self.unread: dict[str, str] = {}
        self._targets: dict[str, tuple[str, str]] = {}
        self._packages: dict[str, frozenset[str]] = {}
        self._imported: dict[str, set[str]] = {}
        self.options: _Options | None = None
        key = hashlib.sha1(
            "\n".join(
                [policy.fingerprint, key_of_tools(), *sorted(tree.modules), str(policy.exclude)]
            ).encode("utf-8", "surrogatepass"),
            usedforsecurity=False,
        ).hexdigest()
        self.cache = Cache(policy.root, key, 0)
        self.cached = self.keeps = cached
        # The modules that are asked about, and the packages around them; None: all.
        self.about: frozenset[str] | None = None
        self._around: frozenset[str] = frozenset()

    def tell_only_of(self, about: Collection[str] | None) -> None:
        """Tell only of references to what some modules have; None: of all."""
        if about is not None:
            self.about = frozenset(about)
            self._around = frozenset(
                package
                for module in about
                for package in accumulate(module.split("."), "{}.{}".format)
            )

    def crossings(
        self,
        findings: Iterable[Finding],
        paths: Collection[str] | None,
        jobs: int | None,
        progress: Callable[[int, int], None] | None,
    ) -> Crossings:
        """What crosses in some files or all, with what a check has found."""
        places = list(self.places(paths, jobs, progress))
        every = joined(self.policy, self.tree, places, findings)
        found = tuple(each for each in every if not self.is_own(each))
        return Crossings(found, self.tree, self.unread, self.users())

    def places(
        self,
        paths: Collection[str] | None,
        jobs: int | None,
        progress: Callable[[int, int], None] | None,
    ) -> Iterator[Crossing]:
        """Every place that the texts show, of some files or all."""
        rows = self._rows(paths, jobs, progress)
        registering = self._registering(paths, rows) if self.about is None else {}
        options = self.options = _Options(self.policy, self.reach, registering)
        for file in self.tree.files:
            if file.path in rows and (paths is None or file.path in paths):
                yield from self._crossings(file, rows[file.path], options)

    def _rows(
        self,
        paths: Collection[str] | None,
        jobs: int | None,
        progress: Callable[[int, int], None] | None,
    ) -> dict[str, Any]:
        """What each file names, by path."""
        known = self._known
        files = [f for f in self.tree.files if f.judged and (paths is None or f.path in paths)]
        rows = {
            file.path: known[file.path]
            for file in files
            if file.stamp and file.path in known and known[file.path]["stamp"] == file.stamp
        }
        waiting = [file for file in files if file.path not in rows]
        fresh = {file.path: self.rows[file.path] for file in waiting if file.path in self.rows}
        waiting = [file for file in waiting if file.path not in fresh]
        fresh.update(judge_all(waiting, self.row, jobs, progress))
        for path, row in fresh.items():
            if "unread" in row:
                self.unread[path] = row["unread"]
            else:
                rows[path] = row
        every = rows if paths is None else {**known, **rows}
        # What was read for a question about some modules does not tell of the others.
        if self.keeps and self.about is None and (fresh or len(every) != len(known)):
            self.cache.keep(_KEPT, every)
        return rows

    def _registering(self, paths: Collection[str] | None, rows: dict[str, Any]) -> dict[str, Any]:
        """The rows, with those of all other files that register options, if only some were read."""
        if paths is None:
            return rows
        others = (
            file
            for file in self.tree.files
            if file.judged and file.path not in rows and not self.policy.is_test(file.module)
        )
        read = ((file.path, self.texts.of(file.module)) for file in others)
        return {
            **rows,
            **{
                path: _registered(text)
                for path, text in read
                if text is not None and ("Opt(" in text.text or "OptGroup(" in text.text)
            },
        }

    def is_own(self, each: Crossing) -> bool:
        """Whether what a check calls another's option is registered by its user, too."""
        if each.way != "option" or self.options is None:
            return False
        group = each.name[1:].partition("]")[0]
        makers = map(self.reach.owner, self.options.groups.get(group, ()))
        return each.subsystem in makers

    def users(self) -> Mapping[str, frozenset[str]]:
        """By module, those that import it or a name in it."""
        return {module: frozenset(users) for module, users in self._imported.items()}

    @cached_property
    def _known(self) -> dict[str, Any]:
        return self.cache.kept(_KEPT) if self.cached else {}

    # -- one file ----------------------------------------------------------------------------

    def row(self, file: File) -> dict[str, Any]:
        """What a file names, imports and registers, with its stamp and digest."""
        known = self._known.get(file.path)
        try:
            data = self.texts.data(file)
            digest = digest_of(data)
            if known is not None and known["digest"] == digest:
                return {**known, "stamp": file.stamp}
            text = self.texts.put(file, decode(data))
        except OSError as error:
            return {"unread": error.strerror or str(error)}
        except NotTextError as error:
            return {"unread": str(error)}
        return {"stamp": file.stamp, "digest": digest, **self._read(text)}

    def _read(self, text: ModuleText) -> dict[str, Any]:
        own = self.reach.owner(text.file.module)
        places, imports = [], set()
        named = sorted(self._named(text, own))
        line, column = 1, 0
        at = 0
        for each in named:
            if each.way == "import":
                imports.add(self._target(each.path)[0])
            if not self._is_foreign(own, each):
                continue
            line += text.text.count("\n", at, each.start)
            at = each.start
            column = each.start - line_start(text.text, each.start) + 1
            places.append([line, column, each.way, each.path, each.grade])
        row: dict[str, Any] = {"places": places, "imports": sorted(imports - {""})}
        if "Opt" in text.text or "register_" in text.text:
            row.update(_registered(text))
        return row

    def _named(self, text: ModuleText, own: str) -> Iterator[Named]:
        found: list[Named | Doubt] = []
        # A text that cannot be cut into lines names what was read of it before.
        with suppress(StopIteration):
            found.extend(self.naming.named(text, lambda path: self._leads_abroad(own, path)))
        for each in found:
            if isinstance(each, Named):
                yield each
            else:
                yield from _settled(text, each)

    def _leads_abroad(self, own: str, path: str) -> bool:
        module, rest = self._target(path)
        if not module or (self.about is not None and module not in self._around):
            return False
        if self.reach.owner(module) != own:
            return True
        return not rest and not self.reach.below.get(module, set()) <= {own}

    def _is_foreign(self, own: str, named: Named) -> bool:
        if named.way == "option":
            return True
        module, _ = self._target(named.path)
        if not module or (named.way == "string" and module not in self.tree.modules):
            return False
        return self.reach.owner(module) != own

    def _target(self, path: str) -> tuple[str, str]:
        """The module of the tree that a path leads to, and the name in it, as far as a dot."""
        found = self._targets.get(path)
        if found is None:
            module, rest = self.tree.split(path.replace(":", "."))
            if module and self.tree.modules.get(module) is None and rest:
                module = ""
            found = self._targets[path] = module, rest.partition(".")[0]
        return found

    # -- under the policy --------------------------------------------------------------------

    def _crossings(self, file: File, row: Any, options: _Options) -> Iterator[Crossing]:
        own = self.reach.owner(file.module)
        in_test = self.policy.is_test(file.module)
        for module in row["imports"]:
            self._imported.setdefault(module, set()).add(file.module)
        for line, column, way, path, grade in row["places"]:
            if self.about is not None and (
                way == "option" or self._target(path)[0] not in self.about
            ):
                continue
            site = Site(file.path, line, column)
            if way == "option":
                module, name, target = options.target(path, own)
                if target and target != own:
                    exists = bool(module) or not options.groups
                    yield Crossing(
                        *(site, file.module, own, in_test, "option", module, name, target, grade),
                        exists=exists,
                    )
                continue
            module, name = self._target(path)
            exists = self._has(module, name)
            if way == "string" and not (name and exists):
                # Many a string looks like a name and is none.
                continue
            target = self.reach.owner(module)
            yield Crossing(
                *(site, file.module, own, in_test, cast("Way", way), module, name, target),
                cast("Grade", grade),
                exists=exists,
            )

    def _has(self, module: str, name: str) -> bool:
        if name in ("", "*"):
            return True
        symbol = f"{module}:{name}"
        has = self.there.get(symbol)
        if has is None:
            has = self.there[symbol] = self.texts.dotted.has(module, name) != NO
        return has


def _registered(text: ModuleText) -> dict[str, list[str]]:
    """The groups and the options that a module registers."""
    return {
        "groups": sorted({*_MADE.findall(text.text), *registered(text)}),
        "options": sorted(set(_OPTION.findall(text.text))),
    }


class _Options:
    """Who registers which options."""

    def __init__(self, policy: Policy, reach: Reach, rows: Mapping[str, Any]) -> None:
        self.policy = policy
        self.groups: dict[str, list[str]] = {}
        self.options: dict[str, str] = {}
        self.reach = reach
        for file in reach.tree.files:
            row = rows.get(file.path, {})
            if policy.is_test(file.module):
                continue
            for group in row.get("groups", ()):
                self.groups.setdefault(group, []).append(file.module)
            if not row.get("groups"):
                for option in row.get("options", ()):
                    self.options.setdefault(option.replace("-", "_"), file.module)

    def target(self, path: str, own: str) -> tuple[str, str, str]:
        """The module that registers what `group.option` or `option` is, its name, and whose it is.

        The last is "" where nobody knows.
        """
        first, _, second = path.partition(".")
        owners = [each.name for each in self.policy.option_owners(first)]
        modules = self.groups.get(first, [])
        makers = [self.reach.owner(module) for module in modules]
        if own in (*owners, *makers):
            return "", "", own
        if owners or makers:
            module = modules[0] if modules else ""
            return module, f"[{first}] {second}".rstrip(), (owners or makers)[0]
        if first in self.options:
            module = self.options[first]
            return module, f"[DEFAULT] {first}", self.reach.owner(module)
        return "", "", ""


def _settled(text: ModuleText, doubt: Doubt) -> Iterator[Named]:
    """What a function or a statement names in which names may be its own, as libcst has it.

    Of what is no Python, what the text has.
    """
    from bailiwick.syntax.nodes import offsets
    from bailiwick.syntax.parsing import UnparsedError, parse, room_for
    from bailiwick.syntax.scopes import Uses

    line = text.text.rfind("\n", 0, doubt.start) + 1
    margin = text.text[line : doubt.start]
    head = "if 1:\n" if margin else ""
    clause = _CLAUSE.match(text.text, doubt.start)
    if clause is not None:
        head += margin + _BEFORE_CLAUSE[clause[0][:4]]
    code = head + text.text[line : doubt.end]
    code += " pass\n" if code.rstrip().endswith(":") else "\n"
    try:
        with room_for(code):
            tree = parse(code)
            uses = list(Uses(tree, text.package, doubt.around).uses())
            starts = offsets(tree, [node for node, _ in uses], code) if uses else {}
    except UnparsedError:
        yield from doubt.otherwise
        return
    for node, path in uses:
        start = starts[id(node)][0] - len(head) + line
        yield Named(start, "use", path, "deferred")


def _of_findings(
    policy: Policy, tree: Tree, findings: Iterable[Finding]
) -> Iterator[tuple[tuple[str, int, int], Crossing]]:
    """The findings on references, as crossings, each with the place at which it may be known."""
    modules = {file.path: file.module for file in tree.files}
    for finding in findings:
        way = _WAYS.get(finding.code)
        if way is None:
            continue
        user = modules.get(finding.path, "")
        module, _, name = finding.target.partition(":")
        if way == "option":
            module, name = "", finding.target
        elif way in ("import", "string"):
            name = name.partition(".")[0]
        site = Site(finding.path, finding.span.line, finding.span.column)
        yield (
            (finding.path, finding.span.line, finding.span.column),
            Crossing(
                *(site, user, finding.subsystem, policy.is_test(user), way, module, name),
                finding.target_subsystem,
                "deferred",
                finding.code,
            ),
        )


def _joined(
    places: list[Crossing], found: Iterable[tuple[tuple[str, int, int], Crossing]]
) -> list[Crossing]:
    """The places, with the rules that they break, and what only a check has found."""
    at: dict[tuple[str, int], list[int]] = {}
    for position, each in enumerate(places):
        at.setdefault((each.site.path, each.site.line), []).append(position)
    joined = list(places)
    for (path, line, _), crossing in found:
        same = [p for p in at.get((path, line), ()) if _is_same(joined[p], crossing)]
        if same:
            for position in same:
                joined[position] = replace(joined[position], rule=crossing.rule)
        else:
            joined.append(crossing)
    return joined


def _is_same(place: Crossing, found: Crossing) -> bool:
    if place.way == "option" or found.way == "option":
        return place.way == found.way and place.name == found.name
    if found.way == "import" and place.way == "use":
        # A module that is reached through a package by a chain of names.
        return not found.name and f"{place.module}.".startswith(f"{found.module}.")
    if place.module != found.module:
        return False
    if found.way == "member":
        return place.way == "use" and place.name == found.name.partition(".")[0] != ""
    return place.way == found.way and place.name == found.name
