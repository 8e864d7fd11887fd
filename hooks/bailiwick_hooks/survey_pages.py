"""What `bailiwick contract` prints: for reading, for programs, and for a page of documentation."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bailiwick import MemberSurvey, Survey, Used

# Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1
_FEW = 8


def text(survey: Survey) -> str:
    """Return the contract for a terminal."""
    return "\n".join(_text(survey)) + "\n"


def _text(survey: Survey) -> Iterator[str]:
    yield f"{survey.contract}  {survey.interface}  {survey.site}"
    yield f"  declared by     {survey.place}"
    yield f"  implemented by  {_few(survey.implementers)}"
    if survey.hides:
        yield f"  open            it may have other members, too: {survey.hides}"
    for member in survey.members:
        yield ""
        yield from _member(member)
    if survey.uncalled:
        yield f"\ndeclared, and never used through a handle:\n  {', '.join(survey.uncalled)}"
    if survey.undeclared:
        yield "\nused through a handle, and not declared:"
        for member in survey.undeclared:
            yield from (f"  {line}" for line in _member(member))


def _member(member: MemberSurvey) -> Iterator[str]:
    yield f"{member.shown}" + (f"  {member.site}" if member.site else "")
    for each in member.implementations:
        yield f"  in      {each.owner}  {each.site}"
        for difference in each.differences:
            yield f"          ! it {difference}"
    if member.inherited_by:
        yield f"  as is   {_few(member.inherited_by)}"
    for use in member.uses:
        yield f"  used    {use.site}  {use.code}".rstrip()
        for owner in use.breaks:
            yield f"          ! fails on {owner}"


def _few(names: Sequence[str]) -> str:
    if len(names) <= _FEW:
        return ", ".join(names) or "nobody"
    return f"{', '.join(names[:_FEW])} and {len(names) - _FEW} more"


def document(survey: Survey) -> str:
    """Return the JSON document of `docs/cli.md`, in ASCII."""
    content = {"version": VERSION, **asdict(survey), "uncalled": list(survey.uncalled)}
    return json.dumps(content, indent=1) + "\n"


def markdown(survey: Survey) -> str:
    """Return a page of documentation."""
    return "\n".join(_page(survey)) + "\n"


def _page(survey: Survey) -> Iterator[str]:
    yield f"# {survey.contract}\n"
    yield f"`{survey.interface}`, in `{survey.site}`; a contract by `{survey.place}`.\n"
    if survey.hides:
        yield f"It may have members that are not listed here: {survey.hides}.\n"
    yield "Implemented by:\n"
    yield from (f"- `{name}`" for name in survey.implementers or ("nobody",))
    yield "\n| member | kind | implemented in | as declared in | used |"
    yield "|---|---|---|---|---|"
    for member in survey.members:
        drifted = sum(bool(each.differences) for each in member.implementations)
        classes = f"{len(member.implementations)}" + (f", {drifted} drifted" if drifted else "")
        row = (f"`{member.name}`", member.kind, classes, len(member.inherited_by), len(member.uses))
        yield f"| {' | '.join(map(str, row))} |"
    for member in survey.members:
        yield f"\n## {member.name}\n\n```python\n{member.shown}\n```"
        yield from _paragraphs(member)
    if survey.undeclared:
        yield "\n# Used, and not declared"
        for member in survey.undeclared:
            yield f"\n## {member.name}\n"
            yield from _paragraphs(member)


def _paragraphs(member: MemberSurvey) -> Iterator[str]:
    if member.site:
        yield f"\nDeclared in `{member.site}`, as a {member.kind}."
    if member.implementations:
        yield "\nImplemented by:\n"
    for each in member.implementations:
        drift = f": it {', '.join(each.differences)}" if each.differences else ""
        yield f"- `{each.owner}`, `{each.site}`{drift}"
    yield "\nUsed in:\n" if member.uses else "\nNever used through a handle."
    yield from (f"- {_use(use)}" for use in member.uses)


def _use(use: Used) -> str:
    code = f": `{use.code}`" if use.code else ""
    fails = f"; fails on {', '.join(f'`{owner}`' for owner in use.breaks)}" if use.breaks else ""
    return f"`{use.site}`{code}{fails}"


FORMATS: dict[str, Callable[[Survey], str]] = {
    "text": text,
    "json": document,
    "markdown": markdown,
}


def listed(contracts: Sequence[tuple[str, str, str]], form: str) -> str:
    """Return the list of contracts: of each its name, its interface and the line of the policy."""
    if form == "json":
        rows = [
            dict(zip(("contract", "interface", "place"), row, strict=True)) for row in contracts
        ]
        return json.dumps({"version": VERSION, "contracts": rows}, indent=1) + "\n"
    if form == "markdown":
        lines = ["| contract | interface | declared by |", "|---|---|---|"]
        lines += [f"| {name} | `{interface}` | `{place}` |" for name, interface, place in contracts]
        return "\n".join(lines) + "\n"
    width = max((len(name) for name, _, _ in contracts), default=0)
    lines = [f"{name:{width}}  {interface}  {place}" for name, interface, place in contracts]
    return "\n".join(lines or ["the policy declares no contract"]) + "\n"
