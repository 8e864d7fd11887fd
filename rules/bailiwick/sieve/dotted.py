"""What a string like `package.module.Class.member` names: read off texts, without a parser.

The sieve and the court ask the same, so they cannot disagree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bailiwick.sieve.offers import NO, OPEN, YES, bases, class_ends
from bailiwick.sieve.questions import answer, noted
from bailiwick.source.ledger import Memo, Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.sieve.texts import ModuleText, Texts

# Characters of a string that is still taken for a name.
_LONGEST = 300
# Dots of a name that is still followed.
_DEEPEST = 12


class Lead(NamedTuple):
    """What a string names.

    module: of the tree, that holds the object, or is it
    name:   dotted, inside the module, "" for the module itself; where the string goes on behind
            something whose attributes nobody knows, only as far as that
    exists: False where nothing is there for sure
    sure:   whether it is there for sure
    via:    in words, the re-exports on the way, beginning with "; "
    ends:   whether the string ends here
    """

    module: str
    name: str
    exists: bool = True
    sure: bool = True
    via: str = ""
    ends: bool = True


def _lead(kept: list[Any] | None) -> Lead | None:
    """What a string names, as it was kept."""
    return None if kept is None else Lead(*kept)


class Dotted:
    """Follows dotted names through the texts of a tree, each once."""

    def __init__(self, texts: Texts) -> None:
        self.texts, self.tree = texts, texts.tree
        self._leads: Told[Lead | None] = Told(texts.ledger, "lead", self._lead, None, _lead)
        self._containers: Memo[tuple[str, str] | None] = Memo(texts.ledger, None)
        self._has: Memo[str] = Memo(texts.ledger, OPEN)
        self._tops = tuple({name.partition(".")[0] for name in self.tree.modules})

    @property
    def tops(self) -> tuple[str, ...]:
        """The top-level names of the tree."""
        return self._tops

    def lead(self, written: str) -> Lead | None:
        """What a string names; None for what is not the tree's, or leads out of it.

        Written with dots, or with a colon between module and object.
        """
        if len(written) > _LONGEST:
            return None
        return self._leads(written)

    def _lead(self, written: str) -> Lead | None:
        module, colon, name = written.partition(":")
        if colon:
            if not name or ":" in name:
                return None
            if module not in self.tree.modules:
                return self.lead(module)
            return self._inside(module, name)
        module, rest = self.tree.split(written)
        if not module or not all(part.isidentifier() for part in written.split(".")):
            return None
        return self._inside(module, rest) if rest else Lead(module, "")

    def _inside(self, module: str, name: str) -> Lead | None:
        """What a dotted name leads to, from a module of the tree on."""
        head, _, last = name.rpartition(".")
        if not head:
            return self._named(module, name)
        holder = self.container(module, head)
        if holder is None:
            return self._as_far_as_known(module, name)
        via = "" if holder[0] == module else f"; {module}.{head} leads there"
        path = f"{holder[1]}.{last}" if holder[1] else last
        if f"{holder[0]}.{path}" in self.tree.modules:
            return Lead(f"{holder[0]}.{path}", "", via=via)
        return self._named(holder[0], path, via)

    def _named(self, module: str, path: str, via: str = "") -> Lead:
        has = self.has(module, path)
        return Lead(module, path, has != NO, has == YES, via)

    def _as_far_as_known(self, module: str, name: str) -> Lead | None:
        """The last part of a name of whose holder something is known."""
        head, _, _ = name.rpartition(".")
        while head:
            outer, _, last = head.rpartition(".")
            holder = self.container(module, outer) if outer else (module, "")
            if holder is not None:
                if self._leads_out(*holder, last):
                    return None
                path = f"{holder[1]}.{last}" if holder[1] else last
                via = "" if holder[0] == module else f"; {module}.{outer} leads there"
                return self._named(holder[0], path, via)._replace(ends=False)
            head = outer
        return None

    def _leads_out(self, module: str, cls: str, name: str) -> bool:
        """Whether a name of a module comes from an import, which nobody could follow."""
        text = None if cls else self.texts.glimpse(module, name)
        return text is not None and (name in text.bound or "*" in text.bound)

    def container(self, module: str, name: str) -> tuple[str, str] | None:
        """The module or class, as module and dotted name, that a name leads to; else None."""
        return self._containers((module, name), lambda: self._find_container(module, name))

    def _find_container(self, module: str, name: str) -> tuple[str, str] | None:
        text = self.texts.glimpse(module, name) if name.count(".") <= _DEEPEST else None
        if text is None:
            return None
        held = self._ask(text, "holds", name)
        if held != NO:
            return (module, name) if held == YES else None
        return self._imported_container(text, name)

    def _imported_container(self, text: ModuleText, name: str) -> tuple[str, str] | None:
        head, _, rest = name.partition(".")
        self.texts.see(text, head)
        found = {self._through(path, rest) for path in self._imported(text, head)}
        return found.pop() if len(found) == 1 else None

    def _imported(self, text: ModuleText, head: str) -> Iterator[str]:
        """The dotted paths from which a module imports a name, at its top or further in.

        What comes from a module that the tree lacks leads nowhere: taken for a name of the
        package above, it could lead back here, longer each time.
        """
        modules = self.tree.modules
        for imported, _ in text.bound.get(head, ()):
            path, source = imported.path(text.package), imported.absolute(text.package)
            if path and source in modules:
                yield path
        if head in text.bound:
            return
        for imported, _ in text.bound.get("*", ()):
            source = imported.absolute(text.package)
            if source in modules:
                yield f"{source}.{head}"

    def _through(self, path: str, rest: str) -> tuple[str, str] | None:
        module, name = self.tree.split(f"{path}.{rest}" if rest else path)
        if not module:
            return None
        return self.container(module, name) if name else (module, "")

    # -- what there is -----------------------------------------------------------------------

    def has(self, module: str, path: str) -> str:
        """Whether a module has a dotted name, or its class has it from a base: yes, no or open."""
        head, _, last = path.rpartition(".")
        if not head and f"{module}.{last}" in self.tree.modules:
            return YES
        if self.tree.modules.get(module) is None:
            # A package without a file may have parts in other places.
            return OPEN
        text = self.texts.ask(module)
        if text is None:
            return OPEN
        found = self._ask(text, "offers", path)
        if found != NO:
            return found
        return self._has((module, path), lambda: self._brought(text, head, last))

    def _brought(self, text: ModuleText, cls: str, name: str) -> str:
        return self._inherited(text, cls, name) if cls else self._from_stars(text, name)

    def _ask(self, text: ModuleText, *question: str) -> str:
        said = answer(text, question)
        module = text.file.module
        self.texts.ledger.note_answer(module, noted(module, question, said))
        return said if said in (YES, NO) else OPEN

    def _from_stars(self, text: ModuleText, name: str) -> str:
        self.texts.see(text, "*")
        for imported, _ in text.bound.get("*", ()):
            source = imported.absolute(text.package)
            if source is None or self.tree.modules.get(source) is None:
                return OPEN
            found = self.has(source, name)
            if found != NO:
                return found
        return NO

    def _inherited(self, text: ModuleText, cls: str, name: str) -> str:
        self.texts.see(text, cls.rpartition(".")[2])
        for end in class_ends(text, cls):
            listed = bases(text.text, end)
            if listed is None:
                return OPEN
            for base in listed:
                holder = self.container(text.file.module, base)
                if holder is None or not holder[1]:
                    return OPEN
                found = self.has(holder[0], f"{holder[1]}.{name}")
                if found != NO:
                    return found
        return NO
