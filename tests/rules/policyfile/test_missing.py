"""What a policy names and the tree does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.policyfile import load_policy, missing

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

TEXT = """\
extends = ["nova"]

[subsystem.a]
modules = ["p.a", "p.gone"]
tests = ["p.tests.a"]
public = ["p.a.api", "p.a.api:Gone.name", "p.a:here"]
uses = [{ subsystem = "b", names = ["p.b.bone"] }]

[subsystem.b]
modules = ["p.b"]
public-to = { a = ["p.b:gone"] }

[group.g]
siblings-of = "p.siblings"

[contract.c]
interface = "p.a:Interface"
implemented-by = ["a"]
returned-by = ["p.a.api:load"]
held-by = ["p.b:Holder.driver"]
"""
EXISTING = ["p", "p.a", "p.tests.a", "p.a.api", "p.a:here", "p.b", "p.b.done", "p.b:Holder"]


def test_only_what_the_projects_own_files_name_can_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bailiwick.toml").write_text(TEXT)
    policy = load_policy(tmp_path / "bailiwick.toml")
    found = missing(policy, EXISTING.__contains__, EXISTING)
    assert [(each.path, each.line, each.column) for each in found] == [
        ("bailiwick.toml", 4, 19),
        ("bailiwick.toml", 6, 22),
        ("bailiwick.toml", 7, 37),
        ("bailiwick.toml", 11, 20),
        ("bailiwick.toml", 14, 15),
        ("bailiwick.toml", 17, 13),
        ("bailiwick.toml", 19, 16),
    ]
    assert str(found[2]) == (
        'bailiwick.toml:7:37: "p.b.bone" does not exist\n    did you mean "p.b.done"?'
    )
    assert found[1].message == '"p.a.api:Gone" does not exist'
