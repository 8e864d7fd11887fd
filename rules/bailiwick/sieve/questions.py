"""What is asked of the text of one module, so that it can be asked again after a change.

A question is a kind and its arguments. The answer is text: mostly the module cut down to the
statements that bear on the question. An answer that is the same after a change says that
whatever was concluded from it is still true.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from bailiwick.sieve.definitions import member_definitions, top_definitions
from bailiwick.sieve.flow import given, spelled
from bailiwick.sieve.offers import holds, offers
from bailiwick.sieve.outline import decorated, defined

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bailiwick.sieve.texts import ModuleText, Texts
    from bailiwick.source.ledger import Ledger

YES, NO = "yes", "no"
# The answer where a text cannot be cut; it must be read whole.
UNCUT = "uncut"
# Of a digest of one of many thousand answers.
_DIGITS = 16


def answer(text: ModuleText, question: Sequence[str]) -> str:
    """The answer to a question about a module."""
    kind, *arguments = question
    try:
        return _ANSWERS[kind](text, *arguments)
    except StopIteration:
        return UNCUT


def noted(module: str, question: Sequence[str], answered: str) -> str:
    """A question to a module and the digest of its answer, as one word."""
    return f"{module}?{'?'.join(question)}={_digest(answered)}"


def ask(texts: Texts, module: str, question: Sequence[str]) -> str:
    """The answer to a question about another module, noted; "" where it cannot be read."""
    text = texts.ask(module)
    return "" if text is None else ask_text(texts.ledger, text, question)


def ask_text(ledger: Ledger, text: ModuleText, question: Sequence[str]) -> str:
    """The answer to a question about a module whose text is at hand, noted."""
    answered = answer(text, question)
    module = text.file.module
    ledger.note_answer(module, noted(module, question, answered))
    return answered


def module_asked(word: str) -> str:
    """The module that a noted question was put to, "" if the word is none."""
    module, mark, _ = word.partition("?")
    return module if mark else ""


def still_holds(text: ModuleText | None, word: str) -> bool:
    """Whether a noted question has the same answer in this text; None: it cannot be read."""
    question, _, digest = word.rpartition("=")
    return text is not None and _digest(answer(text, question.split("?")[1:])) == digest


def _digest(text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()[:_DIGITS]


def _top(text: ModuleText, name: str) -> str:
    """The statements that bind a name at the top of the module."""
    return text.cutter.cut(top_definitions(text, name)).text


def _member(text: ModuleText, path: str, member: str) -> str:
    """A class with the statements that define a member, "" for its header alone."""
    headers = [decorated(text, header) for header in text.class_headers(path)]
    return text.cutter.cut(headers, member_definitions(text, path, member) if member else ()).text


def _values(text: ModuleText, path: str, member: str) -> str:
    """The same, with what decides the values that the member is given."""
    headers = [decorated(text, header) for header in text.class_headers(path)]
    return text.cutter.cut([*headers, *member_definitions(text, path, member)]).text


def _defines(text: ModuleText, path: str, member: str) -> str:
    """Whether a class of that path may define a member at all."""
    return NO if next(member_definitions(text, path, member), None) is None else YES


def _binds(text: ModuleText, name: str) -> str:
    """Whether a name may be bound at the top of the module."""
    return YES if text.may_bind(name) else NO


def _mentions(text: ModuleText, name: str) -> str:
    """Whether a name occurs in the text."""
    return YES if name in text.text else NO


def _registers(text: ModuleText) -> str:
    """The groups of config options in which the module registers some."""
    return " ".join(sorted(text.registered))


def _config(text: ModuleText) -> str:
    """The names that are given a config object as a whole."""
    return " ".join(sorted(text.config_names))


def _stands(text: ModuleText, name: str) -> str:
    """The dotted paths that a name may stand for by the imports and classes of the module."""
    paths = list(text.paths.get(name, ()))
    if name in text.class_starts:
        paths.append(f"{text.file.module}.{name}")
    return " ".join(paths)


def _shown(text: ModuleText, name: str) -> str:
    """What imports, class headers and globals say of a name."""
    return text.shown(name)


def _classes(text: ModuleText) -> str:
    """The names of the classes that stand anywhere in the module."""
    return " ".join(text.class_starts)


def _names(text: ModuleText, module: str) -> str:
    """Whether an import names a module."""
    return YES if module in text.named_modules else NO


def _outline(text: ModuleText, path: str) -> str:
    """A class with the headers of its methods, and what it defines beside them."""
    headers = text.class_headers(path)
    starts = [decorated(text, header) for header in headers]
    starts += [member.start for header in headers for member in defined(text, header)]
    return text.cutter.cut((), starts).text


def _extends(text: ModuleText, path: str) -> str:
    """Whether the text may give the class of that path members by name, at run time."""
    return YES if extended(text, path) else NO


def extended(text: ModuleText, path: str) -> bool:
    """Whether a class is given members by `setattr`, or by its own `locals()`."""
    name = path.rpartition(".")[2]
    if re.search(rf"\bsetattr\([ \t\n]*{re.escape(name)}\b", text.text):
        return True
    own = re.compile(r"\n[ \t]+(?:locals|vars)\(\)[.\[]")
    headers = text.class_headers(path)
    return any(own.search(text.text, line.start, text.lines.block_end(line)) for line in headers)


def _given(text: ModuleText, *names: str) -> str:
    """The names that may be given what these stand for, as in `flow.given`."""
    return " ".join(sorted(given(text, names)))


def _spelled(text: ModuleText, *names: str) -> str:
    """The names that may be given a text that these stand for, as in `flow.spelled`."""
    return " ".join(sorted(spelled(text, names)))


def _declared(text: ModuleText, path: str) -> str:
    """The names that a class is sure to define: by `def`, in its body, on its `self`."""
    names: set[str] = set()
    for header in text.class_headers(path):
        block = text.lines.block(header)
        body = block[1].indent if len(block) > 1 else -1
        inner = -1
        for line in block[1:]:
            inner = -1 if line.indent <= inner else inner
            if line.indent == body and text.text.startswith("class", line.start):
                inner = line.indent
            found = _DECLARES.match(text.text, line.start)
            if found and (line.indent == body or (found[2] and inner < 0)):
                names.add(found[1] or found[2])
    return " ".join(sorted(names))


_DECLARES = re.compile(r"(?:(?:async[ \t]+)?def[ \t]+)?(?:(\w+)[ \t]*[=(]|self\.(\w+)[ \t]*=)(?!=)")
_ANSWERS: dict[str, Callable[..., str]] = {
    "given": _given,
    "spelled": _spelled,
    "declared": _declared,
    "extends": _extends,
    "top": _top,
    "member": _member,
    "values": _values,
    "defines": _defines,
    "binds": _binds,
    "mentions": _mentions,
    "config": _config,
    "stands": _stands,
    "shown": _shown,
    "classes": _classes,
    "names": _names,
    "outline": _outline,
    "registers": _registers,
    "holds": holds,
    "offers": offers,
}
