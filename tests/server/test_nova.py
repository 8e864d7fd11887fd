"""On real Nova, under the policy that comes along: an editor is shown what the command says."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from tests.server.editor import COMMAND, started, until, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.asyncio

# What is typed before a statement somewhere: what is forbidden, and what is not.
LINES = (
    "from nova.virt.ironic import driver as other",
    "x = self._host._conn",
    "from nova import exception  # as all do",
    "self.driver._plug_vifs(instance)  # bailiwick: allow[BW201] it is a test",
    "import nova.virt.zvm.hypervisor",
    "if (x and\n                y): pass",
)
Place = tuple[str, int, int, int, int, str]


@pytest.fixture(scope="module")
def tree(nova_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of Nova with a policy beside it."""
    root = tmp_path_factory.mktemp("editing")
    shutil.copytree(nova_tree / "nova", root / "nova")
    write(root / "bailiwick.toml", 'extends = ["nova"]\n')
    return root


def said(tree: Path, name: str, text: str) -> list[Place]:
    """What the command finds in a text."""
    check = ["check", "--no-cache", "--format", "json", "--stdin-filename", name]
    done = subprocess.run(
        [*COMMAND[:-1], *check], cwd=tree, input=text.encode(), capture_output=True, check=False
    )
    found = json.loads(done.stdout)["findings"]
    places = ("line", "column", "end_line", "end_column")
    return sorted((e["code"], *(e[each] for each in places), e["message"]) for e in found)


def shown(diagnostics: list[types.Diagnostic]) -> list[Place]:
    """The same of diagnostics; the columns of these lines are all ASCII."""
    return sorted(
        (
            str(each.code),
            each.range.start.line + 1,
            each.range.start.character + 1,
            each.range.end.line + 1,
            each.range.end.character + 1,
            each.message.partition("\n")[0],
        )
        for each in diagnostics
    )


@pytest.mark.parametrize(
    "name",
    [
        "nova/virt/libvirt/driver.py",
        "nova/compute/manager.py",
        "nova/virt/fake.py",
        "nova/tests/unit/virt/zvm/test_driver.py",
    ],
)
async def test_after_edits_of_a_file_an_editor_is_shown_what_the_command_says_of_the_text(
    tree: Path, name: str
) -> None:
    chance = random.Random(name)
    text = (tree / name).read_text(encoding="utf-8")
    async with started(tree) as editor:
        await editor.begin()
        editor.open(name)
        assert shown(await editor.shown(name, lambda _: True)) == said(tree, name, text)
        for line in LINES:
            starts = [each.end() for each in re.finditer(r"\n {8}(?=return\b|self\.)", text)]
            offset = chance.choice(starts)
            margin = text[text.rfind("\n", 0, offset) + 1 : offset]
            added = f"{line}\n{margin}"
            for start in range(0, len(added), 9):
                piece, before = added[start : start + 9], text[:offset]
                place = types.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)
                version = editor.change(name, (types.Range(place, place), piece))
                text = f"{before}{piece}{text[offset:]}"
                offset += len(piece)
        wanted = said(tree, name, text)
        assert wanted != said(tree, name, (tree / name).read_text(encoding="utf-8"))

        def agrees() -> bool:
            last = editor.published[-1]
            return last.version == version and shown(list(last.diagnostics)) == wanted

        await until(agrees, lambda: f"{wanted}\n{shown(editor.diagnostics(name))}")
