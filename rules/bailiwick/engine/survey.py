"""What stands behind a contract and before it, over the whole tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.engine.contracts import why_open
from bailiwick.engine.judge import Judge
from bailiwick.engine.uses import uses
from bailiwick.sieve.outline import defined
from bailiwick.source.tree import Tree
from bailiwick.vocabulary.errors import UserError
from bailiwick.vocabulary.survey import Implementation, MemberSurvey, Site, Survey, Used

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bailiwick.engine.uses import Seen
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.policy import Contract, Policy
    from bailiwick.vocabulary.signature import Call, Implementing

    Class = tuple[str, str]


def survey(policy: Policy, name: str) -> Survey:
    """A contract of a policy with all that implements it and calls it, read from the tree.

    Raises:
        UserError: if there is no such contract, or if its interface is no class of the tree.
    """
    if name not in policy.contracts:
        known = ", ".join(sorted(policy.contracts)) or "none"
        raise UserError(f'the policy declares no contract "{name}"; it declares: {known}.')
    return _Surveyor(policy, policy.contracts[name]).survey()


class _Surveyor:
    def __init__(self, policy: Policy, contract: Contract) -> None:
        self.policy, self.contract = policy, contract
        self.tree = Tree.of(policy)
        self.judge = Judge(policy, self.tree)
        self.index = self.judge.court.index
        self.implementations = self.judge.court.implementations
        target = self.implementations.interface(contract)
        if target is None:
            raise UserError(
                f"{contract.place.path}:{contract.place.line}: the interface of contract "
                f'"{contract.name}", {contract.interface}, is no class of this tree.'
            )
        self.interface = target.module, target.name
        self.declared = self.implementations.members(contract, self.interface)

    def survey(self) -> Survey:
        implementers = list(self._implementers())
        seen = self._uses()
        members = tuple(self._member(name, implementers, seen) for name in sorted(self.declared))
        undeclared = tuple(
            self._undeclared(name, implementers, uses)
            for name, uses in sorted(seen.items())
            if name not in self.declared
        )
        is_open = why_open(self.judge, *self.interface)
        return Survey(
            contract=self.contract.name,
            interface=_shown(self.interface),
            place=f"{self.contract.place.path}:{self.contract.place.line}",
            site=self._site(self.interface),
            hides=is_open[1] if is_open is not None else "",
            implementers=tuple(map(_shown, implementers)),
            members=members,
            undeclared=undeclared,
        )

    # -- who has it --------------------------------------------------------------------------

    def _implementers(self) -> Iterator[Class]:
        for file in self.tree.files:
            text = self._text(file.module) if file.judged else None
            if text is None or self.policy.is_test(file.module):
                continue
            for path in self.judge.sieve.implementers.classes(text, self.contract.interface):
                cls = file.module, path
                if cls != self.interface and self.interface in self.index.family(*cls):
                    yield cls

    def _member(
        self, name: str, implementers: list[Class], seen: Mapping[str, list[Seen]]
    ) -> MemberSurvey:
        owner, definitions = self.declared[name]
        declared = definitions[0].member
        given: dict[Class, Implementing] = {}
        inherited = []
        for cls in implementers:
            definer = self._definer(cls, name)
            if definer is None:
                inherited.append(_shown(cls))
                continue
            pairs = self.implementations.pairs(self.contract, self.interface, definer, name)
            given[definer] = max(pairs, key=lambda pair: len(pair.differences()))
        uses = tuple(
            Used(site, subsystem, code, self._breaks(given, call))
            for _, site, subsystem, call, code in seen.get(name, ())
        )
        return MemberSurvey(
            name=name,
            kind=declared.kind,
            shown=declared.shown(name),
            owner=_shown(owner),
            site=self._site(owner, name),
            implementations=tuple(self._implementation(*item) for item in given.items()),
            inherited_by=tuple(inherited),
            uses=uses,
        )

    def _undeclared(self, name: str, implementers: list[Class], seen: list[Seen]) -> MemberSurvey:
        definers = dict.fromkeys(filter(None, (self._definer(cls, name) for cls in implementers)))
        member = None
        for definer in definers:
            member = member or self.index.outline(*definer).definitions[name][0].member
        return MemberSurvey(
            name=name,
            kind=member.kind if member else "unknown",
            shown=member.shown(name) if member else name,
            implementations=tuple(
                Implementation(_shown(cls), self._site(cls, name), self._whose(cls[0]))
                for cls in definers
            ),
            uses=tuple(Used(site, subsystem, code) for _, site, subsystem, _, code in seen),
        )

    def _definer(self, cls: Class, name: str) -> Class | None:
        """The class before the interface that an implementer has a member from."""
        order = self.index.order(*cls)
        before = order[: order.index(self.interface)] if self.interface in order else order
        has_it = (each for each in before if name in self.index.outline(*each).definitions)
        return next(has_it, None)

    def _implementation(self, cls: Class, implementing: Implementing) -> Implementation:
        name = implementing.owner.rpartition(".")[2]
        differences = tuple(each.says for each in implementing.differences())
        return Implementation(_shown(cls), self._site(cls, name), self._whose(cls[0]), differences)

    def _breaks(self, given: Mapping[Class, Implementing], call: Call | None) -> tuple[str, ...]:
        if call is None:
            return ()
        return tuple(_shown(cls) for cls, each in given.items() if each.breaks(call))

    # -- who uses it -------------------------------------------------------------------------

    def _uses(self) -> dict[str, list[Seen]]:
        found: dict[str, list[Seen]] = {}
        for file in self.tree.files:
            text = self._text(file.module) if file.judged else None
            if text is not None and not self.policy.is_test(file.module):
                for seen in uses(self.judge, text, self.contract):
                    found.setdefault(seen.member, []).append(seen)
        return found

    # -- places ------------------------------------------------------------------------------

    def _text(self, module: str) -> ModuleText | None:
        return self.judge.texts.of(module)

    def _whose(self, module: str) -> str:
        subsystem = self.judge.bench.subsystem(module)
        return subsystem.name if subsystem else ""

    def _site(self, cls: Class, member: str = "") -> Site:
        """Where a class, or a member in it, is defined."""
        module, path = cls
        text = self._text(module)
        if text is None:
            return Site(module, 1)
        headers = text.class_headers(path)
        place = headers[0].start if headers else 0
        for header in headers if member else ():
            places = [each.name_at for each in defined(text, header, frozenset({member}))]
            place = min(places, default=place)
        line = text.text.count("\n", 0, place) + 1
        return Site(text.file.path, line, place - (text.text.rfind("\n", 0, place) + 1) + 1)


def _shown(cls: Class) -> str:
    return f"{cls[0]}:{cls[1]}"
