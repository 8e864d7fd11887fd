"""What may stand where in a policy that is being written, valid or not."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
import tomli
from bailiwick.policyfile import extending
from bailiwick.policyfile.drafts import PolicyDraft
from bailiwick.policyfile.extending import shipped
from bailiwick.policyfile.positions import positions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.policyfile.drafts import Spot

POLICY = """\
unclaimed = "error"

[subsystem.core]
modules = ["shop.core", "shop.stock"]
public = ["shop.core:Order"]

[subsystem.pay]
modules = ["shop.pay"]
uses = [
    "core",
    { subsystem = "mail", names = ["shop.mail:send"], reason = "until the queue" },
]
public-to = { core = ["shop.pay.api"] }

[group.all]
members = ["core", "pay"]

[layers.house]
order = ["pay", ["core", "mail"]]

[rules]
BW101 = "warning"
"""


def draft_at(text: str) -> tuple[PolicyDraft, int]:
    """A draft, and the place of the bar in its text."""
    before, bar, after = text.partition("|")
    assert bar
    return PolicyDraft(before + after), len(before)


def at(text: str) -> Spot | None:
    draft, offset = draft_at(text)
    return draft.spot(offset)


def spot_at(text: str) -> Spot:
    spot = at(text)
    assert spot is not None
    return spot


@pytest.mark.parametrize(
    ("text", "kind", "path", "typed"),
    [
        ("|", "key", (), ""),
        ("unc|", "key", (), "unc"),
        ("[subsystem.core]\n|", "key", ("subsystem", "core"), ""),
        ("[subsystem.core]\nmod|\n[subsystem.b]\n", "key", ("subsystem", "core"), "mod"),
        ("[|", "header", (), ""),
        ("[sub|]", "header", (), "sub"),
        ("[subsystem.|", "header", ("subsystem",), ""),
        ("[subsystem.c|\nmodules = []", "header", ("subsystem",), "c"),
        ("unclaimed = |", "value", ("unclaimed",), ""),
        ("unclaimed =|\n[rules]", "value", ("unclaimed",), ""),
        ('unclaimed = "er|', "value", ("unclaimed",), "er"),
        ('unclaimed = "er|"', "value", ("unclaimed",), "er"),
        ("[subsystem.a]\nuses = [|", "value", ("subsystem", "a", "uses"), ""),
        ("[subsystem.a]\nuses = [|]", "value", ("subsystem", "a", "uses"), ""),
        ('[subsystem.a]\nuses = ["b", "c|"]', "value", ("subsystem", "a", "uses", 1), "c"),
        ("[subsystem.a]\nuses = [co|]", "value", ("subsystem", "a", "uses", 0), "co"),
        (
            '[subsystem.a]\nuses = [\n    "b",\n    |\n\n[subsystem.b]\nmodules = ["x"]\n',
            "value",
            ("subsystem", "a", "uses"),
            "",
        ),
        ("[subsystem.a]\nuses = [{|", "key", ("subsystem", "a", "uses", 0), ""),
        ("[subsystem.a]\nuses = [{ sub| }]", "key", ("subsystem", "a", "uses", 0), "sub"),
        (
            '[subsystem.a]\nuses = [{ subsystem = "b", names = ["x.y|',
            "value",
            ("subsystem", "a", "uses", 0, "names", 0),
            "x.y",
        ),
        (
            '[subsystem.a]\nuses = [{ subsystem = "b", names = ["x.y"\npublic = |',
            "value",
            ("subsystem", "a", "public"),
            "",
        ),
        ("[layers.a]\norder = [[|", "value", ("layers", "a", "order", 0), ""),
        ("[rules]\nBW1|", "key", ("rules",), "BW1"),
        ("[subsystem.a]\nrules = { BW101 = | }", "value", ("subsystem", "a", "rules", "BW101"), ""),
    ],
)
def test_the_place_of_the_cursor_is_known_however_little_is_typed(
    text: str, kind: str, path: tuple[str | int, ...], typed: str
) -> None:
    for end in ("\n", "\r\n"):
        spot = spot_at(text.replace("\n", end))
        assert (spot.kind, spot.path, spot.typed) == (kind, path, typed)


@pytest.mark.parametrize("text", ["# a comment |", 'unclaimed = "error" # co|', "[a] #|"])
def test_nothing_is_expected_in_a_comment(text: str) -> None:
    assert at(text) is None


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ('[subsystem.a]\nmodules = ["|', ("module",)),
        ('[subsystem.a]\npublic = ["|', ("target",)),
        ('[subsystem.a]\nuses = ["|', ("subsystem or group",)),
        ('[group.a]\nmembers = ["|', ("subsystem",)),
        ('[layers.a]\norder = ["|', ("subsystem or group",)),
        ('[layers.a]\norder = [["|', ("subsystem or group",)),
        ('[contract.a]\ninterface = "|', ("object",)),
        ('extends = ["|', ("policy",)),
        ("[subsystem.|", ("name",)),
        ("[subsystem.a]\npublic-to = { |", ("subsystem or group",)),
        ("[rules]\n|", ("rule",)),
        ('unclaimed = "|', ()),
    ],
)
def test_what_may_be_named_is_what_the_loader_checks(text: str, roles: tuple[str, ...]) -> None:
    assert spot_at(text).roles == roles


def words_of(spot: Spot) -> list[str]:
    return [proposal.word for proposal in spot.proposals]


def test_keys_are_proposed_that_are_not_there_yet() -> None:
    spot = spot_at(POLICY.replace("public-to", "|\npublic-to"))
    assert "owners" in words_of(spot)
    assert not {"modules", "uses", "public-to"} & set(words_of(spot))


def test_the_key_under_the_cursor_is_proposed_to_itself() -> None:
    assert "modules" in words_of(spot_at('[subsystem.a]\nmodul|es = ["a"]'))


def test_a_proposed_key_says_what_it_means_and_how_its_value_begins() -> None:
    proposals = {each.word: each for each in spot_at("[subsystem.a]\n|").proposals}
    assert proposals["uses"].insert == "uses = [$0]"
    assert "whose public API it may use" in proposals["uses"].meaning
    assert proposals["drop"].insert == "drop = $0"


def test_closed_choices_are_proposed_with_quotes_where_there_are_none() -> None:
    assert [each.insert for each in spot_at("unclaimed = |").proposals] == [
        '"error"',
        '"warning"',
        '"ignore"',
    ]
    assert next(each.insert for each in spot_at('unclaimed = "|"').proposals) == "error"
    assert words_of(spot_at("[group.a]\nindependent = |")) == ["true", "false"]


def test_tables_are_proposed_in_a_header() -> None:
    assert set(words_of(spot_at("[|]"))) >= {
        "subsystem",
        "group",
        "layers",
        "contract",
        "strings",
        "rules",
    }


def test_entries_that_a_list_has_are_known() -> None:
    spot = spot_at('[group.a]\nmembers = ["core", "pay", "|"]')
    assert spot.siblings == {"core", "pay"}


def test_rule_codes_are_proposed_and_severities_behind_them() -> None:
    assert "BW101" in words_of(spot_at("[rules]\n|"))
    assert words_of(spot_at('[rules]\nBW101 = "|"')) == ["error", "warning", "info", "off"]


def test_words_have_the_roles_that_their_shapes_give_them() -> None:
    draft = PolicyDraft(POLICY)
    roles = {(word.text, draft.role(word)) for word in draft.words if draft.role(word)}
    assert {
        ("core", "name"),
        ("core", "subsystem or group"),
        ("shop.core:Order", "target"),
        ("shop.mail:send", "target"),
        ("shop.stock", "module"),
        ("BW101", "rule"),
    } <= roles


def test_keys_and_tables_have_the_meaning_that_the_reference_page_gives() -> None:
    draft = PolicyDraft(POLICY)
    meanings = {word.text: draft.meaning(word) for word in draft.words if draft.meaning(word)}
    assert "Left out" not in meanings["uses"]
    assert '`"any"`' in meanings["uses"]
    assert "named set of modules" in meanings["pay"]
    assert meanings["reason"].startswith("**`reason`**")


def test_in_pyproject_only_the_table_of_bailiwick_is_a_policy() -> None:
    text = '[project]\nname = "x"\n\n[tool.bailiwick]\nunclaimed = ""\n\n[tool.ruff]\nselect = []\n'
    draft = PolicyDraft(text, "pyproject.toml")
    assert [word.text for word in draft.words] == ["unclaimed", ""]
    spot = draft.spot(text.index('""') + 1)
    assert spot is not None
    assert spot.path == ("unclaimed",)
    assert draft.spot(text.index("name") + 2) is None
    assert draft.spot(text.index("select") + 2) is None
    nested = PolicyDraft("[tool.bailiwick.subsystem.a]\nuse\n", "pyproject.toml")
    inside = nested.spot(len("[tool.bailiwick.subsystem.a]\nuse"))
    assert inside is not None
    assert inside.path == ("subsystem", "a")


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path, value


def valid_policies() -> Iterator[str]:
    yield POLICY
    for name in shipped():
        yield extending.shipped_path(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("text", list(valid_policies()))
def test_of_valid_toml_it_reads_what_tomli_reads_where_it_stands(text: str) -> None:
    words = {word.path: word for word in PolicyDraft(text).words if word.kind == "value"}
    places = positions(text)
    for path, value in leaves(tomli.loads(text)):
        if isinstance(value, str):
            assert words[path].text == value
            assert words[path].start == places[path][1] + 1


@pytest.mark.parametrize("seed", range(200))
def test_any_text_is_read_to_its_end_and_words_are_where_they_say(seed: int) -> None:
    chance = random.Random(seed)
    text = POLICY
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice((0, 1, 1, 5, 40)))
        text = (
            text[:start] + chance.choice(("", "", "[", "]", '"', "{", "=", "\n", ".")) + text[end:]
        )
    draft = PolicyDraft(text)
    for word in draft.words:
        assert text[word.start : word.end] == word.text
    for offset in range(len(text) + 1):
        draft.spot(offset)


@pytest.mark.parametrize("seed", range(50))
def test_a_line_that_is_cut_short_costs_no_other_table(seed: int) -> None:
    chance = random.Random(seed)
    lines = POLICY.split("\n")
    number = chance.choice([n for n, line in enumerate(lines) if " = " in line])
    lines[number] = lines[number][: chance.randrange(1, len(lines[number]))]
    expected = [word.path for word in PolicyDraft(POLICY).words if word.kind == "header"]
    found = [word.path for word in PolicyDraft("\n".join(lines)).words if word.kind == "header"]
    assert found == expected
