"""The history of a tree as git keeps it: commits, and a revision's files without a checkout."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from posixpath import dirname, normpath
from typing import TYPE_CHECKING

from bailiwick.revisions.git import ask, contents, surroundings
from bailiwick.vocabulary.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_FORMAT = "tformat:%x01%H%x02%aN%x02%aE%x02%at%x02%s"
_LINK, _SUBMODULE = "120000", "160000"
_DAY = re.compile(r"\d{4}-\d\d?(?:-\d\d?)?")


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit under the name that it was asked for.

    commit: its full name
    tree:   the name of what lies in the folder then; equal ones hold the same. "" if there is none
    date:   when it was committed
    """

    name: str
    commit: str
    tree: str
    date: datetime


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that is no merge: who changed which files, when.

    author:  as `.mailmap` has it; what is no UTF-8 in it is replaced
    files:   lines that were added and taken away, by the path that a file bears at the end of
             the history that was asked for, from the folder on; those outside are left out
    touched: how many files it touches in all, also outside of the folder
    """

    name: str
    author: str
    email: str
    date: datetime
    subject: str
    files: Mapping[str, int]
    touched: int


@dataclass(frozen=True, slots=True)
class History:
    """The history of one folder of a repository, with or without a work tree."""

    root: Path
    prefix: str
    is_shallow: bool

    @classmethod
    def around(cls, root: Path) -> History:
        """The history of a folder. Raises UserError if no repository is there, or no git."""
        asked = ask(root, "rev-parse", "--is-shallow-repository", "--show-prefix")
        if asked.returncode:
            said = asked.stderr.decode(errors="replace").strip()
            raise UserError(f"git knows no history of {root}.\n       {said}")
        shallow, _, prefix = os.fsdecode(asked.stdout).partition("\n")
        return cls(root, prefix.removesuffix("\n").removesuffix("/"), shallow == "true")

    def revision(self, name: str) -> Revision:
        """A revision by any name that git knows. Raises UserError if it knows none."""
        asked = self._ask("log", "-1", "--format=%H %ct", "--end-of-options", name, "--")
        if asked.returncode or not asked.stdout.strip():
            raise UserError(self._no_revision(name))
        commit, seconds = asked.stdout.decode().split()
        inside = self._ask("rev-parse", "--verify", "--quiet", f"{commit}:{self.prefix}")
        tree = inside.stdout.decode().strip() if inside.returncode == 0 else ""
        return Revision(name, commit, tree, _date(seconds))

    def _no_revision(self, name: str) -> str:
        kind = "shallow clone" if self.is_shallow else "repository"
        hint = "git fetch --unshallow --tags" if self.is_shallow else "git fetch --tags"
        return (
            f"there is no revision {name} in this {kind}.\n       If it is right, fetch it: {hint}"
        )

    def tags(self, pattern: str) -> list[str]:
        """The tags that match a glob, oldest first by the commit that they are on."""
        wanted = f"refs/tags/{pattern}"
        asked = self._git(
            *("for-each-ref", "--sort=creatordate", "--format=%(refname:lstrip=2)", wanted)
        )
        return [os.fsdecode(line) for line in asked.splitlines()]

    def last_before(self, date: str, revision: str = "HEAD") -> str:
        """The name of the last commit on the first line of a revision until a date, or ""."""
        self.revision(revision)
        asked = self._git(
            *("rev-list", "-1", "--first-parent", f"--until={date}"),
            *("--end-of-options", revision, "--"),
        )
        return asked.decode().strip()

    def count(self, since: str, until: str, revision: str) -> int:
        """How many commits there are in a time that are no merges."""
        asked = self._git(
            *("rev-list", "--count", "--no-merges", *_time(since, until)),
            *("--end-of-options", revision, "--", *self._here),
        )
        return int(asked)

    def commits(self, since: str, until: str, revision: str) -> Iterator[Commit]:
        """The commits in a time that are no merges, newest first; files are followed by name.

        Times are whatever git takes for dates, "" for no bound.
        """
        command = [
            *("git", "log", "-z", "--numstat", "-M", "--no-merges", f"--format={_FORMAT}"),
            *("--encoding=UTF-8", "--no-ext-diff", *_time(since, until)),
            *("--end-of-options", revision, "--", *self._here),
        ]
        names = _Names(self.prefix)
        with _words(command, self.root) as words:
            head: list[str] = []
            changes: list[tuple[int, bytes, bytes]] = []
            for word in words:
                if word.startswith(b"\x01"):
                    if head:
                        yield names.commit(head, changes)
                    head = word[1:].decode(errors="replace").split("\x02", 4)
                    changes = []
                elif word.strip():
                    changes.append(_change(word.lstrip(b"\n"), words))
            if head:
                yield names.commit(head, changes)

    @property
    def _here(self) -> tuple[str, ...]:
        return (".",) if self.prefix else ()

    def files(self, revision: Revision, endings: Sequence[str]) -> Mapping[str, str]:
        """What a revision holds: the names of contents by path from the folder on.

        Links to files of the folder are followed; submodules hold nothing, see `submodules`.
        """
        found, links = {}, {}
        for mode, name, path in self._listed(revision):
            if mode == _LINK:
                links[path] = name
            elif mode != _SUBMODULE and path.endswith(tuple(endings)):
                found[path] = name
        links = {path: name for path, name in links.items() if path.endswith(tuple(endings))}
        for path, target in zip(links, self.contents(links.values()), strict=True):
            leads = normpath(f"{dirname(path)}/{os.fsdecode(target)}".lstrip("/"))
            if leads in found:
                found[path] = found[leads]
        return found

    def submodules(self, revision: Revision) -> list[str]:
        """The folders that are other repositories, of which this one has no contents."""
        return [path for mode, _, path in self._listed(revision) if mode == _SUBMODULE]

    def _listed(self, revision: Revision) -> Iterator[tuple[str, str, str]]:
        if not revision.tree:
            return
        for row in self._git("ls-tree", "-r", "-z", "--full-tree", revision.tree).split(b"\0"):
            if row:
                head, _, path = row.partition(b"\t")
                mode, _, name = head.decode().split(" ")
                yield mode, name, os.fsdecode(path)

    def contents(self, names: Iterable[str]) -> Iterator[bytes]:
        """Contents by their names, in order."""
        wanted = list(names)
        return contents(self.root, wanted) if wanted else iter(())

    def _git(self, *words: str) -> bytes:
        done = self._ask(*words)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise UserError(f"git {words[0]} failed in {self.root}:\n       {said}")
        return done.stdout

    def _ask(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        return ask(self.root, *words)


class _Names:
    """The names that files bear in the end, by those that they bore; read from new to old."""

    def __init__(self, prefix: str) -> None:
        self.inside = os.fsencode(f"{prefix}/") if prefix else b""
        self.later: dict[bytes, bytes] = {}

    def commit(self, head: list[str], changes: Sequence[tuple[int, bytes, bytes]]) -> Commit:
        name, author, email, seconds, subject = (*head, "", "", "0", "")[:5]
        files: dict[str, int] = {}
        for lines, _, now in changes:
            last = self.later.get(now, now)
            if last.startswith(self.inside):
                path = os.fsdecode(last[len(self.inside) :])
                files[path] = files.get(path, 0) + lines
        for _, before, now in changes:
            if before != now:
                self.later[before] = self.later.get(now, now)
        return Commit(name, author, email, _date(seconds), subject, files, len(changes))


def _change(word: bytes, words: Iterator[bytes]) -> tuple[int, bytes, bytes]:
    """Lines, and the names before and now, of a row of `git log --numstat -z`."""
    added, taken, path = word.split(b"\t", 2)
    lines = sum(int(number) for number in (added, taken) if number.isdigit())
    return (lines, path, path) if path else (lines, next(words), next(words))


@contextmanager
def _words(command: list[str], folder: Path) -> Iterator[Iterator[bytes]]:
    """What a program says, word by word as NUL parts them; it ends with the block."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield _said(process)
        process.wait()
    finally:
        process.kill()
        process.communicate()


def _said(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    assert process.stdout is not None
    rest = b""
    while piece := process.stdout.read(1 << 16):
        *words, rest = (rest + piece).split(b"\0")
        yield from words
    if rest:
        yield rest
    if process.wait():
        said = process.stderr.read().decode(errors="replace").strip() if process.stderr else ""
        raise UserError(f"git log failed:\n       {said}")


def _time(since: str, until: str) -> list[str]:
    bounds = (("--since", since), ("--until", until))
    return [f"{option}={_midnight(date)}" for option, date in bounds if date]


def _midnight(date: str) -> str:
    """A day as its beginning: git else adds the time that it is now."""
    if not _DAY.fullmatch(date):
        return date
    year, month, *day = date.split("-")
    return f"{year}-{month:0>2}-{(day or ['1'])[0]:0>2}T00:00:00Z"


def _date(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), timezone.utc)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, timezone.utc)
