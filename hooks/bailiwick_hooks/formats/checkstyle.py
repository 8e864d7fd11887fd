"""`--format checkstyle`: the XML of Checkstyle, which Jenkins and reviewdog read."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from bailiwick_hooks.formats.headline import printable
from bailiwick_hooks.formats.notes import notes

if TYPE_CHECKING:
    from bailiwick import Finding

    from bailiwick_hooks.outcome import Outcome
    from bailiwick_hooks.terminal.color import Paint

# The version of Checkstyle whose attributes these are.
VERSION = "10.0"


def render(outcome: Outcome, paint: Paint) -> str:  # noqa: ARG001 - a document has no colour
    """Return the document, in ASCII, with a `file` for each file that has findings."""
    root = ElementTree.Element("checkstyle", version=VERSION)
    for path, findings in groupby(outcome.findings, key=lambda finding: finding.path):
        file = ElementTree.SubElement(root, "file", name=printable(path))
        for finding in findings:
            ElementTree.SubElement(file, "error", _attributes(finding))
    ElementTree.indent(root, " ")
    text: bytes = ElementTree.tostring(root, encoding="us-ascii", xml_declaration=True)
    return text.decode("ascii") + "\n"


def _attributes(finding: Finding) -> dict[str, str]:
    words = [finding.message, *(f"{key}: {about}" for key, about in notes(finding))]
    return {
        "line": str(finding.span.line),
        "column": str(finding.span.column),
        "severity": finding.severity,
        "message": printable(f"{finding.code} {'; '.join(words)}"),
        "source": f"bailiwick.{finding.code}",
    }
