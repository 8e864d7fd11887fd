"""The way through pre-commit: which files its configuration hands to the hook, and how.

As https://pre-commit.com says: paths start at the top of the repository, without `./`; `files` and
`exclude` are searched for in them, at the top of the file first and then of the hook; then a file
must have all of `types`, one of `types_or`, and none of `exclude_types`.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bailiwick import UserError

from bailiwick_hooks.proving.ci import hook_runs
from bailiwick_hooks.proving.command import CheckCommand, check_words
from bailiwick_hooks.proving.flake8 import Flake8, uses_our_plugin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bailiwick_hooks.proving.nouns import Way

CONFIG = ".pre-commit-config.yaml"
# What a new module is to the library that tells pre-commit the types of files.
_TAGS = frozenset({"file", "non-executable", "text", "python"})
# What `.pre-commit-hooks.yaml` of this project says of its hooks that judge files.
_OURS: dict[str, dict[str, Any]] = {
    "bailiwick": {
        "entry": "bailiwick check --staged",
        "types_or": ["python"],
        "always_run": True,
        "stages": ["pre-commit", "pre-merge-commit"],
    },
    "bailiwick-full": {
        "entry": "bailiwick check",
        "pass_filenames": False,
        "always_run": True,
        "stages": ["pre-push", "manual"],
    },
}
# Stages at which files are judged without anybody asking for it.
_UNASKED = frozenset({"commit", "push", "merge-commit", "pre-commit", "pre-push"}) | {
    "pre-merge-commit",
    "pre-rebase",
}


@dataclass(frozen=True, slots=True)
class Sieve:
    """The patterns and types through which a file has to pass to a hook.

    `patterns` are (key, expression, whether it must be found), in the order in which they count.
    """

    patterns: tuple[tuple[str, re.Pattern[str], bool], ...]
    types: frozenset[str] = frozenset()
    types_or: frozenset[str] = frozenset()
    exclude_types: frozenset[str] = frozenset()

    def stops(self, path: str) -> str:
        """Why a file does not pass, "" if it does; the path is as pre-commit gives it."""
        for key, pattern, wanted in self.patterns:
            if bool(pattern.search(path)) != wanted:
                return f"{key}: {pattern.pattern}{_matching(pattern, wanted)}"
        if not self.types <= _TAGS:
            return f"types: {_listed(self.types)} is no Python module"
        if self.types_or and not self.types_or & _TAGS:
            return f"types_or: {_listed(self.types_or)} has no Python module"
        if self.exclude_types & _TAGS:
            return f"exclude_types: {_listed(self.exclude_types)} leaves Python modules out"
        return ""


@dataclass(frozen=True, slots=True, eq=False)
class HookWay:
    """A hook that runs `bailiwick check`.

    prefix: from the top of the repository to the policy's folder, "" or with a `/` at its end
    """

    name: str
    place: str
    root: Path
    prefix: str
    sieve: Sieve
    command: CheckCommand
    named: bool = True
    idle: str = ""
    ignored: frozenset[str] = field(default_factory=frozenset)

    @property
    def strict(self) -> bool:
        """Whether warnings fail it."""
        return self.command.strict

    def withheld(self, path: str) -> str:
        """Why pre-commit does not let the hook judge a file."""
        if self.idle:
            return self.idle
        if path in self.ignored:
            return "git ignores the file"
        seen = self.prefix + path
        return self.sieve.stops(seen) or self.command.withheld(self.root / seen, named=self.named)

    def silenced(self, path: str, code: str) -> str:  # noqa: ARG002 - a Way
        """Why the hook would not say a finding."""
        return self.command.silenced(code)


def hook_ways(root: Path, policy: Path, paths: Iterable[str]) -> Iterator[Way]:
    """The hooks of a repository that judge files by a policy; none without a configuration.

    Each is a way at the commit, and one more where the CI runs it over all files.
    `paths` are those that will be asked about, relative to the policy's folder.
    Raises UserError for a configuration that pre-commit could not read either.
    """
    config = root / CONFIG
    if not config.is_file():
        return
    document, runs = _load(config), hook_runs(root)
    reading = _Reading(root, policy, document, _ignored_by_git(policy.parent, paths))
    for repo in _tables(document.get("repos")):
        for hook in _tables(repo.get("hooks")):
            given = {**_OURS.get(str(hook.get("id")), {}), **hook} if _is_ours(repo) else hook
            place = f"{CONFIG}:{hook['__line__']}"
            name = f"pre-commit {hook.get('id')}"
            yield from reading.ways(given, name, place, everything=False)
            for run in runs:
                if run.reaches(str(hook.get("id")), _names(_stages(document, given))):
                    yield from reading.ways(given, f"CI {name}", run.place, everything=True)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One configuration, on the way to what its hooks do."""

    root: Path
    policy: Path
    document: dict[str, Any]
    ignored: frozenset[str]

    def ways(
        self, hook: dict[str, Any], name: str, place: str, *, everything: bool
    ) -> Iterator[Way]:
        """The way of one hook; `everything`: over all files, and not over a commit."""
        root = self.root
        prefix = "".join(f"{part}/" for part in self.policy.parent.relative_to(root).parts)
        words = check_words(shlex.join([*_split(hook.get("entry")), *_args(hook)]))
        always = bool(hook.get("always_run"))
        named = hook.get("pass_filenames") is not False
        sieve = _sieve(self.document, hook, place)
        idle = "" if everything else _idle(self.document, hook)
        if words is not None:
            command = CheckCommand.parse(words, root, self.policy)
            # What a commit introduces is found in files, too, whose names are not handed over.
            finds_new = bool(getattr(command.args, "staged", False)) and not everything
            if always and (finds_new or not named):
                sieve = Sieve(())
            yield HookWay(name, place, root, prefix, sieve, command, named, idle, self.ignored)
        elif _is_flake8(hook) and uses_our_plugin(hook.get("additional_dependencies")):
            flake8 = Flake8.read(root, _args(hook))
            yield _ThroughHook(name, place, root, prefix, sieve, flake8, idle)


