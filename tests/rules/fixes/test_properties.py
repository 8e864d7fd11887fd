"""On any tree: a fix clears what it says, adds nothing, and leaves nothing to a second run."""

from __future__ import annotations

import ast
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import bailiwick
import pytest

from tests.rules.tree_grammar import tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bailiwick import Finding, Report

# What the grammar imports from, private for the most part, with public ways around.
POLICIES = (
    """
    [subsystem.core]
    modules = ["app.core"]
    tests = ["app.tests.core"]
    uses = [{ subsystem = "disk", only = "typing" }, { subsystem = "net", only = "typing" }]
    [subsystem.disk]
    modules = ["app.disk"]
    uses = [{ subsystem = "core", only = "typing" }, "net"]
    [subsystem.net]
    modules = ["app.net"]
    public = ["app.net"]
    """,
    """
    [subsystem.core]
    modules = ["app.core"]
    tests = ["app.tests.core"]
    public = ["app.core"]
    [subsystem.disk]
    modules = ["app.disk"]
    public = ["app.disk", "app.disk.host:Host"]
    [subsystem.net]
    modules = ["app.net"]
    public = ["app.net.link.wire"]
    """,
)
# What packages re-export, so that there is a public way.
OFFERS = (
    "from app.disk.host import Host, Base as Wire, make, _uri as shared\n",
    "from .host import *\nfrom . import _inner, host as x\n",
    "from app.core.base import Base, Host as größe\nfrom app.core import api as y\n",
    "if app:\n    from .base import *\n    from app.net.link import wire\n",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app.disk.host import Host\n",
)


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("seed", range(30))
def test_fixes_clear_what_they_say_and_nothing_else_changes(seed: int, unsafe: bool) -> None:
    files = generated(Random(seed))
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), {path: text.encode() for path, text in files.items()})
        before = judged(folder)
        settled = bailiwick.settle(before.policy, before.findings, unsafe=unsafe)
        write(Path(folder), {file.path: file.after for file in settled.files})
        after = judged(folder)

        gone = [finding for fix in settled.fixes if fix.clears for finding in fix.findings]
        assert counted(after.findings) <= counted(before.findings) - counted(gone)
        for file in settled.files:
            assert line_ends(file.after) <= line_ends(file.before)
            assert statements(file.after) == statements(file.before)
        again = bailiwick.settle(after.policy, after.findings, unsafe=unsafe)
        assert again.files == ()


def generated(random: Random) -> dict[str, str]:
    files = tree(random.choice)
    files["bailiwick.toml"] = random.choice(POLICIES)
    for package in ("app/disk/__init__.py", "app/core/__init__.py", "app/net/__init__.py"):
        files[package] = files.get(package, "") + random.choice(OFFERS)
    for module in ("app/disk/host.py", "app/core/base.py", "app/core/api.py"):
        files[module] = files.get(module, "") + "\nclass Host: ...\ndef make(): ...\n"
    postponed = "from __future__ import annotations\n"
    for path, text in files.items():
        if path.endswith(".py") and text[:1] not in ("", '"') and random.choice((True, False)):
            files[path] = postponed + text
    return files


def write(folder: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def judged(folder: str) -> Report:
    return bailiwick.check(bailiwick.load_policy(Path(folder, "bailiwick.toml")), cache=False)


def counted(findings: Iterable[Finding]) -> Counter[tuple[str, str, str]]:
    """By file, rule and target; circles are hidden as long as an import in them is refused."""
    return Counter((f.path, f.code, f.target) for f in findings if f.code != "BW103")


def line_ends(data: bytes) -> set[bytes]:
    return {ending for ending in (b"\r\n", b"\n") if ending in data.replace(b"\r\n", b"")} | (
        {b"\r\n"} if b"\r\n" in data else set()
    )


class Bare(ast.NodeTransformer):
    """Takes out the imports, and what is left empty without them."""

    def visit_Import(self, node: ast.Import) -> None: ...

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None: ...

    def visit_If(self, node: ast.If) -> ast.AST | None:
        self.generic_visit(node)
        return node if node.body or node.orelse else None


def statements(data: bytes) -> str:
    """All that a module says but for its imports; nothing where this Python cannot read it."""
    try:
        parsed = ast.parse(data)
    except (SyntaxError, ValueError):
        return ""
    return ast.dump(Bare().visit(parsed))
