"""The nouns of a proposal: what is found in a tree, and the policy that is made of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Note:
    """What could not be taken over from another tool's configuration.

    place: `file:line` as seen from the project's folder
    """

    place: str
    words: str

    def __str__(self) -> str:
        return f"{self.place}: {self.words}"


@dataclass(frozen=True, slots=True)
class Order:
    """Layers of modules, highest first, as another tool has them."""

    name: str
    levels: tuple[tuple[str, ...], ...]
    place: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Siblings:
    """Modules that must not know each other; all packages below `below`, if that is said."""

    name: str
    members: tuple[str, ...]
    place: str
    below: str = ""


@dataclass(slots=True)
class Lines:
    """What other tools' configurations draw, in modules and not yet in subsystems.

    modules:  what is to be a subsystem, with the `file:line` that says so
    barred:   (module, what it must not use)
    friends:  by module those that alone may use it
    uses:     by module what alone it may use; None where it may use all
    public:   by module what it opens, `module` and `module:Name`
    free:     modules that everybody may use
    reserved: by third-party package the modules that must not import it
    """

    modules: dict[str, str] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    siblings: list[Siblings] = field(default_factory=list)
    barred: list[tuple[str, str]] = field(default_factory=list)
    friends: dict[str, tuple[str, ...]] = field(default_factory=dict)
    uses: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    public: dict[str, list[str]] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)
    reserved: dict[str, set[str]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    read: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """A subsystem of the proposal.

    origin:  where it comes from, in words, for a comment
    offered: modules of it that others import today
    """

    name: str
    modules: list[str]
    origin: str = ""
    tests: list[str] = field(default_factory=list)
    public: list[str] | None = None
    public_to: list[str] = field(default_factory=list)
    uses: list[str] | None = None
    owners: list[str] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grouping:
    """A group of the proposal, independent in every case."""

    name: str
    members: tuple[str, ...]
    origin: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Layering:
    """An order of the proposal, by the names of its parts."""

    name: str
    levels: tuple[tuple[str, ...], ...]
    origin: str
    closed: bool = False


@dataclass(slots=True)
class Proposal:
    """A policy that is proposed, and what is to be said about it.

    refused: by subsystem those that another tool keeps it from
    read:    the files that it was made of, beside the code
    """

    extends: tuple[str, ...] = ()
    source_roots: tuple[str, ...] = (".",)
    exclude: tuple[str, ...] = ()
    unclaimed: str = "warning"
    parts: list[Part] = field(default_factory=list)
    groups: list[Grouping] = field(default_factory=list)
    layers: list[Layering] = field(default_factory=list)
    refused: dict[str, set[str]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
