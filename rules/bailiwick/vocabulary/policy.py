"""The policy: which subsystems there are, what each offers, and what each may use.

Everything here is plain data with the questions that it can answer about itself.
It knows no file format; `bailiwick.policyfile` reads one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping
    from pathlib import Path

Severity = Literal["error", "warning", "info", "off"]
Grade = Literal["runtime", "deferred", "typing"]


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a policy file that decides something.

    `path` is the file as the user would name it (a shipped policy is `<nova>`); `line` is
    1-based; `says` is what stands there in words, such as `group "drivers" is independent`.
    """

    path: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.says}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The policy's answer to a question, and the place that gave it (None: the default did)."""

    allowed: bool
    place: Place | None = None

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True, slots=True)
class Use:
    """A subsystem that another may use; `names` narrows it to these (`module` or `module:name`)."""

    subsystem: str
    place: Place
    names: tuple[str, ...] | None = None
    only: Literal["typing"] | None = None
    reason: str = ""
    until: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Subsystem:
    """A named set of modules with owners, a public API and the subsystems that it may use.

    `public` and `uses` are None where the policy leaves them out: then every name without a
    leading underscore is public, and any subsystem's public API may be used.
    `places` maps a key of the table (`modules`, `public`, `uses` …) to where it stands.
    """

    name: str
    place: Place
    modules: tuple[str, ...]
    tests: tuple[str, ...] = ()
    public: tuple[str, ...] | None = None
    public_to: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    uses: tuple[Use, ...] | None = None
    owners: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    option_groups: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Siblings; `siblings_of` names a package whose other subpackages belong to the group too."""

    name: str
    place: Place
    members: tuple[str, ...]
    independent: bool = False
    siblings_of: str | None = None


@dataclass(frozen=True, slots=True)
class Layers:
    """Subsystems in layers, highest first: a layer may use those below it.

    `closed` lets it use only the one directly below. Subsystems of one layer are not judged
    against each other.
    """

    place: Place
    layers: tuple[tuple[str, ...], ...]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """A class that is the declared API between subsystems, and the handles it is called through."""

    name: str
    place: Place
    interface: str
    implemented_by: tuple[str, ...] = ()
    returned_by: tuple[str, ...] = ()
    held_by: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
