"""What the JSON documents of all reports have in common."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick import Crossing


def written(content: Mapping[str, Any]) -> str:
    """A document, in ASCII."""
    return json.dumps(content, indent=1) + "\n"


def place(crossing: Crossing) -> dict[str, Any]:
    """Where a crossing is: its path from the policy's folder on, its line and column from 1 on."""
    site = crossing.site
    return {"path": site.path, "line": site.line, "column": site.column}
