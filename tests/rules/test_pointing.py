"""What a name refers to: in a text as it is stored, and in one that is being edited."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from bailiwick import Session, load_policy

ROOT = Path(__file__).parents[2]
# Real modules, of this very tree: classes with many methods, branches, imports of all kinds.
PATHS = (
    "rules/bailiwick/syntax/interpret.py",
    "rules/bailiwick/engine/run.py",
    "server/bailiwick_server/server.py",
)
_NAME = re.compile(r"(?<=\.)[^\W\d]\w*|\b[A-Z]\w+")


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(load_policy(ROOT / "bailiwick.toml"))


@pytest.mark.parametrize("path", PATHS)
def test_a_name_is_after_an_edit_what_it_was_before(path: str, session: Session) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    session.put(path, text.encode())
    session.report(path)
    chance = random.Random(path)
    names = [found.start() for found in _NAME.finditer(text)]
    known = 0
    for offset in sorted(chance.sample(names, 60)):
        before = session.point(path, text, offset + 1)
        line = text.rfind("\n", 0, offset) + 1
        edited = f"{text[:line]}\n{text[line:]}"
        assert session.point(path, edited, offset + 2) == before
        known += before is not None
    assert known > 10


def test_an_edit_of_most_of_a_text_is_read_as_another_text(session: Session) -> None:
    path = PATHS[1]
    session.put(path, (ROOT / path).read_bytes())
    session.report(path)
    other = (
        "from bailiwick.vocabulary.errors import UserError\n\n" + "x = 1\n" * 9000 + "UserError\n"
    )
    found = session.point(path, other, len(other) - 3)
    assert found is not None
    assert found.home == "bailiwick.vocabulary.errors:UserError"
    assert session.owner(found.module) is not None


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("import bailiwick.engine.ru|n\n", "bailiwick.engine.run"),
        ("import bailiwick.eng|ine.run\n", "bailiwick.engine"),
        ("import bailiwick.engine.run as r|\n", "bailiwick.engine.run"),
        ("from bailiwick.eng|ine import run\n", "bailiwick.engine"),
        ("from bailiwick.engine import ru|n\n", "bailiwick.engine.run"),
        ("from .engine import run as r|\n", "bailiwick.engine.run"),
        ("from bailiwick import che|ck\n", "bailiwick:check"),
        ("import bailiwick\nbailiwick.che|ck\n", "bailiwick:check"),
        ("from bailiwick import Tree\nTree.o|f\n", "bailiwick:Tree.of"),
        ("from bailiwick import Tree\nx: Tre|e\n", "bailiwick:Tree"),
        ("from bailiwick import Tree\nclass A(Tre|e): ...\n", "bailiwick:Tree"),
        (
            "def f():\n    from bailiwick import Tree\n    return [Tre|e for _ in ()]\n",
            "bailiwick:Tree",
        ),
        ("import o|s\n", ""),
        ("'bailiwick.engi|ne'\n", ""),
        ("# bailiwick.engi|ne\n", ""),
        ("from bailiwick import nothi|ng here\n", ""),
        ("def | f\n", ""),
        ("|", ""),
    ],
)
def test_a_name_is_known_wherever_it_stands(text: str, target: str, session: Session) -> None:
    before, _, after = text.partition("|")
    path = "rules/bailiwick/made_up.py"
    session.put(path, (before + after).encode())
    session.report(path)
    found = session.point(path, before + after, len(before))
    assert (found.target if found else "") == target
