"""What is said of a whole tree beside verdicts, as long as nothing that was read for it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bailiwick.engine.known import Remark

if TYPE_CHECKING:
    from collections.abc import Callable

    from bailiwick.engine.judge import Judge
    from bailiwick.engine.known import Known
    from bailiwick.engine.standing import Standing


class Remarks:
    """Takes remarks as they are known, or has them worked out and remembered.

    `renewed` has those that were asked for.
    """

    def __init__(self, judge: Judge, known: Known, standing: Standing | None) -> None:
        """`standing` tells what holds of what was read before; None: nothing is known."""
        self.judge, self.known, self.standing = judge, known, standing
        self.renewed: dict[str, Remark] = {}

    def recall(self, name: str) -> Any:
        """What was remarked under a name, if it still holds; else None, which nobody remarks."""
        before = self.known.remarks.get(name)
        if before is None or self.standing is None or self.standing.fails_remark(before.reads):
            return None
        self.renewed[name] = before
        return before.said

    def work_out(self, name: str, work: Callable[[], Any]) -> Any:
        """What the work gives, as plain JSON; what is read for it is noted."""
        ledger = self.judge.ledger
        said, reads = ledger.reading(work)
        if self.standing is not None:
            self.known.learn_answers(self.judge.answers(reads))
        self.renewed[name] = Remark(said, reads)
        return said

    def remark(self, name: str, work: Callable[[], Any]) -> Any:
        """What is known under a name, or else what the work gives."""
        said = self.recall(name)
        return self.work_out(name, work) if said is None else said

    def kept(self) -> dict[str, Remark]:
        """What was asked for, and all else that was known and surely holds."""
        standing, before = self.standing, self.known.remarks
        if standing is None:
            return self.renewed
        holding = {name: each for name, each in before.items() if standing.surely_holds(each.reads)}
        return holding | self.renewed
