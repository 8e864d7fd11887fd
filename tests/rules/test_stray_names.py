"""A policy that names what the tree has not is told so, and judges all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bailiwick

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """\
[subsystem.compute]
modules = ["compute", "computers"]
public = ["compute.api:run", "compute.api:walk", "compute.cell"]
"""


def test_modules_and_names_that_the_tree_has_not_are_listed_cold_and_warm(tmp_path: Path) -> None:
    (tmp_path / "bailiwick.toml").write_text(POLICY)
    (tmp_path / "compute").mkdir()
    (tmp_path / "compute" / "api.py").write_text("def run(): ...\n")
    policy = bailiwick.load_policy(tmp_path / "bailiwick.toml")

    cold, warm = (bailiwick.check(policy) for _ in range(2))

    places = [(stray.line, stray.column, stray.message) for stray in cold.stray]
    assert places == [
        (2, 23, '"computers" does not exist'),
        (3, 30, '"compute.api:walk" does not exist'),
        (3, 50, '"compute.cell" does not exist'),
    ]
    assert warm.stray == cold.stray
