"""Circles: each is real and smallest, none is passed over for good, and always the same ones."""

from __future__ import annotations

from itertools import pairwise

from bailiwick.rules.dependency_cycle import judge_graph
from bailiwick.rules.rule import Witness
from bailiwick.vocabulary.reference import Reference, Span
from hypothesis import given
from hypothesis import strategies as st

NAMES = "abcdef"
Edge = tuple[str, str]

some_edges = st.sets(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(
        lambda edge: edge[0] != edge[1]
    )
)


def witnesses(edges: set[Edge]) -> dict[Edge, Witness]:
    return {
        (user, used): Witness(
            f"{user}.py",
            Reference("import", Span(NAMES.index(used) + 1, 8, 1, 9), used, "", "runtime", ""),
        )
        for user, used in edges
    }


def circles(edges: set[Edge]) -> list[list[str]]:
    messages = [breach.message for _, breach in judge_graph(witnesses(edges))]
    return [message.split(" use each other")[0].split(" → ") for message in messages]


def reachable(start: str, edges: set[Edge]) -> set[str]:
    found: set[str] = set()
    ahead = {start}
    while ahead:
        ahead = {used for user, used in edges if user in ahead} - found
        found |= ahead
    return found


def test_the_message_names_an_import_for_every_step() -> None:
    [(witness, breach)] = judge_graph(witnesses({("b", "c"), ("c", "a"), ("a", "b"), ("a", "d")}))
    assert witness.path == "a.py"
    assert breach.message == (
        "a → b → c → a use each other in a circle: "
        "a.py:2 imports b; b.py:3 imports c; c.py:1 imports a"
    )


def test_a_circle_with_a_shortcut_is_not_shown_but_the_shortcut_is() -> None:
    edges = {("a", "b"), ("b", "c"), ("c", "a"), ("c", "b")}
    assert circles(edges) == [["b", "c", "b"]]
    assert circles(edges - {("c", "b")}) == [["a", "b", "c", "a"]]


def test_who_looks_only_one_way_is_left_alone() -> None:
    assert circles({("a", "b"), ("b", "c"), ("a", "c")}) == []


@given(some_edges)
def test_every_circle_that_is_shown_is_one_and_has_no_shortcut(edges: set[Edge]) -> None:
    for circle in circles(edges):
        assert circle[0] == circle[-1]
        assert len(set(circle)) == len(circle) - 1
        assert set(pairwise(circle)) == {edge for edge in edges if set(edge) <= set(circle)}


@given(some_edges)
def test_two_that_use_each_other_are_always_shown(edges: set[Edge]) -> None:
    pairs = {frozenset(edge) for edge in edges if edge[::-1] in edges}
    assert {frozenset(circle) for circle in circles(edges) if len(circle) == 3} == pairs


@given(some_edges)
def test_every_knot_shows_a_circle(edges: set[Edge]) -> None:
    shown = {name for circle in circles(edges) for name in circle}
    for name in NAMES:
        knot = {other for other in reachable(name, edges) if name in reachable(other, edges)}
        assert not knot or knot & shown


@given(some_edges, st.randoms(use_true_random=False))
def test_the_order_of_the_imports_makes_no_difference(edges: set[Edge], random: object) -> None:
    shuffled = sorted(witnesses(edges).items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = list(judge_graph(dict(shuffled)))
    assert again == list(judge_graph(witnesses(edges)))
    places = [(witness.path, witness.reference.span.line) for witness, _ in again]
    assert len(places) == len(set(places))
