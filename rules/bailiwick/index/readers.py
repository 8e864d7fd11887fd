"""Two ways to get at another module's syntax: cut down to what is asked, or whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bailiwick.sieve.questions import NO, UNCUT, YES, answer, extended, noted
from bailiwick.syntax.parsing import UnparsedError, parse

if TYPE_CHECKING:
    import libcst as cst

    from bailiwick.sieve.texts import ModuleText
    from bailiwick.source.ledger import Ledger


class Reader(Protocol):
    """Gives the syntax that an answer about a module can be read from; None if it has none."""

    # Whether the same tree is given for every question about a module.
    keeps: bool

    def top(self, text: ModuleText, name: str) -> cst.Module | None:
        """A module that binds a name at its top as the text does."""

    def may_define(self, text: ModuleText, path: str, member: str) -> bool:
        """Whether a class of that path may define a member at all."""

    def mentions(self, text: ModuleText, name: str) -> bool:
        """Whether a name occurs in the text."""

    def extends(self, text: ModuleText, path: str) -> bool:
        """Whether the text may give the class of that path members by name, at run time."""

    def member(
        self, text: ModuleText, path: str, member: str, *, values: bool
    ) -> cst.Module | None:
        """A module with a class of that path, which defines the member as the text does.

        With `values` it also says what the member is given, not only that there is one.
        """

    def outline(self, text: ModuleText, path: str) -> cst.Module | None:
        """A module with a class of that path, which declares its members as the text does."""


class CutReader:
    """Parses only the statements that bear on the question."""

    keeps = False

    def __init__(self, whole: WholeReader, ledger: Ledger) -> None:
        self.whole, self.ledger = whole, ledger

    def top(self, text: ModuleText, name: str) -> cst.Module | None:
        """See `Reader`."""
        return self._parse(text, "top", name)

    def member(
        self, text: ModuleText, path: str, member: str, *, values: bool
    ) -> cst.Module | None:
        """See `Reader`."""
        return self._parse(text, "values" if values else "member", path, member)

    def outline(self, text: ModuleText, path: str) -> cst.Module | None:
        """See `Reader`."""
        return self._parse(text, "outline", path)

    def may_define(self, text: ModuleText, path: str, member: str) -> bool:
        """See `Reader`."""
        return self._ask(text, "defines", path, member) != NO

    def mentions(self, text: ModuleText, name: str) -> bool:
        """See `Reader`."""
        return self._ask(text, "mentions", name) == YES

    def extends(self, text: ModuleText, path: str) -> bool:
        """See `Reader`."""
        return self._ask(text, "extends", path) == YES

    def _ask(self, text: ModuleText, *question: str) -> str:
        answered = answer(text, question)
        module = text.file.module
        self.ledger.note_answer(module, noted(module, question, answered))
        return answered

    def _parse(self, text: ModuleText, *question: str) -> cst.Module | None:
        answered = self._ask(text, *question)
        try:
            return self.whole.top(text, "") if answered == UNCUT else parse(answered)
        except UnparsedError:
            return self.whole.top(text, "")


class WholeReader:
    """Parses whole modules, each once: the oracle, and the way out where cutting fails."""

    keeps = True

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._trees: dict[str, cst.Module | None] = {}

    def top(self, text: ModuleText, name: str) -> cst.Module | None:  # noqa: ARG002
        """See `Reader`."""
        module = text.file.module
        self.ledger.note(module)
        if module not in self._trees:
            try:
                self._trees[module] = parse(text.text)
            except UnparsedError:
                self._trees[module] = None
        return self._trees[module]

    def forget(self, module: str) -> None:
        """Read a module again when it is asked for next."""
        self._trees.pop(module, None)

    def may_define(self, text: ModuleText, path: str, member: str) -> bool:  # noqa: ARG002
        """See `Reader`."""
        return True

    def mentions(self, text: ModuleText, name: str) -> bool:
        """See `Reader`."""
        return name in text.text

    def extends(self, text: ModuleText, path: str) -> bool:
        """See `Reader`."""
        return extended(text, path)

    def member(
        self,
        text: ModuleText,
        path: str,  # noqa: ARG002
        member: str,  # noqa: ARG002
        *,
        values: bool,  # noqa: ARG002
    ) -> cst.Module | None:
        """See `Reader`."""
        return self.top(text, "")

    def outline(self, text: ModuleText, path: str) -> cst.Module | None:  # noqa: ARG002
        """See `Reader`."""
        return self.top(text, "")
