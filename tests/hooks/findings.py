"""Findings as the engine would hand them over, for the tests of what is made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bailiwick import Finding, Span
from bailiwick_hooks.outcome import Outcome

ACROSS = Finding(
    code="BW101",
    name="import-across",
    severity="error",
    path="nova/virt/zvm/driver.py",
    span=Span(31, 23, 31, 30),
    message="zvm may not import from libvirt: nova.virt.libvirt",
    subsystem="zvm",
    target="nova.virt.libvirt",
    target_subsystem="libvirt",
    known_by="the name is the package nova/virt/libvirt/__init__.py",
    decided_by='bailiwick.toml:24  group "drivers" is independent',
    instead="nova.virt.images",
    owners=("nova-libvirt-core", "alice"),
    excerpt="from nova.virt import libvirt",
)


def finding(**changes: Any) -> Finding:
    """Return the usual finding with some fields changed."""
    return replace(ACROSS, **changes)


def at(line: int, column: int, end_line: int, end_column: int) -> Span:
    """Return a span in the order in which editors name its ends."""
    return Span(line, column, end_line, end_column)


# An escape code, a NUL, the end of a CDATA section, a byte that is no UTF-8, an unpaired half of a
# character, a mention, a link, a table's bar, and what workflow commands are parted by.
NASTY = "a\x1b[31m\0]]>\udcff\ud800 @team [x](http://y) <b>|&%0A::error::,\r\nend"
HOSTILE = finding(
    path=f"nova/{NASTY}.py",
    message=NASTY,
    target=NASTY,
    known_by=NASTY,
    instead=NASTY,
    owners=(NASTY,),
    excerpt=NASTY,
)
MIXED = Outcome((ACROSS, finding(severity="warning"), finding(severity="info"), HOSTILE), 3)
