"""Calls that are given the name of an object as a string, as a policy lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

# What an argument is: a dotted `path` of an object, an `object`, the `name` of one of its
# attributes, or `_` for none of these.
Part = Literal["path", "object", "name", "_"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument that matters, by its position and, if that is known, its keyword.

    With `every`, it stands for all keywords but those in `NOT_NAMES`.
    """

    part: Part
    position: int
    keyword: str = ""
    every: bool = False


@dataclass(frozen=True, slots=True)
class NamingCall:
    """A callable that is given names; `callee` is how its dotted name ends.

    Written `patch.object(target=object, attribute=name)`.
    """

    callee: str
    parameters: tuple[Parameter, ...]

    @property
    def last(self) -> str:
        """The last part of the callee's name."""
        return self.callee.rpartition(".")[2]

    @property
    def names_object(self) -> bool:
        """Whether it is given an object, to name attributes of."""
        return any(parameter.part == "object" for parameter in self.parameters)

    @property
    def spreads(self) -> bool:
        """Whether keywords are names of attributes."""
        return any(parameter.every for parameter in self.parameters)

    def parameter(self, position: int, keyword: str) -> Parameter | None:
        """The parameter that an argument is for: by its keyword, or by its position."""
        for parameter in self.parameters:
            if keyword and (parameter.keyword == keyword or self._takes(parameter, keyword)):
                return parameter
            if not keyword and not parameter.every and parameter.position == position:
                return parameter
        return None

    def _takes(self, parameter: Parameter, keyword: str) -> bool:
        return parameter.every and keyword not in NOT_NAMES


# Keywords of `mock.patch.multiple` that are no attributes.
NOT_NAMES = frozenset({"target", "spec", "create", "spec_set", "autospec", "new_callable"})
# Arguments with which a callable takes names of what does not exist, and their values.
MAY_BE_MISSING = {"create": "True", "raising": "False"}


def naming_call(written: str) -> NamingCall:
    """A callable as it is written in a policy. The text is well-formed."""
    callee, _, arguments = written.rstrip(") ").partition("(")
    parameters = (part.strip() for part in arguments.split(","))
    return NamingCall(
        callee.strip(),
        tuple(_parameter(part, position) for position, part in enumerate(parameters) if part),
    )


def _parameter(written: str, position: int) -> Parameter:
    if written.startswith("**"):
        return Parameter(cast("Part", written[2:]), position, every=True)
    keyword, equals, part = written.partition("=")
    if not equals:
        return Parameter(cast("Part", keyword.strip()), position)
    return Parameter(cast("Part", part.strip()), position, keyword.strip())


USUAL = (
    # unittest.mock and pytest-mock
    "patch(target=path)",
    "patch.object(target=object, attribute=name)",
    "patch.multiple(target=path, **name)",
    "patch.multiple(target=object, **name)",
    "patch.dict(in_dict=path)",
    "mocker.spy(obj=object, name=name)",
    # pytest
    "monkeypatch.setattr(target=path)",
    "monkeypatch.setattr(target=object, name=name)",
    "monkeypatch.delattr(target=path)",
    "monkeypatch.delattr(target=object, name=name)",
    # fixtures
    "MockPatch(obj=path)",
    "MockPatchMultiple(obj=path)",
    "MockPatchObject(obj=object, attr=name)",
    "MonkeyPatch(name=path)",
    # Nova's tests
    "stub_out(old=path)",
    # importlib, pkgutil, oslo.utils
    "import_module(name=path)",
    "resolve_name(name=path)",
    "import_class(import_str=path)",
    "import_object(import_str=path)",
    # oslo.config
    "import_opt(_, module_str=path)",
    "import_group(_, module_str=path)",
)
"""The callables that every policy knows, as they are written in one."""

IMPORTERS = {
    "import_module": "module",
    "__import__": "package",
    "try_import": "module",
    "import_class": "class",
    "import_object": "object",
    "import_object_ns": "object",
}
"""The functions that import what a string names, and what they give of it."""
