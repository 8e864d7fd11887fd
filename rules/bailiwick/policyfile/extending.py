"""The governing policy file and those it extends: read, and merged into one."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from errno import ENOENT
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bailiwick.policyfile import keys
from bailiwick.policyfile.document import Mistakes, Node, Source, parse
from bailiwick.policyfile.kept import SHIPPED, plain, shown
from bailiwick.policyfile.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from bailiwick.source.tree import Overlay

_DECLARED = ("subsystem", "group", "layers", "contract", "team")


def shipped() -> tuple[str, ...]:
    """The names of the policies that come with Bailiwick."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def shipped_path(name: str) -> Path:
    """Where a policy that comes with Bailiwick is; there need not be one of that name."""
    return SHIPPED / f"{name}.toml"


@dataclass(slots=True)
class Reading:
    """What has been read so far.

    overlay:   what is read in place of files on disk
    sources:   every file, the governing one first, each before those it extends
    documents: what they hold, each after those it extends, so that the last word wins
    complete:  False when something that a file extends is not known
    """

    root: Path
    overlay: Overlay = field(default_factory=dict)
    mistakes: Mistakes = field(default_factory=Mistakes)
    sources: list[Source] = field(default_factory=list)
    documents: list[Node] = field(default_factory=list)
    complete: bool = True

    def read(self, path: Path) -> None:
        """Reads the governing file and all that it extends."""
        try:
            source = _with_text(_own(path, self.root), self.overlay)
        except _UnreadableError as error:
            self.sources.append(error.source)
            self.mistakes.add(error.source, error.offset, str(error))
            self.complete = False
        else:
            self._add(source, ())

    def _add(self, source: Source, chain: tuple[Path, ...]) -> None:
        self.sources.append(source)
        document = parse(source, self.mistakes)
        if document is None:
            self.complete = False
            return
        document = keys.POLICY.read(document, self.mistakes)
        for entry in document.get("extends").items:
            if entry.value is not None:
                self._extend(entry, (*chain, source.path.resolve()))
        self.documents.append(document)

    def _extend(self, entry: Node, chain: tuple[Path, ...]) -> None:
        try:
            base = self._base(entry)
            path = base.path.resolve()
            if path in chain:
                circle = " extends ".join(step.name for step in (*chain, path))
                raise _UnreadableError(base, f"a policy may not extend itself: {circle}")
            if path not in {source.path.resolve() for source in self.sources}:
                self._add(_with_text(base, self.overlay), chain)
        except _UnreadableError as error:
            self.complete = False
            if error.offset is None:
                self.mistakes.add(entry.source, entry.start, str(error), error.hint)
            else:
                self.sources.append(error.source)
                self.mistakes.add(error.source, error.offset, str(error))

    def _base(self, entry: Node) -> Source:
        """The file that an entry of `extends` means."""
        name: str = entry.value
        if name.endswith(".toml"):
            path = Path(os.path.normpath(entry.source.path.parent / name))
            return _own(path, self.root)
        path = shipped_path(name)
        base = Source(path, shown(path, self.root), f"<{name}>", shipped=True)
        if name not in shipped():
            hint = did_you_mean(name, shipped())
            known = f"shipped are: {', '.join(shipped())}; a path ends in .toml"
            raise _UnreadableError(base, f'no policy "{name}" is shipped', hint=hint or known)
        return base


class _UnreadableError(Exception):
    """A policy file that gives no text."""

    def __init__(
        self, source: Source, message: str, *, offset: int | None = None, hint: str = ""
    ) -> None:
        self.source = source
        self.offset = offset
        self.hint = hint
        super().__init__(message)


def _bytes(source: Source, overlay: Overlay) -> bytes:
    if source.shipped or source.shown not in overlay:
        return source.path.read_bytes()
    data = overlay[source.shown]
    if data is None:
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT))
    return data


def _with_text(source: Source, overlay: Overlay) -> Source:
    if source.path.is_dir():
        raise _UnreadableError(source, f"{source.named} is a folder, not a policy file")
    try:
        raw = _bytes(source, overlay)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _UnreadableError(source, f"cannot read {source.named}: {reason}") from None
    raw = plain(raw)
    try:
        return replace(source, text=raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        readable = replace(source, text=raw.decode("utf-8", "replace"))
        offset = len(raw[: error.start].decode("utf-8", "replace"))
        raise _UnreadableError(readable, "this is not UTF-8", offset=offset) from None


def _own(path: Path, root: Path) -> Source:
    """A file of the project."""
    absolute, here = path.absolute(), Path.cwd()
    named = absolute.relative_to(here) if absolute.is_relative_to(here) else absolute
    return Source(path, shown(path, root), named.as_posix(), shipped=False)


@dataclass(frozen=True, slots=True)
class Merged:
    """All documents as one.

    dropped: by kind and name, the files below the one that dropped it
    """

    document: Node
    dropped: Mapping[tuple[str, str], frozenset[str]]

    def lost(self, name: str, node: Node) -> bool:
        """Whether a name means a subsystem or group that a file above this one has dropped."""
        shown = node.source.shown
        return any(
            shown in self.dropped.get((kind, name), ())
            and name not in self.document.get(kind).table
            for kind in ("subsystem", "group")
        )

    def left(self, key: str, table: Node) -> tuple[str, ...]:
        """The names in a list of subsystems and groups that are not lost."""
        items = table.get(key).items
        return tuple(
            item.value
            for item in items
            if isinstance(item.value, str) and not self.lost(item.value, item)
        )


def merge(reading: Reading) -> Merged:
    """Merges what was read: tables key by key, for anything else the last file's word counts."""
    merged = reading.documents[0]._replace(value={})
    dropped: dict[tuple[str, str], frozenset[str]] = {}
    below: list[str] = []
    for document in reading.documents:
        drops = list(_drops(document, merged, reading.mistakes))
        merged = _over(_without(drops, merged), _without(drops, document))
        dropped.update(dict.fromkeys(drops, frozenset(below)))
        below.append(document.source.shown)
    return Merged(merged, dropped)


def _over(base: Node, document: Node) -> Node:
    if not isinstance(base.value, dict) or not isinstance(document.value, dict):
        return document
    value: dict[str, Any] = dict(base.value)
    for name, child in document.value.items():
        value[name] = _over(value[name], child) if name in value else child
    return document._replace(value=value)


def _drops(document: Node, merged: Node, mistakes: Mistakes) -> Iterator[tuple[str, str]]:
    """Kind and name of every table that a document takes out of those it extends."""
    for kind in _DECLARED:
        for name, table in document.get(kind).table.items():
            drop = table.get("drop")
            if drop.value is not True:
                continue
            if len(table.table) > 1:
                mistakes.add(drop.source, drop.key, "what is dropped can have no other keys")
                continue
            yield kind, name
            if name not in merged.get(kind).table:
                message = f"no extended policy has a [{kind}.{name}] to drop"
                hint = did_you_mean(name, merged.get(kind).table)
                mistakes.add(drop.source, drop.key, message, hint)


def _without(drops: Collection[tuple[str, str]], document: Node) -> Node:
    if not drops:
        return document
    value = dict(document.table)
    for kind in {kind for kind, _ in drops} & value.keys():
        tables = value[kind].table.items()
        kept = {name: table for name, table in tables if (kind, name) not in drops}
        value[kind] = value[kind]._replace(value=kept)
    return document._replace(value=value)
