"""Each output format is a pure function from findings to text."""

from __future__ import annotations

import json
import re
import time

import jsonschema
import pytest
from bailiwick_hooks.formats import concise, json_document, statistics, text
from bailiwick_hooks.outcome import Outcome
from bailiwick_hooks.terminal.color import painter, plain
from findings import ACROSS, at, finding

PLAIN = """\
nova/virt/zvm/driver.py:31:23: BW101 zvm may not import from libvirt: nova.virt.libvirt
   |
31 | from nova.virt import libvirt
   |                       ^^^^^^^
   = known by: the name is the package nova/virt/libvirt/__init__.py
   = decided by: bailiwick.toml:24  group "drivers" is independent
   = instead: nova.virt.images
   = ask: nova-libvirt-core, alice          bailiwick explain BW101

Found 1 error in 1,505 files.
"""


def test_text_says_what_where_how_who_and_what_instead() -> None:
    assert text.render(Outcome((ACROSS,), 1505), plain) == PLAIN


def test_text_leaves_out_what_is_not_known() -> None:
    bare = finding(
        span=at(1, 1, 1, 1),
        excerpt="",
        known_by="",
        decided_by="",
        instead="",
        owners=(),
        severity="warning",
        message="not Python",
    )
    assert text.render(Outcome((bare,), 2), plain) == (
        "nova/virt/zvm/driver.py:1:1: BW101 not Python [warning]\n"
        "  = see: bailiwick explain BW101\n"
        "\n"
        "Found 1 warning in 2 files.\n"
    )


FRAMES = {
    "an ASCII line": (
        "from nova.virt import libvirt",
        at(1, 23, 1, 30),
        ["1 | from nova.virt import libvirt", "  |                       ^^^^^^^"],
    ),
    "the gutter is as wide as the number": (
        "import a",
        at(12345, 8, 12345, 9),
        ["12345 | import a", "      |        ^"],
    ),
    "tabs before, under and behind the span": (
        "\tx.\t_y\tz",
        at(1, 2, 1, 7),
        ["1 |     x.  _y  z", "  |     ^^^^^^"],
    ),
    "wide characters take two cells": (
        'x = "日本", a._b',
        at(1, 11, 1, 15),
        ['1 | x = "日本", a._b', "  |             ^^^^"],
    ),
    "combining characters take none": (
        'x = "e\u0301", a._b',
        at(1, 11, 1, 15),
        ['1 | x = "e\u0301", a._b', "  |          ^^^^"],
    ),
    "a span over several lines is underlined to the end of the first": (
        "from a import (b,  ",
        at(3, 15, 5, 2),
        ["3 | from a import (b,", "  |               ^^^ to line 5"],
    ),
    "an empty span still shows where it is": (
        "import a",
        at(1, 8, 1, 8),
        ["1 | import a", "  |        ^"],
    ),
    "what could move the cursor or turn the text is replaced": (
        "\x0ca = \x1b[31m'\u202e' + b._c",
        at(1, 17, 1, 21),
        ["1 | \ufffda = \ufffd[31m'\ufffd' + b._c", "  |                 ^^^^"],
    ),
}


@pytest.mark.parametrize("case", FRAMES)
def test_carets_stand_under_the_span_for(case: str) -> None:
    excerpt, span, expected = FRAMES[case]
    output = text.render(Outcome((finding(excerpt=excerpt, span=span),), 1), plain)
    assert output.splitlines()[2:4] == expected


@pytest.mark.parametrize("column", [1, 300, 990])
def test_a_very_long_line_is_cut_to_what_surrounds_the_span(column: int) -> None:
    excerpt = "_" * (column - 1) + "HERE" + "_" * (1000 - column)
    span = at(1, column, 1, column + 4)
    output = text.render(Outcome((finding(excerpt=excerpt, span=span),), 1), plain)
    line, carets = output.splitlines()[2:4]
    assert len(line) < 220
    assert line[carets.index("^") : carets.rindex("^") + 1] == "HERE"


def test_concise_is_one_line_for_each_finding_whatever_a_file_is_called() -> None:
    outcome = Outcome((ACROSS, finding(path="a\nb.py", severity="info")), 2)
    assert concise.render(outcome, plain).splitlines() == [
        "nova/virt/zvm/driver.py:31:23: BW101 zvm may not import from libvirt: nova.virt.libvirt",
        "a\ufffdb.py:31:23: BW101 zvm may not import from libvirt: nova.virt.libvirt [info]",
        "Found 1 error and 1 info in 2 files.",
    ]


def test_statistics_count_the_most_broken_rule_first() -> None:
    other = finding(code="BW201", name="private-attribute", severity="warning")
    outcome = Outcome((ACROSS, *(other,) * 1200), 3)
    assert statistics.render(outcome, plain).splitlines() == [
        "1,200  BW201  private-attribute",
        "    1  BW101  import-across",
        "Found 1 error and 1,200 warnings in 3 files.",
    ]


STRING, COUNT, ONE_BASED = (
    {"type": "string"},
    {"type": "integer", "minimum": 0},
    {"type": "integer", "minimum": 1},
)
FINDING_KEYS: dict[str, object] = {
    "code": STRING,
    "name": STRING,
    "severity": {"enum": ["error", "warning", "info"]},
    "path": STRING,
    "line": ONE_BASED,
    "column": ONE_BASED,
    "end_line": ONE_BASED,
    "end_column": ONE_BASED,
    "message": STRING,
    "subsystem": STRING,
    "target": STRING,
    "target_subsystem": STRING,
    "known_by": STRING,
    "decided_by": STRING,
    "instead": STRING,
    "owners": {"type": "array", "items": STRING},
    "detail": {"type": "array", "items": STRING},
}
SUMMARY_KEYS: dict[str, object] = {
    "files": COUNT,
    "errors": COUNT,
    "warnings": COUNT,
    "infos": COUNT,
    "codes": {"type": "object", "additionalProperties": COUNT},
    "recorded": COUNT,
    "suppressed": COUNT,
}


def _closed(properties: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def test_json_is_the_documented_document() -> None:
    outcome = Outcome((ACROSS, finding(path="ü.py", severity="info")), 7)
    output = json_document.render(outcome, plain)
    document = json.loads(output)
    schema = {
        "version": {"const": 1},
        "findings": {"type": "array", "items": _closed(FINDING_KEYS)},
        "summary": _closed(SUMMARY_KEYS),
    }
    jsonschema.validate(document, _closed(schema))
    assert output.isascii()
    assert document["findings"][1]["path"] == "ü.py"
    assert document["findings"][0]["owners"] == ["nova-libvirt-core", "alice"]
    assert document["summary"] == {
        "files": 7,
        "errors": 1,
        "warnings": 0,
        "infos": 1,
        "codes": {"BW101": 2},
        "recorded": 0,
        "suppressed": 0,
    }


def test_colour_changes_nothing_but_the_colour() -> None:
    outcome = Outcome((ACROSS, finding(severity="warning")), 1)
    colored = text.render(outcome, painter(color=True))
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == text.render(outcome, plain)


def test_the_time_for_a_listing_grows_no_faster_than_the_listing() -> None:
    def cost(findings: int) -> float:
        outcome = Outcome((ACROSS,) * findings, 1)
        begin = time.process_time()
        text.render(outcome, plain)
        return time.process_time() - begin

    cost(1_000)
    assert min(cost(20_000), cost(20_000)) < 10 * max(cost(10_000), cost(10_000))
