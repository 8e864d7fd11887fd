"""The public API of a tree, read off its texts; what of two declarations breaks whom, by libcst."""

from __future__ import annotations

import re
import time
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from bailiwick.engine.remembering import cache_of_state
from bailiwick.engine.workers import judge_all
from bailiwick.sieve.outline import decorated
from bailiwick.sieve.texts import Texts
from bailiwick.source.ledger import Ledger
from bailiwick.source.tree import Tree
from bailiwick.vocabulary.api import ApiEntry
from bailiwick.vocabulary.policy import is_private
from bailiwick.vocabulary.survey import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from bailiwick.engine.cache import Cache
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.source.lines import Line
    from bailiwick.source.tree import File, Overlay
    from bailiwick.vocabulary.api import EntryKind
    from bailiwick.vocabulary.policy import Contract, Policy, Subsystem
    from bailiwick.vocabulary.signature import Difference, Member

_NAMED = re.compile(r"(?:async[ \t\\]+)?(def|class)[ \t\\\n]+(\w+)")
_ASSIGNED = re.compile(r"^([ \t]*)([^\W\d]\w*)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE)
_KEPT = "api"
_WORD = re.compile(r"\w+")
# What parts words in a text of plain letters.
_PARTING = {code: " " for code in range(128) if not _WORD.match(chr(code))}
# So many names are sought one by one; of more, all words of a text are looked at once.
_FEW = 100
_DECORATOR = re.compile(r"@[ \t]*([\w.]+)")
_COMMENT = re.compile(r"#[^\n]*")
_LAYOUT = re.compile(r"\s*\\?\n\s*|[ \t]{2,}")
# Dunder methods whose parameters are those of the class, or of what it is used for.
_CALLED = frozenset({"__init__", "__call__"})


def public_api(
    policy: Policy,
    *,
    overlay: Overlay | None = None,
    paths: Collection[str] | None = None,
    cache: bool = True,
    jobs: int | None = None,
) -> tuple[ApiEntry, ...]:
    """Every name that the subsystems of a policy and its contracts offer, in order.

    Of a subsystem whose tests are open by no list of names, tests are no API. A name that is
    imported counts where a list opens it, or in the `__init__` of a package.

    overlay: files as they are in another state than the one on disk
    paths:   only what these files define
    cache:   use and keep what is known in `.bailiwick_cache` beside the policy
    jobs:    how many processes may read at once
    """
    started = time.time_ns()
    tree = Tree.of(policy, overlay)
    known = None
    if cache:
        known = cache_of_state(policy, tree, overlay or {}, [paths], started)
        remembered = _remembered(known) if known is not None else None
        if remembered is not None:
            return remembered
    buffers = {path: data for path, data in (overlay or {}).items() if data is not None}
    reader = _Reader(policy, Texts(tree, Ledger(), buffers))
    found: dict[tuple[str, str], ApiEntry] = {}
    files = [f for f in tree.files if f.judged and (paths is None or f.path in paths)]
    by_path = judge_all(files, lambda f: list(reader.entries(f)), jobs, None, thorough=True)
    for file in files:
        for entry in by_path[file.path]:
            found.setdefault((entry.owner, entry.symbol), entry)
    entries = tuple(sorted(found.values(), key=lambda entry: (entry.owner, entry.symbol)))
    if known is not None:
        known.keep(_KEPT, {"entries": list(map(_row, entries))})
    return entries


def _row(entry: ApiEntry) -> list[Any]:
    site = entry.site
    place = [site.path, site.line, site.column] if site is not None else None
    return [entry.owner, entry.symbol, entry.kind, entry.shown, place]


def _remembered(cache: Cache) -> tuple[ApiEntry, ...] | None:
    try:
        return tuple(
            ApiEntry(owner, symbol, kind, shown, Site(*place) if place is not None else None)
            for owner, symbol, kind, shown, place in cache.kept(_KEPT)["entries"]
        )
    except (KeyError, TypeError, ValueError):
        return None


def files_naming(
    policy: Policy, names: Collection[str], overlay: Overlay | None = None
) -> Mapping[str, frozenset[str]]:
    """By name, the files of a tree in whose text it stands, whatever it means there.

    Of few names also files in which it stands within a word.
    """
    if not names:
        return {}
    tree = Tree.of(policy, overlay)
    buffers = {path: data for path, data in (overlay or {}).items() if data is not None}
    texts, wanted = Texts(tree, Ledger(), buffers), set(names)
    found: dict[str, set[str]] = {name: set() for name in wanted}
    for file in tree.files:
        text = texts.of(file.module) if file.judged else None
        for name in _standing(wanted, text.text) if text else ():
            found[name].add(file.path)
    return {name: frozenset(paths) for name, paths in found.items()}


def _standing(names: set[str], text: str) -> Iterable[str]:
    """Which of some names stand in a text."""
    if len(names) > _FEW:
        return names.intersection(_words(text))
    return [name for name in names if name in text]


def _words(text: str) -> list[str]:
    return text.translate(_PARTING).split() if text.isascii() else _WORD.findall(text)


class _Reader:
    def __init__(self, policy: Policy, texts: Texts) -> None:
        self.policy, self.texts = policy, texts
        self.contracts: dict[str, list[Contract]] = {}
        for contract in policy.contracts.values():
            module = contract.interface.partition(":")[0]
            self.contracts.setdefault(module, []).append(contract)

    def entries(self, file: File) -> Iterator[ApiEntry]:
        """What a file offers."""
        subsystem = self.policy.subsystem_of(file.module, file.is_package)
        opened = self._opened(subsystem, file) if subsystem else None
        contracts = self.contracts.get(file.module, ())
        if opened is None and not contracts:
            return
        text = self.texts.of(file.module)
        if text is None:
            return
        try:
            defined = list(_defined(text))
        except StopIteration:  # a text that cannot be cut into lines
            return
        lines = _lines(text.text, [offset for *_, offset in defined])
        for path, kind, shown, offset in defined:
            symbol, site = f"{file.module}:{path}", Site(file.path, lines[offset])
            if opened is not None and subsystem is not None and opened(path):
                yield ApiEntry(subsystem.name, symbol, kind, shown, site)
            for contract in contracts:
                if self._declares(contract, path):
                    yield ApiEntry(f"contract {contract.name}", symbol, kind, shown, site)
        if opened is not None and subsystem is not None:
            yield from self._imported(text, subsystem, opened)

    def _opened(self, subsystem: Subsystem, file: File) -> Callable[[str], bool] | None:
        """What says whether a subsystem opens a name of a module; None where it opens none."""
        lists = [subsystem.public, *subsystem.public_to.values()]
        if self.policy.is_test(file.module):
            lists = [entries for entries in lists if entries is not None]
        named = [e for entries in lists if entries for e in entries]
        listed = any(entry.partition(":")[0] == file.module for entry in named)
        if None not in lists and not listed:
            return None
        return lambda name: (
            (not name.rpartition(".")[2].startswith("__") or name.rpartition(".")[2] in _CALLED)
            and any(subsystem.opens(entries, file.module, name) for entries in lists)
        )

    def _declares(self, contract: Contract, path: str) -> bool:
        """Whether a dotted name is a member of a contract's interface that others may know."""
        cls = contract.interface.partition(":")[2]
        name = path[len(cls) + 1 :]
        if not path.startswith(f"{cls}.") or "." in name:
            return False
        module = contract.interface.partition(":")[0]
        if name.startswith("__"):
            return name in _CALLED
        return not is_private(name) or f"{module}:{path}" in contract.protected

    def _imported(
        self, text: ModuleText, subsystem: Subsystem, opened: Callable[[str], bool]
    ) -> Iterator[ApiEntry]:
        module = text.file.module
        listed = {entry for entry in subsystem.public or () if entry.startswith(f"{module}:")}
        for name, entries in text.bound.items():
            wanted = text.file.is_package or f"{module}:{name}" in listed
            if not wanted or name == "*" or not opened(name):
                continue
            for imported, statement in entries:
                path = imported.path(text.package)
                where, rest = self.texts.tree.split(path) if path else ("", "")
                at_margin = text.text[statement.start - 1 : statement.start] in ("", "\n")
                if where and rest and at_margin and not text.lines.in_string(statement.start):
                    line = text.text.count("\n", 0, statement.start) + 1
                    yield ApiEntry(
                        subsystem.name,
                        f"{module}:{name}",
                        "name",
                        f"= {where}:{rest}",
                        Site(text.file.path, line),
                    )


def _lines(text: str, offsets: list[int]) -> dict[int, int]:
    """The 1-based lines of some offsets in a text."""
    found: dict[int, int] = {}
    line, counted = 1, 0
    for offset in sorted(offsets):
        line, counted = line + text.count("\n", counted, offset), offset
        found[offset] = line
    return found


def _defined(text: ModuleText) -> Iterator[tuple[str, EntryKind, str, int]]:
    """What a module's text defines outside of functions: dotted name, kind, header, and offset."""
    source, lines = text.text, text.lines
    # The classes and functions around: their indent, and their path; None for a function.
    stack: list[tuple[int, str | None]] = []
    spans: list[tuple[int, int, str]] = []
    for header in lines.headers:
        found = _NAMED.match(source, header.start)
        if found is None:
            continue
        while stack and stack[-1][0] >= header.indent:
            stack.pop()
        around = stack[-1][1] if stack else ""
        kind, name = found.groups()
        path = None if around is None else f"{around}.{name}" if around else name
        stack.append((header.indent, path if kind == "class" else None))
        if path is None:
            continue
        if kind == "class":
            spans.append((header.start, lines.end(header), path))
        what: EntryKind = "class" if kind == "class" else "function"
        yield path, what, _shown(text, header), found.start(2)
    yield from _data(text, spans)


def _data(
    text: ModuleText, classes: list[tuple[int, int, str]]
) -> Iterator[tuple[str, EntryKind, str, int]]:
    """What is assigned at the top of the module, or directly in a class."""
    ends: dict[int, int] = {}
    for found in _ASSIGNED.finditer(text.text):
        margin, name = found.groups()
        offset = found.start(2)
        if text.lines.in_string(offset):
            continue
        if not margin:
            if text.lines.line_at(offset).start == offset:
                yield name, "data", "", offset
            continue
        around = [path for start, end, path in classes if start < offset < end]
        if not around or _is_surely_local(text, offset, len(margin.expandtabs()), ends):
            continue
        if text.lines.line_at(offset).start == offset:
            chain = text.lines.enclosing(offset, len(margin.expandtabs()))
            if chain and text.text.startswith("class", chain[-1].start):
                yield f"{around[-1]}.{name}", "data", "", offset


def _is_surely_local(text: ModuleText, offset: int, indent: int, ends: dict[int, int]) -> bool:
    """Whether an indented line stands in a function: nothing since its header is indented less.

    `ends` has where such lines are, by the header's start.
    """
    headers = text.lines.headers
    position = bisect_right(text.lines.header_starts, offset) - 1
    while position >= 0 and headers[position].indent >= indent:
        position -= 1
    if position < 0 or text.text.startswith("class", headers[position].start):
        return False
    start = headers[position].start
    if start not in ends:
        pattern = re.compile(rf"\n[ \t\f]{{0,{headers[position].indent}}}[^\s#)\]}}]")
        found = pattern.search(text.text, start)
        ends[start] = found.start() if found is not None else len(text.text)
    return offset < ends[start]


def _shown(text: ModuleText, header: Line) -> str:
    """A header in one line, behind the names of its decorators, without its colon."""
    source = text.text
    statement = next(text.lines.scan(header.start))
    words = source[header.start : statement.end]
    if "\n" in words:
        words = _LAYOUT.sub(" ", _COMMENT.sub("", words))
        words = words.replace("( ", "(").replace(", )", ")").replace(" )", ")")
    start = decorated(text, header)
    names = _DECORATOR.findall(source, start, header.start) if start < header.start else []
    before = "".join(f"@{name} " for name in names)
    return before + _header(words)


def _header(words: str) -> str:
    """A header without what stands behind its colon."""
    depth = 0
    for position, character in enumerate(words):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == ":" and depth == 0:
            return words[:position].rstrip()
    return words.rstrip(": ")


def api_differences(before: str, after: str) -> tuple[Difference, ...]:
    """What of all that one declaration allows the other does not take; both as `ApiEntry.shown`.

    Nothing where either cannot be read, or is decorated by what nobody knows.
    """
    from bailiwick.vocabulary.signature import compare

    old, new = _member(before), _member(after)
    if old is None or new is None:
        return ()
    found = list(compare(old, new))
    return tuple(sorted(found, key=lambda difference: not difference.breaks))


def _member(shown: str) -> Member | None:
    from bailiwick.syntax.parsing import UnparsedError, parse
    from bailiwick.syntax.signatures import outlines

    *decorators, header = re.split(r"(?<=[\w.]) (?=@|async def|def)", shown)
    indented = "".join(f"    {line}\n" for line in (*decorators, f"{header}: pass"))
    try:
        members = outlines(parse(f"class C:\n{indented}"))["C"].definitions
    except UnparsedError:
        return None
    definitions = next(iter(members.values()), None)
    return definitions[0].member if definitions else None
