"""Texts that stand nowhere, judged as if they stood in the tree: many at once, nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bailiwick.engine.judge import Judge
from bailiwick.policyfile import missing
from bailiwick.source.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bailiwick.vocabulary.errors import Mistake
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Mention, Policy


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found in a text, those that cost nothing included.

    unjudged: why the policy would not have it judged at all, in words; "" if it would
    """

    findings: tuple[Finding, ...] = ()
    unjudged: str = ""


@dataclass(frozen=True, slots=True)
class Probing:
    """What came of some texts, by path.

    stray: what the policy names and the tree has not
    """

    texts: Mapping[str, Probed]
    stray: tuple[tuple[Mention, Mistake], ...] = ()


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
            findings = (*judge.verdict(file).placed(), *judge.unclaimed([file]))
            found[path] = Probed(findings)
    return Probing(found, _stray(policy, judge))


def _stray(policy: Policy, judge: Judge) -> tuple[tuple[Mention, Mistake], ...]:
    mentions = [each for each in policy.mentions if not judge.exists(each.target)]
    mistakes = missing(policy, judge.exists, judge.tree.modules)
    return tuple(zip(mentions, mistakes, strict=True))
