"""The JSON Schema of the policy file, and the reference page: both say what the loader checks."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tomli
from bailiwick.policyfile import load_policy, schema
from bailiwick.policyfile.extending import shipped
from bailiwick.policyfile.page import TABLES, refresh
from bailiwick.policyfile.shapes import Either, Key, Many, Named, Shape, Table
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
POLICIES = ROOT / "rules/bailiwick/policies"
PAGE = ROOT / "docs/policy.md"
ACCEPTED = [
    "",
    'extends = ["nova"]\n[subsystem.libvirt]\nowners = ["us"]',
    "[subsystem.a]\nmodules = ['p']\nuses = ['b', { subsystem = 'c', until = 2027-03-01 }]",
    "[subsystem.a]\npublic = 'all'\nuses = 'any'\nrules = { BW101 = 'off' }",
    "[layers.l]\norder = ['a', ['b', 'c']]\nclosed = true",
    "[group.g]\nsiblings-of = 'p'\nindependent = true",
]
REJECTED = [
    "extend = []",
    "unclaimed = 'off'",
    "subsystem = 3",
    "[subsystem.'a b']\nmodules = ['p']",
    "[subsystem.a]\nmodules = []",
    "[subsystem.a]\nmodules = ['p.*']",
    "[subsystem.a]\nmodules = ['p', 'p']",
    "[subsystem.a]\npublic = 'al'",
    "[subsystem.a]\npublic = ['p:']",
    "[subsystem.a]\nuses = [{ names = ['p'] }]",
    "[subsystem.a]\nuses = [{ subsystem = 'b', only = 'runtime' }]",
    "[subsystem.a]\nuses = [{ subsystem = 'b', until = 3 }]",
    "[subsystem.a]\nrules = { BW101 = 'warn' }",
    "[rules]\nBW999 = 'off'",
    "[rules]\nBW904 = 'off'",
    "[layers.l]\norder = ['a']",
    "[contract.c]\ninterface = 'p.C'",
    "source-roots = ['../x']",
]


def as_json(text: str) -> Any:
    """A document as an editor shows it to a schema: dates are texts."""
    return plain(tomli.loads(text))


def plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain(value) for value in data]
    return data.isoformat() if isinstance(data, datetime.date) else data


def keys_of(shape: Shape) -> Iterator[Key]:
    if isinstance(shape, Table):
        for key in shape.keys:
            yield key
            yield from keys_of(key.shape)
    elif isinstance(shape, Either):
        for each in shape.shapes:
            yield from keys_of(each)
    elif isinstance(shape, Many):
        yield from keys_of(shape.item)
    elif isinstance(shape, Named):
        yield from keys_of(shape.of)


KEYS = {id(key): key for key in keys_of(TABLES["policy"])}.values()


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("text", ACCEPTED)
def test_the_schema_accepts_what_the_loader_accepts(text: str) -> None:
    Draft202012Validator(schema()).validate(as_json(text))


@pytest.mark.parametrize("name", shipped())
def test_the_schema_accepts_the_shipped_policies(name: str) -> None:
    text = (POLICIES / f"{name}.toml").read_text(encoding="utf-8")
    Draft202012Validator(schema()).validate(as_json(text))


@pytest.mark.parametrize("text", REJECTED)
def test_the_schema_rejects_what_it_can(text: str) -> None:
    assert not Draft202012Validator(schema()).is_valid(as_json(text))


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_every_key_is_described_and_its_example_is_right(key: Key) -> None:
    assert key.meaning.endswith(".")
    assert key.required or key.default or key.name in {"subsystem", "reason"}
    if key.example:
        example = as_json(f"value = {key.example}")["value"]
        Draft202012Validator(key.shape.schema()).validate(example)


def test_the_reference_page_is_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert refresh(page) == page, "python -m bailiwick.policyfile.page docs/policy.md"


def test_the_reference_page_has_every_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in TABLES if f"<!-- keys: {name} -->" not in page] == []


BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_the_reference_page_shows_nothing_wrong(block: str) -> None:
    Draft202012Validator(schema()).validate(as_json(block))


def test_the_first_policy_on_the_reference_page_loads(tmp_path: Path) -> None:
    (tmp_path / "bailiwick.toml").write_text(BLOCKS[0], encoding="utf-8")
    assert list(load_policy(tmp_path / "bailiwick.toml").subsystems) == [
        *("virt-api", "libvirt", "ironic")
    ]
