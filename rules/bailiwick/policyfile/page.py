"""The key tables of the reference page, made from the definitions that the loader checks.

`python -m bailiwick.policyfile.page docs/policy.md` brings a page up to date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick.policyfile import keys

if TYPE_CHECKING:
    from bailiwick.policyfile.shapes import Key, Shape, Table

TABLES = {
    "policy": keys.POLICY,
    "subsystem": keys.SUBSYSTEM_TABLE,
    "use": keys.USE,
    "group": keys.GROUP_TABLE,
    "layers": keys.LAYERS_TABLE,
    "contract": keys.CONTRACT_TABLE,
    "team": keys.TEAM_TABLE,
    "strings": keys.STRINGS_TABLE,
}


def refresh(page: str) -> str:
    """A page with what stands between `<!-- keys: NAME -->` and `<!-- end -->` made anew."""
    return re.sub(
        r"(<!-- keys: (\w+) -->\n).*?(<!-- end -->)",
        lambda match: match[1] + key_table(TABLES[match[2]]) + match[3],
        page,
        flags=re.DOTALL,
    )


def key_table(table: Table) -> str:
    """The keys of a table, as a table in Markdown."""
    rows = ["| key | value | without it | meaning |", "|---|---|---|---|", *map(_row, table.keys)]
    return "\n".join(rows) + "\n"


def _row(key: Key) -> str:
    default = "*required*" if key.required else key.default
    example = f"<br>`{key.name} = {key.example}`" if key.example else ""
    return f"| `{key.name}` | {_value(key.shape)} | {default} | {key.meaning}{example} |"


def _value(shape: Shape) -> str:
    return re.sub(r'"(\w+)"', r'`"\1"`', shape.describe())


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(refresh(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
