"""What is told of a name at which somebody points, in Markdown."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

from lsprotocol.types import MarkupContent, MarkupKind

from bailiwick_server.places import uri_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick import Finding, Place, Pointed, Policy, Subsystem

# Entries of a list that are shown before the rest is only counted.
SHOWN = 8
# What Markdown would take for a sign of its own, as the underscores of `__init__`.
_SIGNS = re.compile(r"[\\`*_\[\]<>#|~]")
# What is Markdown in what is told here, and what of it stays in plain text.
_MARKS = re.compile(
    r"\\(?P<sign>.)|```\w*\n(?P<shown>.*?)\n```|`(?P<code>[^`\n]*)`|\*\*|  (?=\n)"
    r"|\[(?=[^\]\n]*\]\()|\]\([^)\n]*\)",
    re.DOTALL,
)


def told(
    policy: Policy,
    user: Subsystem | None,
    target: Subsystem | None,
    pointed: Pointed | None,
    findings: Iterable[Finding],
) -> str:
    """What is known of a name; "" if it is the module's own affair, and nothing is wrong."""
    broken = list(findings)
    foreign = (
        pointed is not None and target is not None and (user is None or user.name != target.name)
    )
    paragraphs = [] if pointed is None else list(_contract(policy, pointed))
    if not (broken or foreign or paragraphs):
        return ""
    if pointed is not None:
        paragraphs = [_head(pointed, target), *paragraphs]
    paragraphs += [_breach(policy, finding) for finding in broken]
    if foreign and target is not None and pointed is not None:
        if not broken:
            paragraphs.append(_permission(policy, user, target, pointed))
        paragraphs.append(public(target))
    return "\n\n".join(filter(None, paragraphs))


def _head(pointed: Pointed, target: Subsystem | None) -> str:
    words = {"instance": "an instance of ", "module": "the module "}.get(pointed.sort, "")
    line = f"{words}`{pointed.target}`"
    if pointed.home != pointed.target:
        line += f", which is `{pointed.home}`"
    if target is not None:
        line += f"  \nsubsystem **{target.name}**"
        if target.owners:
            line += f", owned by {_plain(', '.join(target.owners))}"
    return line


def _contract(policy: Policy, pointed: Pointed) -> Iterator[str]:
    contract = policy.contracts.get(pointed.contract)
    if contract is None:
        return
    implementers = ", ".join(contract.implemented_by)
    handle = "a handle of contract" if pointed.sort == "instance" else "contract"
    if pointed.sort == "member":
        if not pointed.shown:
            yield f"contract **{contract.name}** does not declare it"
            return
        yield f"```python\n{pointed.shown}\n```"
    yield f"{handle} **{contract.name}** (`{contract.interface}`), implemented by {implementers}"


def _breach(policy: Policy, finding: Finding) -> str:
    lines = [f"**{finding.code}** {_plain(finding.message)}"]
    if finding.known_by:
        lines.append(f"known by: {_plain(finding.known_by)}")
    if finding.decided_by:
        lines.append(f"decided by: {_decided(policy, finding)}")
    if finding.instead:
        lines.append(f"instead: `{finding.instead}`")
    if finding.owners:
        lines.append(f"ask: {_plain(', '.join(finding.owners))}")
    lines += [f"`{each}`" for each in finding.detail if each.strip()]
    return "  \n".join(lines)


def _plain(words: str) -> str:
    """Words that are shown as they are."""
    return _SIGNS.sub(r"\\\g<0>", words)


def _decided(policy: Policy, finding: Finding) -> str:
    line = finding.deciding_line
    if line is None:
        return _plain(finding.decided_by)
    file, number, says = line
    return f"{link(policy, file, number)} {_plain(says)}"


def link(policy: Policy, file: str, number: int) -> str:
    """A line of the policy, with its address where it has one."""
    shown = f"{file}:{number}"
    if file.startswith("<"):
        return f"`{shown}`"
    return f"[{shown}]({uri_of(policy.root / file)}#L{number})"


def _permission(policy: Policy, user: Subsystem | None, target: Subsystem, pointed: Pointed) -> str:
    """Whether this module may use it; in a test of the subsystem, what that may."""
    today = datetime.date.today()
    if user is None:
        return f"No subsystem claims this module: it may use what **{target.name}** has made public"
    place = pointed.module, pointed.name
    verdict = policy.may_use(user, target, *place, "runtime", today)
    may = f"**{user.name}** {'may' if verdict else 'may not'} use **{target.name}**"
    line = f"{may}{_because(policy, verdict.place)}"
    opened = policy.is_public(target, *place, user)
    shown = "" if opened else f"  \nIt is not public{_because(policy, opened.place)}"
    return f"{line}{shown}"


def _because(policy: Policy, place: Place | None) -> str:
    return f": {link(policy, place.path, place.line)} {_plain(place.says)}" if place else ""


def public(target: Subsystem) -> str:
    """What a subsystem has made public."""
    if target.public is None:
        return f"public of **{target.name}**: every name without a leading underscore"
    if not target.public:
        return f"public of **{target.name}**: nothing"
    return f"public of **{target.name}**: {listed(target.public)}"


def markup(words: str, *, markdown: bool) -> MarkupContent:
    """What is told in Markdown, as it is, or as plain text for an editor that shows none."""
    if markdown:
        return MarkupContent(MarkupKind.Markdown, words)
    return MarkupContent(MarkupKind.PlainText, _MARKS.sub(_unmarked, words))


def _unmarked(mark: re.Match[str]) -> str:
    return mark["sign"] or mark["shown"] or mark["code"] or ""


def listed(names: Iterable[str]) -> str:
    """Names as code, the first of many."""
    every = list(names)
    words = ", ".join(f"`{name}`" for name in every[:SHOWN])
    return words + (f" and {len(every) - SHOWN} more" if len(every) > SHOWN else "")
