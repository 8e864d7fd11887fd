"""`--format junit`: a test report, for CI that shows the results of tests and nothing else."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from junitparser import Failure, Skipped, TestCase, TestSuite
from junitparser.junitparser import SystemErr, SystemOut

from bailiwick_hooks.formats.headline import headline, printable
from bailiwick_hooks.formats.notes import notes
from bailiwick_hooks.terminal.color import plain

if TYPE_CHECKING:
    from bailiwick import Finding

    from bailiwick_hooks.outcome import Outcome
    from bailiwick_hooks.terminal.color import Paint

SUITE = "bailiwick"


def render(outcome: Outcome, paint: Paint) -> str:  # noqa: ARG001 - a document has no colour
    """Return the report, in ASCII: a test case for each finding, or a passed one if there is none.

    A finding that fails the run is a failure, any other a skipped test. No test case has a line
    number in its name, so a report tells new failures from old ones that have moved.
    """
    suite = TestSuite(SUITE)
    suite.hostname = "localhost"
    suite.timestamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(outcome.started))
    suite.add_property("files", str(outcome.files))
    suite.add_testcases(_cases(outcome) or [TestCase("check", SUITE, 0)])
    suite.append(SystemOut(outcome.summary()))
    suite.append(SystemErr(""))
    body: str = suite.tostring().decode("utf-8")
    body = body.partition("?>\n")[2] or body
    text = f'<?xml version="1.0" encoding="us-ascii"?>\n{body}\n'
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _cases(outcome: Outcome) -> list[TestCase]:
    seen: Counter[tuple[str, str]] = Counter()
    cases = []
    for finding in outcome.findings:
        name, place = _name(finding), _class(finding)
        seen[name, place] += 1
        number = seen[name, place]
        case = TestCase(f"{name} ({number})" if number > 1 else name, place, 0)
        case.result = [_result(finding, fails=outcome.strict or finding.severity == "error")]
        cases.append(case)
    return cases


def _name(finding: Finding) -> str:
    return printable(f"{finding.code} {finding.target or finding.message}")


def _class(finding: Finding) -> str:
    """The file in the dotted form that readers of these reports fold into a tree."""
    return printable(finding.path.removesuffix(".py").replace("/", "."))


def _result(finding: Finding, *, fails: bool) -> Failure | Skipped:
    message = printable(finding.message)
    result = Failure(message, finding.code) if fails else Skipped(message)
    lines = [headline(finding, plain)]
    if finding.excerpt:
        lines.append(f"    {printable(' '.join(finding.excerpt.split()))}")
    lines += [f"  {key}: {printable(words)}" for key, words in notes(finding)]
    result.text = "\n".join(lines)
    return result
