"""Texts that stand nowhere, judged as if they stood in the tree: many at once, nothing written."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bailiwick.engine.contracts import doubts_of
from bailiwick.engine.judge import Judge
from bailiwick.policyfile import missing
from bailiwick.source.tree import Tree
from bailiwick.suppressions.weighing import weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bailiwick.vocabulary.errors import Mistake
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Mention, Policy
    from bailiwick.vocabulary.suppression import Suppressed


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found in a text, those that cost nothing included.

    suppressed: what a comment in the text allows
    unjudged:   why the policy would not have it judged at all, in words; "" if it would
    """

    findings: tuple[Finding, ...] = ()
    unjudged: str = ""
    suppressed: tuple[Suppressed, ...] = ()


@dataclass(frozen=True, slots=True)
class Probing:
    """What came of some texts, by path.

    stray:   what the policy names and the tree has not
    doubted: contracts that hold less than they seem to, by name: why, in words
    """

    texts: Mapping[str, Probed]
    stray: tuple[tuple[Mention, Mistake], ...] = ()
    doubted: Mapping[str, str] = field(default_factory=dict)


def probe(
    policy: Policy,
    texts: Mapping[str, bytes],
    *,
    tree: Tree | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Probing:
    """Judge texts by path, relative to the policy's folder and with `/`; the files need not exist.

    All of them see each other and the tree, in which they take the place of files of that path.

    tree:     the policy's tree, if it has been walked already; the texts are added to it
    progress: is told how many texts are done, of how many
    """
    tree = Tree.of(policy) if tree is None else tree
    for path in sorted(texts):
        tree.add(path)
    files = {file.path: file for file in tree.files}
    judge = Judge(policy, tree, buffers=texts)
    found: dict[str, Probed] = {}
    today = datetime.date.today()
    for done, path in enumerate(texts):
        if progress:
            progress(done, len(texts))
        file = files.get(path)
        if file is None:
            roots = ", ".join(policy.source_roots)
            found[path] = Probed(unjudged=f"it lies outside the source roots ({roots})")
        elif not file.judged:
            pattern = next(each for each in policy.exclude if tree.is_excluded_by(each, path))
            found[path] = Probed(unjudged=f'the policy\'s exclude has "{pattern}"')
        else:
            verdict = judge.verdict(file)
            findings = (*verdict.placed(), *judge.unclaimed([file]))
            weighed = weigh(findings, verdict.suppressions, today, lambda _: False)
            found[path] = Probed(tuple(weighed.findings), suppressed=tuple(weighed.suppressed))
    doubted = {
        contract.name: f"{contract.interface} {says}"
        for contract in policy.contracts.values()
        for says in doubts_of(judge, contract)
    }
    return Probing(found, _stray(policy, judge), doubted)


def _stray(policy: Policy, judge: Judge) -> tuple[tuple[Mention, Mistake], ...]:
    mentions = [each for each in policy.mentions if not judge.exists(each.target)]
    mistakes = missing(policy, judge.exists, judge.tree.modules)
    return tuple(zip(mentions, mistakes, strict=True))
