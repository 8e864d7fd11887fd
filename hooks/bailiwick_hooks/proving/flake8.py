"""The way through flake8: which files and codes its configuration lets pass.

As flake8 6 and 7 decide: a file that is named on the command line is left out if a pattern of
`exclude` is its own name or its whole path; a code is said if it is selected, and not ignored by
a selector that is as long as the one that selects it.
"""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from configparser import ConfigParser, Error
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from bailiwick import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# In the order in which flake8 looks for one that has its section.
_FILES = ("setup.cfg", "tox.ini", ".flake8")
_SECTIONS = ("flake8", "flake8:local-plugins")
_LISTS = ("select", "extend-select", "ignore", "extend-ignore", "exclude", "extend-exclude")
_DEFAULT_EXCLUDE = ".svn,CVS,.bzr,.hg,.git,__pycache__,.tox,.nox,.eggs,*.egg"
_SEPARATOR = re.compile(r"[,\s]+")
_WHERE_DEPENDENCIES_STAND = (
    "test-requirements.txt",
    "requirements-dev.txt",
    "requirements.txt",
    "tox.ini",
    "setup.cfg",
    "pyproject.toml",
)
_PLUGIN = re.compile(r"^[^#\n]*\bbailiwick\[[^\]]*\bflake8\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Flake8:
    """What a configuration of flake8 says, with the file's name, "" if there is none.

    select: what alone is said; nothing: all is
    extend: what is said beside it
    """

    root: Path
    source: str
    select: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    filename: tuple[str, ...] = ()
    per_file: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def read(cls, root: Path, args: Sequence[str] = ()) -> Flake8:
        """Read the configuration in a folder, and the arguments that change it.

        Raises UserError for a file that flake8 could not read either.
        """
        given, _ = _parser().parse_known_args(list(args))
        source, section = _section(root, given.config)
        merged = {key: _of(given, key) or section.get(key, "") for key in _LISTS}
        per_file = _of(given, "per-file-ignores") or section.get("per-file-ignores", "")
        exclude = merged["exclude"] or _DEFAULT_EXCLUDE
        return cls(
            root,
            source,
            _codes(merged["select"]),
            _codes(merged["extend-select"]),
            _codes(merged["ignore"]) + _codes(merged["extend-ignore"]),
            _codes(exclude) + _codes(merged["extend-exclude"]),
            _codes(section.get("filename", "")),
            tuple(_per_file(per_file)),
        )

    def leaves_out(self, path: str, *, named: bool = False) -> str:
        """Why flake8 does not look at a file; the path is relative to its configuration.

        A file that is `named` on the command line is left out by a pattern for itself alone; one
        that is come upon in the folders that flake8 walks, also by one for a folder around it.
        """
        for pattern in self.exclude:
            if self._fits(path, pattern) or (not named and self._folder_fits(path, pattern)):
                return f'exclude of {self.source or "flake8"} has "{pattern}"'
        # The paths that flake8 comes upon begin with a dot, to which this pattern must fit.
        if not named and not any(fnmatch(f"./{path}", each) for each in self.filename or ["*"]):
            return f"filename of {self.source} is {','.join(self.filename)}, for paths with ./"
        return ""

    def silenced(self, path: str, code: str) -> str:
        """Why flake8 does not say a code in a file."""
        selected = self._longest((*self.select, *self.extend), code)
        for pattern, codes in self.per_file:
            hit = self._longest(codes, code)
            if hit >= max(selected, 0) and self._fits(path, pattern):
                return f"per-file-ignores of {self.source} has {pattern}: {','.join(codes)}"
        if self.select and selected < 0:
            return f"select of {self.source} is {','.join(self.select)}"
        ignored = self._longest(self.ignore, code)
        if ignored >= max(selected, 0):
            return f"ignore of {self.source} has {code[:ignored]}"
        return ""

    @staticmethod
    def _longest(prefixes: Sequence[str], code: str) -> int:
        return max((len(each) for each in prefixes if code.startswith(each)), default=-1)

    def _fits(self, path: str, pattern: str) -> bool:
        """As flake8's `matches_filename`: by the bare name, or by the whole path."""
        name = path.rpartition("/")[2]
        if name not in {".", ".."} and fnmatch(name, pattern):
            return True
        return fnmatch(path, _from_root(pattern)) or fnmatch(
            f"{self.root.as_posix()}/{path}", pattern
        )

    def _folder_fits(self, path: str, pattern: str) -> bool:
        """Whether a folder around it is left out, into which flake8 does not look then."""
        parts = path.split("/")[:-1]
        folders = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        return any(self._fits(folder, pattern) for folder in folders)


@dataclass(frozen=True, slots=True, eq=False)
class Flake8Way:
    """flake8 over the whole repository, as a CI job runs it."""

    place: str
    prefix: str
    flake8: Flake8
    name: str = "flake8"
    # flake8 knows no severities: whatever it says fails it.
    strict: bool = True

    def withheld(self, path: str) -> str:
        """Why flake8 leaves a file out."""
        return self.flake8.leaves_out(self.prefix + path)

    def silenced(self, path: str, code: str) -> str:
        """Why flake8 would not say a finding."""
        return self.flake8.silenced(self.prefix + path, code)


def flake8_way(root: Path, prefix: str, *, asked: bool) -> Flake8Way | None:
    """flake8, if the repository says that our plugin is in it, or if it was `asked` for."""
    flake8 = Flake8.read(root)
    selectors = (
        *flake8.select,
        *flake8.extend,
        *flake8.ignore,
        *(c for _, cs in flake8.per_file for c in cs),
    )
    named = any(code.startswith("BW") for code in selectors)
    if not (asked or named or any(map(_names_plugin, _dependency_files(root)))):
        return None
    return Flake8Way(flake8.source, prefix, flake8)


def uses_our_plugin(dependencies: object) -> bool:
    """Whether a list of requirements has Bailiwick in it."""
    listed = dependencies if isinstance(dependencies, list) else []
    return any(re.match(r"bailiwick\b", str(each)) or "/bailiwick" in str(each) for each in listed)


def _dependency_files(root: Path) -> list[Path]:
    return [root / name for name in _WHERE_DEPENDENCIES_STAND if (root / name).is_file()]


def _names_plugin(file: Path) -> bool:
    try:
        return bool(_PLUGIN.search(file.read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return False


def _section(root: Path, named: str | None) -> tuple[str, dict[str, str]]:
    for name in (named,) if named else _FILES:
        file = root / name
        if not file.is_file():
            continue
        parser = ConfigParser(interpolation=None)
        try:
            parser.read_string(file.read_text(encoding="utf-8"), source=name)
        except (Error, OSError, UnicodeDecodeError) as error:
            raise UserError(f"{file} cannot be read, by flake8 neither: {error}") from None
        if any(map(parser.has_section, _SECTIONS)):
            section = parser["flake8"] if parser.has_section("flake8") else {}
            # An option may be written with either sign.
            return name, {key.replace("_", "-"): value for key, value in section.items()}
    return "", {}


def _of(given: Namespace, key: str) -> str:
    return str(getattr(given, key.replace("-", "_")))


def _parser() -> ArgumentParser:
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    for key in (*_LISTS, "per-file-ignores"):
        parser.add_argument(f"--{key}", default="")
    parser.add_argument("--config")
    return parser


def _codes(text: str) -> tuple[str, ...]:
    plain = re.sub(r"#.*", "", text)
    return tuple(each for each in _SEPARATOR.split(plain) if each)


def _per_file(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """`names: codes` pairs, several names with commas, on one line or on many."""
    found: list[tuple[str, tuple[str, ...]]] = []
    names: list[str] = []
    codes: list[str] = []
    expects_code = False
    for token in re.findall(r"[^\s,:#]+|[,:]", re.sub(r"#.*", "", text)):
        if token == ":":
            expects_code = True
        elif (
            token != ","
            and expects_code
            and re.fullmatch(r"[A-Z][0-9]*|[A-Z]{1,3}[0-9]{0,3}", token)
        ):
            codes.append(token)
        elif token != ",":
            if expects_code:
                found += [(name, tuple(codes)) for name in names]
                names, codes, expects_code = [], [], False
            names.append(token)
    return [*found, *((name, tuple(codes)) for name in names)]


def _from_root(pattern: str) -> str:
    """A pattern with a slash starts at the configuration's folder."""
    return pattern.rstrip("/").removeprefix("./") if "/" in pattern else pattern
