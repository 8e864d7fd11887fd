"""The front door: all that hooks, server and reports import of the analysis."""

from __future__ import annotations

from bailiwick.engine import Report, check
from bailiwick.policyfile import find_policy, load_policy, schema, shipped
from bailiwick.vocabulary.errors import Mistake, PolicyError, UserError
from bailiwick.vocabulary.finding import Finding
from bailiwick.vocabulary.reference import Span

__all__ = [
    "Finding",
    "Mistake",
    "PolicyError",
    "Report",
    "Span",
    "UserError",
    "check",
    "find_policy",
    "load_policy",
    "schema",
    "shipped",
]
