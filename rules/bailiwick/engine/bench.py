"""The verdict on one module: its references put to the rules, the breaches made findings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bailiwick.catalogue import BY_CODE, GRAPH_RULE, REFERENCE_RULES_BY_KIND
from bailiwick.rules.rule import View, Witness
from bailiwick.vocabulary.finding import Finding
from bailiwick.vocabulary.reference import Reference, Span

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping

    from bailiwick.rules.rule import Breach, ReferenceRule, Rule
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.source.tree import Tree
    from bailiwick.vocabulary.policy import Grade, Policy, Severity, Subsystem
    from bailiwick.vocabulary.reference import Kind

_NOWHERE = Span(1, 1, 1, 1)
_OF_HANDLES = ("BW201", "BW301", "BW304")
_GRADES: tuple[Grade, ...] = ("runtime", "deferred", "typing")
_MILDER: dict[Severity, Severity] = {"error": "warning", "warning": "info"}


@dataclass(slots=True)
class Bench:
    """The rules, ready to judge any reference of a tree under a policy on a day."""

    policy: Policy
    tree: Tree
    today: datetime.date
    _views: dict[tuple[str, str], View] = field(default_factory=dict)
    _imports: dict[tuple[str, str, str], bool] = field(default_factory=dict)

    def subsystem(self, module: str) -> Subsystem | None:
        """The subsystem that claims a module of the tree, or a name below one."""
        file = self.tree.modules.get(module)
        return self.policy.subsystem_of(module, is_package=file is None or file.is_package)

    def view(self, module: str, target: str) -> View:
        """The view of a module's references to something in another."""
        if (module, target) not in self._views:
            known = target in self.tree.modules
            self._views[module, target] = View(
                self.policy,
                module,
                self.subsystem(module),
                self.subsystem(target) if known else None,
                self.today,
            )
        return self._views[module, target]

    def view_of(self, module: str, reference: Reference) -> View:
        """The view of a reference in a module; an option's target is who owns its group."""
        if reference.kind != "option":
            return self.view(module, reference.module)
        owners = self.policy.option_owners(reference.module)
        if not owners:
            return self.view(module, reference.registered_by)
        key = module, f"[{reference.module}]"
        if key not in self._views:
            own = self.subsystem(module)
            target = next((each for each in owners if own and each.name == own.name), None)
            target = target or next(iter(owners), None)
            self._views[key] = View(self.policy, module, own, target, self.today)
        return self._views[key]

    def breach(self, reference: Reference, view: View) -> tuple[ReferenceRule, Breach] | None:
        """The first rule that a reference breaks, and how."""
        for rule in REFERENCE_RULES_BY_KIND[reference.kind]:
            found = rule.judge(reference, view)
            if found is not None:
                return rule, found
        return None

    def import_breaks(self, text: ModuleText, module: str, name: str) -> bool:
        """Whether importing that from this module breaks a rule, at any grade."""
        key = text.file.module, module, name
        known = self._imports.get(key)
        if known is None:
            known = self._imports[key] = self._import_breaks(*key)
        return known

    def _import_breaks(self, user: str, module: str, name: str) -> bool:
        view = self.view(user, module)
        if not view.foreign and view.target is not None:
            return False
        return any(self._costs(_import(module, name, grade), view) for grade in _GRADES)

    def private_breaks(self, text: ModuleText, module: str, name: str, *, inherited: bool) -> bool:
        """Whether using that private member of a class breaks a rule.

        `inherited`: using or overriding it in a class that is derived from that class.
        """
        view = self.view(text.file.module, module)
        kinds: tuple[Kind, ...] = ("override", "inherited") if inherited else ("attribute",)
        return view.foreign and any(
            self._costs(Reference(kind, _NOWHERE, module, name, "deferred", ""), view)
            for kind in kinds
        )

    def handle_breaks(self, text: ModuleText, contract: str) -> bool:
        """Whether a use of the contract's handles in this module could break a rule."""
        user = self.subsystem(text.file.module)
        if self.policy.implements(user, contract):
            return False
        return any(self.severity(BY_CODE[code], user) != "off" for code in _OF_HANDLES)

    def string_breaks(self, text: ModuleText, module: str, name: str) -> bool:
        """Whether naming that in a string breaks a rule, at any grade; if it exists."""
        view = self.view(text.file.module, module)
        return view.foreign and any(
            self._costs(Reference("string", _NOWHERE, module, name, grade, ""), view)
            for grade in _GRADES
        )

    def _costs(self, reference: Reference, view: View) -> bool:
        """Whether a reference breaks a rule that is not off."""
        found = self.breach(reference, view)
        return found is not None and self.severity(found[0], view.subsystem) != "off"

    def severity(self, rule: Rule, subsystem: Subsystem | None, *, mild: bool = False) -> Severity:
        """What breaking a rule costs in a file of a subsystem."""
        severity = self.policy.severity(rule.CODE, subsystem, rule.SEVERITY)
        return _MILDER.get(severity, severity) if mild else severity

    def edge(self, text: ModuleText, module: str, name: str) -> str | None:
        """The subsystem that the import makes this module's one a user of, if it breaks nothing."""
        view = self.view(text.file.module, module)
        reference = _import(module, name, "runtime")
        if view.target is None or not GRAPH_RULE.counts(reference, view):
            return None
        return None if self.breach(reference, view) else view.target.name

    def finding(
        self, text: ModuleText, reference: Reference, breach: Breach, rule: ReferenceRule
    ) -> Finding:
        """A breach as a finding, without what only the index knows."""
        view = self.view_of(text.file.module, reference)
        return self.finding_in(text.file.path, view, reference, breach, rule)

    def finding_in(
        self, path: str, view: View, reference: Reference, breach: Breach, rule: ReferenceRule
    ) -> Finding:
        """The same for any file, whose references are seen from `view`."""
        target = view.target
        if target is None and (reserved := self.policy.package_owners(_top(reference.module))):
            target = reserved[0]
        return Finding(
            code=rule.CODE,
            name=rule.NAME,
            severity=self.severity(rule, view.subsystem, mild=breach.mild),
            path=path,
            span=reference.span,
            message=breach.message,
            subsystem=view.subsystem.name if view.subsystem else "",
            target=reference.target,
            target_subsystem=target.name if target else "",
            known_by=reference.known_by,
            decided_by=str(breach.place) if breach.place else "",
            owners=target.owners if target else (),
            detail=breach.detail,
        )

    def file_finding(self, path: str, module: str, code: str, span: Span, message: str) -> Finding:
        """A finding on a whole file."""
        rule, subsystem = BY_CODE[code], self.subsystem(module)
        return Finding(
            code=code,
            name=rule.NAME,
            severity=self.severity(rule, subsystem),
            path=path,
            span=span,
            message=message,
            subsystem=subsystem.name if subsystem else "",
        )

    def circles(self, edges: Mapping[tuple[str, str], Witness]) -> Iterator[Finding]:
        """The findings on subsystems that use each other in a circle."""
        for witness, breach in GRAPH_RULE.judge_graph(edges):
            module = next(file.module for file in self.tree.files if file.path == witness.path)
            span, code = witness.reference.span, GRAPH_RULE.CODE
            finding = self.file_finding(witness.path, module, code, span, breach.message)
            yield replace(
                finding,
                target=witness.reference.target,
                excerpt=witness.excerpt,
                subject=breach.subject,
            )


def _import(module: str, name: str, grade: Grade) -> Reference:
    return Reference("import", _NOWHERE, module, name, grade, "")


def _top(module: str) -> str:
    return module.partition(".")[0]
