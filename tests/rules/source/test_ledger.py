"""An answer neither hangs on what was asked before, nor lacks a module that it was read from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bailiwick.source.ledger import Ledger, Memo, Told
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Graph = Mapping[str, Sequence[str]]

NODES = "abcdef"
QUESTIONS = st.lists(st.sampled_from(NODES), min_size=2, max_size=8)
GRAPHS = st.fixed_dictionaries(
    {node: st.lists(st.sampled_from(NODES), max_size=3) for node in NODES}
)


class Reached:
    """The nodes that are reached from a node, each asked of the nodes before it."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.ledger = graph, Ledger()
        self.memo: Memo[frozenset[str]] = Memo(self.ledger, frozenset())

    def __call__(self, node: str) -> frozenset[str]:
        return self.memo(node, lambda: self.read(node))

    def read(self, node: str) -> frozenset[str]:
        self.ledger.note(node)
        return frozenset({node}).union(*map(self, self.graph[node]))


class First:
    """The first that is found on the way from a node to where it is defined, itself last."""

    def __init__(self, graph: Graph, defined: frozenset[str]) -> None:
        self.graph, self.defined, self.ledger = graph, defined, Ledger()
        self.memo: Memo[str | None] = Memo(self.ledger, None)

    def __call__(self, node: str) -> str | None:
        return self.memo(node, lambda: self.read(node))

    def read(self, node: str) -> str | None:
        self.ledger.note(node)
        found = (self(following) for following in self.graph[node])
        return next(filter(None, found), node if node in self.defined else None)


class ToldReached:
    """The same as answers that stand for what they were read from; `asked` has what was read."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.ledger = graph, Ledger()
        self.asked: list[str] = []
        self.told = Told(self.ledger, "reached", self.read, frozenset[str](), frozenset[str])

    def read(self, node: str) -> frozenset[str]:
        self.asked.append(node)
        self.ledger.note_answer(node, f"{node}?name={node}")
        return frozenset({node}).union(*map(self.told, self.graph[node]))


def closure(graph: Graph, start: str) -> set[str]:
    seen, waiting = {start}, [start]
    while waiting:
        new = set(graph[waiting.pop()]) - seen
        seen |= new
        waiting += new
    return seen


@settings(max_examples=200)
@given(GRAPHS, QUESTIONS)
def test_answers_in_a_circle_are_whole_and_know_all_they_were_read_from(
    graph: Graph, questions: list[str]
) -> None:
    reached = Reached(graph)

    for node in questions:
        answer, reads = reached.ledger.reading(partial(reached, node))
        assert answer == reads == closure(graph, node)


@settings(max_examples=300)
@given(GRAPHS, st.frozensets(st.sampled_from(NODES)), QUESTIONS)
def test_the_first_of_several_answers_is_the_same_in_whatever_order_they_are_asked(
    graph: Graph, defined: frozenset[str], questions: list[str]
) -> None:
    first = First(graph, defined)

    for node in questions:
        assert first(node) == First(graph, defined)(node)


@settings(max_examples=200)
@given(GRAPHS, QUESTIONS, QUESTIONS)
def test_what_another_ledger_tells_is_known_as_if_it_had_been_worked_out_here(
    graph: Graph, before: list[str], questions: list[str]
) -> None:
    teacher, pupil = ToldReached(graph), ToldReached(graph)
    for node in before:
        pupil.told(node)
    for node in questions:
        teacher.told(node)
    lessons = teacher.ledger.lessons()
    pupil.ledger.learn(lessons)
    pupil.asked.clear()

    for node in NODES:
        assert pupil.told(node) == closure(graph, node)
    for lesson in lessons:
        word = f"@reached?{lesson.key[0]}"
        assert pupil.ledger.answered(word) == teacher.ledger.answered(word)
        assert lesson.key[0] not in pupil.asked
        assert f"{lesson.key[0]}?name={lesson.key[0]}" in pupil.ledger.asked(lesson.key[0])


def test_a_question_that_failed_is_asked_again() -> None:
    memo: Memo[int] = Memo(Ledger(), 0)

    def fail() -> int:
        raise RecursionError

    try:
        memo("a", fail)
    except RecursionError:
        assert memo("a", lambda: 1) == 1
