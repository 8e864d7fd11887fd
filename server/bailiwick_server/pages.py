"""The pages of the rules as files that an editor can open, written when the first is asked for."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from bailiwick import RULES, page

from bailiwick_server.places import uri_of


class Pages:
    """A folder of the server's own with a page for each rule, until the server ends."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._known: dict[str, str] = {}

    def address(self, code: str) -> str:
        """The address of a rule's page, "" if it could not be written."""
        if code not in self._known:
            self._known[code] = self._write(code)
        return self._known[code]

    def _write(self, code: str) -> str:
        try:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="bailiwick-rules-"))
            file = self._folder / f"{code}.md"
            file.write_text(page(RULES[code]), encoding="utf-8")
        except (OSError, KeyError):
            return ""
        return uri_of(file)

    def remove(self) -> None:
        """Take the folder away."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
