"""Changes that git knows of: since a revision, and of the commit that is being made.

The `git` program is asked, a few times for a whole run, and always for its plain, separated by
NUL, answers: file names may hold anything else.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from posixpath import dirname, normpath, relpath
from typing import TYPE_CHECKING, NamedTuple

from bailiwick.revisions.change import CONCERNED, Change
from bailiwick.vocabulary.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from bailiwick.source.tree import Overlay

_LINK, _SUBMODULE, _NOTHING = "120000", "160000", "000000"
_DIFF = (
    *("diff", "--raw", "-z", "-M", "--no-relative", "--no-abbrev", "--no-ext-diff"),
    "--ignore-submodules=none",
)
# What a commit that is being made is asked about.
_PREFIX = ("rev-parse", "--show-prefix")
_HEADS = ("rev-parse", "--git-path", "MERGE_HEAD", "--revs-only", "HEAD")
_TO_BE_COMMITTED = (*_DIFF, "--cached", "--")


def changed_since(root: Path, revision: str) -> Change:
    """What was changed below `root` since the work on it left `revision`, saved or not.

    The state before is the last commit that `HEAD` and `revision` have in common, so that what
    others have done to `revision` meanwhile counts neither for nor against anybody.

    Raises:
        UserError: without git, a repository, the revision, or a common commit.
    """
    repository = Repository.around(root)
    return repository.changed_since(repository.fork_point(revision))


def changed_files(root: Path, revision: str) -> frozenset[str]:
    """Every file that was changed since the work left `revision`, saved or not, of any kind.

    Paths are relative to `root`, with `/`; those of files outside begin with `../`. A file that
    was renamed is there under both names.

    Raises:
        UserError: without git, a repository, the revision, or a common commit.
    """
    repository = Repository.around(root)
    return repository.changed_files(repository.fork_point(revision))


@dataclass(frozen=True, slots=True)
class State:
    """The files below a folder as a commit has them.

    commit:  its full name
    overlay: what makes the state out of what is on disk
    """

    commit: str
    overlay: Overlay


def state_at(root: Path, revision: str) -> State:
    """The state that a revision has below `root`, which may be in a work tree or a bare repository.

    Raises:
        UserError: without git, a repository, or the revision.
    """
    if _is_bare(root):
        repository = Repository(root, "")
        commit = repository.commit(revision)
        return State(commit, repository.contents(commit))
    repository = Repository.around(root)
    commit = repository.commit(revision)
    return State(commit, repository.changed_since(commit).before())


def commit_named(root: Path, revision: str) -> str:
    """The full name of the commit that a revision is. Raises UserError as `state_at` does."""
    return _repository(root).commit(revision)


def change_between(root: Path, before: State, after: State) -> Change:
    """What makes one state below `root` out of another. Raises UserError as `state_at` does."""
    repository = _repository(root)
    change = repository.between(before.commit, after.commit)
    # Neither state need be the one on disk: what differs from that is told of both.
    paths = change.paths | before.overlay.keys() | after.overlay.keys()
    return replace(change, paths=paths, before=lambda: before.overlay, now=after.overlay)


@dataclass(frozen=True, slots=True)
class Series:
    """The commits that one revision has and another has not.

    base:    the last commit that both have in common
    head:    the newest commit
    commits: how many there are, merges left out
    authors: by name, how many each wrote, the most first
    changed: by path, relative to the folder and with `/`, how many lines came and went; a file
             that was renamed is there under both names, and of a binary file all is 0
    """

    base: str
    head: str
    commits: int
    authors: Mapping[str, int]
    changed: Mapping[str, tuple[int, int]]


def series_ends(root: Path, base: str, head: str) -> tuple[str, str]:
    """The full names of `base` and `head` of a series, without the series. Raises as it does."""
    repository = _repository(root)
    return repository.fork_point(base, head), repository.commit(head)


def series(root: Path, base: str, head: str) -> Series:
    """What `head` brings that `base` has not. Raises UserError as `state_at` does."""
    repository = _repository(root)
    return repository.series(repository.fork_point(base, head), repository.commit(head))


def untracked(root: Path, paths: Collection[str]) -> frozenset[str]:
    """Those of some files below `root` that its repository keeps nothing of, ignored ones, too.

    What lies in a submodule is among them. Raises UserError as `state_at` does.
    """
    return frozenset(paths) - (frozenset() if _is_bare(root) else _repository(root).kept())


def ignored(root: Path) -> frozenset[str]:
    """The files below `root` that its repository is told to ignore. Raises as `state_at` does."""
    return frozenset() if _is_bare(root) else _repository(root).ignored()


def _repository(root: Path) -> Repository:
    return Repository(root, "") if _is_bare(root) else Repository.around(root)


def _is_bare(root: Path) -> bool:
    return ask(root, "rev-parse", "--is-bare-repository").stdout.strip() == b"true"


def staged(root: Path) -> list[Change]:
    """What the commit that is being made changes below `root`, against each of its parents.

    Where `pre-commit run --from-ref A --to-ref B` judges commits that are made already, it is
    what they change.

    Raises:
        UserError: without git or a repository.
    """
    first, last = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
    repository = Repository.around(root)
    if first and last:
        return [repository.changed_since(repository.fork_point(first, last))]
    parents = enumerate(repository.parents())
    return [repository.to_be_committed(each, is_first=place == 0) for place, each in parents]


@contextmanager
def expecting_staged(root: Path) -> Iterator[None]:
    """Have git begin with what `staged` asks it first; what is done meanwhile costs no time."""
    index = os.environ.get("GIT_INDEX_FILE", "")
    index = os.path.abspath(index) if index and root == Path.cwd() else ""  # noqa: PTH100
    asked = [(root, "", _PREFIX), (root, index, _HEADS), (root, index, _TO_BE_COMMITTED)]
    try:
        for folder, of, words in () if os.environ.get("PRE_COMMIT_FROM_REF") else asked:
            _begin(folder, of, words)
        yield
    finally:
        for process in filter(None, (_begun.pop(each, None) for each in asked)):
            process.kill()
            process.communicate()


class _Blob(NamedTuple):
    """The content of a file, as git keeps it in the repository around a folder."""

    store: Path
    mode: str
    name: str


class _Entry(NamedTuple):
    """One line of `git diff --raw`; paths are relative to the top of the repository."""

    old: _Blob
    new: _Blob
    status: str
    old_path: str
    path: str

    @property
    def is_file(self) -> bool:
        """Whether it is no submodule, of which the repository has no more than a commit."""
        return _SUBMODULE not in (self.old.mode, self.new.mode)


@dataclass(frozen=True)
class Repository:
    """The git repository that a folder lies in, seen from that folder.

    `prefix` is the folder's path in the repository; "" at the top.
    """

    root: Path
    prefix: str

    @classmethod
    def around(cls, root: Path) -> Repository:
        """The repository around a folder. Raises UserError if there is none, or no git."""
        asked = ask(root, *_PREFIX)
        if asked.returncode:
            said = asked.stderr.decode(errors="replace").strip()
            if "not a git repository" in said:
                said = "It lies in no git repository: `git init` makes it one; --patch needs none."
            raise UserError(f"git does not know what has changed in {root}.\n       {said}")
        return cls(root, os.fsdecode(asked.stdout).removesuffix("\n").removesuffix("/"))

    @cached_property
    def top(self) -> Path:
        """The top of the repository's work tree."""
        return Path(os.path.normpath(self.root / self.up))

    def fork_point(self, revision: str, head: str = "HEAD") -> str:
        """The last commit that two revisions have in common."""
        found = self._ask("merge-base", "--", revision, head)
        if found.returncode == 0:
            return found.stdout.decode().strip()
        raise UserError(self._no_fork_point(revision, head))

    def _no_fork_point(self, revision: str, head: str) -> str:
        shallow = self._git("rev-parse", "--is-shallow-repository").strip() == b"true"
        verify = "rev-parse", "--verify", "--quiet", "--end-of-options"
        for name in (revision, head):
            if self._ask(*verify, f"{name}^{{commit}}").returncode:
                kind = "shallow clone" if shallow else "repository"
                return (
                    f"there is no commit {name} in this {kind}.\n       "
                    f"If it is right, fetch it: git fetch {name.replace('/', ' ', 1)}"
                )
        if shallow:
            return (
                f"this clone is too shallow to say where {head} left {revision}.\n"
                "       Fetch the commits between them: git fetch --unshallow "
                "(in CI: fetch-depth 0, or GIT_DEPTH: 0)"
            )
        return f"{revision} and {head} have no commit in common, so nothing is new since one."

    def parents(self) -> list[str]:
        """The parents of the commit that is being made; of a first one, the empty tree."""
        said = self._git(*_HEADS)
        folder, _, head = said.rpartition(b"MERGE_HEAD\n")
        if not head:
            return [self._git("hash-object", "-t", "tree", "--stdin").decode().strip()]
        merged = self.root / os.fsdecode(folder) / "MERGE_HEAD"
        if merged.is_file():
            others = merged.read_text().split()
        else:
            # A merge that needs nobody's help runs its hooks before it writes that file.
            others = [name[8:] for name in os.environ if name.startswith("GITHEAD_")]
        return [head.decode().strip(), *others]

    def changed_since(self, commit: str) -> Change:
        """What the work tree, untracked files included, changes against a commit."""
        entries = self._entries(commit)
        new = self._git("ls-files", "--others", "--exclude-standard", "--full-name", "-z", self.up)
        nothing = _Blob(self.top, _NOTHING, "")
        entries += [
            _Entry(nothing, nothing, "A", path, path)
            for path in _split(new)
            if path.endswith(CONCERNED)
        ]
        return self._change(entries, commit)

    def changed_files(self, commit: str) -> frozenset[str]:
        """The files of any kind that the work tree changes against a commit."""
        options = ("--name-only", "--no-renames", "-z", "--no-relative", "--no-ext-diff")
        changed = self._git("diff", *options, commit, "--")
        new = self._git("ls-files", "--others", "--exclude-standard", "--full-name", "-z", self.up)
        return frozenset(map(self._seen, (*_split(changed), *_split(new))))

    def commit(self, revision: str) -> str:
        """The full name of a commit. Raises UserError if there is none."""
        verify = "rev-parse", "--verify", "--quiet", "--end-of-options"
        found = self._ask(*verify, f"{revision}^{{commit}}")
        if found.returncode:
            raise UserError(self._no_fork_point(revision, revision))
        return found.stdout.decode().strip()

    def contents(self, commit: str) -> Overlay:
        """What the files of a commit hold that bear on a verdict."""
        listed = self._git("ls-tree", "-r", "-z", "--full-tree", commit)
        blobs = {}
        for entry in _split(listed):
            words, _, path = entry.partition("\t")
            mode, kind, name = words.split(" ")
            if kind == "blob" and path.endswith(CONCERNED):
                blobs[path] = _Blob(self.root, mode, name)
        return _contents(blobs)

    def series(self, base: str, head: str) -> Series:
        """What the commits between two bring."""
        log = self._git("log", "--no-merges", "--format=%aN", f"{base}..{head}")
        names = [line.decode(errors="replace") for line in log.splitlines() if line.strip()]
        authors = dict(Counter(names).most_common())
        options = ("--numstat", "--no-renames", "-z", "--no-relative", "--no-ext-diff")
        changed = {}
        for row in _split(self._git("diff", *options, base, head, "--")):
            came, went, path = row.split("\t", 2)
            counts = (int(came), int(went)) if came.isdigit() else (0, 0)
            changed[self._seen(path)] = counts
        return Series(base, head, len(names), authors, changed)

    def kept(self) -> frozenset[str]:
        """The files in the index, but for those in submodules."""
        listed = self._git("ls-files", "--full-name", "-z", self.up)
        return frozenset(map(self._seen, _split(listed)))

    def ignored(self) -> frozenset[str]:
        """The files that are not in the index because they are to be ignored."""
        options = ("--others", "--ignored", "--exclude-standard", "--full-name", "-z")
        return frozenset(map(self._seen, _split(self._git("ls-files", *options, self.up))))

    def between(self, before: str, after: str) -> Change:
        """What one commit changes against another."""
        return self._change(self._entries(before, after), before)

    def to_be_committed(self, parent: str, *, is_first: bool = True) -> Change:
        """What the index changes against a parent of the commit that is being made."""
        # What it is compared with if nothing is named, also where there is no commit yet.
        entries = self._entries("--cached", *(() if is_first else (parent,)))
        gone = {self._seen(entry.path) for entry in entries if entry.status == "D"}
        now: dict[str, bytes | None] = {
            path: None for path in gone if os.path.lexists(self.root / path)
        }
        if not os.environ.get("PRE_COMMIT"):
            # pre-commit has put aside what is not staged; nobody else has.
            now |= _contents(
                {self._seen(each.path): each.old for each in self._entries() if each.is_file}
            )
        return replace(self._change(entries, parent), now=now, tracked=self._tracked)

    @property
    def up(self) -> str:
        """The top of the repository, from the folder."""
        return relpath(".", self.prefix) if self.prefix else "."

    def _tracked(self, paths: Collection[str]) -> Collection[str]:
        listed = self._git("ls-files", "--recurse-submodules", "--full-name", "-z", self.up)
        return {self._seen(path) for path in _split(listed)}.intersection(paths)

    def _change(self, entries: Iterable[_Entry], identity: str) -> Change:
        known: dict[str, _Blob] = {}
        renamed: dict[str, str] = {}
        for entry in self._unfolded(entries):
            old, now = self._seen(entry.old_path), self._seen(entry.path)
            known.setdefault(now, _Blob(entry.old.store, _NOTHING, ""))
            known[old] = entry.old
            if old != now:
                renamed[now] = old
        return Change(frozenset(known), renamed, partial(_contents, known), identity=identity)

    def _entries(self, *against: str) -> list[_Entry]:
        """What differs, as `git diff` says: between index and work tree, if nothing is given."""
        said = self._git(*_DIFF, *against, "--")
        found, words = [], iter(_split(said))
        for word in words:
            old_mode, new_mode, old, new, status = word.removeprefix(":").split(" ")
            old_path = path = next(words)
            if status[0] in "RC":
                path = next(words)
            blobs = _Blob(self.top, old_mode, old), _Blob(self.top, new_mode, new)
            entry = _Entry(*blobs, status[0], old_path, path)
            if not entry.is_file or path.endswith(CONCERNED) or old_path.endswith(CONCERNED):
                found.append(entry)
        return found

    def _unfolded(self, entries: Iterable[_Entry]) -> Iterator[_Entry]:
        """The same, with what differs inside of submodules in place of these."""
        for entry in entries:
            if entry.is_file:
                yield entry
            elif (self.top / entry.path / ".git").exists():
                # One that is gone, or was never fetched, has nothing that could be judged.
                inner = Repository(self.top / entry.path, "")
                for each in inner._since_linked(entry):
                    old_path, path = (f"{entry.path}/{end}" for end in (each.old_path, each.path))
                    yield each._replace(old_path=old_path, path=path)

    def _since_linked(self, entry: _Entry) -> Iterator[_Entry]:
        """What differs in this repository, a submodule, since another one linked its commit."""
        if entry.old.mode == _NOTHING:
            nothing = _Blob(self.top, _NOTHING, "")
            listed = self._git("ls-files", "--recurse-submodules", "-z")
            yield from (_Entry(nothing, nothing, "A", path, path) for path in _split(listed))
            return
        if self._ask("cat-file", "-e", entry.old.name).returncode:
            raise UserError(
                f"the submodule {entry.path} lacks its commit {entry.old.name[:12]} of before.\n"
                f"       Fetch it: git -C {entry.path} fetch --unshallow"
            )
        yield from self._unfolded(self._entries(entry.old.name))

    def _seen(self, path: str) -> str:
        """A path from the top of the repository, as it is seen from the folder."""
        return relpath(path, self.prefix) if self.prefix else path

    def _git(self, *words: str) -> bytes:
        """What git answers. Raises UserError with its own words if it does not."""
        done = self._ask(*words)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise UserError(f"git {words[0]} failed in {self.root}:\n       {said}")
        return done.stdout

    def _ask(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        return ask(self.root, *words, index=self._index)

    @cached_property
    def _index(self) -> str:
        """The index that a `git commit` of single files has made for itself, "" if none has."""
        index = os.environ.get("GIT_INDEX_FILE", "")
        # Git runs its hooks at the top of the work tree; that is the repository which it means.
        return os.path.abspath(index) if index and self.top == Path.cwd() else ""  # noqa: PTH100


# What git has been asked and is still to say, by folder, index and words.
_begun: dict[tuple[Path, str, tuple[str, ...]], subprocess.Popen[bytes]] = {}


def ask(
    folder: Path, *words: str, given: bytes = b"", index: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, on the repository around it. Raises UserError if there is no git."""
    if (folder, index, words) not in _begun:
        _begin(folder, index, words)
    process = _begun.pop((folder, index, words))
    said, complaint = process.communicate(given)
    return subprocess.CompletedProcess(process.args, process.returncode, said, complaint)


def _begin(folder: Path, index: str, words: tuple[str, ...]) -> None:
    environment = surroundings()
    if index:
        environment["GIT_INDEX_FILE"] = index
    pipe = subprocess.PIPE
    try:
        _begun[folder, index, words] = subprocess.Popen(
            ["git", *words], cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=pipe
        )
    except FileNotFoundError:
        raise UserError(
            "there is no program git, which is asked what has changed.\n"
            "       Install git, or check without --since, --staged and --patch."
        ) from None


def surroundings() -> dict[str, str]:
    """The environment in which git answers alike wherever and by whomever it is asked."""
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    if "GIT_WORK_TREE" not in environment:
        # In a hook it is that of the repository which runs it, and hides where that begins.
        environment.pop("GIT_DIR", None)
    environment.pop("GIT_INDEX_FILE", None)
    return environment


def _contents(blobs: Mapping[str, _Blob]) -> dict[str, bytes | None]:
    """What files hold, by path; None for those that there are not."""
    found: dict[str, bytes | None] = {}
    stores: dict[Path, list[str]] = {}
    for path, blob in blobs.items():
        if blob.mode in (_NOTHING, _SUBMODULE):
            found[path] = None
        else:
            stores.setdefault(blob.store, []).append(path)
    for store, paths in stores.items():
        found.update(zip(paths, contents(store, [blobs[path].name for path in paths]), strict=True))
    for path in [path for path, blob in blobs.items() if blob.mode == _LINK]:
        found[path] = _followed(path, found)
    return found


def contents(store: Path, names: Sequence[str]) -> Iterator[bytes]:
    """The contents of objects, in order."""
    asked = "".join(f"{name}\n" for name in names).encode()
    said, start = ask(store, "cat-file", "--batch", given=asked).stdout, 0
    for name in names:
        end = said.find(b"\n", start)
        words = said[start:end].split()
        if end < 0 or words[1:2] != [b"blob"]:
            raise UserError(
                f"git has lost the object {name} in {store}.\n       See what it says: git fsck"
            )
        start = end + 1 + int(words[2])
        yield said[end + 1 : start]
        start += 1


def _followed(path: str, found: Mapping[str, bytes | None]) -> bytes | None:
    """What a link led to, if that has changed, too; what else it leads to holds what it held."""
    target = os.fsdecode(found[path] or b"")
    return found.get(normpath(f"{dirname(path)}/{target}"))


def _split(said: bytes) -> list[str]:
    return [os.fsdecode(word) for word in said.split(b"\0") if word]
