"""The way of the CI: each `bailiwick check` that a build file of the repository runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bailiwick_hooks.proving.command import CheckCommand, check_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FILES = (
    ".github/workflows/*.yml",
    ".github/workflows/*.yaml",
    ".gitlab-ci.yml",
    ".zuul.yaml",
    "azure-pipelines.yml",
    "Makefile",
    "noxfile.py",
    "tox.ini",
    "tools/*.sh",
    ".ci/*",
)
_COMMAND = re.compile(r"\bbailiwick(?:_hooks)? check\b")
_HOOKS = re.compile(r"\bpre-commit run\b([^;&|#]*)")
_PARTIAL = ("--patch", "--since", "--staged", "--stdin-filename")
# What `make` and tox take for "whatever comes of it".
_UNHEEDED = re.compile(r"^\s*(?:commands\s*=\s*)?@?-\s*(?=\S)")
_FORGIVEN = re.compile(r"\|\|\s*(true|:)(\s|$)")


@dataclass(frozen=True, slots=True, eq=False)
class CheckWay:
    """A `bailiwick check` over folders, as a person or a CI job types it."""

    name: str
    place: str
    root: Path
    command: CheckCommand
    unheeded: str = ""

    @property
    def strict(self) -> bool:
        """Whether warnings fail it."""
        return self.command.strict

    def withheld(self, path: str) -> str:
        """Why the command does not judge a file."""
        folder = self.command.governing.parent
        return self.unheeded or self.command.withheld(folder / path, named=False)

    def silenced(self, path: str, code: str) -> str:  # noqa: ARG002 - a Way
        """Why the command would not say a finding."""
        return self.command.silenced(code)


def check_ways(root: Path, policy: Path, *, strict: bool) -> Iterator[CheckWay]:
    """The commands that are written down; where there are none, the plain one."""
    found = list(_written(root, policy))
    if found:
        yield from found
        return
    words = ["--strict"] if strict else []
    command = CheckCommand.parse(words, policy.parent, policy)
    yield CheckWay("bailiwick check", "", root, command)


@dataclass(frozen=True, slots=True)
class HookRun:
    """A `pre-commit run --all-files` in a build file; `only` names a hook, "" for all of them."""

    place: str
    only: str
    stage: str

    def reaches(self, hook: str, stages: frozenset[str]) -> bool:
        """Whether it runs a hook that is bound to these stages, to all if there are none."""
        old = {"pre-commit": "commit", "pre-push": "push"}.get(self.stage, self.stage)
        return self.only in {"", hook} and (not stages or bool({self.stage, old} & stages))


def hook_runs(root: Path) -> list[HookRun]:
    """Where the CI hands all files to hooks."""
    found = []
    for place, line in _lines(root):
        run = _HOOKS.search(line)
        if run and re.search(r"(?:^|\s)(?:--all-files|-\w*a)\b", run[1]):
            words = [word for word in run[1].split() if re.fullmatch(r"[\w.]+[\w.-]*", word)]
            stage = re.search(r"--(?:hook-)?stage[ =]([\w-]+)", run[1])
            only = next((word for word in words if not stage or word != stage[1]), "")
            found.append(HookRun(place, only, stage[1] if stage else "pre-commit"))
    return found


def _written(root: Path, policy: Path) -> Iterator[CheckWay]:
    for place, line in _lines(root):
        words = _words(line)
        if words is not None:
            command = CheckCommand.parse(words, root, policy)
            unheeded = _unheeded(place.rpartition(":")[0], line)
            yield CheckWay("CI", place, root, command, unheeded)


def _lines(root: Path) -> Iterator[tuple[str, str]]:
    """The lines of all build files that are no comment, with their places."""
    for file in (file for pattern in _FILES for file in sorted(root.glob(pattern))):
        if not file.is_file():
            continue
        name = file.relative_to(root).as_posix()
        text = file.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.lstrip().startswith(("#", "//")):
                yield f"{name}:{number}", line


def _words(line: str) -> list[str] | None:
    if not _COMMAND.search(line):
        return None
    bare = re.sub(r"^\s*(?:- )?(?:[\w-]+\s*[:=]\s*)?[@-]*", "", line).strip("\"'")
    if any(flag in bare for flag in _PARTIAL):
        # These see a part of the tree, and are no substitute for the run over all of it.
        return None
    return check_words(bare)


def _unheeded(file: str, line: str) -> str:
    forgiven = _FORGIVEN.search(line)
    if forgiven:
        return f"its exit code is forgotten: `{forgiven[0].strip()}`"
    if file in {"Makefile", "tox.ini"} and _UNHEEDED.match(line):
        return "its exit code is forgotten: `-` before the command"
    return ""
