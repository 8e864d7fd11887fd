"""The libraries that only reports need: those of the extra `reports`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from bailiwick import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARIES = frozenset({"jinja2", "markupsafe", "networkx", "numpy"})


@contextmanager
def needed(report: str) -> Iterator[None]:
    """Say how to install what a report stands on, where that is missing.

    Raises:
        UserError: in place of the ImportError of a library of the extra.
    """
    try:
        yield
    except ImportError as error:
        name = (error.name or "").partition(".")[0]
        if name not in LIBRARIES:
            raise
        raise UserError(
            f"bailiwick {report} needs {name}, which is not installed.\n"
            "       Install what reports need: pip install 'bailiwick[reports]'"
        ) from None
