"""Where a text may use a group of config options that another subsystem owns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bailiwick.vocabulary.options import CONFIG, GROUP_CALLS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.sieve.registrations import Registrations
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.policy import Policy

_WORD = re.compile(r"\w*")
_SPACE = r"[ \t\n\\]*"
_REACHED = re.compile(rf"{_SPACE}(?:\.{_SPACE}(\w+)|\[{_SPACE}[\"'](\w+)|,{_SPACE}[\"'](\w+))")
_GROUP = re.compile(rf"{_SPACE}={_SPACE}[\"'](\w+)[\"']")
# It begins with plain letters, which makes it fast; to look for these alone is faster still.
_REGISTERS = "register_"
_REGISTERING = re.compile(r"register_(?:cli_)?(?:opts?|group)[ \t]*\(")
_NAME = r"[\"'](\w+)[\"']"
_QUOTED = re.compile(r"(?<=[\"'])\w+(?=[\"'])")
_MADE = rf"OptGroup{_SPACE}\({_SPACE}(?:name{_SPACE}={_SPACE})?{_NAME}"
_BOUND = re.compile(rf"^[ \t]*(\w+)[ \t]*=[ \t]*(?:\w+\.)*{_MADE}", re.MULTILINE)
# What a call that registers may say of its group: it makes it, names it, or names a variable.
_REGISTERED = re.compile(
    rf"{_MADE}|\bgroup{_SPACE}={_SPACE}(?:{_NAME}|(\w+)(?![\w.(]))"
    rf"|,{_SPACE}{_NAME}{_SPACE},?{_SPACE}\Z|(?<![\w.=])(\w+){_SPACE},?{_SPACE}\Z"
)
_BRACKET = re.compile(r"[()\[\]{}]")
_KEYWORD = ("group=", "group =")
# How far behind the name of a call its group is looked for.
_FAR = 2000


class Options:
    """Proposes uses of config options in one module after another."""

    def __init__(self, policy: Policy, registrations: Registrations) -> None:
        self.policy, self.registrations = policy, registrations
        groups = {group: policy.option_owners(group) for group in policy.option_groups}
        self._owners = {group: {each.name for each in owners} for group, owners in groups.items()}
        self._calls = tuple(f"{call}(" for call, position in GROUP_CALLS.items() if position)

    def offsets(self, text: ModuleText, own: str) -> Iterator[int]:
        """Where a module of a subsystem may use what is another's."""
        source = text.text
        has_config = CONFIG in source
        if not has_config and not any(sign in source for sign in _KEYWORD):
            return
        foreign = {group for group, owners in self._owners.items() if own not in owners}
        foreign.update(self.registrations.refused(text))
        foreign -= text.registered
        if has_config:
            for name in (CONFIG, *text.config_names):
                yield from self._reached(source, name, foreign)
            for call in self._calls:
                yield from self._given(source, call, foreign)
        yield from self._keywords(source, foreign)

    def _reached(self, text: str, name: str, foreign: set[str]) -> Iterator[int]:
        """Where a config object is asked for a group."""
        position = -1
        while (position := text.find(name, position + 1)) >= 0:
            reached = _REACHED.match(text, position + len(name))
            if reached and not foreign.isdisjoint(reached.groups()):
                yield reached.end()

    def _keywords(self, text: str, foreign: set[str]) -> Iterator[int]:
        """Where a group is given by its keyword."""
        for needle in _KEYWORD:
            position = -1
            while (position := text.find(needle, position + 1)) >= 0:
                given = _GROUP.match(text, position + 5)
                if given and given[1] in foreign:
                    yield position

    def _given(self, text: str, call: str, foreign: set[str]) -> Iterator[int]:
        """Where a group may be given without one."""
        position = -1
        while (position := text.find(call, position + 1)) >= 0:
            end = text.find("\n\n", position, position + _FAR)
            words = text[position : end if end >= 0 else position + _FAR]
            if not foreign.isdisjoint(_QUOTED.findall(words)):
                yield position


def registered(text: ModuleText) -> frozenset[str]:
    """The groups in which a module registers options itself, as far as its text shows."""
    source = text.text
    bound: dict[str, str] | None = None
    found: set[str] = set()
    for call in _REGISTERING.finditer(source) if _REGISTERS in source else ():
        begin = source.rfind("\n", 0, call.start()) + 1
        if not _stands_free(source, call.start()) or "#" in source[begin : call.start()]:
            continue
        given = _REGISTERED.search(_arguments(source, call.end()))
        if given is None or text.lines.in_string(call.start()):
            continue
        made, named, variable, last, last_variable = given.groups()
        if not (made or named or last):
            bound = dict(_BOUND.findall(source)) if bound is None else bound
        found.add(made or named or last or (bound or {}).get(variable or last_variable, ""))
    return frozenset(found - {""})


def _stands_free(source: str, start: int) -> bool:
    before = source[start - 1 : start]
    return not (before.isalnum() or before == "_")


def _arguments(source: str, start: int) -> str:
    """What stands between a parenthesis that ends before `start` and the one that closes it."""
    depth = 1
    for bracket in _BRACKET.finditer(source, start, start + _FAR):
        depth += 1 if bracket[0] in "([{" else -1
        if depth == 0:
            return source[start : bracket.start()]
    return ""
