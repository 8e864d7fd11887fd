"""What is known of the words of a policy that is being written: mistakes, meanings, places."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import (
    RULES,
    Place,
    PolicyDraft,
    PolicyError,
    Span,
    baseline_mistakes,
    load_policy,
    shipped,
    shipped_path,
)
from lsprotocol import types

from bailiwick_server import debts
from bailiwick_server.places import uri_of
from bailiwick_server.telling import listed, public

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bailiwick import Definition, Mistake, Policy, Subsystem, Word

    from bailiwick_server.analysis import PolicyView

SOURCE = "bailiwick"
_NAMES_OBJECTS = ("module", "target", "object", "member")
# What the values of a baseline's entry name.
_OF_DEBT = {"code": "rule", "path": "file", "target": "target", "subsystem": "subsystem"}


@lru_cache(maxsize=4)
def draft_of(text: str, file_name: str) -> PolicyDraft:
    """The words of a text."""
    return PolicyDraft(text, file_name)


def draft(view: PolicyView) -> PolicyDraft:
    """The words of a document."""
    return draft_of(view.document.text.content, view.path.name)


def role(view: PolicyView, word: Word) -> str:
    """What a word names: see `bailiwick.policyfile.drafts.ROLES`."""
    if view.is_baseline:
        return _OF_DEBT.get(str(word.path[-1]), "") if word.kind == "value" else ""
    return draft(view).role(word)


# -- mistakes --------------------------------------------------------------------------------


def policy_diagnostics(view: PolicyView, open_tables: Mapping[Path, str]) -> list[types.Diagnostic]:
    """The mistakes in a policy as it is written, and what it names that the tree has not."""
    root = view.policy_file.parent
    overlay = {
        os.path.relpath(path, root).replace(os.sep, "/"): text.encode("utf-8", "surrogatepass")
        for path, text in open_tables.items()
    }
    overlay[os.path.relpath(view.path, root).replace(os.sep, "/")] = (
        view.document.text.content.encode("utf-8", "surrogatepass")
    )
    if view.is_baseline:
        content = view.document.text.content
        return [
            _diagnostic(view, each.line, each.column, _said(each), types.DiagnosticSeverity.Error)
            for each in baseline_mistakes(content, view.path.name)
        ]
    mistakes: Sequence[Mistake]
    severity = types.DiagnosticSeverity.Error
    try:
        policy = load_policy(view.policy_file, overlay)
    except PolicyError as error:
        mistakes = error.mistakes
    else:
        severity = types.DiagnosticSeverity.Warning
        mistakes = view.session.stray(policy) if view.session else ()
    return [
        _diagnostic(view, each.line, each.column, _said(each), severity)
        for each in mistakes
        if Path(os.path.abspath(each.path)) == view.path  # noqa: PTH100 - keeps links
    ]


def _said(mistake: Mistake) -> str:
    return f"{mistake.message}\n{mistake.hint}" if mistake.hint else mistake.message


def _diagnostic(
    view: PolicyView, line: int, column: int, message: str, severity: types.DiagnosticSeverity
) -> types.Diagnostic:
    text = view.document.text
    if not line:
        end = text.position(len(text.line(0)))
        return types.Diagnostic(
            types.Range(types.Position(0, 0), end), message, severity=severity, source=SOURCE
        )
    start = text.range(Span(line, column, line, column)).start
    offset = text.offset(start)
    words = draft(view).words
    word = next((w for w in words if w.start - w.quoted <= offset <= w.end), None)
    end = text.position(word.end + word.quoted if word else text.offset(types.Position(line, 0)))
    if end.line != start.line or end == start:
        end = text.position(text.offset(types.Position(start.line, 2**31 - 1)))
    return types.Diagnostic(types.Range(start, end), message, severity=severity, source=SOURCE)


# -- meanings --------------------------------------------------------------------------------


def told(view: PolicyView, position: types.Position) -> str:
    """What a word of a policy means, in Markdown."""
    words = draft(view)
    word = words.word_at(view.document.text.offset(position))
    if word is None:
        return ""
    if view.is_baseline:
        meaning = debts.meaning(word.text) if word.kind == "key" else ""
    else:
        meaning = words.meaning(word)
    return "\n\n".join(filter(None, [_named(view, word, role(view, word)), meaning]))


def _named(view: PolicyView, word: Word, role: str) -> str:
    policy = view.policy
    if role == "rule" and word.text in RULES:
        rule = RULES[word.text]
        first = (rule.__doc__ or "").strip().partition("\n\n")[0].replace("\n", " ")
        return f"**{rule.CODE}** {rule.NAME}: {first}"
    if policy is None:
        return ""
    if role.startswith("subsystem") or (role == "name" and word.path[0] in ("subsystem", "group")):
        if word.text in policy.subsystems:
            return claims(policy.subsystems[word.text])
        if word.text in policy.groups:
            members = listed(policy.members(word.text))
            return f"group **{word.text}**: {members}"
    if role in _NAMES_OBJECTS and view.session is not None:
        return _object(view, word.text)
    return ""


def claims(subsystem: Subsystem) -> str:
    """What a subsystem has, in Markdown."""
    lines = [f"subsystem **{subsystem.name}**: {listed(subsystem.modules)}"]
    if subsystem.tests:
        lines.append(f"tests: {listed(subsystem.tests)}")
    lines.append(public(subsystem))
    if subsystem.uses is None:
        lines.append("uses: any subsystem's public API")
    else:
        used = dict.fromkeys(use.subsystem for use in subsystem.uses)
        lines.append(f"uses: {listed(used) or 'nobody'}")
    if subsystem.owners:
        lines.append(f"owners: {', '.join(subsystem.owners)}")
    return "  \n".join(lines)


def _object(view: PolicyView, target: str) -> str:
    session, policy = view.session, view.policy
    if session is None or policy is None:
        return ""
    module = target.partition(":")[0]
    if module not in session.tree.modules:
        return f"`{module}` is no module of this tree" if module else ""
    file = session.tree.modules[module]
    owner = session.owner(module)
    whose = f"belongs to **{owner.name}**" if owner else "belongs to nobody"
    below = sum(each.startswith(f"{module}.") for each in session.tree.modules)
    more = f", {below} modules below it" if below else ""
    return f"`{target}`: {file.path if file else 'a package without a file'}{more}; {whose}"


# -- places ----------------------------------------------------------------------------------


def definition(view: PolicyView, position: types.Position) -> types.Location | None:
    """Where what a word names is defined."""
    word = draft(view).word_at(view.document.text.offset(position))
    if word is None:
        return None
    named = role(view, word)
    if named.startswith("subsystem") or named == "name":
        return _table(view, word)
    found = _defined(view, word, named)
    if found is not None:
        return found
    path = _file(view, word, named)
    return types.Location(uri_of(path), _START) if path is not None else None


_START = types.Range(types.Position(0, 0), types.Position(0, 0))


def _table(view: PolicyView, word: Word) -> types.Location | None:
    """The table of a subsystem or group: here, or in the file that declares it."""
    for kind in ("subsystem", "group"):
        for other in () if view.is_baseline else draft(view).words:
            if other.kind == "header" and other.path == (kind, word.text):
                text = view.document.text
                place = types.Range(text.position(other.start), text.position(other.end))
                return types.Location(view.document.uri, place)
    policy = view.policy
    known = policy and (policy.subsystems.get(word.text) or policy.groups.get(word.text))
    return _line(policy, known.place) if policy and known else None


def _line(policy: Policy, place: Place) -> types.Location | None:
    path = policy.root / place.path
    if place.path.startswith("<"):
        path = shipped_path(place.path.strip("<>"))
    start = types.Position(place.line - 1, 0)
    return types.Location(uri_of(path), types.Range(start, start))


def _defined(view: PolicyView, word: Word, named: str) -> types.Location | None:
    if named not in _NAMES_OBJECTS or view.session is None:
        return None
    found: Definition | None = view.session.definition(_target(view, word, named))
    if found is None:
        return None
    span = found.span
    place = types.Range(
        types.Position(span.line - 1, span.column - 1),
        types.Position(span.end_line - 1, span.end_column - 1),
    )
    return types.Location(uri_of(view.session.policy.root / found.path), place)


def _target(view: PolicyView, word: Word, named: str) -> str:
    """The `module:name` of a word; a member without a module is of its contract's interface."""
    if named != "member" or ":" in word.text:
        return word.text
    own = (*word.path[:2], "interface")
    interface = next((each.text for each in draft(view).words if each.path == own), "")
    return f"{interface.partition(':')[0]}:{word.text}"


