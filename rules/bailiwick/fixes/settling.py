"""Fixes applied to a tree in memory, again and again, until there is nothing left to apply."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bailiwick.fixes.applying import UnfitError, applied, compatible, shifted
from bailiwick.fixes.planning import planned
from bailiwick.fixes.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bailiwick.fixes.fix import Fix
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Policy

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The bytes of a file before and after its fixes; `path` as in `Fix`."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of it.

    files:   those that are changed, in the order of their paths
    fixes:   those that were applied, in order; each speaks of the text before it
    doubted: those that there would be, but that somebody should look at first
    """

    files: tuple[Rewrite, ...]
    fixes: tuple[Fix, ...]
    doubted: tuple[Fix, ...]


def settle(
    policy: Policy,
    findings: Iterable[Finding],
    *,
    unsafe: bool = False,
    buffers: Mapping[str, bytes] | None = None,
) -> Settlement:
    """Apply what fixes there are for findings, in memory; `unsafe`: those that are doubted, too.

    Every file is judged again after each change. Where what was to go is still there, or
    something new is found, the change is taken back.
    `buffers` gives text that is not saved, by path as the findings have it.
    """
    work = _Work(policy, list(findings), unsafe, dict(buffers or {}))
    # Every step applies a fix, gives one up, or goes on with less at once.
    for _ in range(4 * len(work.remaining) + 1):
        if not work.step():
            break
    files = (
        Rewrite(path, before, work.buffers[path]) for path, before in sorted(work.before.items())
    )
    return Settlement(
        tuple(files),
        tuple(work.applied),
        tuple(fix for doubts in work.doubts.values() for fix in doubts),
    )


@dataclass(slots=True)
class _Work:
    policy: Policy
    remaining: list[Finding]
    unsafe: bool
    buffers: dict[str, bytes]
    # What the files that are changed were.
    before: dict[str, bytes] = field(default_factory=dict)
    applied: list[Fix] = field(default_factory=list)
    # By path: what there was to plan for the last time, if nothing was applied then.
    idle: dict[str, list[Finding]] = field(default_factory=dict)
    doubts: dict[str, list[Fix]] = field(default_factory=dict)
    # What was tried in vain, and by path how many fixes are to be tried at once after that.
    given_up: set[tuple[str, str]] = field(default_factory=set)
    limits: dict[str, int] = field(default_factory=dict)
    scene: Scene = field(init=False)

    def __post_init__(self) -> None:
        self.scene = Scene(self.policy, self.buffers)

    def step(self) -> bool:
        """Apply to each file what can be applied at once; False if there is nothing."""
        batch = self._chosen()
        before, texts = self.scene, {}
        for path, fixes in batch.items():
            text = _edited(before.data(path), fixes)
            if text is None:
                self._back_off(path, fixes)
            else:
                texts[path] = text
        if texts:
            self._accept(batch, texts)
        return bool(batch) or self._look_again()

    def _accept(self, batch: Mapping[str, list[Fix]], texts: Mapping[str, bytes]) -> None:
        before, after = self.scene, self._scene({**self.buffers, **texts})
        good = {path: texts[path] for path in texts if _is_better(path, batch[path], before, after)}
        for path in texts.keys() - good.keys():
            self._back_off(path, batch[path])
        self.before = {path: before.data(path) for path in good} | self.before
        self.buffers |= good
        for path in good:
            self.applied += batch[path]
            self._move_on(path, batch[path])
        self.scene = after if len(good) == len(texts) else self._scene(self.buffers)

    def _scene(self, buffers: dict[str, bytes]) -> Scene:
        return Scene(self.policy, buffers, self.scene.sources)

    def _look_again(self) -> bool:
        """Let what is left say what it says now; whether that is something else.

        A change elsewhere may have opened another way, or closed the one that was named.
        """
        if not self.before:
            return False
        now = {
            (found.path, found.code, found.span): found
            for path in self.idle
            for found in self.scene.judged(path)
        }
        self.remaining = [
            now.get((finding.path, finding.code, finding.span), finding)
            for finding in self.remaining
        ]
        return any(self.idle[path] != found for path, found in self._by_path().items())

    def _by_path(self) -> dict[str, list[Finding]]:
        found: dict[str, list[Finding]] = {}
        for finding in self.remaining:
            found.setdefault(finding.path, []).append(finding)
        return found

    def _chosen(self) -> dict[str, list[Fix]]:
        """The fixes that may be applied now, by path."""
        batch = {}
        for path, findings in self._by_path().items():
            if self.idle.get(path) != findings:
                fixes = self._chosen_in(path, findings)
                if fixes:
                    batch[path] = fixes
                else:
                    self.idle[path] = findings
        return batch

    def _chosen_in(self, path: str, findings: Sequence[Finding]) -> list[Fix]:
        """The fixes that may be applied to a file at once; for each finding the preferred one."""
        possible = [
            fix
            for fix in planned(self.scene, findings)
            if (fix.path, fix.title) not in self.given_up
        ]
        clearing = {finding for fix in possible if fix.clears for finding in fix.findings}
        wanted = [fix for fix in possible if fix.clears or clearing.isdisjoint(fix.findings)]
        done: set[Finding] = set()
        chosen = []
        for fix in wanted:
            if (fix.safe or self.unsafe) and done.isdisjoint(fix.findings):
                done.update(fix.findings)
                chosen.append(fix)
        self.doubts[path] = [f for f in wanted if not f.safe and done.isdisjoint(f.findings)]
        return compatible(chosen)[: self.limits.get(path)]

    def _back_off(self, path: str, fixes: Sequence[Fix]) -> None:
        """Leave out what cannot be applied: it is among these, and found by halving them."""
        if len(fixes) > 1:
            self.limits[path] = len(fixes) // 2
        else:
            self.given_up.add((path, fixes[0].title))
            self.limits.pop(path, None)

    def _move_on(self, path: str, fixes: Sequence[Fix]) -> None:
        """Forget what was fixed in a file, and note where everything else in it is now."""
        done = {finding for fix in fixes for finding in fix.findings}
        edits = [edit for fix in fixes for edit in fix.edits]
        left = []
        for finding in self.remaining:
            if finding.path != path:
                left.append(finding)
            elif finding not in done:
                span = shifted(finding.span, edits)
                left += [replace(finding, span=span)] if span is not None else []
        self.remaining = left


def _edited(data: bytes, fixes: Iterable[Fix]) -> bytes | None:
    try:
        return applied(data, [edit for fix in fixes for edit in fix.edits])
    except UnfitError:
        return None


def _is_better(path: str, fixes: Sequence[Fix], before: Scene, after: Scene) -> bool:
    """Whether all that was to go is gone, and nothing has come."""
    had, has = _counted(before.judged(path)), _counted(after.judged(path))
    cleared = [finding for fix in fixes if fix.clears for finding in fix.findings]
    # What a rule on suppressions says is not found in the file by itself.
    gone = _counted(finding for finding in cleared if had[_key(finding)])
    return all(count <= had[key] - gone[key] for key, count in has.items())


def _counted(findings: Iterable[Finding]) -> Counter[_Key]:
    return Counter(map(_key, findings))


def _key(finding: Finding) -> _Key:
    return finding.code, finding.target
