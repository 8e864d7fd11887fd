"""An entry of `uses` for a finding, put into the policy's text: all else in it stays as it is."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick.policyfile import PYPROJECT, load_policy
from bailiwick.policyfile.drafts import PolicyDraft
from bailiwick.vocabulary.errors import PolicyError
from bailiwick.vocabulary.policy import Use

if TYPE_CHECKING:
    from collections.abc import Callable

    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Policy, Subsystem

_ACROSS = "BW101"
_REASON = 'reason = ""'
_MARGIN = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Amendment:
    r"""Some text to be put into a policy file.

    path:   absolute
    parts:  offsets in characters, in order, and what is to be inserted there, with `\n` line ends
    reason: where, in the last part, the reason has to be filled in
    """

    path: Path
    parts: tuple[tuple[int, str], ...]
    reason: int


def may_be_permitted(policy: Policy, finding: Finding) -> bool:
    """Whether an entry of `uses` could allow a finding."""
    user = policy.subsystems.get(finding.subsystem)
    return (
        finding.code == _ACROSS
        and user is not None
        and user.uses is not None
        and finding.target_subsystem in policy.subsystems
    )


def permitting(policy: Policy, finding: Finding, read: Callable[[Path], str]) -> Amendment | None:
    """The entry, narrowed to what the finding is about and last in its list; None if none helps.

    Its reason is left empty, and a policy with an empty reason cannot be used: nothing is allowed
    before somebody has said why. `read` gives the text of a file as an editor has it, and raises
    OSError or UnicodeError. Where the list stands in a policy that is shipped, it is copied into
    the governing one.
    """
    if not may_be_permitted(policy, finding):
        return None
    target = finding.target.removesuffix(":*")
    place = policy.subsystems[finding.subsystem].place
    use = Use(finding.target_subsystem, place, names=(target,))
    try:
        amendment = _amendment_for(policy, finding.subsystem, use, read)
        if amendment is not None and _holds(policy, finding.subsystem, use, amendment, read):
            return amendment
    except (OSError, UnicodeError):
        pass
    return None


def _amendment_for(
    policy: Policy, user: str, use: Use, read: Callable[[Path], str]
) -> Amendment | None:
    place = policy.subsystems[user].places["uses"]
    if place.path.startswith("<"):
        return _copied(policy, read(policy.path), user, use)
    path = Path(os.path.normpath(policy.root / place.path))
    return _in_list(path, read(path), user, use)


def _in_list(path: Path, text: str, user: str, use: Use) -> Amendment | None:
    draft = PolicyDraft(text, path.name)
    listed = draft.stretch(("subsystem", user, "uses"))
    if listed is None:
        return None
    start, end = listed
    entry, last = _entry(use), draft.last_sign(start, end)
    if last is None:
        return _amendment(path, (start, entry))
    comma = "" if text[last] == "," else ","
    if "\n" not in text[last:end]:
        return _amendment(path, (last + 1, f"{comma} {entry}"))
    begin = text.rfind("\n", 0, last) + 1
    margin = _MARGIN.match(text, begin)[0] if begin > start else "    "  # type: ignore[index]
    line_end = len(text[: text.index("\n", last)].rstrip("\r"))
    parts = [(last + 1, comma), (line_end, f"\n{margin}{entry},")]
    if line_end == last + 1 or not comma:
        # An editor would have to guess the order of two that are put into one place.
        parts = [(line_end, comma + parts[1][1])]
    return _amendment(path, *parts)


def _copied(policy: Policy, text: str, user: str, use: Use) -> Amendment:
    """The whole list anew in the governing file, whose word counts before what it extends."""
    uses = [_written(each) for each in policy.subsystems[user].uses or ()]
    lines = "".join(f"    {each},\n" for each in [*uses, _entry(use)])
    shown = f"uses = [\n{lines}]\n"
    header = PolicyDraft(text, policy.path.name).below_header(("subsystem", user))
    if header is not None:
        return _amendment(policy.path, (header, shown))
    prefix = "tool.bailiwick." if policy.path.name == PYPROJECT else ""
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return _amendment(policy.path, (len(text), f"{gap}[{prefix}subsystem.{user}]\n{shown}"))


def _amendment(path: Path, *parts: tuple[int, str]) -> Amendment:
    return Amendment(path, parts, parts[-1][1].rindex(_REASON) + len(_REASON) - 1)


def _entry(use: Use) -> str:
    names = ", ".join(map(_text, use.names or ()))
    return f"{{ subsystem = {_text(use.subsystem)}, names = [{names}], {_REASON} }}"


def _written(use: Use) -> str:
    """An entry as it would be written."""
    pairs = [("subsystem", _text(use.subsystem))]
    if use.names is not None:
        pairs.append(("names", f"[{', '.join(map(_text, use.names))}]"))
    if use.only:
        pairs.append(("only", _text(use.only)))
    if use.reason:
        pairs.append(("reason", _text(use.reason)))
    if use.until:
        pairs.append(("until", use.until.isoformat()))
    if len(pairs) == 1:
        return pairs[0][1]
    return "{ " + ", ".join(f"{key} = {value}" for key, value in pairs) + " }"


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def amended(text: str, amendment: Amendment, reason: str = "") -> str:
    """A file's text with an amendment made."""
    pieces, done = [], 0
    for number, (offset, new) in enumerate(amendment.parts, 1):
        if number == len(amendment.parts):
            new = new[: amendment.reason] + reason + new[amendment.reason :]
        pieces += [text[done:offset], new]
        done = offset
    return "".join([*pieces, text[done:]])


def _holds(
    policy: Policy, user: str, use: Use, amendment: Amendment, read: Callable[[Path], str]
) -> bool:
    """Whether the policy then says what it said, and the entry besides."""
    text = amended(read(amendment.path), amendment, "because")
    shown = os.path.relpath(amendment.path, policy.root).replace(os.sep, "/")
    try:
        new = load_policy(policy.path, {shown: text.encode("utf-8", "surrogatepass")})
    except PolicyError:
        return False
    wanted = {name: _said(each) for name, each in policy.subsystems.items()}
    wanted[user] = [*(wanted[user] or ()), (use.subsystem, use.names, None, "because", None)]
    return wanted == {name: _said(each) for name, each in new.subsystems.items()}


def _said(subsystem: Subsystem) -> list[tuple[object, ...]] | None:
    if subsystem.uses is None:
        return None
    return [(use.subsystem, use.names, use.only, use.reason, use.until) for use in subsystem.uses]
