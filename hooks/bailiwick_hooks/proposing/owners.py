"""Who owns what, as `CODEOWNERS` says for GitHub and GitLab."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bailiwick_hooks.proposing.nouns import Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codeowners import CodeOwners

    from bailiwick_hooks.proposing.ground import Ground

# In the order in which GitHub looks for it, and then GitLab.
_FILES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")


class Owners:
    """The owners of the files of a tree; nobody owns anything where there is no file of them."""

    def __init__(self, ground: Ground) -> None:
        self.path, self.notes = "", list[Note]()
        self._text, self._book = "", None
        for path in _FILES:
            text = ground.text(path)
            if text is not None:
                self.path, self._text = path, text
                self._book = self._read(text)
                return

    def _read(self, text: str) -> CodeOwners | None:
        from codeowners import CodeOwners

        try:
            return CodeOwners(text)
        except ValueError as error:
            self.notes.append(
                Note(f"{self.path}:1", f"cannot be read, so nobody is asked: {error}")
            )
            return None

    def of(self, paths: Iterable[str]) -> list[str]:
        """Those who own most of some files."""
        if self._book is None:
            return []
        counts = Counter(tuple(name for _, name in self._book.of(path)) for path in paths)
        (most, _), *_ = counts.most_common(1) or [((), 0)]
        return list(dict.fromkeys(most))

    def folders(self, ground: Ground) -> Iterator[tuple[str, str]]:
        """The packages that a line names by themselves, with `file:line`."""
        packages = {
            path.rpartition("/")[0]: module
            for module, path in ground.modules.items()
            if path.endswith("/__init__.py")
        }
        for number, line in enumerate(self._text.splitlines(), start=1):
            words = line.split()
            if len(words) > 1 and not words[0].startswith(("#", "[", "^", "*", "!")):
                folder = words[0].removesuffix("*").removesuffix("*").strip("/")
                if folder in packages:
                    yield packages[folder], f"{self.path}:{number}"