def _file(view: PolicyView, word: Word, named: str) -> Path | None:
    """The file that a word names, if there is one."""
    root, path = view.path.parent, None
    if named == "policy" and not word.text.endswith(".toml"):
        path = shipped_path(word.text)
    elif named in ("policy", "file"):
        path = Path(os.path.normpath(root / word.text))
    elif named in _NAMES_OBJECTS and view.session is not None:
        path = view.session.tree.path_of(_target(view, word, named).partition(":")[0])
    return path if path is not None and path.is_file() else None


def links(view: PolicyView) -> Iterator[types.DocumentLink]:
    """The files that a policy names."""
    text = view.document.text
    for word in draft(view).words:
        named = role(view, word)
        path = _file(view, word, named) if word.kind == "value" else None
        if path is not None:
            place = types.Range(text.position(word.start), text.position(word.end))
            yield types.DocumentLink(place, uri_of(path))


# -- proposals -------------------------------------------------------------------------------


def names_for(
    view: PolicyView, roles: Iterable[str], path: tuple[str | int, ...], typed: str
) -> Iterator[tuple[str, str]]:
    """What may be named at a place, with a word about each."""
    for each in roles:
        if each.startswith("subsystem"):
            yield from _subsystems(view, groups="group" in each)
        elif each == "name":
            yield from _declared_elsewhere(view, str(path[0]) if path else "")
        elif each in _NAMES_OBJECTS:
            yield from _objects(view, each, typed)
        elif each == "policy":
            yield from ((name, "shipped with Bailiwick") for name in shipped())
        elif each == "owner" and view.policy is not None:
            owners = (s.owners for s in view.policy.subsystems.values())
            yield from ((name, "") for name in dict.fromkeys(o for each in owners for o in each))


