"""`--format sarif`: SARIF 2.1.0, which code scanning and editors read.

The standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. What GitHub makes of
it: https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bailiwick import RULES, Span, __version__, page

from bailiwick_hooks.formats.fingerprints import fingerprinted
from bailiwick_hooks.formats.headline import printable
from bailiwick_hooks.formats.notes import notes
from bailiwick_hooks.here import deciding_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick import Finding

    from bailiwick_hooks.outcome import Excuse, Outcome
    from bailiwick_hooks.terminal.color import Paint

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
# The folder that the paths start from; the name is the one that CodeQL gave it.
BASE = "%SRCROOT%"
LEVELS = {"error": "error", "warning": "warning", "info": "note", "off": "none"}
# As GitHub sorts alerts that are not about security.
PROBLEMS = {
    "error": "error",
    "warning": "warning",
    "info": "recommendation",
    "off": "recommendation",
}
# Ours, and the one that GitHub compares alerts by; it would make its own from the line's text.
FINGERPRINTS = ("bailiwick/v1", "primaryLocationLineHash")


def render(outcome: Outcome, paint: Paint) -> str:  # noqa: ARG001 - a document has no colour
    """Return the document, in ASCII, with one run of what is to be reported."""
    return document(outcome, whole=False)


def document(outcome: Outcome, *, whole: bool) -> str:
    """Return the document; a `whole` one has what is not reported, too, as suppressed."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(outcome, whole=whole)]}
    return json.dumps(log, indent=1) + "\n"


def _run(outcome: Outcome, *, whole: bool) -> dict[str, Any]:
    return {
        "tool": {
            "driver": {
                "name": "Bailiwick",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(code) for code in RULES],
            }
        },
        # What stands before the last slash tells these runs from other tools'.
        "automationDetails": {"id": "bailiwick/"},
        "invocations": [_invocation(outcome)],
        "originalUriBaseIds": {BASE: {"uri": f"{_address(Path.cwd())}/"}},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(outcome, finding, mark) | (_suppressions(excuse) if whole else {})
            for finding, excuse, mark in fingerprinted(outcome)
            if whole or excuse is None
        ],
    }


def _rule(code: str) -> dict[str, Any]:
    rule = RULES[code]
    text = page(rule)
    summary = rule.SUMMARY[0].upper() + rule.SUMMARY[1:]
    return {
        "id": code,
        "name": rule.NAME,
        "shortDescription": {"text": f"{rule.NAME}: {rule.SUMMARY}"},
        "fullDescription": {"text": summary},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": LEVELS[rule.SEVERITY]},
        "properties": {
            "tags": ["architecture", "boundaries"],
            "precision": "high",
            "problem.severity": PROBLEMS[rule.SEVERITY],
        },
    }


def _invocation(outcome: Outcome) -> dict[str, Any]:
    return {
        # Whether the run went as it should, not whether it liked what it saw.
        "executionSuccessful": True,
        "exitCode": outcome.exit_code,
        "exitCodeDescription": outcome.summary(),
        "startTimeUtc": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(outcome.started)),
    }


def _result(outcome: Outcome, finding: Finding, fingerprint: str) -> dict[str, Any]:
    related = _related(outcome, finding)
    return {
        "ruleId": finding.code,
        "ruleIndex": list(RULES).index(finding.code) if finding.code in RULES else -1,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding, related)},
        "locations": [_location(finding.path, finding.span, finding.excerpt)],
        "relatedLocations": list(related.values()),
        "partialFingerprints": dict.fromkeys(FINGERPRINTS, fingerprint),
        "properties": _properties(finding),
    }


def _related(outcome: Outcome, finding: Finding) -> dict[str, dict[str, Any]]:
    """The definition of the target and the line of the policy that decides, as far as known."""
    places = {}
    defined = outcome.definitions.get((finding.path, finding.target))
    if defined is not None:
        says = f"definition of {printable(finding.target)}"
        places["definition"] = _location(defined.path, defined.span) | _named(1, says)
    line = deciding_line(finding.decided_by)
    if line is not None:
        path, number, says = line
        place = _location(path, Span(number, 1, number, 1))
        places["policy"] = place | _named(2, printable(says))
    return places


def _named(number: int, says: str) -> dict[str, Any]:
    return {"id": number, "message": {"text": says}}


def _message(finding: Finding, related: Mapping[str, Any]) -> str:
    """The message, then what is known besides, with links to the related locations."""
    lines = [finding.message]
    for key, words in notes(finding):
        linked = related.get("policy") if key == "decided by" else None
        lines.append(f"{key}: {_link(words, linked) if linked else _unlinked(words)}")
    if "definition" in related:
        lines.append(f"defined: [{_unlinked(finding.target)}](1)")
    return "\n".join(map(printable, [_unlinked(lines[0]), *lines[1:]]))


def _link(words: str, place: Mapping[str, Any]) -> str:
    """The words with the file and line that they begin with made a link."""
    file, gap, says = words.partition("  ")
    return f"[{_unlinked(file)}]({place['id']}){gap}{_unlinked(says)}"


def _unlinked(words: str) -> str:
    """Other people's words, in which nothing is to be taken as a link."""
    return words.replace("[", "\\[").replace("]", "\\]") if "](" in words else words


def _location(path: str, span: Span, excerpt: str = "") -> dict[str, Any]:
    physical = {"artifactLocation": _artifact(path), "region": _region(span)}
    if excerpt and span.line == span.end_line:
        text = "\t".join(map(printable, excerpt.split("\t")))
        physical["contextRegion"] = {"startLine": span.line, "snippet": {"text": text}}
    return {"physicalLocation": physical}


def _region(span: Span) -> dict[str, int]:
    if span.line == span.end_line and span.column == span.end_column == 1:
        return {"startLine": span.line}
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _artifact(path: str) -> dict[str, str]:
    """Where a file is: below the base, or, outside the working directory, by its whole address."""
    if path.startswith("../") or Path(path).is_absolute():
        return {"uri": _address(Path(os.path.normpath(Path.cwd() / path)))}
    return {"uri": quote(_bytes(path)), "uriBaseId": BASE}


def _address(path: Path) -> str:
    steps = path.as_posix()
    return "file://" + quote(_bytes(steps if steps.startswith("/") else f"/{steps}"), safe="/:")


def _bytes(path: str) -> bytes:
    """The bytes of a file's name, which need not be UTF-8."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a character, which Windows lets stand in a name
        return path.encode("utf-8", "surrogatepass")


def _properties(finding: Finding) -> dict[str, Any]:
    words = {
        "subsystem": finding.subsystem,
        "target": finding.target,
        "targetSubsystem": finding.target_subsystem,
        "knownBy": finding.known_by,
        "decidedBy": finding.decided_by,
        "instead": finding.instead,
    }
    filled = {key: printable(text) for key, text in words.items() if text}
    return filled | {"owners": [printable(owner) for owner in finding.owners]}


def _suppressions(excuse: Excuse | None) -> dict[str, list[dict[str, str]]]:
    """As the standard wants it: an empty list says that none was found to apply."""
    if excuse is None:
        return {"suppressions": []}
    words = {"kind": excuse.kind, "status": "accepted"}
    reason = {"justification": printable(excuse.reason)} if excuse.reason else {}
    return {"suppressions": [words | reason]}
