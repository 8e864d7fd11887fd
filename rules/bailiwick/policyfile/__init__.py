"""The policy file: found, read, checked, and turned into a `Policy`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bailiwick.vocabulary.errors import Mistake, PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bailiwick.policyfile.extending import Reading
    from bailiwick.source.tree import Overlay
    from bailiwick.vocabulary.policy import Policy

__all__ = [
    "POLICY_FILE",
    "POLICY_FILES",
    "find_policy",
    "load_policy",
    "may_have_rival",
    "missing",
    "schema",
]

POLICY_FILE = "bailiwick.toml"
PYPROJECT = "pyproject.toml"
# The names that a policy may have, the one that comes first before the other.
POLICY_FILES = (POLICY_FILE, PYPROJECT)


def find_policy(start: Path, within: Path | None = None) -> Path | None:
    """The policy that governs a file or folder: the nearest one, from there upwards.

    Above `within` nobody looks. In one folder `bailiwick.toml` comes before a `pyproject.toml`
    with `[tool.bailiwick]`.
    """
    # not resolve(): a linked file is governed by the folder in which the link stands
    folder = Path(os.path.abspath(start))  # noqa: PTH100
    for above in (folder, *folder.parents):
        if (above / POLICY_FILE).is_file():
            return above / POLICY_FILE
        if _declares_policy(above / PYPROJECT):
            return above / PYPROJECT
        if above == within:
            return None
    return None


def _declares_policy(pyproject: Path) -> bool:
    if not pyproject.is_file():
        return False
    from bailiwick.policyfile.document import declares_policy

    return declares_policy(pyproject)


def may_have_rival(path: Path) -> bool:
    """Whether there may be another policy in the folder of one."""
    other = POLICY_FILE if path.name == PYPROJECT else PYPROJECT
    return (path.parent / other).is_file()


def load_policy(path: Path, overlay: Overlay | None = None) -> Policy:
    """Reads a policy file and all that it extends, as they are with `overlay` laid over the disk.

    Raises:
        PolicyError: with every mistake in them.
    """
    from bailiwick.policyfile.build import build
    from bailiwick.policyfile.crosscheck import crosscheck
    from bailiwick.policyfile.extending import Reading, merge

    reading = Reading(path.parent, overlay or {})
    reading.read(path)
    if not overlay:
        _refuse_rival(reading)
    if reading.documents and reading.complete:
        merged = merge(reading)
        policy = build(reading, merged)
        crosscheck(policy, reading, merged)
        if not reading.mistakes:
            return policy
    raise PolicyError(reading.mistakes.in_order(reading.sources))


def _refuse_rival(reading: Reading) -> None:
    """Of two policies in one folder, one would hold nothing, and nobody would notice."""
    governing = reading.sources[0]
    if governing.path.name == POLICY_FILE and _declares_policy(reading.root / PYPROJECT):
        message = f"{PYPROJECT} beside it has a [tool.bailiwick] too"
    elif governing.path.name == PYPROJECT and (reading.root / POLICY_FILE).is_file():
        message = f"{POLICY_FILE} beside it is a policy too"
    else:
        return
    reading.mistakes.add(governing, None, message, "keep one of the two")


def missing(
    policy: Policy, exists: Callable[[str], bool], known: Iterable[str] = ()
) -> list[Mistake]:
    """A mistake for each module and name that the policy's own files name and that is not there.

    `exists` is asked for `module` and `module:Name`; a near match is looked for in `known`,
    among the modules of the same package.
    """
    from bailiwick.policyfile.spelling import did_you_mean

    siblings: dict[str, list[str]] = {}
    for module in known:
        siblings.setdefault(module.rpartition(".")[0], []).append(module)
    return [
        Mistake(
            each.path,
            each.line,
            each.column,
            f'"{each.target}" does not exist',
            did_you_mean(each.target, siblings.get(_package(each.target), ())),
        )
        for each in policy.mentions
        if not exists(each.target)
    ]


def _package(target: str) -> str:
    return target.partition(":")[0].rpartition(".")[0]


def schema() -> dict[str, Any]:
    """The policy file as JSON Schema (draft 2020-12), made from what the loader checks."""
    from bailiwick.policyfile.keys import POLICY

    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **POLICY.schema()}