@dataclass(frozen=True, slots=True, eq=False)
class _ThroughHook:
    """flake8 with our plugin, run by pre-commit."""

    name: str
    place: str
    root: Path
    prefix: str
    sieve: Sieve
    flake8: Flake8
    idle: str
    # flake8 knows no severities: whatever it says fails it.
    strict: bool = True

    def withheld(self, path: str) -> str:
        """Why pre-commit or flake8 leaves a file out."""
        seen = self.prefix + path
        return self.idle or self.sieve.stops(seen) or self.flake8.leaves_out(seen, named=True)

    def silenced(self, path: str, code: str) -> str:
        """Why flake8 would not say a finding."""
        return self.flake8.silenced(self.prefix + path, code)


def _load(config: Path) -> dict[str, Any]:
    import yaml

    class WithLines(yaml.SafeLoader):
        """Notes in each table the line on which it begins, 1-based."""

    def table(loader: WithLines, node: yaml.MappingNode) -> dict[str, Any]:
        found = loader.construct_mapping(node, deep=True)
        return {**{str(key): found[key] for key in found}, "__line__": node.start_mark.line + 1}

    WithLines.add_constructor("tag:yaml.org,2002:map", table)
    try:
        document = yaml.load(config.read_bytes(), WithLines)
    except yaml.YAMLError as error:
        raise UserError(f"{config} is no YAML, so pre-commit runs nothing: {error}") from None
    if not isinstance(document, dict):
        raise UserError(f"{config} has no `repos`, so pre-commit runs nothing.")
    return document


def _tables(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _is_ours(repo: dict[str, Any]) -> bool:
    return "bailiwick" in str(repo.get("repo")).rstrip("/").rpartition("/")[2]


def _is_flake8(hook: dict[str, Any]) -> bool:
    words = [str(hook.get("id")), *_split(hook.get("entry"))]
    return bool({"flake8", "hacking"} & set(words))


def _split(entry: object) -> list[str]:
    try:
        return shlex.split(str(entry)) if entry else []
    except ValueError:
        return []


def _args(hook: dict[str, Any]) -> list[str]:
    args = hook.get("args")
    return [str(each) for each in args] if isinstance(args, list) else []


def _idle(document: dict[str, Any], hook: dict[str, Any]) -> str:
    """Why a hook never runs by itself."""
    stages = _names(_stages(document, hook))
    if stages and not stages & _UNASKED:
        return f"stages: {_listed(stages)} runs only when it is asked for"
    return ""


def _stages(document: dict[str, Any], hook: dict[str, Any]) -> object:
    return hook.get("stages") or document.get("default_stages")


def _sieve(document: dict[str, Any], hook: dict[str, Any], place: str) -> Sieve:
    patterns = [
        (f"{where}{key}", _compiled(str(table[key]), place), key == "files")
        for where, table in (("the top-level ", document), ("", hook))
        for key in ("files", "exclude")
        if table.get(key)
    ]
    return Sieve(
        tuple(patterns),
        _names(hook.get("types")),
        _names(hook.get("types_or")),
        _names(hook.get("exclude_types")),
    )


def _compiled(expression: str, place: str) -> re.Pattern[str]:
    try:
        return re.compile(expression)
    except re.error as error:
        raise UserError(
            f"{place}: {expression!r} is no regular expression ({error}); pre-commit runs nothing."
        ) from None


def _names(value: object) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset()


def _listed(names: Iterable[str]) -> str:
    return f"[{', '.join(sorted(names))}]"


def _matching(pattern: re.Pattern[str], wanted: bool) -> str:
    if not wanted:
        return " matches"
    begins = re.match(r"\^?\\?\./", pattern.pattern)
    return " does not match" + (": pre-commit's paths do not begin with ./" if begins else "")


def _ignored_by_git(folder: Path, paths: Iterable[str]) -> frozenset[str]:
    """Those of some new files that git would ignore; none where there is no git to ask."""
    try:
        done = subprocess.run(
            ["git", "check-ignore", "--stdin", "-z"],
            cwd=folder,
            input="\0".join(paths).encode(),
            capture_output=True,
            check=False,
        )
    except OSError:
        return frozenset()
    return frozenset(done.stdout.decode("utf-8", "replace").split("\0")) - {""}
