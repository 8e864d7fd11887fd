"""The nouns: an edit, and a fix made of edits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.reference import Span


@dataclass(frozen=True, slots=True)
class Edit:
    r"""What stands in a stretch of text is replaced; an empty stretch is a place to insert.

    span: 1-based, columns in characters, in the text as it is before any edit
    text: its line ends are ``\\n``, whatever those of the file are
    """

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits of one file that put findings right, all of them or none.

    title:    what is done, in the imperative
    path:     relative to the policy's folder, with `/`
    findings: what is put right
    edits:    in the order of their places; no two overlap
    doubt:    why somebody should look before it is applied, "" where what runs stays the same
    clears:   whether the findings are gone afterwards; if not, it makes room for what clears them
    """

    title: str
    path: str
    findings: tuple[Finding, ...]
    edits: tuple[Edit, ...]
    doubt: str = ""
    clears: bool = True

    @property
    def safe(self) -> bool:
        """Whether it may be applied unseen."""
        return not self.doubt
