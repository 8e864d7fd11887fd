"""The servers that are measured, and how each is told what to look for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import peers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

BOUNDARIES = Path(__file__).parent.parent / "boundaries"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
PYRIGHT = "pyright@1.1.414"
OURS = "bailiwick server"
RUFF = "ruff server"


@dataclass(frozen=True, slots=True)
class Server:
    """A server: how it is started, and what it is told at first."""

    name: str
    command: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


def ours() -> Server:
    """Bailiwick's own."""
    return Server(OURS, (sys.executable, "-m", "bailiwick_hooks", "server"))


def installed(cache: Path) -> list[Path]:
    """The folders of the peers' programs, installed there if these versions are not yet.

    pyright is a package of npm; without that it is left out.
    """
    programs = peers.installed(REQUIREMENTS, cache, "servers")
    node = cache / PYRIGHT.replace("@", "-")
    npm = shutil.which("npm")
    if npm and not (node / "node_modules").exists():
        node.mkdir(parents=True, exist_ok=True)
        install: list[str | Path] = [
            npm,
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--prefix",
            node,
            PYRIGHT,
        ]
        subprocess.run(install, check=False)
    return [programs, node / "node_modules" / ".bin"]


def others(folders: Iterable[Path]) -> Iterator[Server]:
    """Those of them that are installed in folders of programs."""
    path = ":".join(map(str, folders))

    def found(name: str) -> str | None:
        return shutil.which(name, path=path)

    if program := found("ruff"):
        config = str(BOUNDARIES / "ruff_boundaries.toml")
        options = {"settings": {"configuration": config}}
        yield Server(RUFF, (program, "server"), options)
    if program := found("pylsp"):
        yield Server("pylsp (pyflakes)", (program,))
    if program := found("pyright-langserver"):
        yield Server("pyright", (program, "--stdio"))
    if program := found("fixit"):
        rules = {"PYTHONPATH": str(BOUNDARIES)}
        yield Server("Fixit 2", (program, "lsp"), environment=rules)
