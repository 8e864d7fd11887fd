"""Sections of docs/benchmarks.md that are made by themselves."""

from __future__ import annotations

import re


def replaced(page: str, title: str, section: str) -> str:
    """A page with the section of a title made anew, or added at its end."""
    found = re.search(rf"^{re.escape(title)}\n.*?(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    if found is None:
        return f"{page.rstrip()}\n\n{section.rstrip()}\n"
    return f"{page[: found.start()]}{section.rstrip()}\n\n{page[found.end() :]}".rstrip() + "\n"
