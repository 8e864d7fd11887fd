"""Which rules a user hears of."""

from __future__ import annotations

import pytest
from bailiwick import UserError
from bailiwick_hooks.selection import Selection

NAMES = {
    "BW101": "import-across",
    "BW102": "import-private",
    "BW201": "private-attribute",
    "BW901": "not-parsed",
    "BW904": "unclaimed-module",
}
EVERY = " ".join(NAMES)

KEPT = {
    ((), ()): EVERY,
    (("ALL",), ()): EVERY,
    (("BW",), ()): EVERY,
    (("BW101",), ()): "BW101 BW901",
    (("bw1,BW904",), ()): "BW101 BW102 BW901 BW904",
    (("import-private",), ()): "BW102 BW901",
    ((), ("BW1",)): "BW201 BW901 BW904",
    (("BW101",), ("BW1",)): "BW101 BW901",
    (("BW1",), ("BW101",)): "BW102 BW901",
    (("BW101",), ("BW101",)): "BW901",
    (("BW101",), ("ALL",)): "BW101 BW901",
    ((), ("BW9",)): "BW101 BW102 BW201 BW901",
    ((), ("BW901", "BW904")): "BW101 BW102 BW201",
}


@pytest.mark.parametrize(("select", "ignore"), KEPT)
def test_the_longer_selector_wins_and_an_unread_file_stays(
    select: tuple[str, ...], ignore: tuple[str, ...]
) -> None:
    selection = Selection(select, ignore, NAMES)
    assert " ".join(filter(selection.keeps, NAMES)) == KEPT[select, ignore]


MISSPELT = {
    "BW1O1": "Did you mean BW101?",
    "import-acros": "Did you mean import-across?",
    "BW3": "`bailiwick rules` lists them all.",
    "": "no rule is called ''",
}


@pytest.mark.parametrize("word", MISSPELT)
def test_a_misspelt_selector_is_refused_with_a_near_match(word: str) -> None:
    with pytest.raises(UserError) as refused:
        Selection([word], [], NAMES)
    assert MISSPELT[word] in str(refused.value)
