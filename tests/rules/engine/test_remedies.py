"""The way that a finding names instead: one that the module may really go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bailiwick.engine.run import check
from bailiwick.policyfile import load_policy

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """\
[subsystem.stock]
modules = ["shop.stock"]
public = ["shop.stock.api"]
[subsystem.till]
modules = ["shop.till"]
[subsystem.office]
modules = ["shop.office"]
uses = ["stock"]
"""
FILES = {
    "shop/stock/api.py": "from shop.stock.shelf import Shelf\n",
    "shop/stock/shelf.py": "class Shelf: ...\nclass Rack: ...\n",
    "shop/till/sale.py": "from shop.stock import api\nfrom shop.stock.shelf import Rack\n",
}
CASES = {
    "a re-export that is public": ("from shop.stock.shelf import Shelf", "shop.stock.api:Shelf"),
    "where it is defined, if it came by a detour": (
        "from shop.till.sale import api",
        "shop.stock.api",
    ),
    "nothing, where that is private too": ("from shop.till.sale import Rack", ""),
    "nothing, where nobody offers it": ("from shop.stock.shelf import Rack", ""),
}


@pytest.mark.parametrize("case", CASES)
def test_a_finding_names(case: str, tmp_path: Path) -> None:
    statement, instead = CASES[case]
    for name, text in {**FILES, "bailiwick.toml": POLICY}.items():
        tmp_path.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        tmp_path.joinpath(name).write_text(text)
    policy, path = load_policy(tmp_path / "bailiwick.toml"), tmp_path / "shop/office/book.py"
    report = check(policy, stdin=(path, f"{statement}\n".encode()))
    assert [finding.instead for finding in report.findings] == [instead]
