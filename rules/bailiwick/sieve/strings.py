"""Where a text may name an object in a string that it should not name, or that is not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bailiwick.sieve.values import WORD, root
from bailiwick.vocabulary.policy import is_private

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bailiwick.sieve.dotted import Dotted
    from bailiwick.sieve.proposals import Proposals, Question
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.policy import Policy

    # Where a constant is given a string, and the string, None if it is not plain.
    Constant = tuple[int, str | None]
    Constants = dict[str, list[Constant]]
    # By string that names something, whether it breaks a rule in the modules of a subsystem.
    Verdicts = dict[str, bool]
    # By chain of names in one module, and attribute, whether that may not be there.
    Stale = dict[tuple[str, str], bool]

# A string's text as it is taken for a dotted name, then its end.
_NAME = re.compile(r"([\w.:]*)([\"'])")
_ASSIGNED = re.compile(
    r"(?:^|[\n;])[ \t]*([^\W\d]\w*)[ \t]*(?::[^\n=]*)?=[ \t(\\\n]*[rbuRBUfF]{0,2}[\"']\Z"
)
_ASSIGNS = re.compile(r"[ \t]*([^\W\d]\w*)[ \t]*=(?!=)")
_SPACE = r"(?:[ \t\n\\]|\#[^\n]*\n)*"
_GOES_ON = re.compile(rf"{_SPACE}\)*{_SPACE}(?:[\"'+%]|[rbuRBUfF]{{1,2}}[\"']|\.(?:format|join)\b)")
_NEXT = re.compile(rf"{_SPACE}[ruRU]?([\"'])")
# What a call is given: a chain of names, and the name of an attribute.
_GIVEN = re.compile(
    rf"{_SPACE}(?:\w+[ \t]*=[ \t]*)?([^\W\d][\w.]*){_SPACE},{_SPACE}(?:\w+[ \t]*=[ \t]*)?"
    r"[rbuRBU]?[\"'](\w*)[\"']"
)
_PRIVATE = re.compile(r"[\"']_")
# A string added to a constant, or nothing, then the end of an argument.
_ADDED = re.compile(rf"(?:{_SPACE}\+{_SPACE}[ruRU]?[\"']([\w.]*)[\"'])?{_SPACE}[,)]")
_FIRST = re.compile(rf"{_SPACE}([^\W\d][\w.]*){_SPACE},")
_KEYWORD = re.compile(r"[(, \n\t](\w+)[ \t]*=(?!=)")
_WORDS = re.compile(r"[\w.:]*")
# What stands before a `__name__` that is no module's.
_OF_CLASS = "__class__."
# With what a string goes on that may be a name once it is filled in, or in another spelling.
_OPENING = ("%", "{", "\\")
# What may stand between a bracket, or an operator, and the text of a string.
_BEFORE = " \t\n\\rbuRBUfF"
# And between that and the sign that gives it to a name.
_OPENED = "( \t\n\\"
# White space before a string at the most.
_INDENT = 80
# How far around a name its call is looked for, and how far behind a string what it is joined to.
_NEAR = 200
# How far behind a call its keywords are looked for.
_FAR = 3000
# More top-level names than this are looked for all at once, and fewer one by one.
_MANY = 6


class Hunt(NamedTuple):
    """Offsets that a text is proposed at, and names whose values decide there."""

    offsets: set[int]
    names: set[str]


class Strings:
    """Proposes strings in one module after another."""

    def __init__(self, dotted: Dotted, policy: Policy, question: Question) -> None:
        self.dotted, self.policy, self.question = dotted, policy, question
        self._verdicts: dict[tuple[str, bool], Verdicts] = {}
        self._needles = [f"{quote}{top}." for top in dotted.tops for quote in "\"'"]
        calls = policy.naming_calls
        self._callees = tuple({call.callee for call in calls if call.names_object})
        self._spread = {call.callee for call in calls if call.spreads}
        every = "|".join(re.escape(callee) for callee in sorted({call.callee for call in calls}))
        self._is_call = re.compile(rf"\b(?:{every})[ \t\n\\]*\(")

    def hunt(self, text: ModuleText, work: Proposals) -> Hunt:
        """What may be wrong with the strings of a module; `work` knows what its names stand for."""
        found = Hunt(set(), set())
        constants: Constants = {}
        who = self._seen_from(text)
        for offset in self._literals(text.text):
            self._literal(text, who, offset, found, constants)
        if "__name__" in text.text:
            constants.setdefault("__name__", [])
        self._constants(text, who, constants, found)
        stale: Stale = {}
        for callee in self._callees:
            self._objects(text, callee, work, stale, found)
        return found

    def _seen_from(self, text: ModuleText) -> Verdicts:
        """The verdicts on strings that hold for a module, as far as they are known.

        Modules of one subsystem share them.
        """
        module = text.file.module
        who = self.policy.subsystem_of(module, is_package=text.file.is_package)
        key = who.name if who else module, self.policy.is_test(module)
        return self._verdicts.setdefault(key, {})

    def _literals(self, text: str) -> Iterator[int]:
        """Where strings begin with a name of the tree: the offset of the name."""
        if len(self._needles) > _MANY:
            for match in self._any_needle.finditer(text):
                yield match.start() + 1
            return
        for needle in self._needles:
            position = -1
            while (position := text.find(needle, position + 1)) >= 0:
                yield position + 1

    @property
    def _any_needle(self) -> re.Pattern[str]:
        tops = "|".join(map(re.escape, self.dotted.tops))
        return re.compile(rf"[\"'](?:{tops})\.")

    def _literal(
        self, text: ModuleText, who: Verdicts, start: int, found: Hunt, constants: Constants
    ) -> None:
        source = text.text
        written, end = _joined(source, start)
        if written == "":
            return
        if written is not None:
            written, end = _with_added(source, written, end)
        before = source[max(0, start - _INDENT) : start - 1].rstrip(_BEFORE)
        if written is None or _GOES_ON.match(source, end):
            found.offsets.add(start)
            found.names.update(WORD.findall(source, end, end + _NEAR))
            written = None
        elif self._breaks(text, who, written, lambda: _is_beside_others(source, before, end)):
            found.offsets.add(start)
        if before.rstrip(_OPENED).endswith("="):
            line = source.rfind("\n", 0, start - 1) + 1
            assigned = _ASSIGNED.search(source, max(0, line - _NEAR), start)
            if assigned and not _is_argument(text, assigned.start(1)):
                constants.setdefault(assigned[1], []).append((start, written))

    def _breaks(
        self, text: ModuleText, who: Verdicts, written: str, may_be_listed: Callable[[], bool]
    ) -> bool:
        """Whether a string may break a rule; for all modules of a subsystem it is the same.

        One that names nothing does where it is given to something, or listed with others.
        """
        lead = self.dotted.lead(written)
        if lead is None:
            return False
        if not lead.exists:
            return may_be_listed()
        if written not in who:
            who[written] = self.question.string_breaks(text, lead.module, lead.name)
        return who[written]

    def _constants(
        self, text: ModuleText, who: Verdicts, constants: Constants, found: Hunt
    ) -> None:
        """Calls that are given a constant, and what makes a constant of another."""
        source, waiting = text.text, list(constants)
        while waiting:
            name = waiting.pop()
            for use in _uses(source, name):
                if source.endswith(_OF_CLASS, 0, use):
                    continue
                line = source.rfind("\n", 0, use) + 1
                other = _ASSIGNS.match(source, line, use)
                called = other and "(" in source[other.end() : use].lstrip(" (\\\n")
                if other and not called and other[1] not in constants:
                    constants[other[1]] = [(line, None)]
                    waiting.append(other[1])
                elif self._is_call.search(source, max(0, use - _NEAR), use):
                    if self._is_fine(text, who, constants[name], use, use + len(name)):
                        continue
                    found.offsets.add(use)
                    found.offsets.update(start for start, _ in constants[name])
                    found.names.update(constants)

    def _is_fine(
        self, text: ModuleText, who: Verdicts, given: list[Constant], use: int, end: int
    ) -> bool:
        """Whether a use of a constant by itself, or with one string behind it, breaks nothing."""
        source, added = text.text, _ADDED.match(text.text, end)
        calls = [call.end() for call in self._is_call.finditer(source, max(0, use - _NEAR), use)]
        if added is None or not calls or source[calls[-1] : use].strip():
            return False
        whole = [written + (added[1] or "") for _, written in given if written is not None]
        return len(whole) == len(given) > 0 and not any(
            self._breaks(text, who, each, lambda: True) for each in whole
        )

    def _objects(
        self, text: ModuleText, callee: str, work: Proposals, stale: Stale, found: Hunt
    ) -> None:
        """Calls that are given an object and the name of one of its attributes."""
        source, position, call = text.text, -1, f"{callee}("
        while (position := source.find(call, position + 1)) >= 0:
            start = position + len(call)
            chain, names = self._given(source, start, spread=callee in self._spread)
            if chain:
                breaks = any(
                    (
                        self._is_stale(chain, name, work, stale)
                        and not work.is_hidden(root(chain), position)
                    )
                    or (is_private(name) and work.may_be_foreign(chain, name, position))
                    for name in names
                )
            else:
                breaks = bool(names)
            if breaks:
                found.offsets.add(position)
                found.names.update(WORD.findall(source, start, start + _NEAR))

    def _given(self, source: str, start: int, *, spread: bool) -> tuple[str, list[str]]:
        """The chain of names that a call is given, "" for none, and the attributes named.

        Of what is no chain only private names count: its class may be known all the same.
        """
        if spread:
            chain = _FIRST.match(source, start)
            names = _KEYWORD.findall(source, start, start + _FAR)
            return chain[1] if chain else "", names
        given = _GIVEN.match(source, start)
        if given is not None:
            return given[1], [given[2]]
        private = _PRIVATE.search(source, start, start + _NEAR)
        # Nobody knows what comes out of a container.
        return "", [private[0]] if private and "[" not in source[start : private.start()] else []

    def _is_stale(self, chain: str, name: str, work: Proposals, stale: Stale) -> bool:
        """Whether what a chain of names stands for may lack an attribute."""
        known = stale.get((chain, name))
        if known is None:
            leads = (self.dotted.lead(f"{path}.{name}") for path in work.paths(chain))
            known = any(lead is not None and not lead.exists for lead in leads)
            stale[chain, name] = known
        return known


def _is_argument(text: ModuleText, offset: int) -> bool:
    """Whether a name that starts a line is that of an argument: it stands behind a bracket."""
    before = text.text[text.lines.line_around(offset).start : offset]
    return "(" in before and ";" not in before


def _is_beside_others(source: str, before: str, end: int) -> bool:
    """Whether a string may be given to a call, or stand in a list with others.

    `before` is what stands before it without white space, and its prefix.
    """
    if before.endswith(("=", ",", "*")):
        return True
    following = source[end : end + _INDENT].lstrip(" \t\n\\")[:1]
    return following == "," or before.endswith("(")


def _joined(text: str, start: int) -> tuple[str | None, int]:
    """What a string and those directly behind it say, from its text on, and where it ends.

    None where one of them is not plain; "" for what can be no name.
    """
    said, quote, end = "", text[start - 1], start
    formatted = text[max(0, start - 3) : start - 1].lower()
    if formatted[-1:] == "f" or formatted in ("fr", "rf"):
        return None, start
    while (piece := _NAME.match(text, start)) and piece[2] == quote:
        said, end = said + piece[1], piece.end()
        following = _NEXT.match(text, end)
        if following is None:
            return said, end
        quote, start = following[1], following.end()
    stop = _WORDS.match(text, start)
    if stop is not None and text[stop.end() : stop.end() + 1] not in _OPENING:
        return "", text.find(quote, stop.end()) + 1 or len(text)
    return None, max(start, end)


def _with_added(text: str, written: str, end: int) -> tuple[str, int]:
    """What a string says with another that is added to it, and where that ends."""
    added = _ADDED.match(text, end)
    if added is None or added[1] is None or _GOES_ON.match(text, added.end() - 1):
        return written, end
    return written + added[1], added.end() - 1


def _uses(text: str, name: str) -> Iterator[int]:
    """Where a name stands by itself."""
    position, size = -1, len(name)
    while (position := text.find(name, position + 1)) >= 0:
        around = text[position - 1 : position] + text[position + size : position + size + 1]
        if not any(character.isalnum() or character == "_" for character in around):
            yield position
