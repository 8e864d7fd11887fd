"""The tree that is measured: a release of Nova, from its wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RELEASE = "34.0.0"
PACKAGE = "nova"


@dataclass(frozen=True, slots=True)
class Size:
    """How large a tree is."""

    files: int
    bytes: int
    lines: int


def wheel(cache: Path) -> Path:
    """Nova's wheel, asked of the package index once and then kept in `cache`."""
    kept = cache / "wheels"
    pattern = f"{PACKAGE}-{RELEASE}-*.whl"
    if not any(kept.glob(pattern)):
        kept.mkdir(parents=True, exist_ok=True)
        pip: list[str | Path] = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--dest", kept, f"{PACKAGE}=={RELEASE}"], check=True)
    return next(kept.glob(pattern))


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack the package alone, without the wheel's own records, and return `folder`."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder, [n for n in opened.namelist() if n.startswith(f"{PACKAGE}/")])
    return folder


def modules(tree: Path) -> list[Path]:
    """Every Python file below `tree`, relative to it, in a fixed order."""
    return sorted(path.relative_to(tree) for path in tree.rglob("*.py"))


def size(tree: Path) -> Size:
    """How large `tree` is."""
    texts = [(tree / path).read_bytes() for path in modules(tree)]
    return Size(len(texts), sum(map(len, texts)), sum(text.count(b"\n") for text in texts))


def sample(tree: Path, one_in: int) -> list[Path]:
    """One in so many files of `tree`, small and large alike.

    Of each run of files next to each other in size another one is taken, so that the
    sample has the same share of the bytes as of the files.
    """
    by_size = sorted(modules(tree), key=lambda path: ((tree / path).stat().st_size, path))
    return [path for n, path in enumerate(by_size) if n % one_in == n // one_in % one_in]
