"""The front door: all that hooks, server and reports import of the analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.engine.run import Report, check
from bailiwick.policyfile import POLICY_FILES, find_policy, load_policy, schema
from bailiwick.source.tree import Tree
from bailiwick.vocabulary.errors import Mistake, PolicyError, UserError
from bailiwick.vocabulary.finding import Finding
from bailiwick.vocabulary.policy import Contract, Group, Place, Policy, Subsystem, Team, Use
from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from bailiwick.baseline.document import FIELDS as BASELINE_KEYS
    from bailiwick.baseline.document import mistakes as baseline_mistakes
    from bailiwick.baseline.entry import Baseline, Entry, Vanished
    from bailiwick.baseline.storage import baseline_path, read_baseline, write_baseline
    from bailiwick.catalogue import BY_CODE as RULES
    from bailiwick.engine.api import api_differences, files_naming, public_api
    from bailiwick.engine.between import Between, between
    from bailiwick.engine.crossings import Crossings, crossings
    from bailiwick.engine.definitions import Definition, definitions
    from bailiwick.engine.forked import aside
    from bailiwick.engine.graph import import_graph
    from bailiwick.engine.moving import moved
    from bailiwick.engine.policies import recall_policy
    from bailiwick.engine.probe import Probed, Probing, probe
    from bailiwick.engine.session import Session
    from bailiwick.engine.since import check_change
    from bailiwick.engine.states import JudgedState, Memory, Shelf, judged_state
    from bailiwick.engine.survey import survey
    from bailiwick.fixes.allowing import allowing
    from bailiwick.fixes.applying import applied
    from bailiwick.fixes.fix import Edit, Fix
    from bailiwick.fixes.planning import fixes, fixes_in
    from bailiwick.fixes.settling import Rewrite, Settlement, settle
    from bailiwick.policyfile.amending import Amendment, may_be_permitted, permitting
    from bailiwick.policyfile.drafts import PolicyDraft, Proposal, Spot, Word
    from bailiwick.policyfile.extending import shipped, shipped_path
    from bailiwick.revisions.git import (
        Series,
        State,
        change_between,
        changed_files,
        changed_since,
        commit_named,
        expecting_staged,
        series,
        series_ends,
        staged,
        state_at,
    )
    from bailiwick.revisions.history import Commit, History, Revision
    from bailiwick.revisions.patch import patched
    from bailiwick.rules.page import page
    from bailiwick.source.replacing import replace_file
    from bailiwick.source.text import module_text
    from bailiwick.vocabulary.api import ApiEntry
    from bailiwick.vocabulary.crossing import Crossing
    from bailiwick.vocabulary.pointed import Pointed
    from bailiwick.vocabulary.suppression import Suppressed
    from bailiwick.vocabulary.survey import MemberSurvey, Site, Survey, Used

__version__ = "0.1.0"

__all__ = [
    "BASELINE_KEYS",
    "POLICY_FILES",
    "RULES",
    "Amendment",
    "ApiEntry",
    "Baseline",
    "Between",
    "Commit",
    "Contract",
    "Crossing",
    "Crossings",
    "Definition",
    "Edit",
    "Entry",
    "Finding",
    "Fix",
    "Group",
    "History",
    "JudgedState",
    "MemberSurvey",
    "Memory",
    "Mistake",
    "Place",
    "Pointed",
    "Policy",
    "PolicyDraft",
    "PolicyError",
    "Probed",
    "Probing",
    "Proposal",
    "Report",
    "Revision",
    "Rewrite",
    "Series",
    "Session",
    "Settlement",
    "Shelf",
    "Site",
    "Span",
    "Spot",
    "State",
    "Subsystem",
    "Suppressed",
    "Survey",
    "Team",
    "Tree",
    "Use",
    "Used",
    "UserError",
    "Vanished",
    "Word",
    "allowing",
    "api_differences",
    "applied",
    "aside",
    "baseline_mistakes",
    "baseline_path",
    "between",
    "change_between",
    "changed_files",
    "changed_since",
    "check",
    "check_change",
    "commit_named",
    "crossings",
    "definitions",
    "expecting_staged",
    "files_naming",
    "find_policy",
    "fixes",
    "fixes_in",
    "import_graph",
    "judged_state",
    "load_policy",
    "may_be_permitted",
    "module_text",
    "moved",
    "page",
    "patched",
    "permitting",
    "probe",
    "public_api",
    "read_baseline",
    "recall_policy",
    "replace_file",
    "schema",
    "series",
    "series_ends",
    "settle",
    "shipped",
    "shipped_path",
    "staged",
    "state_at",
    "survey",
    "write_baseline",
]

# What only some callers need, with the module that has it.
_LATE = {
    "Memory": ("bailiwick.engine.states", "Memory"),
    "shipped": ("bailiwick.policyfile.extending", "shipped"),
    "shipped_path": ("bailiwick.policyfile.extending", "shipped_path"),
    "Pointed": ("bailiwick.vocabulary.pointed", "Pointed"),
    "Proposal": ("bailiwick.policyfile.drafts", "Proposal"),
    "permitting": ("bailiwick.policyfile.amending", "permitting"),
    "may_be_permitted": ("bailiwick.policyfile.amending", "may_be_permitted"),
    "fixes_in": ("bailiwick.fixes.planning", "fixes_in"),
    "allowing": ("bailiwick.fixes.allowing", "allowing"),
    "Word": ("bailiwick.policyfile.drafts", "Word"),
    "Spot": ("bailiwick.policyfile.drafts", "Spot"),
    "PolicyDraft": ("bailiwick.policyfile.drafts", "PolicyDraft"),
    "Amendment": ("bailiwick.policyfile.amending", "Amendment"),
    "ApiEntry": ("bailiwick.vocabulary.api", "ApiEntry"),
    "Between": ("bailiwick.engine.between", "Between"),
    "between": ("bailiwick.engine.between", "between"),
    "Commit": ("bailiwick.revisions.history", "Commit"),
    "History": ("bailiwick.revisions.history", "History"),
    "Revision": ("bailiwick.revisions.history", "Revision"),
    "Shelf": ("bailiwick.engine.states", "Shelf"),
    "JudgedState": ("bailiwick.engine.states", "JudgedState"),
    "judged_state": ("bailiwick.engine.states", "judged_state"),
    "BASELINE_KEYS": ("bailiwick.baseline.document", "FIELDS"),
    "Baseline": ("bailiwick.baseline.entry", "Baseline"),
    "Crossing": ("bailiwick.vocabulary.crossing", "Crossing"),
    "Crossings": ("bailiwick.engine.crossings", "Crossings"),
    "Definition": ("bailiwick.engine.definitions", "Definition"),
    "Edit": ("bailiwick.fixes.fix", "Edit"),
    "Entry": ("bailiwick.baseline.entry", "Entry"),
    "Fix": ("bailiwick.fixes.fix", "Fix"),
    "MemberSurvey": ("bailiwick.vocabulary.survey", "MemberSurvey"),
    "Probed": ("bailiwick.engine.probe", "Probed"),
    "Probing": ("bailiwick.engine.probe", "Probing"),
    "RULES": ("bailiwick.catalogue", "BY_CODE"),
    "Rewrite": ("bailiwick.fixes.settling", "Rewrite"),
    "Session": ("bailiwick.engine.session", "Session"),
    "Settlement": ("bailiwick.fixes.settling", "Settlement"),
    "Suppressed": ("bailiwick.vocabulary.suppression", "Suppressed"),
    "Vanished": ("bailiwick.baseline.entry", "Vanished"),
    "Survey": ("bailiwick.vocabulary.survey", "Survey"),
    "Used": ("bailiwick.vocabulary.survey", "Used"),
    "api_differences": ("bailiwick.engine.api", "api_differences"),
    "applied": ("bailiwick.fixes.applying", "applied"),
    "aside": ("bailiwick.engine.forked", "aside"),
    "baseline_mistakes": ("bailiwick.baseline.document", "mistakes"),
    "baseline_path": ("bailiwick.baseline.storage", "baseline_path"),
    "changed_files": ("bailiwick.revisions.git", "changed_files"),
    "change_between": ("bailiwick.revisions.git", "change_between"),
    "changed_since": ("bailiwick.revisions.git", "changed_since"),
    "check_change": ("bailiwick.engine.since", "check_change"),
    "commit_named": ("bailiwick.revisions.git", "commit_named"),
    "crossings": ("bailiwick.engine.crossings", "crossings"),
    "definitions": ("bailiwick.engine.definitions", "definitions"),
    "files_naming": ("bailiwick.engine.api", "files_naming"),
    "fixes": ("bailiwick.fixes.planning", "fixes"),
    "import_graph": ("bailiwick.engine.graph", "import_graph"),
    "moved": ("bailiwick.engine.moving", "moved"),
    "module_text": ("bailiwick.source.text", "module_text"),
    "page": ("bailiwick.rules.page", "page"),
    "patched": ("bailiwick.revisions.patch", "patched"),
    "probe": ("bailiwick.engine.probe", "probe"),
    "public_api": ("bailiwick.engine.api", "public_api"),
    "read_baseline": ("bailiwick.baseline.storage", "read_baseline"),
    "recall_policy": ("bailiwick.engine.policies", "recall_policy"),
    "replace_file": ("bailiwick.source.replacing", "replace_file"),
    "Series": ("bailiwick.revisions.git", "Series"),
    "State": ("bailiwick.revisions.git", "State"),
    "series": ("bailiwick.revisions.git", "series"),
    "series_ends": ("bailiwick.revisions.git", "series_ends"),
    "Site": ("bailiwick.vocabulary.survey", "Site"),
    "state_at": ("bailiwick.revisions.git", "state_at"),
    "settle": ("bailiwick.fixes.settling", "settle"),
    "expecting_staged": ("bailiwick.revisions.git", "expecting_staged"),
    "staged": ("bailiwick.revisions.git", "staged"),
    "write_baseline": ("bailiwick.baseline.storage", "write_baseline"),
    "survey": ("bailiwick.engine.survey", "survey"),
}


def __getattr__(name: str) -> object:
    """What is loaded only for those who ask: a warm check never does."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, there = _LATE[name]
    return getattr(import_module(module), there)
