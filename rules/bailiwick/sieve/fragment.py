"""An edited stretch of a text with what bears on it: a short module in place of a long one.

It answers what is in the stretch now, and not what the edit changes elsewhere. What it says is
right in all but rare cases, and is to be confirmed by a look at the whole text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bailiwick.sieve.cut import Piece, assemble
from bailiwick.sieve.outline import decorated
from bailiwick.sieve.texts import ModuleText
from bailiwick.sieve.values import NO_NAMES

if TYPE_CHECKING:
    from bailiwick.sieve.cut import Cut
    from bailiwick.source.lines import Line

_WORD = re.compile(r"[^\W\d]\w*")
_OF_SELF = re.compile(r"\b(?:self|cls)[ \t]*\.[ \t]*(\w+)")
_ASSIGNED = re.compile(r"(?:self|cls)\.(\w+)[ \t]*(?::[^=\n]+)?(?:=(?!=)|,)")
_CODE = re.compile(r"(?:[ \t\f]*(?:#[^\n]*)?\n)*([ \t\f]*)[^\s#]")
_Key = tuple[int, int, frozenset[str], frozenset[str]]
# Stretches for which it is kept what bears on them.
_KEPT = 8
# Characters of a stretch that is still a small one.
_LARGE = 40_000
# Characters that are compared at once: copies of more are made in memory that is new each time.
_PIECE = 1 << 15


class Edited(NamedTuple):
    """A stretch of whole lines that has been edited.

    start, end: its offsets in the text before; it starts a line, and ends with one
    text:       what stands there now
    line:       the number of its first line, 1-based
    shift:      by how many lines all that follows has moved
    """

    start: int
    end: int
    text: str
    line: int
    shift: int

    @property
    def lines(self) -> range:
        """The numbers of its lines now, 1-based."""
        return range(self.line, self.line + self.text.count("\n") + 1)


class FragmentText(ModuleText):
    """A fragment as the text of its module; what concerns all of that is read from the whole."""

    def __init__(self, whole: ModuleText, text: str) -> None:
        super().__init__(whole.file, text)
        self._whole = whole

    @property
    def whole(self) -> ModuleText:
        """The module's text before the edit."""
        return self._whole

    @cached_property
    def named_modules(self) -> frozenset[str]:
        """See `ModuleText`."""
        return self._whole.named_modules | super().named_modules

    @cached_property
    def registered(self) -> frozenset[str]:
        """See `ModuleText`."""
        return self._whole.registered

    @cached_property
    def config_names(self) -> frozenset[str]:
        """See `ModuleText`."""
        return self._whole.config_names | super().config_names


