"""Texts that stand nowhere are judged as the same texts in the tree are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.engine.probe import probe
from bailiwick.engine.run import check
from bailiwick.policyfile import load_policy

if TYPE_CHECKING:
    from pathlib import Path

    from bailiwick.vocabulary.finding import Finding

POLICY = """\
exclude = ["shop/made.py"]

[subsystem.till]
modules = ["shop.till"]

[subsystem.stock]
modules = ["shop.stock"]
"""
STOCK = "class Shelf:\n    def _open(self): ...\n\n\ndef _count(): ...\n"
TILL = {
    "shop/till/a.py": "from shop.stock.goods import _count, Shelf\n\nShelf._open\n",
    "shop/till/b.py": "from .a import Shelf\n\n\nclass Mine(Shelf):\n    def _open(self): ...\n",
}


def lay(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def test_a_text_is_judged_as_if_it_stood_in_the_tree(tmp_path: Path) -> None:
    lay(tmp_path / "made", {"bailiwick.toml": POLICY, "shop/__init__.py": ""})
    lay(tmp_path / "real", {"bailiwick.toml": POLICY, "shop/__init__.py": ""} | TILL)
    lay(tmp_path / "real", {"shop/stock/goods.py": STOCK})
    texts = {path: text.encode() for path, text in TILL.items()}
    texts["shop/stock/goods.py"] = STOCK.encode()

    probing = probe(load_policy(tmp_path / "made" / "bailiwick.toml"), texts)

    real = check(load_policy(tmp_path / "real" / "bailiwick.toml"), cache=False)
    found = [finding for probed in probing.texts.values() for finding in probed.findings]
    assert {_told(each) for each in found} == {
        _told(each) for each in real.findings if each.path in texts
    }
    assert {each.code for each in found} == {"BW102", "BW201", "BW202"}
    assert not (tmp_path / "made" / "shop" / "till").exists()
    assert not (tmp_path / "made" / ".bailiwick_cache").exists()


def test_a_text_that_the_policy_leaves_out_says_by_what(tmp_path: Path) -> None:
    lay(tmp_path, {"bailiwick.toml": f'source-roots = ["shop"]\n{POLICY}', "shop/__init__.py": ""})
    texts = {"shop/made.py": b"", "elsewhere/made.py": b""}
    judged = probe(load_policy(tmp_path / "bailiwick.toml"), texts).texts
    assert judged["shop/made.py"].unjudged == 'the policy\'s exclude has "shop/made.py"'
    assert judged["elsewhere/made.py"].unjudged == "it lies outside the source roots (shop)"


def _told(finding: Finding) -> tuple[str, str, int, int, str]:
    return finding.path, finding.code, finding.span.line, finding.span.column, finding.target
