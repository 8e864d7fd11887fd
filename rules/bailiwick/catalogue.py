"""The one table of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules import (
    contract_drift,
    dependency_cycle,
    foreign_option,
    implementer_identity,
    import_across,
    import_private,
    needless_suppression,
    not_parsed,
    off_contract_use,
    private_attribute,
    private_override,
    private_string,
    reserved_package,
    stale_baseline,
    stale_string,
    unclaimed_module,
    undeclared_extension,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick.rules.rule import FileRule, GraphRule, ModuleRule, ReferenceRule, Rule
    from bailiwick.vocabulary.reference import Kind

# One reference, one finding: the first of these that it breaks.
REFERENCE_RULES: tuple[ReferenceRule, ...] = (
    reserved_package,
    import_across,
    import_private,
    private_attribute,
    private_override,
    off_contract_use,
    contract_drift,
    implementer_identity,
    stale_string,
    private_string,
    foreign_option,
    undeclared_extension,
)
REFERENCE_RULES_BY_KIND: Mapping[Kind, tuple[ReferenceRule, ...]] = {
    kind: tuple(each for each in REFERENCE_RULES if kind in each.KINDS)
    for rule in REFERENCE_RULES
    for kind in rule.KINDS
}
GRAPH_RULE: GraphRule = dependency_cycle
MODULE_RULE: ModuleRule = unclaimed_module
FILE_RULE: FileRule = not_parsed
# On what keeps findings from being reported.
DEBT_RULES: tuple[FileRule, ...] = (needless_suppression, stale_baseline)

RULES: tuple[Rule, ...] = (
    *REFERENCE_RULES,
    GRAPH_RULE,
    FILE_RULE,
    MODULE_RULE,
    *DEBT_RULES,
)
BY_CODE: Mapping[str, Rule] = {
    rule.CODE: rule for rule in sorted(RULES, key=lambda rule: rule.CODE)
}
