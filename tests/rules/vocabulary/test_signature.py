"""What one signature takes of another's calls, held to what Python itself binds."""

from __future__ import annotations

from functools import cache
from itertools import combinations, product
from random import Random
from typing import TYPE_CHECKING

import pytest
from bailiwick.vocabulary.signature import Call, Implementing, Member, Parameter, bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bailiwick.vocabulary.signature import ParameterKind

ORDER: tuple[ParameterKind, ...] = ("positional", "plain", "*", "keyword", "**")
NAMES = ("context", "instance", "node")
CALLS = [
    Call(positional, keywords)
    for positional in range(5)
    for size in range(4)
    for keywords in combinations((*NAMES, "other"), size)
]


def members(seed: int) -> Iterator[Member]:
    """Methods with up to three parameters, in every order and kind that Python allows."""
    random = Random(seed)
    while True:
        names = random.sample(NAMES, random.randrange(4))
        parameters = [
            Parameter(
                name,
                random.choice(("positional", "plain", "plain", "keyword")),
                random.choice((None, "1")),
                "1",
            )
            for name in names
        ]
        parameters += [Parameter("rest", "*")] if random.random() < 0.2 else []
        parameters += [Parameter("more", "**")] if random.random() < 0.2 else []
        parameters.sort(key=lambda each: ORDER.index(each.kind))
        member = Member("method", tuple(parameters))
        try:
            function(member)
        except SyntaxError:
            continue
        yield member


@cache
def function(member: Member) -> Callable[..., dict[str, object]]:
    """As Python has it: gives its parameters with their arguments. Raises SyntaxError."""
    written = ", ".join(text for text, _ in member.pieces())
    made: Callable[..., dict[str, object]] = eval(f"lambda {written}: locals()")
    return made


def python_binds(member: Member, call: Call) -> dict[str, object] | None:
    """By argument, a place or a keyword, the parameter that Python gives it to, "" for a star."""
    places, words = [f"#{place}" for place in range(call.positional)], call.keywords
    try:
        given = function(member)(*places, **{word: word for word in words})
    except TypeError:
        return None
    to = {value: name for name, value in given.items() if isinstance(value, str)}
    return {argument: to.get(argument, "") for argument in (*places, *words)}


def pairs(count: int) -> list[tuple[Member, Member]]:
    source = members(7)
    return [(next(source), next(source)) for _ in range(count)]


def test_a_call_is_bound_as_python_binds_it() -> None:
    source = members(3)
    for member, call in product([next(source) for _ in range(400)], CALLS):
        python, ours = python_binds(member, call), bound(member, call)
        assert ours == (None if python is None else tuple(python.values())), (member, call)


def harmed(declared: Member, given: Member) -> list[Call]:
    """The calls that Python takes for the one, and not, or with other arguments, for the other."""
    found = []
    names = {each.name for each in declared.parameters if each.kind in ("plain", "keyword")}
    known = {each.name for each in declared.parameters}
    here = {each.name for each in given.parameters}
    for call in CALLS:
        before, after = python_binds(declared, call), python_binds(given, call)
        if before is not None and (
            after is None
            or any(
                name in names
                and after[argument] != name
                and (name in here or after[argument] in known)
                for argument, name in before.items()
            )
        ):
            found.append(call)
    return found


def test_what_differs_is_found_exactly_where_some_call_that_is_allowed_would_go_wrong() -> None:
    for declared, given in pairs(4000):
        if [each.kind for each in declared.parameters] == ["*", "**"]:
            # It declares nothing of what it takes, so nothing differs.
            continue
        found = Implementing("virt", "Driver.spawn", declared, given).differences()
        breaking = [difference.says for difference in found if difference.breaks]
        # A free keyword may be the name of any parameter that a place fills: nobody promises those.
        names = {"other", *(each.name for each in declared.parameters if each.kind != "positional")}
        harms = [call for call in harmed(declared, given) if names.issuperset(call.keywords)]
        assert bool(breaking) == bool(harms), (
            declared.shown("declared"),
            given.shown("given"),
            breaking,
        )


def test_a_call_breaks_exactly_where_python_would_not_take_it_any_more() -> None:
    for declared, given in pairs(1500):
        implementing = Implementing("virt", "Driver.spawn", declared, given)
        assert [call for call in CALLS if implementing.breaks(call)] == harmed(declared, given)


def test_a_call_with_stars_is_accused_of_nothing() -> None:
    declared = Member("method", (Parameter("context", "plain"),))
    implementing = Implementing("virt", "Driver.spawn", declared, Member("method"))
    assert implementing.breaks(Call(1))
    assert not implementing.breaks(Call(1, starred=True))


PLAIN = Member(
    "method", (Parameter("context", "plain"), Parameter("disks", "plain", "True", "True"))
)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (Member("method", PLAIN.parameters[:1]), "has no disks"),
        (
            Member("method", (Parameter("ctxt", "plain"), PLAIN.parameters[1])),
            "has ctxt in place of context",
        ),
        (
            Member("method", (*PLAIN.parameters, Parameter("node", "keyword"))),
            "requires node, which the contract has not",
        ),
        (
            Member("method", (PLAIN.parameters[0], Parameter("disks", "plain"))),
            "requires disks, which may be left out",
        ),
        (
            Member("method", (Parameter("disks", "plain", "True"), Parameter("context", "plain"))),
            "takes context and disks at other places",
        ),
        (
            Member("method", (PLAIN.parameters[0], Parameter("disks", "keyword", "True"))),
            "takes disks by keyword alone",
        ),
        (
            Member("method", (Parameter("context", "positional"), PLAIN.parameters[1])),
            "takes context by position alone",
        ),
        (
            Member("method", (PLAIN.parameters[0], Parameter("disks", "plain", "0", "0"))),
            "takes 0 where disks is left out, not True",
        ),
        (Member("property"), "is a property, and cannot be called as one"),
        (Member("data"), "is no method, and cannot be called as one"),
        (
            Member("static method", PLAIN.parameters),
            "is a static method, where the contract has a method",
        ),
        (
            Member("method", PLAIN.parameters, is_async=True),
            "is async, and gives nothing before it is awaited",
        ),
    ],
)
def test_each_difference_is_said_in_its_own_words(given: Member, says: str) -> None:
    found = Implementing("virt", "Driver.spawn", PLAIN, given).differences()
    assert [difference.says for difference in found] == [says]


@pytest.mark.parametrize(
    ("member", "shown"),
    [
        (PLAIN, "spawn(context, disks=True)"),
        (
            Member("static method", (Parameter("a", "positional"), Parameter("b", "keyword", "1"))),
            "static spawn(a, /, *, b=1)",
        ),
        (
            Member("class method", (Parameter("rest", "*"), Parameter("b", "keyword"))),
            "class spawn(*rest, b)",
        ),
        (Member("method", (Parameter("more", "**"),), is_async=True), "async spawn(**more)"),
        (Member("property"), "spawn: property"),
    ],
)
def test_a_member_is_shown_as_it_would_be_declared(member: Member, shown: str) -> None:
    assert member.shown("spawn") == shown
