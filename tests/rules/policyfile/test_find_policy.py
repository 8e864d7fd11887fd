"""Finding the policy: the nearest one, upwards from the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bailiwick.policyfile import find_policy

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "bailiwick.toml": "",
    "one/pyproject.toml": "[tool . bailiwick]\n",
    "one/deep/pyproject.toml": "[project]\nname = 'bailiwick-user'\n",
    "two/pyproject.toml": "[tool]\nbailiwick.unclaimed = 'error'\n",
    "two/bailiwick.toml": "",
    "three/pyproject.toml": "[tool.bailiwick\n",
    "four/pyproject.toml": "name = bailiwick\n",
    "five/bailiwick.toml/x": "",
}


@pytest.mark.parametrize(
    ("start", "found"),
    [
        (".", "bailiwick.toml"),
        ("bailiwick.toml", "bailiwick.toml"),
        ("not/there/yet.py", "bailiwick.toml"),
        ("one", "one/pyproject.toml"),
        ("one/deep/a.py", "one/pyproject.toml"),
        ("one/deep/../../a.py", "bailiwick.toml"),
        ("two/a.py", "two/bailiwick.toml"),
        ("three/a.py", "three/pyproject.toml"),
        ("four/a.py", "bailiwick.toml"),
        ("five/a.py", "bailiwick.toml"),
    ],
)
def test_the_nearest_policy_governs(tmp_path: Path, start: str, found: str) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert find_policy(tmp_path / start) == tmp_path / found


def test_a_start_is_seen_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bailiwick.toml").touch()
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    assert find_policy(type(tmp_path)("x.py")) == tmp_path / "bailiwick.toml"


def test_no_policy_is_none(tmp_path: Path) -> None:
    found = find_policy(tmp_path)
    assert found is None or tmp_path.is_relative_to(found.parent)
