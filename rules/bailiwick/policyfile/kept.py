"""A policy as plain JSON, so that what was read and checked once need not be read again."""

from __future__ import annotations

import codecs
import os
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bailiwick.vocabulary.naming import NamingCall, Parameter
from bailiwick.vocabulary.policy import (
    Contract,
    Group,
    Layers,
    Mention,
    Place,
    Policy,
    Subsystem,
    Team,
    Use,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

SHIPPED = Path(__file__).parent.parent / "policies"


def plain(raw: bytes) -> bytes:
    r"""The bytes of a policy file without a byte order mark, with `\n` line ends."""
    return raw.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")


def shown(path: Path, root: Path) -> str:
    """How a place names a file: relative to the governing folder, `<nova>` for a shipped one."""
    if path.parent == SHIPPED:
        return f"<{path.stem}>"
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # on another drive
        return path.absolute().as_posix()


def fingerprint(texts: Iterable[tuple[str, str]]) -> str:
    """What tells the texts of all files of a policy, each after its name, from any others."""
    digest = blake2b(digest_size=16)
    for name, text in texts:
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


def policy_row(policy: Policy) -> dict[str, Any]:
    """All of a policy."""
    return {
        "files": list(map(str, policy.files)),
        "fingerprint": policy.fingerprint,
        "source_roots": policy.source_roots,
        "exclude": policy.exclude,
        "subsystems": list(map(_subsystem_row, policy.subsystems.values())),
        "groups": [
            [each.name, _place_row(each.place), each.members, each.independent, each.siblings_of]
            for each in policy.groups.values()
        ],
        "layers": [
            [each.name, _place_row(each.place), each.layers, each.closed]
            for each in policy.layers.values()
        ],
        "contracts": list(map(_contract_row, policy.contracts.values())),
        "teams": [
            [each.name, _place_row(each.place), each.members, each.leads, each.trusts]
            for each in policy.teams.values()
        ],
        "severities": policy.severities,
        "unclaimed": policy.unclaimed,
        "baseline": policy.baseline,
        "mentions": [[each.target, each.path, each.line, each.column] for each in policy.mentions],
        "naming_calls": [
            [call.callee, [[p.part, p.position, p.keyword, p.every] for p in call.parameters]]
            for call in policy.naming_calls
        ],
    }


def policy(row: dict[str, Any], path: Path) -> Policy | None:
    """The policy that was kept of a governing file; None if its files say something else now.

    Raises OSError for what cannot be read, and for a damaged row what reading it may raise.
    """
    files = tuple(map(Path, row["files"]))
    texts = ((shown(file, path.parent), plain(file.read_bytes()).decode()) for file in files)
    if files[0] != path or fingerprint(texts) != row["fingerprint"]:
        return None
    return Policy(
        root=path.parent,
        path=path,
        files=files,
        fingerprint=row["fingerprint"],
        source_roots=tuple(row["source_roots"]),
        exclude=tuple(row["exclude"]),
        subsystems={each[0]: _subsystem(each) for each in row["subsystems"]},
        groups={
            name: Group(name, Place(*place), tuple(members), independent, siblings_of)
            for name, place, members, independent, siblings_of in row["groups"]
        },
        layers={
            name: Layers(name, Place(*place), tuple(map(tuple, layers)), closed)
            for name, place, layers, closed in row["layers"]
        },
        contracts={
            name: Contract(name, Place(*place), interface, *map(tuple, lists))
            for name, place, interface, *lists in row["contracts"]
        },
        teams={
            name: Team(name, Place(*place), tuple(members), tuple(leads), _lists(trusts))
            for name, place, members, leads, trusts in row["teams"]
        },
        severities=row["severities"],
        unclaimed=row["unclaimed"],
        baseline=row["baseline"],
        mentions=tuple(Mention(*each) for each in row["mentions"]),
        naming_calls=tuple(
            NamingCall(callee, tuple(Parameter(*each) for each in parameters))
            for callee, parameters in row["naming_calls"]
        ),
    )


def _place_row(place: Place) -> list[Any]:
    return [place.path, place.line, place.says]


def _subsystem_row(each: Subsystem) -> list[Any]:
    uses = list(map(_use_row, each.uses)) if each.uses is not None else None
    places = {key: _place_row(place) for key, place in each.places.items()}
    return [
        each.name,
        _place_row(each.place),
        each.public,
        each.public_to,
        uses,
        each.severities,
        places,
        *(each.modules, each.tests, each.owners, each.packages, each.option_groups),
    ]


def _subsystem(row: list[Any]) -> Subsystem:
    name, place, public, public_to, uses, severities, places, *lists = row
    modules, tests, owners, packages, option_groups = map(tuple, lists)
    return Subsystem(
        name,
        Place(*place),
        modules=modules,
        tests=tests,
        public=tuple(public) if public is not None else None,
        public_to=_lists(public_to),
        uses=tuple(map(_use, uses)) if uses is not None else None,
        owners=owners,
        packages=packages,
        option_groups=option_groups,
        severities=severities,
        places={key: Place(*each) for key, each in places.items()},
    )


def _use_row(use: Use) -> list[Any]:
    until = use.until.isoformat() if use.until else None
    return [use.subsystem, _place_row(use.place), use.names, use.only, use.reason, until]


def _use(row: list[Any]) -> Use:
    subsystem, place, names, only, reason, until = row
    last = date.fromisoformat(until) if until else None
    names = tuple(names) if names is not None else None
    return Use(subsystem, Place(*place), names, only, reason, last)


def _contract_row(each: Contract) -> list[Any]:
    lists = (
        each.implemented_by,
        each.returned_by,
        each.held_by,
        each.selected_by,
        each.protected,
    )
    return [each.name, _place_row(each.place), each.interface, *lists]


def _lists(by_name: dict[str, list[str] | None]) -> dict[str, Any]:
    return {name: tuple(names) if names is not None else None for name, names in by_name.items()}
