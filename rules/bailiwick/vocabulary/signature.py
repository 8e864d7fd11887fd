"""What a member of a class can be asked, as data: its kind, its parameters, and who takes less.

A contract's member allows certain calls; an implementation's must accept each of them. What it
does not accept is a `Difference`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# By position alone, either way, by keyword alone; and what absorbs all others of either sort.
ParameterKind = Literal["positional", "plain", "keyword", "*", "**"]
MemberKind = Literal["method", "static method", "class method", "property", "data", "unknown"]

_CALLED = frozenset({"method", "static method", "class method"})
_POSITIONAL = frozenset({"positional", "plain"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter, without its annotation.

    default:  as it is written, None where an argument is required
    constant: the default's value where it is written as a literal, as `repr` has it
    """

    name: str
    kind: ParameterKind
    default: str | None = None
    constant: str = ""

    def __str__(self) -> str:
        stars = self.kind if self.kind in ("*", "**") else ""
        return f"{stars}{self.name}" + (f"={self.default}" if self.default is not None else "")


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a class.

    parameters: without the one that Python fills in itself; empty for what is not called
    is_async:   calling it gives something to await
    may_await:  what it gives may be something to await all the same, by its annotation
    settable:   a property that can be assigned to
    """

    kind: MemberKind
    parameters: tuple[Parameter, ...] = ()
    is_async: bool = False
    may_await: bool = False
    settable: bool = False

    def pieces(self) -> Iterator[tuple[str, str]]:
        """The parameters as they are written, each with its name, signs between them without."""
        opened = bare = False
        for position, parameter in enumerate(self.parameters):
            if parameter.kind == "keyword" and not bare:
                yield "*", ""
            bare = bare or parameter.kind in ("*", "keyword")
            yield str(parameter), parameter.name
            opened = parameter.kind == "positional"
            following = self.parameters[position + 1 :][:1]
            if opened and not (following and following[0].kind == "positional"):
                yield "/", ""

    def shown(self, name: str) -> str:
        """The member as it would be declared, in one line: `async def spawn(context, *, node)`."""
        if self.kind not in _CALLED:
            return f"{name}: {self.kind}"
        words = {"static method": "static ", "class method": "class "}.get(self.kind, "")
        words += "async " if self.is_async else ""
        return f"{words}{name}({', '.join(text for text, _ in self.pieces())})"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that one member does not do as the other declares it.

    says:   in words that follow "it", such as `has no destroy_secrets`
    breaks: whether a call that is allowed fails, or gives what is not expected
    names:  the parameters that it is about, on either side; none if it is about the whole
    renames: whether they are two, the declared one and the one that stands in its place
    """

    says: str
    breaks: bool = True
    names: tuple[str, ...] = ()
    renames: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """How a member is called: so many positional arguments, and these keywords.

    starred: whether some of either come out of a sequence or mapping, so that nobody knows them
    """

    positional: int
    keywords: tuple[str, ...] = ()
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Implementing:
    """A member of a contract and what a class has in its place.

    contract: its name in the policy
    owner:    `Class.member` of the implementation
    """

    contract: str
    owner: str
    declared: Member
    given: Member

    def differences(self) -> tuple[Difference, ...]:
        """Whatever keeps the implementation from taking every call, the worst first."""
        found = list(compare(self.declared, self.given))
        return tuple(sorted(found, key=lambda difference: not difference.breaks))

    def renamed(self) -> dict[str, str]:
        """The contract's name for each parameter that stands where that one should, by its own.

        Of those that can be passed by position alone here, none.
        """
        plain = {each.name for each in self.given.parameters if each.kind == "plain"}
        pairs = [each.names for each in compare(self.declared, self.given) if each.renames]
        return {own: declared for declared, own in pairs if own in plain}

    def breaks(self, call: Call) -> bool:
        """Whether a call that the contract allows fails here, or passes arguments for others."""
        if call.starred:
            return False
        never_awaited = self.given.is_async and not self.declared.is_async
        if self.given.kind not in _CALLED or (never_awaited and not self.declared.may_await):
            return True
        declared, given = bound(self.declared, call), bound(self.given, call)
        if declared is None or given is None:
            return declared is not None
        known = {each.name for each in self.declared.parameters}
        named = {each.name for each in self.declared.parameters if each.kind != "positional"}
        here = {each.name for each in self.given.parameters}
        return any(
            one in named and one != other and (one in here or other in known)
            for one, other in zip(declared, given, strict=True)
        )


def bound(member: Member, call: Call) -> tuple[str, ...] | None:
    """The parameter that each argument of a call goes to, "" for a star; None if it fails."""
    named = {each.name for each in member.parameters if each.kind in ("plain", "keyword")}
    kinds = {each.kind for each in member.parameters}
    slots = [each.name for each in member.parameters if each.kind in _POSITIONAL]
    taken = slots[: call.positional]
    more = call.positional - len(taken)
    others = [name for name in call.keywords if name not in named]
    keywords = tuple("" if name in others else name for name in call.keywords)
    given = {*taken, *keywords}
    missing = any(
        each.default is None and each.kind not in ("*", "**") and each.name not in given
        for each in member.parameters
    )
    overfull = (more and "*" not in kinds) or (others and "**" not in kinds)
    if missing or overfull or not set(taken).isdisjoint(keywords):
        return None
    return (*taken, *[""] * more, *keywords)


