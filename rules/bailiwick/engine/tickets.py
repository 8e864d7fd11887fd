"""Hands out files to several processes, each to whichever is ready first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bailiwick.source.tree import File

# Bytes of a ticket, and those that a pipe takes on any system before somebody reads from it.
_TICKET, _PIPE = 2, 4096


class Tickets:
    """Files in their order, each for one of the processes that iterate over the same tickets.

    They stand in a pipe, which is filled before the processes part: what one of them has read from
    it no other can read. Of very many files some share a ticket.
    """

    def __init__(self, files: Sequence[File]) -> None:
        """Raises OSError where the system gives no pipe."""
        self._files, self._count = files, min(len(files), _PIPE // _TICKET)
        self.handed_out = 0
        self._output, into = os.pipe()
        with open(into, "wb") as pipe:
            pipe.writelines(number.to_bytes(_TICKET, "big") for number in range(self._count))

    def __iter__(self) -> Iterator[File]:
        """The files that this process gets; `handed_out` says then how many all have got."""
        while ticket := os.read(self._output, _TICKET):
            number = int.from_bytes(ticket, "big")
            self.handed_out = (number + 1) * len(self._files) // self._count
            yield from self._files[number :: self._count]

    def close(self) -> None:
        """Hand out no more here."""
        os.close(self._output)
