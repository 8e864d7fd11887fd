"""Positions: every key and value of a document is found where it stands."""

from __future__ import annotations

import json
import string

import pytest
import tomli
from bailiwick.policyfile.positions import positions
from hypothesis import given
from hypothesis import strategies as st

TABLE = [
    ("key = 1", ("key",), 0, 6),
    ("  key  =  'x'", ("key",), 2, 10),
    ("a.b . c = 1", ("a", "b", "c"), 6, 10),
    ("a.b = 1", ("a",), 0, 0),
    ('"a.b" = 1', ("a.b",), 0, 8),
    (r'"\u0061\"" = 1', ('a"',), 0, 13),
    ("'a#' = 1 # a", ("a#",), 0, 7),
    ("[a.b]\nc = 1", ("a", "b"), 3, 3),
    ("[a.b]\nc = 1", ("a", "b", "c"), 6, 10),
    ("[a.b]\n[a]\n", ("a",), 7, 7),
    ("[ a . 'b' ]\n", ("a", "b"), 6, 6),
    ("a = [1, [2, 3], # ]\n  4]", ("a", 2), 22, 22),
    ("a = [1, [2, 3], 4]", ("a", 1, 1), 12, 12),
    ("a = ['''\n]''''', 4]", ("a", 1), 17, 17),
    ('a = ["""\\"""", """]""""", 4]', ("a", 2), 26, 26),
    ("a = {b = 1, c.d = [2]}", ("a", "c", "d", 0), 19, 19),
    ("a = [{b = 1}, {b = 2}]", ("a", 1, "b"), 15, 19),
    ("a = [\n  1, # one,\n  2,\n]", ("a", 1), 20, 20),
    ("a = 1979-05-27 07:32:00Z\nb = 1", ("b",), 25, 29),
    ("[[a]]\nb = 1\n[[a]]\nb = 2", ("a", 1, "b"), 18, 22),
    ("[[a]]\n[[a.b]]\n[a.b.c]\nd = 1\n[[a]]\n[[a.b]]\nd = 2", ("a", 1, "b", 0, "d"), 42, 46),
    ("[[a]]\n[[a.b]]\n[a.b.c]\nd = 1\n", ("a", 0, "b", 0, "c", "d"), 22, 26),
]


@pytest.mark.parametrize(("text", "path", "key", "value"), TABLE)
def test_a_path_is_found_where_it_stands(
    text: str, path: tuple[str | int, ...], key: int, value: int
) -> None:
    assert positions(text)[path] == (key, value)


SCALARS = [
    "1",
    "-1.5e3",
    "true",
    "1979-05-27",
    "1979-05-27 07:32:00Z",
    '""',
    r'"a # ] } , \" b"',
    "'x # [ = '",
    '"""m\n]# \\""" ""end"""""',
    "'''\n'' } \\'''",
]
BARE = set(string.ascii_letters + string.digits + "-_")
NAMES = st.text("ab-_ .#[]{}\"'=é\\\t", max_size=3)
BLANKS = st.sampled_from(["", " ", "  \t"])
BREAKS = st.sampled_from(["", " ", "\n", " # ], } = '\n\t", "\n\n"])


@st.composite
def key_texts(draw: st.DrawFn, name: str) -> str:
    forms = [json.dumps(name, ensure_ascii=False)]
    if name and set(name) <= BARE:
        forms.append(name)
    if "'" not in name:
        forms.append(f"'{name}'")
    return draw(st.sampled_from(forms))


@st.composite
def dotted_keys(draw: st.DrawFn, first: str) -> str:
    names = [first, *draw(st.lists(NAMES, max_size=2))]
    dot = f"{draw(BLANKS)}.{draw(BLANKS)}"
    return dot.join(draw(key_texts(name)) for name in names)


@st.composite
def key_values(draw: st.DrawFn, depth: int) -> list[str]:
    names = draw(st.lists(NAMES, unique=True, max_size=3))
    return [
        f"{draw(dotted_keys(name))}{draw(BLANKS)}={draw(BLANKS)}{draw(values(depth))}"
        for name in names
    ]


@st.composite
def values(draw: st.DrawFn, depth: int) -> str:
    kind = draw(st.sampled_from(["scalar", "array", "table"])) if depth else "scalar"
    if kind == "scalar":
        return draw(st.sampled_from(SCALARS))
    if kind == "table":
        return "{" + ", ".join(draw(key_values(depth - 1))) + " }"
    items = [
        draw(BREAKS) + draw(values(depth - 1)) + draw(BREAKS)
        for _ in range(draw(st.integers(0, 3)))
    ]
    comma = draw(st.sampled_from(["", ","])) if items else ""
    return "[" + ",".join(items) + comma + draw(BREAKS) + "]"


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines = draw(key_values(3))
    for first in draw(st.lists(NAMES, max_size=4)):
        brackets = draw(st.integers(1, 2))
        blank = draw(BLANKS)
        header = blank + draw(dotted_keys(first)) + blank
        lines.append("[" * brackets + header + "]" * brackets + draw(st.sampled_from(["", " # ["])))
        lines += draw(key_values(2))
    return "\n".join(draw(BLANKS) + line for line in lines)


def paths(data: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(data, dict):
        children = list(data.items())
    elif isinstance(data, list):
        children = list(enumerate(data))
    else:
        children = []
    below = [each for key, child in children for each in paths(child, (*path, key))]
    return [path, *below] if path else below


def stands_at(text: str, offset: int, name: str) -> bool:
    forms = (name or '""', json.dumps(name, ensure_ascii=False), f"'{name}'")
    return text.startswith(forms, offset)


@given(documents())
def test_every_key_of_any_document_is_found_where_its_text_stands(text: str) -> None:
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError:
        return  # two of the tables happen to have one name
    found = positions(text)
    assert set(found) == set(paths(data))
    for path, (key, value) in found.items():
        name = path[-1]
        if isinstance(name, str):
            assert stands_at(text, key, name), path
        assert text[value] not in " \t\n#,=", path
