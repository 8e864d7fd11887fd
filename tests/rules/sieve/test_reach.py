"""What a name may lead to, where the tree does not have all the modules that it imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bailiwick import check, load_policy

if TYPE_CHECKING:
    from pathlib import Path

POLICY = '[subsystem.p]\nmodules = ["p"]\n\n[subsystem.q]\nmodules = ["q"]\n'
USER = "from p import thing\n\n\nclass Mine(thing.Base):\n    used = thing.made._x\n"


@pytest.mark.parametrize("exhaustive", [False, True])
@pytest.mark.parametrize(
    "package",
    ["from p.fast import *", "from p.thing import thing", "import p.thing.fast as thing"],
)
def test_a_package_may_import_from_a_module_of_its_own_that_the_tree_lacks(
    tmp_path: Path, package: str, exhaustive: bool
) -> None:
    for name, text in (("p", package), ("q", USER)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"{text}\n", encoding="utf-8")
    (tmp_path / "bailiwick.toml").write_text(POLICY, encoding="utf-8")
    policy = load_policy(tmp_path / "bailiwick.toml")
    assert check(policy, cache=False, exhaustive=exhaustive).files == 2
