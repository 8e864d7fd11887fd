"""Where the top-level packages lie: as the build says, as other tools say, or as it looks."""

from __future__ import annotations

import re
from configparser import ConfigParser, Error
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What stands beside a project's code and is not part of it, if it is no package.
_BESIDE = ("api-guide", "api-ref", "build", "dist", "doc", "docs", "releasenotes")
_SCRIPTS = ("setup.py", "noxfile.py", "fabfile.py")
_LITERAL = re.compile(r"package_dir\s*=\s*\{\s*['\"]{2}\s*:\s*['\"]([\w./-]+)['\"]")


def source_roots(root: Path, pyproject: dict[str, Any], tach: dict[str, Any]) -> tuple[str, ...]:
    """The source roots of a project, relative to its folder and with `/`; at least one."""
    said = [
        *_strings(tach.get("source_roots")),
        *_by_pyproject(pyproject),
        *_by_setup(root),
    ]
    folders = {_plain(each) for each in said}
    there = {each for each in folders if (root / each).is_dir() and not each.startswith("..")}
    if not there and _has_modules(root / "src") and not (root / "src" / "__init__.py").exists():
        there = {"src"}
    if there and "." not in there and _has_more(root, there):
        there.add(".")
    return tuple(sorted(there)) or (".",)


def beside(root: Path) -> tuple[str, ...]:
    """Patterns for what lies beside the code: documentation, builds, the build script."""
    folders = [
        f"/{name}/"
        for name in _BESIDE
        if any((root / name).rglob("*.py")) and not (root / name / "__init__.py").exists()
    ]
    return (*folders, *(f"/{name}" for name in _SCRIPTS if (root / name).is_file()))


def _by_pyproject(pyproject: dict[str, Any]) -> Iterator[str]:
    tool = _table(pyproject.get("tool"))
    setuptools = _table(tool.get("setuptools"))
    yield from _strings(_table(_table(setuptools.get("packages")).get("find")).get("where"))
    yield from _strings([_table(setuptools.get("package-dir")).get("")])
    for package in _list(_table(tool.get("poetry")).get("packages")):
        yield from _strings([_table(package).get("from")])
    wheel = _table(
        _table(_table(_table(tool.get("hatch")).get("build")).get("targets")).get("wheel")
    )
    for path in _strings(wheel.get("packages")):
        yield path.rpartition("/")[0] or "."
    for name in ("uv", "pdm", "flit"):
        build = _table(_table(tool.get(name)).get("build" if name == "pdm" else "build-backend"))
        yield from _strings([build.get("module-root"), build.get("package-dir")])


def _by_setup(root: Path) -> Iterator[str]:
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string((root / "setup.cfg").read_text(encoding="utf-8"))
    except (OSError, Error, UnicodeDecodeError):
        pass
    else:
        for line in parser.get("options", "package_dir", fallback="").splitlines():
            package, _, folder = line.partition("=")
            if not package.strip() and folder.strip():
                yield folder.strip()
        yield from parser.get("options.packages.find", "where", fallback="").split()
    try:
        script = (root / "setup.py").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    yield from _LITERAL.findall(script)


def _has_modules(folder: Path) -> bool:
    return folder.is_dir() and (any(folder.glob("*.py")) or any(folder.glob("*/*.py")))


def _has_more(root: Path, roots: set[str]) -> bool:
    """Whether tests or other packages lie beside the source roots."""
    tops = {each.partition("/")[0] for each in roots}
    found = (*root.glob("*/*.py"), *root.glob("*/*/*.py"))
    names = {path.relative_to(root).parts[0] for path in found} - tops - set(_BESIDE)
    return any(name.isidentifier() for name in names)


def _plain(path: str) -> str:
    return path.strip().removeprefix("./").strip("/") or "."


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _strings(value: object) -> list[str]:
    return [each for each in _list(value) if isinstance(each, str) and each]
