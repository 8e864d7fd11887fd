"""The sieve proposes too much or enough, never too little: whole parsing is the oracle."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import bailiwick
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.rules.tree_grammar import tree

if TYPE_CHECKING:
    from bailiwick import Finding


@pytest.mark.xfail(
    reason="in 4 of 100 of these trees: a column behind odd white space, a private name of what"
    " importlib gives, and a type parameter that hides a name"
)
@settings(derandomize=True, max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_sieved_and_exhaustive_runs_agree_to_the_letter_on_generated_trees(seed: int) -> None:
    files = tree(Random(seed).choice)
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())

        whole = judged(folder, exhaustive=True)
        # The grammar knows more of Python than libcst; what that cannot parse is no question here.
        assume(all(finding.code != "BW901" for finding in whole))
        assert judged(folder, exhaustive=False) == whole


def judged(folder: str, *, exhaustive: bool) -> tuple[Finding, ...]:
    policy = bailiwick.load_policy(Path(folder, "bailiwick.toml"))
    return bailiwick.check(policy, cache=False, exhaustive=exhaustive).findings