class Fragments:
    """Makes fragments of one text after edits of it."""

    def __init__(self, text: ModuleText) -> None:
        self.text, self.lines, self.cutter = text, text.lines, text.cutter
        # By stretch and what is named in it, what stays before it and behind it.
        self._around: dict[_Key, tuple[list[Piece], list[Piece]]] = {}

    def prepare(self) -> None:
        """Find out what every fragment needs to know of the whole text."""
        for name in ("bound", "registered", "named_modules", "config_names"):
            getattr(self.text, name)
        for holder, name in (
            (self.cutter, "globals"),
            (self.lines, "header_starts"),
            (self, "_assigned"),
        ):
            getattr(holder, name)

    def edited(self, now: str) -> Edited | None:
        """What is otherwise in a text: the outermost functions, or statements, that were edited.

        None if that is not small.
        """
        before = self.text.text
        same = _same(before, now)
        behind = _same_at_end(before, now, min(len(before), len(now)) - same)
        start = self._begin(before.rfind("\n", 0, same) + 1)
        end = self._finish(max(len(before) - behind, same))
        text = now[start : end + len(now) - len(before)]
        if max(end - start, len(text)) > _LARGE:
            return None
        shift = text.count("\n") - before.count("\n", start, end)
        return Edited(start, end, text, before.count("\n", 0, start) + 1, shift)

    def _begin(self, offset: int) -> int:
        function = self._function(offset)
        if function is not None:
            start = decorated(self.text, function)
        else:
            try:
                start = min(offset, self.lines.line_at(offset).start)
            except StopIteration:
                start = offset
        return self.text.text.rfind("\n", 0, start) + 1

    def _finish(self, offset: int) -> int:
        function = self._function(offset)
        if function is not None:
            end = self.text.text.rfind("\n", 0, self.lines.end(function))
        else:
            try:
                line = self.lines.line_at(offset)
                end = line.end if line.start <= offset else offset
            except StopIteration:
                end = offset
        end = self.text.text.find("\n", max(end, offset))
        return end if end >= 0 else len(self.text.text)

    def _function(self, offset: int) -> Line | None:
        """The outermost function whose lines an offset lies in."""
        found, indent = None, -1
        headers = self.lines.headers
        for position in reversed(range(self._headers_up_to(offset))):
            header = headers[position]
            if indent < 0 or header.indent < indent:
                indent = header.indent
                is_class = self.text.text.startswith("class", header.start)
                if not is_class and offset <= self.lines.end(header):
                    found = header
            if indent == 0:
                break
        return found

    def _headers_up_to(self, offset: int) -> int:
        end = self.text.text.find("\n", offset)
        return bisect_right(self.lines.header_starts, end if end >= 0 else len(self.text.text))

    def fragment(self, edited: Edited) -> tuple[Cut, int]:
        """The stretch with what bears on it, and at which offset the stretch is in that.

        The lines are those of the text now.
        """
        names = frozenset(_WORD.findall(edited.text)) - NO_NAMES
        ours = frozenset(_OF_SELF.findall(edited.text))
        bound = frozenset(name for name in names if self._is_bound(name))
        key = edited.start, edited.end, bound, ours.intersection(self._assigned)
        if len(self._around) >= _KEPT:
            self._around.clear()
        if key not in self._around:
            self._around[key] = self._pieces(edited, self._find_around(edited, bound, key[3]))
        before, stays = self._around[key]
        behind = (piece._replace(number=piece.number + edited.shift) for piece in stays)
        cut = assemble([*before, self._piece(edited), *behind])
        # Between the two there may be a line that closes a block.
        start = cut.text.index(edited.text, len(assemble(before, closed=False).text))
        return cut, start

    def _is_bound(self, name: str) -> bool:
        return name in self.text.bound or name in self.cutter.globals

    @cached_property
    def _assigned(self) -> dict[str, list[int]]:
        """By attribute, where a method may assign it to its `self`."""
        found: dict[str, list[int]] = {}
        for match in _ASSIGNED.finditer(self.text.text):
            found.setdefault(match[1], []).append(match.start())
        return found

    def _find_around(
        self, edited: Edited, bound: frozenset[str], ours: frozenset[str]
    ) -> dict[int, Line]:
        code = _CODE.match(self.text.text, edited.start)
        start = code.end(1) if code else edited.start
        offsets = {offset for name in ours for offset in self._assigned[name]}
        outside = {o for o in offsets if not edited.start <= o < edited.end}
        code_only = {o for o in outside if self.lines.is_code(o)}
        return self.cutter.around(start, set(bound), code_only)

    def _pieces(self, edited: Edited, around: dict[int, Line]) -> tuple[list[Piece], list[Piece]]:
        """What stays before the stretch and behind it, with the lines where it stood."""
        lines = sorted(around.values(), key=lambda line: line.start)
        before = [each for each in lines if each.start < edited.start]
        behind = [each for each in lines if each.start >= edited.end]
        return list(self.cutter.pieces(before)), list(self.cutter.pieces(behind))

    def _piece(self, edited: Edited) -> Piece:
        code = _CODE.match(edited.text)
        margin = code[1] if code else ""
        return Piece(edited.text, edited.line, len(margin.expandtabs()), margin)


def _same(one: str, other: str) -> int:
    """How many characters two texts have in common from their starts on."""
    low, most = 0, min(len(one), len(other))
    while low < most and one[low : low + _PIECE] == other[low : low + _PIECE]:
        low += _PIECE
    low, high = min(low, most), min(low + _PIECE, most)
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _same_at_end(one: str, other: str, most: int) -> int:
    """How many they have in common up to their ends, so many at the most."""

    def alike(first: int, last: int) -> bool:
        ends = (
            one[len(one) - last : len(one) - first],
            other[len(other) - last : len(other) - first],
        )
        return ends[0] == ends[1]

    low = 0
    while low < most and alike(low, min(low + _PIECE, most)):
        low += _PIECE
    low, high = min(low, most), min(low + _PIECE, most)
    while low < high:
        middle = (low + high + 1) // 2
        if alike(low, middle):
            low = middle
        else:
            high = middle - 1
    return low
