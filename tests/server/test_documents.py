"""Texts as editors hold them: lines, positions, edits."""

from __future__ import annotations

import random

import pytest
from bailiwick import Span
from bailiwick_server.documents import Document, Text
from lsprotocol.types import Position, PositionEncodingKind, Range

UTF8, UTF16, UTF32 = (
    PositionEncodingKind.Utf8,
    PositionEncodingKind.Utf16,
    PositionEncodingKind.Utf32,
)
# All that str.splitlines takes for a line's end, with what the protocol takes for one.
PIECES = ["a", "bc", "\n", "\r", "\r\n", "\f", "\v", "\x1c", "\x85", "\u2028", "ä", "😀", " ", ""]


def text(content: str, encoding: PositionEncodingKind = UTF16) -> Text:
    return Text.of(content, encoding)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_ends_where_the_protocol_says(end: str) -> None:
    assert text(f"a{end}b{end}").starts[:] == [0, 1 + len(end), 2 + 2 * len(end)]


@pytest.mark.parametrize("sign", ["\f", "\v", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_a_line_ends_nowhere_else(sign: str) -> None:
    assert text(f"a{sign}b\nc").starts[:] == [0, 4]


@pytest.mark.parametrize(("encoding", "units"), [(UTF8, 7), (UTF16, 4), (UTF32, 3)])
def test_a_position_counts_the_units_that_were_negotiated(
    encoding: PositionEncodingKind, units: int
) -> None:
    line = text("ä😀bc", encoding)
    assert line.offset(Position(0, units)) == 3
    assert line.position(3) == Position(0, units)


@pytest.mark.parametrize("encoding", [UTF8, UTF16])
def test_a_position_within_a_character_is_taken_for_its_start(
    encoding: PositionEncodingKind,
) -> None:
    assert text("a😀b", encoding).offset(Position(0, 2)) == 1


@pytest.mark.parametrize(
    ("position", "offset"),
    [
        (Position(0, 99), 2),
        (Position(1, 99), 6),
        (Position(7, 0), 7),
        (Position(2, 1), 7),
        (Position(0, 2**31 - 1), 2),
    ],
)
def test_a_position_out_of_range_is_taken_for_the_nearest_end(
    position: Position, offset: int
) -> None:
    assert text("ab\r\ncd\n").offset(position) == offset


def test_a_span_and_its_range_mean_the_same() -> None:
    found = text("x\n  ä😀 = 1\n").range(Span(2, 3, 2, 5))
    assert found == Range(Position(1, 2), Position(1, 5))
    assert text("x\n  ä😀 = 1\n").span(found) == Span(2, 3, 2, 5)


def test_a_byte_order_mark_is_no_character_to_a_finding_but_one_to_an_editor() -> None:
    marked = text("\ufeffimport a\n")
    assert marked.range(Span(1, 8, 1, 9)) == Range(Position(0, 8), Position(0, 9))
    assert marked.span(Range(Position(0, 8), Position(0, 9))) == Span(1, 8, 1, 9)


def test_a_span_behind_the_end_is_at_the_end() -> None:
    assert text("a").range(Span(9, 9, 9, 9)) == Range(Position(0, 1), Position(0, 1))


@pytest.mark.parametrize("seed", range(300))
def test_an_edited_text_is_that_text_made_anew(seed: int) -> None:
    chance = random.Random(seed)

    def some(most: int) -> str:
        return "".join(chance.choices(PIECES, k=chance.randrange(most)))

    edited = text(some(30), chance.choice([UTF8, UTF16, UTF32]))
    for _ in range(30):
        start, end = (chance.randrange(len(edited.content) + 1) for _ in range(2))
        new = some(6)
        first, last = min(start, end), max(start, end)
        expected = edited.content[:first] + new + edited.content[last:]
        edited = edited.edited(start, end, new)
        assert edited.content == expected
        assert edited.starts[:] == text(expected).starts[:]


def test_edits_are_made_one_after_the_other() -> None:
    document = Document("file:///a.py", 1, text("one\ntwo\n"))
    edits = [
        (Range(Position(0, 0), Position(0, 3)), "1\n1"),
        (Range(Position(2, 0), Position(2, 3)), "2"),
    ]
    assert document.changed(2, edits).text.content == "1\n1\n2\n"
    assert document.changed(3, [(None, "all")]).text.content == "all"