def compare(declared: Member, given: Member) -> Iterator[Difference]:
    """What `given` does not accept of all that `declared` allows; nothing if either is unknown."""
    if "unknown" in (declared.kind, given.kind):
        return
    if declared.kind in _CALLED and given.kind in _CALLED:
        yield from _kinds(declared, given)
        yield from _Comparison(declared.parameters, given.parameters).differences()
    elif declared.kind in _CALLED:
        what = "a property" if given.kind == "property" else "no method"
        yield Difference(f"is {what}, and cannot be called as one")
    elif given.kind in _CALLED:
        yield Difference(f"is a {given.kind}, where the contract has {_noun(declared)}")
    elif declared.settable and given.kind == "property" and not given.settable:
        yield Difference("cannot be assigned to")


def _noun(member: Member) -> str:
    return "a property" if member.kind == "property" else "data"


def _kinds(declared: Member, given: Member) -> Iterator[Difference]:
    if declared.kind != "method" and given.kind == "method":
        yield Difference(f"needs an instance, where the contract has a {declared.kind}")
    elif declared.kind == "method" and given.kind != "method":
        yield Difference(f"is a {given.kind}, where the contract has a method", breaks=False)
    if given.is_async and not declared.is_async and not declared.may_await:
        yield Difference("is async, and gives nothing before it is awaited")
    elif declared.is_async and not given.is_async and not given.may_await:
        yield Difference("is not async, and what it gives may not be awaited", breaks=False)


class _Comparison:
    """The parameters of two callables, put side by side."""

    def __init__(self, declared: Sequence[Parameter], given: Sequence[Parameter]) -> None:
        self.declared, self.given = declared, given
        self.slots = [each for each in given if each.kind in _POSITIONAL]
        self.named = {each.name: each for each in given if each.kind in ("plain", "keyword")}
        self.places = {each.name: place for place, each in enumerate(self.slots)}
        self.takes_more = any(each.kind == "*" for each in given)
        self.takes_others = any(each.kind == "**" for each in given)
        self.filled: set[str] = set()
        self.moved: list[str] = []

    def differences(self) -> Iterator[Difference]:
        kinds = [each.kind for each in self.declared]
        if kinds == ["*", "**"]:
            # This declares that nothing is declared.
            return
        positional = [each for each in self.declared if each.kind in _POSITIONAL]
        for place, parameter in enumerate(positional):
            yield from self._positional(place, parameter)
        for parameter in self.declared:
            if parameter.kind == "keyword":
                places = len(self.slots) if "*" in kinds else len(positional)
                yield from self._by_keyword(parameter, places)
        yield from self._required()
        if self.moved:
            where = "another place" if len(self.moved) == 1 else "other places"
            yield Difference(f"takes {_listed(self.moved)} at {where}", names=tuple(self.moved))
        if "*" in kinds and not self.takes_more:
            yield Difference("takes no further positional arguments")
        if "**" in kinds and not self.takes_others:
            yield Difference("takes no other keywords")

    def _positional(self, place: int, parameter: Parameter) -> Iterator[Difference]:
        name = parameter.name
        slot = self.slots[place] if place < len(self.slots) else None
        by_keyword_alone = self.named.get(name)
        if slot is not None and (slot.name == name or parameter.kind == "positional"):
            self.filled.add(slot.name)
            if parameter.kind == "plain" and slot.kind == "positional":
                yield Difference(f"takes {name} by position alone", names=(name,))
            yield from _defaults(parameter, slot)
        elif parameter.kind == "positional":
            yield from self._missing(parameter)
        elif name in self.places:
            self.filled.add(name)
            self.moved.append(name)
            yield from _defaults(parameter, self.slots[self.places[name]])
        elif by_keyword_alone is not None:
            self.filled.add(name)
            yield Difference(f"takes {name} by keyword alone", names=(name,))
            yield from _defaults(parameter, by_keyword_alone)
        elif slot is not None and slot.name not in {each.name for each in self.declared}:
            self.filled.add(slot.name)
            says = f"has {slot.name} in place of {name}"
            absorbed = self.takes_others and slot.default is not None
            names = (name, slot.name)
            yield Difference(says, breaks=not absorbed, names=names, renames=True)
            yield from _defaults(parameter, slot)
        else:
            yield from self._missing(parameter)

    def _missing(self, parameter: Parameter) -> Iterator[Difference]:
        name = parameter.name
        by_keyword = self.takes_others or parameter.kind == "positional"
        if self.takes_more and by_keyword:
            return
        if self.takes_more:
            yield Difference(f"takes {name} by position alone", names=(name,))
        elif self.takes_others and parameter.kind == "plain":
            yield Difference(f"takes {name} by keyword alone", names=(name,))
        else:
            yield Difference(f"has no {name}", names=(name,))

    def _by_keyword(self, parameter: Parameter, places: int) -> Iterator[Difference]:
        """`places` is how many of the first places positional arguments may fill."""
        name = parameter.name
        same = self.named.get(name)
        if same is not None:
            self.filled.add(name)
            if self.places.get(name, places) < places:
                self.moved.append(name)
            yield from _defaults(parameter, same)
        elif name in self.places:
            self.filled.add(name)
            yield Difference(f"takes {name} by position alone", names=(name,))
        elif not self.takes_others:
            yield Difference(f"has no {name}", names=(name,))

    def _required(self) -> Iterator[Difference]:
        for parameter in self.given:
            needed = parameter.kind not in ("*", "**") and parameter.default is None
            if needed and parameter.name not in self.filled:
                says = f"requires {parameter.name}, which the contract has not"
                yield Difference(says, names=(parameter.name,))


def _defaults(declared: Parameter, given: Parameter) -> Iterator[Difference]:
    names = (declared.name, given.name)
    if declared.default is None:
        return
    if given.default is None:
        yield Difference(f"requires {given.name}, which may be left out", names=names)
    elif declared.constant and given.constant and declared.constant != given.constant:
        says = f"takes {given.default} where {declared.name} is left out, not {declared.default}"
        yield Difference(says, breaks=False, names=names)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
