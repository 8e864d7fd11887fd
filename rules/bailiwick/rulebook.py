"""The pages of all rules as files: `python -m bailiwick.rulebook docs/rules`."""

from __future__ import annotations

import sys
from pathlib import Path

from bailiwick.catalogue import RULES
from bailiwick.rules.page import page

_INDEX = """\
# The rules

A rule is one file in `rules/bailiwick/rules/`. Its docstring and its examples are the page that you
read here and that `bailiwick explain CODE` prints; the tests run every example through the tool.
Where the examples have no `__init__.py`, it is empty or missing: that makes no difference.

| code | name | says | costs |
|---|---|---|---|
"""


def rulebook() -> dict[str, str]:
    """By file name, the pages of all rules and their index."""
    rules = sorted(RULES, key=lambda rule: rule.CODE)
    rows = (
        f"| [{rule.CODE}]({rule.CODE}.md) | {rule.NAME} | {rule.SUMMARY.rstrip('.')} "
        f"| {rule.SEVERITY} |\n"
        for rule in rules
    )
    return {"index.md": _INDEX + "".join(rows)} | {f"{rule.CODE}.md": page(rule) for rule in rules}


def main() -> None:
    """Write the pages into the folder that is named."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bailiwick.rulebook FOLDER")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in rulebook().items():
        (folder / name).write_bytes(text.encode())


if __name__ == "__main__":
    main()
