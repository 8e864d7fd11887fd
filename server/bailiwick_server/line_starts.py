"""Where the lines of a text start, followed through edits without going through all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Iterator

# Lines that are told one by one before all are counted anew.
_MANY = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Starts(Sequence[int]):
    """Offsets at which lines start; never changed, only followed.

    Somebody types in one place, mostly: what an older text has before it stays, what it has behind
    it is moved, and between them are those that are told one by one.

    old:    those of an older text
    head:   how many of these are the first here, as they are
    middle: those that follow
    tail:   the index of the first of the old ones that come then
    moved:  by how much each of these has moved
    """

    old: list[int]
    head: int
    middle: tuple[int, ...] = ()
    tail: int = 0
    moved: int = 0

    @classmethod
    def of(cls, offsets: list[int]) -> Starts:
        """These offsets."""
        return cls(offsets, len(offsets), (), len(offsets))

    def __len__(self) -> int:
        return self._behind + len(self.old) - self.tail

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> list[int]: ...

    def __getitem__(self, index: int | slice) -> int | list[int]:
        if isinstance(index, slice):
            return [self._at(each) for each in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._at(index)

    def __iter__(self) -> Iterator[int]:
        yield from self.old[: self.head]
        yield from self.middle
        for each in self.old[self.tail :]:
            yield each + self.moved

    @property
    def _behind(self) -> int:
        """The index of the first that has moved."""
        return self.head + len(self.middle)

    def _at(self, index: int) -> int:
        if index < self.head:
            return self.old[index]
        if index < self._behind:
            return self.middle[index - self.head]
        return self.old[self.tail + index - self._behind] + self.moved

    def edited(self, first: int, last: int, new: list[int], by: int) -> Starts:
        """With `new` in the place of those from `first` on, before `last`, and the rest moved."""
        if self.head == len(self) == len(self.old):
            return Starts(self.old, first, tuple(new), last, by)
        head, behind = min(self.head, first), self._behind
        stay, follow = range(head, first), range(last, behind)
        if len(stay) + len(new) + len(follow) > _MANY:
            every = list(self)
            return Starts.of([*every[:first], *new, *(each + by for each in every[last:])])
        middle = *map(self._at, stay), *new, *(self._at(each) + by for each in follow)
        return Starts(self.old, head, middle, self.tail + max(last - behind, 0), self.moved + by)
