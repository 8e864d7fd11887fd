"""The suppressions of a file, weighed against its findings: what is allowed, what is needless."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bailiwick.vocabulary.reference import Span
from bailiwick.vocabulary.suppression import WHOLE_FILE, Suppressed

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.suppression import Allowed, Suppression


@dataclass(frozen=True, slots=True)
class Needless:
    """What is wrong with a suppression: where, and why in words.

    span: of the whole comment if it is of no use at all, else of the word that is not
    """

    span: Span
    reason: str
    excerpt: str


@dataclass(slots=True)
class Weighed:
    """The findings of a file that stay, those that are allowed, and what is needless."""

    findings: list[Finding]
    suppressed: list[Suppressed] = field(default_factory=list)
    needless: list[Needless] = field(default_factory=list)


def weigh(
    findings: Sequence[Finding],
    suppressions: Iterable[Suppression],
    today: datetime.date,
    judged: Callable[[str], bool],
) -> Weighed:
    """Weigh the findings of one file against its suppressions on a day.

    judged: whether a rule, by its code, would have spoken; only then can its allowance be needless

    Of several that cover a finding the closest allows it: that of its line, of its statement, of
    its file. One that has served closely does not serve further away as well.
    """
    weighed = Weighed(list(findings))
    served: dict[tuple[int, str], bool] = {}
    valid = [each for each in suppressions if not _fault(each, today)]
    for covers in (_by_line, _by_statement, _by_file):
        for each in valid:
            for code in dict.fromkeys(allowed.code for allowed in each.allowed):
                if code and not served.get((id(each), code)):
                    served[id(each), code] = _serve(weighed, each, code, covers)
    for each in suppressions:
        fault = _fault(each, today)
        if fault:
            weighed.needless.append(Needless(each.span, f"allows nothing: {fault}", each.excerpt))
        else:
            used = {code for (owner, code), did in served.items() if did and owner == id(each)}
            weighed.needless += _needless(each, used, judged)
    return weighed


def _fault(suppression: Suppression, today: datetime.date) -> str:
    if not suppression.fault and suppression.expired(today):
        return f"it expired on {suppression.until}"
    return suppression.fault


def _by_line(suppression: Suppression, finding: Finding) -> bool:
    return suppression.near > 0 and suppression.covers_first(finding)


def _by_statement(suppression: Suppression, finding: Finding) -> bool:
    return suppression.lines != WHOLE_FILE and suppression.covers(finding)


def _by_file(suppression: Suppression, finding: Finding) -> bool:
    return suppression.covers(finding)


def _serve(
    weighed: Weighed,
    suppression: Suppression,
    code: str,
    covers: Callable[[Suppression, Finding], bool],
) -> bool:
    """Move the findings that a suppression allows; False if there is none."""
    allowed = [each for each in weighed.findings if each.code == code and covers(suppression, each)]
    if allowed:
        gone = set(map(id, allowed))
        weighed.findings = [each for each in weighed.findings if id(each) not in gone]
        weighed.suppressed += [
            Suppressed(each, suppression.reason, suppression.until) for each in allowed
        ]
    return bool(allowed)


def _needless(
    suppression: Suppression, used: set[str], judged: Callable[[str], bool]
) -> Iterator[Needless]:
    """One for each word that is of no use, or one for the whole comment if none is."""
    seen: set[str] = set()
    useless: list[tuple[Allowed, str]] = []
    for each in suppression.allowed:
        if not each.code:
            useless.append((each, each.fault))
        elif each.code in seen:
            useless.append((each, f"{each.word} stands here twice"))
        elif each.code not in used and judged(each.code):
            useless.append((each, f"there is no {each.code} {_where(suppression)}"))
        seen.add(each.code)
    if len(useless) == len(suppression.allowed):
        reasons = "; ".join(reason for _, reason in useless)
        yield Needless(suppression.span, f"allows nothing: {reasons}", suppression.excerpt)
        return
    for allowed, reason in useless:
        line, start = suppression.span.line, allowed.column
        span = Span(line, start, line, start + len(allowed.word))
        yield Needless(span, f"allows too much: {reason}", suppression.excerpt)


def _where(suppression: Suppression) -> str:
    return "in this file" if suppression.lines == WHOLE_FILE else "here to allow"
