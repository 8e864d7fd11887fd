"""What a name or an expression stands for, as far as one module's own text tells.

Nothing here has been looked up in another module yet: `Named` is a promise that the index
can keep. That is what makes reading one module independent of all others.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the tree."""

    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """Whatever a module offers under a dotted name; `kind` where the module itself defines it."""

    module: str
    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """What calling that gives, or what is annotated with it: an instance, if it is a class."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Own:
    """The `self` or `cls` of a method of a class of this module."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Super:
    """What `super()` gives in a method of a class of this module."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Product:
    """What a member of a contract's handle is, or gives when it is called."""

    contract: str


@dataclass(frozen=True, slots=True)
class Selector:
    """The value of an option that selects who implements a contract, or what is made of it."""

    contract: str
    option: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    text: str


@dataclass(frozen=True, slots=True)
class Options:
    """A config object, which has options in groups."""


Value = Module | Named | Called | Own | Super | Product | Selector | Text | Options
Values = tuple[Value, ...]
UNKNOWN: Values = ()


def either(*alternatives: Values) -> Values:
    """What could be any of these."""
    return tuple(dict.fromkeys(value for values in alternatives for value in values))


def is_private(name: str) -> bool:
    """Whether a name is private by convention: a leading underscore, but no dunder."""
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))
