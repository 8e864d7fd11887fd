"""From findings to the fixes that there are for them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bailiwick.fixes import needless, parameters, reexport, split, typing_only
from bailiwick.fixes.scene import Scene
from bailiwick.syntax.parsing import UnparsedError, room_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Protocol

    from bailiwick.engine.session import Session
    from bailiwick.fixes.fix import Fix
    from bailiwick.fixes.source import Source
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Policy

    class Kind(Protocol):
        """What a module of this package that plans fixes of one kind offers."""

        def fixes(self, source: Source, findings: Sequence[Finding], scene: Scene) -> Iterator[Fix]:
            """Yield the fixes of this kind for findings that are all of one file."""


# What comes first is preferred where a finding may be put right in several ways.
KINDS: tuple[Kind, ...] = (reexport, typing_only, split, needless, parameters)


def fixes(
    policy: Policy, findings: Iterable[Finding], buffers: Mapping[str, bytes] | None = None
) -> list[Fix]:
    """Every fix that there is for findings, the preferred ones first; some exclude each other.

    `buffers` gives text that is not saved, by path relative to the policy's folder; the places
    of the findings are those in that text.
    """
    return planned(Scene(policy, buffers or {}), findings)


def fixes_in(
    session: Session, findings: Iterable[Finding], sources: dict[str, Source] | None = None
) -> list[Fix]:
    """The same in a session, by what that knows already; the places are those in its buffers.

    `sources` keeps texts that have been parsed, by path, from one call to the next.
    """
    return planned(Scene.of(session.judge, sources), findings)


def planned(scene: Scene, findings: Iterable[Finding]) -> list[Fix]:
    """The same, in a scene that is set."""
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    return [fix for path, found in by_path.items() for fix in _of_file(path, found, scene)]


def _of_file(path: str, findings: Sequence[Finding], scene: Scene) -> list[Fix]:
    source = scene.source(path)
    if source is None:
        return []
    found: list[Fix] = []
    for kind in KINDS:
        # A file that cannot be parsed whole may have imports that can be led elsewhere.
        with suppress(UnparsedError), room_for(source.text):
            found += kind.fixes(source, findings, scene)
    return found