def _subsystems(view: PolicyView, *, groups: bool) -> Iterator[tuple[str, str]]:
    policy = view.policy
    found: dict[str, str] = {}
    for name, subsystem in policy.subsystems.items() if policy else ():
        found[name] = claims(subsystem)
    kinds = ("subsystem", "group") if groups else ("subsystem",)
    for name in policy.groups if policy and groups else ():
        found[name] = f"group of {listed(policy.members(name))}" if policy else ""
    for word in draft(view).words:
        if word.kind == "header" and len(word.path) == 2 and word.path[0] in kinds:
            found.setdefault(word.text, "")
    yield from found.items()


def _declared_elsewhere(view: PolicyView, kind: str) -> Iterator[tuple[str, str]]:
    """The tables of that kind that extended policies have and this file has not."""
    policy = view.policy
    if policy is None:
        return
    here = {w.text for w in draft(view).words if w.kind == "header" and w.path == (kind, w.text)}
    tables: dict[str, Iterable[str]] = {
        "subsystem": policy.subsystems,
        "group": policy.groups,
        "layers": policy.layers,
        "contract": policy.contracts,
    }
    for name in tables.get(kind, ()):
        if name not in here:
            told = claims(policy.subsystems[name]) if kind == "subsystem" else ""
            yield name, told


def _objects(view: PolicyView, role: str, typed: str) -> Iterator[tuple[str, str]]:
    """Modules one step further than what is typed; behind a colon, names."""
    session = view.session
    if session is None:
        return
    module, colon, name = typed.partition(":")
    if colon:
        outer = name.rpartition(".")[0]
        for each in session.names(module, outer) if role != "module" else ():
            yield f"{module}:{outer}.{each}" if outer else f"{module}:{each}", ""
        return
    if role == "member":
        return
    parent = module.rpartition(".")[0]
    for each in sorted(session.tree.modules):
        if each.rpartition(".")[0] == parent:
            owner = session.owner(each)
            yield each, f"belongs to **{owner.name}**" if owner else "belongs to nobody yet"
