"""What a contract of the policy cannot be held to, because of the class that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.sieve.broken import may_be_broken
from bailiwick.sieve.offers import bases
from bailiwick.sieve.outline import decorated
from bailiwick.sieve.questions import extended
from bailiwick.vocabulary.errors import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.engine.judge import Judge
    from bailiwick.engine.remarks import Remarks
    from bailiwick.sieve.texts import ModuleText
    from bailiwick.vocabulary.policy import Contract

# Bases that bring no public member along.
_PLAIN = frozenset({"object", "ABC", "Protocol", "Generic"})
# Without one of these in its text, no class has members that the text does not show.
_SIGNS = ("__getattr__", "__getattribute__", "metaclass", "setattr(", "locals()", "vars()")


def doubts(judge: Judge, remarks: Remarks) -> list[Mistake]:
    """A word for each contract whose interface is no class, or may have any member.

    A module that the tree has not is no matter of this: see `policyfile.missing`.
    """
    found = []
    mentions = {mention.target: mention for mention in judge.policy.mentions}
    for contract in judge.policy.contracts.values():
        for says in _remarked(judge, remarks, contract):
            message = f"contract {contract.name}: {contract.interface} {says}"
            place = mentions.get(contract.interface)
            if place is not None:
                found.append(Mistake(place.path, place.line, place.column, message))
            else:
                found.append(Mistake(contract.place.path, contract.place.line, 1, message))
    return found


def _remarked(judge: Judge, remarks: Remarks, contract: Contract) -> list[str]:
    name = f"doubts {contract.name}"
    return list(remarks.remark(name, lambda: list(doubts_of(judge, contract))))


def doubts_of(judge: Judge, contract: Contract) -> Iterator[str]:
    """What is wrong with a contract's interface, as words that follow its name; mostly nothing."""
    module, _, name = contract.interface.partition(":")
    text = judge.texts.of(module)
    if text is None:
        file = judge.tree.modules.get(module)
        if file is not None and file.path.endswith(".py"):
            yield "cannot be read, so this contract holds nothing"
        return
    if may_be_broken(text.text) and (says := _broken(text)):
        yield says
    elif name in _paths(text, name):
        yield from _of_class(judge, text, name)
    elif text.may_bind(name.partition(".")[0]):
        target = judge.court.index.find(module, name)
        if target is None or target.kind != "class":
            what = "a function" if f"def {name}(" in text.text else "no class"
            yield f"is {what}, so this contract holds nothing"


def _paths(text: ModuleText, name: str) -> list[str]:
    return text.class_paths(name.rpartition(".")[2])


def _broken(text: ModuleText) -> str:
    from bailiwick.syntax.parsing import UnparsedError, parse

    try:
        parse(text.text)
    except UnparsedError as error:
        where = f"{text.file.path}:{error.line}:{error.column}"
        return f"stands in a file that cannot be parsed ({where}: {error.reason})"
    return ""


def _of_class(judge: Judge, text: ModuleText, name: str) -> Iterator[str]:
    module = text.file.module
    if _is_circular(judge, module, name):
        yield "is derived from itself, which Python refuses"
        return
    found = why_open(judge, module, name)
    if found is not None:
        (where, cls), why = found
        of = "" if (where, cls) == (module, name) else f", by {where}:{cls}"
        yield f"may have any member{of}: {why}. Nothing is found for its lacking one"


def why_open(judge: Judge, module: str, name: str) -> tuple[tuple[str, str], str] | None:
    """Which class, this or a base, may have members that its text does not show, and why.

    None if nothing in the texts says so.
    """
    lineage = judge.sieve.reach.lineage(f"{module}.{name}")
    texts = {where: judge.texts.of(where) for where, _, _ in lineage}
    if any(each is not None and _may_hide(each) for each in texts.values()):
        for where, cls in judge.court.index.order(module, name):
            each = texts.get(where)
            hides = judge.court.index.outline(where, cls).hides
            if not hides and each is not None and extended(each, cls):
                hides = "it is given members by setattr, or by its own locals()"
            if hides:
                return (where, cls), hides
    for where, cls, end in lineage:
        each = texts.get(where)
        base = _strange_base(judge, each, end) if each is not None else ""
        if base:
            return (where, cls), f"its base {base} is none of this tree's classes"
    return None


def _strange_base(judge: Judge, text: ModuleText, end: int) -> str:
    """A base of the class whose name ends at an offset that leads to no class of the tree."""
    for base in bases(text.text, end) or ():
        paths = judge.sieve.reach.paths(text, base)
        known = base.rpartition(".")[2] in _PLAIN or any(map(judge.sieve.reach.lineage, paths))
        if not known:
            return base
    return ""


def _may_hide(text: ModuleText) -> bool:
    """Whether a class may have members that its text does not show; never wrong with a no."""
    return any(sign in text.text for sign in _SIGNS) or any(
        decorated(text, header) != header.start
        for header in text.lines.headers
        if text.text.startswith("class", header.start)
    )


def _is_circular(judge: Judge, module: str, name: str) -> bool:
    """Whether a class is among its own bases."""
    reach = judge.sieve.reach
    text = reach.texts.glance(module)
    starts = text.class_starts.get(name.rpartition(".")[2], ()) if text else ()
    parents = {base for start in starts for base in (reach.bases(text, start) if text else ())}
    family = {(where, cls) for base in parents for where, cls, _ in reach.lineage(base)}
    if (module, name.rpartition(".")[2]) not in family:
        return False
    index = judge.court.index
    above = index.family(module, name) - {(module, name)}
    return any((module, name) in index.family(*each) for each in above)
