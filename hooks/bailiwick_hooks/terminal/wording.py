"""Counts in words."""

from __future__ import annotations


def many(count: int, noun: str) -> str:
    """`1 module`, `2 modules`."""
    if count == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {plural}"
