"""The front door: all that hooks, server and reports import of the analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.engine.run import Report, check
from bailiwick.policyfile import find_policy, load_policy, schema, shipped
from bailiwick.source.tree import Tree
from bailiwick.vocabulary.errors import Mistake, PolicyError, UserError
from bailiwick.vocabulary.finding import Finding
from bailiwick.vocabulary.policy import Contract, Group, Place, Policy, Subsystem, Use
from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from bailiwick.catalogue import BY_CODE as RULES
    from bailiwick.engine.probe import Probed, Probing, probe
    from bailiwick.rules.page import page

__version__ = "0.1.0"

__all__ = [
    "RULES",
    "Contract",
    "Finding",
    "Group",
    "Mistake",
    "Place",
    "Policy",
    "PolicyError",
    "Probed",
    "Probing",
    "Report",
    "Span",
    "Subsystem",
    "Tree",
    "Use",
    "UserError",
    "check",
    "find_policy",
    "load_policy",
    "page",
    "probe",
    "schema",
    "shipped",
]


def __getattr__(name: str) -> object:
    """The rules and their pages, loaded only for those who ask: a warm check never does."""
    if name == "RULES":
        from bailiwick.catalogue import BY_CODE

        return BY_CODE
    if name == "page":
        from bailiwick.rules.page import page

        return page
    if name in ("Probed", "Probing", "probe"):
        import bailiwick.engine.probe

        return getattr(bailiwick.engine.probe, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
