"""Real git repositories for tests: the same git whatever the machine's own settings say."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OPTIONS = [
    option
    for setting in (
        "user.name=Ann",
        "user.email=ann@example.org",
        "init.defaultBranch=main",
        "protocol.file.allow=always",
        "core.autocrlf=false",
        "commit.gpgsign=false",
    )
    for option in ("-c", setting)
]
# Of a small shop: what till may use of stock, and that office may use what is public of both.
SHOP = """\
[subsystem.stock]
modules = ["shop.stock"]
public = ["shop.stock.api"]
[subsystem.till]
modules = ["shop.till"]
uses = ["stock"]
[subsystem.office]
modules = ["shop.office"]
"""


def attempt(
    folder: Path, *words: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run git, whatever comes of it."""
    return subprocess.run(
        ["git", *OPTIONS, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def git(folder: Path, *words: str, environment: Mapping[str, str] | None = None) -> str:
    """Run git and give what it prints."""
    done = attempt(folder, *words, environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts, by path."""
    for name, text in files.items():
        folder.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        folder.joinpath(name).write_text(text, encoding="utf-8")


def commit(folder: Path, message: str = "work") -> None:
    """Commit all that is there."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
