"""Where a text may use a group of config options that another subsystem owns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bailiwick.vocabulary.options import CONFIG, GROUP_CALLS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.policy import Policy

_WORD = re.compile(r"\w*")
_SPACE = r"[ \t\n\\]*"
_REACHED = re.compile(rf"{_SPACE}(?:\.{_SPACE}(\w+)|\[{_SPACE}[\"'](\w+)|,{_SPACE}[\"'](\w+))")
_GROUP = re.compile(rf"{_SPACE}={_SPACE}[\"'](\w+)[\"']")
# How far behind the name of a call its group is looked for.
_FAR = 2000


class Options:
    """Proposes uses of config options in one module after another."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        groups = {group: policy.option_owners(group) for group in policy.option_groups}
        self._owners = {group: {each.name for each in owners} for group, owners in groups.items()}
        self._calls = tuple(f"{call}(" for call, position in GROUP_CALLS.items() if position)

    def offsets(self, text: ModuleText, own: str) -> Iterator[int]:
        """Where a module of a subsystem may use what is another's."""
        foreign = {group for group, owners in self._owners.items() if own not in owners}
        if not foreign:
            return
        if CONFIG in text.text:
            for name in (CONFIG, *text.config_names):
                yield from self._reached(text.text, name, foreign)
            for call in self._calls:
                yield from self._given(text.text, call, foreign)
        yield from self._keywords(text.text, foreign)

    def _reached(self, text: str, name: str, foreign: set[str]) -> Iterator[int]:
        """Where a config object is asked for a group."""
        position = -1
        while (position := text.find(name, position + 1)) >= 0:
            reached = _REACHED.match(text, position + len(name))
            if reached and not foreign.isdisjoint(reached.groups()):
                yield reached.end()

    def _keywords(self, text: str, foreign: set[str]) -> Iterator[int]:
        """Where a group is given by its keyword."""
        for needle in ("group=", "group ="):
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
            if any(f"'{group}'" in words or f'"{group}"' in words for group in foreign):
                yield position
