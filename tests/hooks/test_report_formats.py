"""What other programs read: each format can be read back, whatever words a finding holds."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import jsonschema
import pytest
from bailiwick_hooks.formats import (
    FORMATS,
    checkstyle,
    github,
    gitlab,
    json_document,
    json_lines,
    junit,
    markdown,
    output_format,
)
from bailiwick_hooks.outcome import Outcome
from bailiwick_hooks.terminal.color import plain
from findings import ACROSS, HOSTILE, MIXED, at, finding
from junitparser import TestSuite


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("outcome", [MIXED, Outcome((), 3), Outcome((), 0)])
def test_every_format_ends_its_last_line_and_can_be_written_as_utf8(
    name: str, outcome: Outcome
) -> None:
    output = output_format(name).render(outcome, plain)
    assert output.endswith("\n")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", output)
    output.encode("utf-8")


def test_json_lines_hold_what_the_document_holds() -> None:
    document = json.loads(json_document.render(MIXED, plain))
    *entries, last = map(json.loads, json_lines.render(MIXED, plain).splitlines())
    assert entries == document["findings"]
    assert last == {"version": document["version"], "summary": document["summary"]}


def test_github_is_told_place_title_and_all_that_is_known() -> None:
    command, summary = github.render(Outcome((ACROSS,), 1505), plain).splitlines()
    assert command == (
        "::error file=nova/virt/zvm/driver.py,line=31,endLine=31,col=23,endColumn=30,"
        "title=BW101 import-across::zvm may not import from libvirt: nova.virt.libvirt"
        "%0Aknown by: the name is the package nova/virt/libvirt/__init__.py"
        '%0Adecided by: bailiwick.toml:24  group "drivers" is independent'
        "%0Ainstead: nova.virt.images"
        "%0Aask: nova-libvirt-core, alice"
    )
    assert summary == "Found 1 error in 1,505 files."


def test_github_gets_columns_only_where_it_takes_them() -> None:
    for span in (at(3, 15, 5, 2), at(1, 1, 1, 1)):
        command = github.render(Outcome((finding(span=span),), 1), plain)
        assert ",col=" not in command
        assert f"line={span.line},endLine={span.end_line},title=" in command


def test_no_word_of_a_finding_ends_a_command_or_starts_another() -> None:
    command, _ = github.render(Outcome((HOSTILE,), 1), plain).splitlines()
    matched = re.fullmatch(r"::error ([^:]*)::(.*)", command)
    assert matched
    properties = dict(part.split("=", 1) for part in matched[1].split(","))
    assert list(properties) == ["file", "line", "endLine", "col", "endColumn", "title"]
    assert "%250A%3A%3Aerror%3A%3A%2C" in properties["file"]


def test_github_is_not_trusted_to_show_more_than_ten_of_a_kind() -> None:
    many = Outcome((*(ACROSS,) * 25, *(finding(severity="info"),) * 11), 2)
    assert github.render(many, plain).splitlines()[-1] == (
        "Found 25 errors and 11 infos in 2 files. GitHub shows the first 10 annotations of each "
        "severity in a step; 16 more stand in this log alone."
    )


# As GitLab's documentation has it, and its importer checks it.
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string"},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]+$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def test_gitlab_gets_a_code_quality_report() -> None:
    entries = json.loads(gitlab.render(MIXED, plain))
    jsonschema.validate(entries, CODE_QUALITY)
    severities = [entry["severity"] for entry in entries]
    assert sorted(severities) == ["info", "major", "major", "minor"]
    last = entries[-1]
    assert last["location"]["lines"] == {"begin": 31, "end": 31}
    assert "instead: nova.virt.images; ask: nova-libvirt-core, alice" in last["description"]


def test_a_fingerprint_holds_when_a_finding_moves_and_is_its_own() -> None:
    first, second = finding(), finding(span=at(40, 1, 40, 2))
    other = finding(target="nova.virt.zvm", span=at(50, 1, 50, 2))
    before = _fingerprints(first, second, other)
    moved = _fingerprints(
        finding(span=at(99, 1, 99, 2)),
        finding(span=at(100, 1, 100, 2)),
        finding(target="nova.virt.zvm", message="said otherwise", span=at(200, 1, 200, 2)),
    )
    assert before == moved
    assert len(set(before)) == 3
    assert _fingerprints(other) == before[2:]


def _fingerprints(*findings: object) -> list[str]:
    entries = json.loads(gitlab.render(Outcome(findings, 1), plain))  # type: ignore[arg-type]
    return [entry["fingerprint"] for entry in entries]


def test_junit_fails_for_what_fails_the_run_and_skips_the_rest() -> None:
    suite = TestSuite.fromstring(junit.render(MIXED, plain))
    assert (suite.tests, suite.failures, suite.skipped, suite.errors) == (4, 2, 2, 0)
    strictly = TestSuite.fromstring(junit.render(Outcome(MIXED.findings, 3, strict=True), plain))
    assert (strictly.failures, strictly.skipped) == (4, 0)


def test_junit_names_a_test_case_without_its_line_and_no_two_alike() -> None:
    suite = TestSuite.fromstring(junit.render(Outcome((ACROSS, ACROSS), 1), plain))
    names = [(case.classname, case.name) for case in suite]
    place = "nova.virt.zvm.driver"
    assert names == [(place, "BW101 nova.virt.libvirt"), (place, "BW101 nova.virt.libvirt (2)")]


def test_junit_has_a_passed_test_case_where_nothing_is_found() -> None:
    (case,) = TestSuite.fromstring(junit.render(Outcome((), 3), plain))
    assert case.is_passed


def test_junit_is_in_the_order_and_has_the_attributes_that_strict_readers_want() -> None:
    root = ElementTree.fromstring(junit.render(MIXED, plain))
    wanted = {"name", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time"}
    assert root.tag == "testsuite"
    assert set(root.attrib) == wanted
    tags = [child.tag for child in root]
    assert tags == ["properties", *["testcase"] * 4, "system-out", "system-err"]
    for case in root.iter("testcase"):
        assert set(case.attrib) == {"name", "classname", "time"}
        assert len(case) == 1


def test_checkstyle_gathers_findings_by_file() -> None:
    root = ElementTree.fromstring(checkstyle.render(MIXED, plain))
    first, second = root.findall("file")
    assert first.attrib == {"name": "nova/virt/zvm/driver.py"}
    assert [error.get("severity") for error in first] == ["error", "warning", "info"]
    assert first[0].attrib | {"message": ""} == {
        "line": "31",
        "column": "23",
        "severity": "error",
        "message": "",
        "source": "bailiwick.BW101",
    }
    assert "]]>" in (second.get("name") or "")


def test_markdown_counts_lists_and_marks_nothing_up_that_is_not_its_own() -> None:
    output = markdown.render(Outcome((ACROSS, HOSTILE), 2), plain)
    assert "| 🟥 | BW101 | import-across | 2 |" in output
    assert "nova/virt/zvm/driver.py:31 | BW101 zvm may not import from libvirt" in output
    row = output.splitlines()[-1]
    assert row.count(" | ") == 4
    assert not set("@[]<>*`\0\x1b") & set(row)


def test_markdown_stays_small_enough_for_where_it_is_shown() -> None:
    output = markdown.render(Outcome((finding(message="x" * 100_000),) * 5000, 1), plain)
    assert len(output.encode()) < 2**20
    assert "… and 4,800 more." in output
