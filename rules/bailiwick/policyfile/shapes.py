"""What a value in a policy file may look like: checked, described, and put as JSON Schema.

A shape is data. The loader, the schema, the reference page and an editor all ask the same shapes.
"""

# ruff: noqa: D102 (the base class says what each method is for)

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from bailiwick.policyfile.document import Node, kind_of
from bailiwick.policyfile.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bailiwick.policyfile.document import Mistakes


class Shape:
    """What every kind of value can say about itself.

    kinds: the TOML types that can have this shape
    """

    __slots__ = ()
    kinds: ClassVar[tuple[type, ...]]

    def describe(self, many: bool = False) -> str:
        """In words, with an article, or in the plural."""
        raise NotImplementedError

    def read(self, node: Node, mistakes: Mistakes) -> Node:
        """The node without what is wrong in it, which is reported."""
        raise NotImplementedError

    def leaves(self, node: Node) -> Iterator[tuple[Shape, Node]]:  # noqa: ARG002
        """Every text in the node, the keys of its tables too, with its own shape."""
        yield from ()

    def schema(self) -> dict[str, Any]:
        """As JSON Schema."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Text(Shape):
    """Text that matches a pattern, as a whole. `one` and `many` say what it is."""

    one: str
    many: str
    pattern: str = r"\S(.*\S)?"
    hint: str = ""
    kinds: ClassVar[tuple[type, ...]] = (str,)

    def describe(self, many: bool = False) -> str:
        return self.many if many else self.one

    def read(self, node: Node, mistakes: Mistakes) -> Node:
        if not isinstance(node.value, str):
            return _refuse(self, node, mistakes)
        if not re.fullmatch(self.pattern, node.value):
            message = f"{_show(node.value)} is not {self.one}"
            mistakes.add(node.source, node.start, message, self.hint)
            return node._replace(value=None)
        return node

    def leaves(self, node: Node) -> Iterator[tuple[Shape, Node]]:
        yield self, node

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Choice(Shape):
    """One of several words; a function gives them, so that a table elsewhere can be asked late.

    `hints` say what to do about words that one might expect here.
    """

    one: str
    many: str
    words: Callable[[], Sequence[str]]
    hints: Mapping[str, str] = field(default_factory=dict)
    kinds: ClassVar[tuple[type, ...]] = (str,)

    def describe(self, many: bool = False) -> str:
        return self.many if many else self.one

    def read(self, node: Node, mistakes: Mistakes) -> Node:
        if not isinstance(node.value, str):
            return _refuse(self, node, mistakes)
        words = self.words()
        if node.value not in words:
            message = f"{_show(node.value)} is not {self.one}"
            hint = self.hints.get(node.value) or did_you_mean(node.value, words)
            mistakes.add(node.source, node.start, message, hint or f"known: {', '.join(words)}")
            return node._replace(value=None)
        return node

    def leaves(self, node: Node) -> Iterator[tuple[Shape, Node]]:
        yield self, node

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words())}


class Flag(Shape):
    """True or false."""

    kinds: ClassVar[tuple[type, ...]] = (bool,)

    def describe(self, many: bool = False) -> str:  # noqa: ARG002
        return "true or false"

    def read(self, node: Node, mistakes: Mistakes) -> Node:
        return node if isinstance(node.value, bool) else _refuse(self, node, mistakes)

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Day(Shape):
    """A date without a time."""

    kinds: ClassVar[tuple[type, ...]] = (datetime.date,)

    def describe(self, many: bool = False) -> str:
        return "dates" if many else "a date"

    def read(self, node: Node, mistakes: Mistakes) -> Node:
        if isinstance(node.value, datetime.date) and not isinstance(node.value, datetime.datetime):
            return node
        return _refuse(self, node, mistakes, "write 2027-03-01, without quotes and without a time")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Many(Shape):
    """A list of things of one shape, none of them twice, at least `least`."""

    item: Shape
    least: int = 0
    kinds: ClassVar[tuple[type, ...]] = (list,)

    def describe(self, many: bool = False) -> str:
        return f"{'lists' if many else 'a list'} of {self.item.describe(many=True)}"

    def read(self, node: Node, mistakes: Mistakes) -> Node:
        if not isinstance(node.value, list):
            hint = f"write [{_show(node.value)}]" if isinstance(node.value, str) else ""
            return _refuse(self, node, mistakes, hint)
        if len(node.value) < self.least:
            expected = f"{self.least} or more {self.item.describe(many=True)}"
            mistakes.add(node.source, node.start, f"expected {expected}, found {len(node.value)}")
        self._find_twins(node, mistakes)
        return node._replace(value=[self.item.read(item, mistakes) for item in node.value])

    def _find_twins(self, node: Node, mistakes: Mistakes) -> None:
        seen = set()
        for item in node.items:
            if isinstance(item.value, str):
                if item.value in seen:
                    message = f"{_show(item.value)} is in this list already"
                    mistakes.add(item.source, item.start, message)
                seen.add(item.value)

    def leaves(self, node: Node) -> Iterator[tuple[Shape, Node]]:
        for item in node.items:
            yield from self.item.leaves(item)

    def schema(self) -> dict[str, Any]:
        least = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.item.schema(), "uniqueItems": True, **least}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Either(Shape):
    """One shape or another, told apart by their TOML types."""

    shapes: tuple[Shape, ...]
    kinds: ClassVar[tuple[type, ...]] = (str, list, dict)

    def describe(self, many: bool = False) -> str:
        return " or ".join(shape.describe(many) for shape in self.shapes)

    def read(self, node: Node, mistakes: Mistakes) -> Node:
        shape = self._of(node)
        return shape.read(node, mistakes) if shape else _refuse(self, node, mistakes)

    def leaves(self, node: Node) -> Iterator[tuple[Shape, Node]]:
        shape = self._of(node)
        if shape:
            yield from shape.leaves(node)

    def _of(self, node: Node) -> Shape | None:
        return next((shape for shape in self.shapes if isinstance(node.value, shape.kinds)), None)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [shape.schema() for shape in self.shapes]}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Key:
    """A key of a table: what may stand there, what it means, and what is so without it.

    meaning: one or two sentences, in Markdown
    default: what is so where the key is left out, in Markdown
    example: its value, as TOML
    says:    what it says of its table, where a finding quotes it; `{}` is the value in words
    """

    name: str
    shape: Shape
    meaning: str
    default: str = ""
    example: str = ""
    required: bool = False
    says: str = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Table(Shape):
    """A table with known keys.

    title:    how the reference page calls it
    open_end: an extended policy may hold the rest of it, so only the whole can miss a key
    """

    title: str
    meaning: str
    keys: tuple[Key, ...]
    open_end: bool = False
    kinds: ClassVar[tuple[type, ...]] = (dict,)

    def describe(self, many: bool = False) -> str:
        return "tables" if many else "a table"

    def key(self, name: str) -> Key | None:
        """The key of that name."""
        return next((key for key in self.keys if key.name == name), None)

    def read(self, node: Node, mistakes: Mistakes) -> Node:
        if not isinstance(node.value, dict):
            return _refuse(self, node, mistakes)
        if not self.open_end:
            self.find_missing(node, mistakes)
        value = {}
        for name, child in node.value.items():
            key = self.key(name)
            if key is None:
                self._refuse_key(name, child, mistakes)
            else:
                value[name] = key.shape.read(child, mistakes)
        return node._replace(value=value)

    def _refuse_key(self, name: str, child: Node, mistakes: Mistakes) -> None:
        names = [key.name for key in self.keys]
        hint = did_you_mean(name, names) or f"known here: {', '.join(names)}"
        mistakes.add(child.source, child.key, f"unknown key {_show(name)}", hint)

    def find_missing(self, node: Node, mistakes: Mistakes) -> None:
        """Reports the required keys that are not there."""
        for key in self.keys:
            if key.required and key.name not in node.table:
                hint = f"for example: {key.name} = {key.example}"
                mistakes.add(node.source, node.key, f'"{key.name}" is missing', hint)

    def leaves(self, node: Node) -> Iterator[tuple[Shape, Node]]:
        for name, child in node.table.items():
            key = self.key(name)
            if key:
                yield from key.shape.leaves(child)

    def schema(self) -> dict[str, Any]:
        required = [key.name for key in self.keys if key.required and not self.open_end]
        return {
            "type": "object",
            "title": self.title,
            "description": self.meaning,
            "properties": {key.name: _key_schema(key) for key in self.keys},
            "additionalProperties": False,
            **({"required": required} if required else {}),
        }


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Named(Shape):
    """A table whose keys are names that the policy gives, or that it knows from elsewhere."""

    name: Shape
    of: Shape
    kinds: ClassVar[tuple[type, ...]] = (dict,)

    def describe(self, many: bool = False) -> str:
        return f"{'tables' if many else 'a table'} by {self.name.describe()}"

    def read(self, node: Node, mistakes: Mistakes) -> Node:
        if not isinstance(node.value, dict):
            return _refuse(self, node, mistakes)
        value = {}
        for name, child in node.value.items():
            self.name.read(_key_node(name, child), mistakes)
            value[name] = self.of.read(child, mistakes)
        return node._replace(value=value)

    def leaves(self, node: Node) -> Iterator[tuple[Shape, Node]]:
        for name, child in node.table.items():
            yield self.name, _key_node(name, child)
            yield from self.of.leaves(child)

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": self.name.schema(),
            "additionalProperties": self.of.schema(),
        }


def _key_node(name: str, child: Node) -> Node:
    return Node(name, child.source, child.key, child.key)


def _key_schema(key: Key) -> dict[str, Any]:
    schema = {**key.shape.schema(), "description": _sentence(key)}
    if key.example:
        import json

        import tomli

        value = tomli.loads(f"value = {key.example}")["value"]
        schema["examples"] = [json.loads(json.dumps(value, default=str))]
    return schema


def _sentence(key: Key) -> str:
    return f"{key.meaning} Left out: {key.default}." if key.default else key.meaning


def _refuse(shape: Shape, node: Node, mistakes: Mistakes, hint: str = "") -> Node:
    message = f"expected {shape.describe()}, found {kind_of(node.value)}"
    mistakes.add(node.source, node.start, message, hint)
    return node._replace(value=None)


def _show(value: str) -> str:
    return f'"{value}"'
