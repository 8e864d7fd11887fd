"""The servers that are measured, and how each is told what to look for."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BOUNDARIES = Path(__file__).parent.parent / "boundaries"
OURS = "bailiwick server"
RUFF = "ruff server"


@dataclass(frozen=True, slots=True)
class Server:
    """A server: how it is started, and what it is told at first.

    slow: whether it takes seconds for a keystroke, so that few are enough
    """

    name: str
    command: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    slow: bool = False


def ours() -> Server:
    """Bailiwick's own."""
    return Server(OURS, (sys.executable, "-m", "bailiwick_hooks", "server"))


def others(programs: Path | None) -> Iterator[Server]:
    """Those of them that are installed in a folder of programs, or beside this Python."""
    folders = [programs, Path(sys.executable).parent]
    path = ":".join(str(folder) for folder in folders if folder is not None)

    def found(name: str) -> str | None:
        return shutil.which(name, path=path)

    if program := found("ruff"):
        config = str(BOUNDARIES / "ruff_boundaries.toml")
        options = {"settings": {"configuration": config}}
        yield Server(RUFF, (program, "server"), options)
    if program := found("pylsp"):
        yield Server("pylsp (pyflakes)", (program,), slow=True)
    if program := found("pyright-langserver"):
        yield Server("pyright", (program, "--stdio"), slow=True)
    if program := found("fixit"):
        rules = {"PYTHONPATH": str(BOUNDARIES)}
        yield Server("Fixit 2", (program, "lsp"), environment=rules, slow=True)
