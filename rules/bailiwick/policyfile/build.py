"""A policy made of what its files hold."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from bailiwick.policyfile import keys
from bailiwick.policyfile.kept import fingerprint
from bailiwick.vocabulary.naming import USUAL, NamingCall, naming_call
from bailiwick.vocabulary.policy import (
    BASELINE,
    Contract,
    Group,
    Layers,
    Mention,
    Place,
    Policy,
    Subsystem,
    Team,
    Use,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bailiwick.policyfile.document import Node
    from bailiwick.policyfile.extending import Merged, Reading

_SHOWN = 4
"""How many items of a list a place quotes before it only counts them."""
_IN_WORDS = {"all": "every name without a leading underscore", "any": "any subsystem"}


def build(reading: Reading, merged: Merged) -> Policy:
    """The policy, as far as it goes where there are mistakes in its files."""
    document = merged.document
    return Policy(
        root=reading.root,
        path=reading.sources[0].path,
        files=tuple(source.path for source in reading.sources),
        fingerprint=fingerprint((each.shown, each.text) for each in reading.sources),
        source_roots=document.get("source-roots").texts or (".",),
        exclude=document.get("exclude").texts,
        subsystems=_subsystems(reading, merged),
        groups={name: _group(name, node, merged) for name, node in _tables(document, "group")},
        layers={name: _layers(name, node, merged) for name, node in _tables(document, "layers")},
        contracts={
            name: _contract(name, node, merged) for name, node in _tables(document, "contract")
        },
        teams={name: _team(name, node, merged) for name, node in _tables(document, "team")},
        severities=_words(document.get("rules")),
        baseline=posixpath.normpath(document.get("baseline").value or BASELINE),
        unclaimed=document.get("unclaimed").value or "warning",
        mentions=tuple(_mentions(document)),
        naming_calls=_naming_calls(document.get("strings").get("callables").texts),
    )


def _tables(document: Node, kind: str) -> Iterator[tuple[str, Node]]:
    return ((name, node) for name, node in document.get(kind).table.items() if node.table)


def _words(node: Node) -> dict[str, Any]:
    return {name: child.value for name, child in node.table.items() if child.value is not None}


def _place(node: Node, says: str) -> Place:
    return Place(node.source.shown, node.line, says)


def _subsystems(reading: Reading, merged: Merged) -> dict[str, Subsystem]:
    owners = claims(reading, merged.document)
    return {
        name: _subsystem(name, node, merged, owners)
        for name, node in _tables(merged.document, "subsystem")
    }


def claims(reading: Reading, document: Node) -> dict[str, tuple[str, Node]]:
    """Who claims each module, and where: of several claims, that of the file that extends most."""
    rank = {each.source.shown: i for i, each in enumerate(reading.documents)}
    found: dict[str, tuple[str, Node]] = {}
    for name, table in _tables(document, "subsystem"):
        for item in (*table.get("modules").items, *table.get("tests").items):
            known = found.get(item.value)
            if known is None or rank[known[1].source.shown] < rank[item.source.shown]:
                found[item.value] = name, item
    return found


def _subsystem(
    name: str, node: Node, merged: Merged, owners: dict[str, tuple[str, Node]]
) -> Subsystem:
    def claimed(key: str) -> tuple[str, ...]:
        return tuple(each for each in node.get(key).texts if owners[each][0] == name)

    return Subsystem(
        name=name,
        place=_place(node, f'subsystem "{name}"'),
        modules=claimed("modules"),
        tests=claimed("tests"),
        public=_public(node.get("public")),
        public_to={
            friend: _public(child)
            for friend, child in node.get("public-to").table.items()
            if not merged.lost(friend, child)
        },
        uses=_uses(name, node.get("uses"), merged),
        owners=node.get("owners").texts,
        packages=node.get("packages").texts,
        option_groups=node.get("option-groups").texts,
        severities=_words(node.get("rules")),
        places=dict(_places(name, node)),
    )


def _public(node: Node) -> tuple[str, ...] | None:
    return node.texts if isinstance(node.value, list) else None


def _uses(name: str, node: Node, merged: Merged) -> tuple[Use, ...] | None:
    if not isinstance(node.value, list):
        return None
    uses = []
    for item in node.items:
        used = item.get("subsystem").value if item.table else item.value
        if isinstance(used, str) and not merged.lost(used, item):
            uses.append(_use(name, used, item))
    return tuple(uses)


def _use(name: str, used: str, item: Node) -> Use:
    names = item.get("names")
    return Use(
        subsystem=used,
        place=_place(item, f'subsystem "{name}" uses "{used}"'),
        names=names.texts if names.items else None,
        only=item.get("only").value,
        reason=item.get("reason").value or "",
        until=item.get("until").value,
    )


def _places(name: str, node: Node) -> Iterator[tuple[str, Place]]:
    for key in keys.SUBSYSTEM_TABLE.keys:
        child = node.get(key.name)
        if child.value is not None:
            says = (key.says or f"{key.name}: {{}}").format(_quote(child))
            yield key.name, _place(child, f'subsystem "{name}" {says}')


def _quote(node: Node) -> str:
    """A value in words: a list or a table by its names."""
    if not isinstance(node.value, (list, dict)):
        return _IN_WORDS.get(node.value, str(node.value))
    words = list(node.table)
    words += [str(item.get("subsystem").value if item.table else item.value) for item in node.items]
    words = list(dict.fromkeys(words))
    if len(words) > _SHOWN:
        return f"{', '.join(words[:_SHOWN])} and {len(words) - _SHOWN} more"
    return ", ".join(words) or "nothing"


def _group(name: str, node: Node, merged: Merged) -> Group:
    independent = node.get("independent").value is True
    deciding = node.get("independent") if independent else node
    return Group(
        name=name,
        place=_place(deciding, f'group "{name}"' + (" is independent" if independent else "")),
        members=merged.left("members", node),
        independent=independent,
        siblings_of=node.get("siblings-of").value,
    )


def _layers(name: str, node: Node, merged: Merged) -> Layers:
    order = node.get("order")
    layers = (_layer(entry, merged) for entry in order.items)
    return Layers(
        name=name,
        place=_place(order, f'layers "{name}"'),
        layers=tuple(filter(None, layers)),
        closed=node.get("closed").value is True,
    )


def _layer(entry: Node, merged: Merged) -> tuple[str, ...]:
    names = entry.items or [entry]
    return tuple(
        each.value
        for each in names
        if isinstance(each.value, str) and not merged.lost(each.value, each)
    )


def _contract(name: str, node: Node, merged: Merged) -> Contract:
    interface = node.get("interface").value or ""
    module = interface.partition(":")[0]
    return Contract(
        name=name,
        place=_place(node, f'contract "{name}"'),
        interface=interface,
        implemented_by=merged.left("implemented-by", node),
        returned_by=node.get("returned-by").texts,
        held_by=node.get("held-by").texts,
        selected_by=node.get("selected-by").texts,
        protected=tuple(
            each if ":" in each else f"{module}:{each}" for each in node.get("protected").texts
        ),
    )


def _team(name: str, node: Node, merged: Merged) -> Team:
    return Team(
        name=name,
        place=_place(node, f'team "{name}"'),
        members=node.get("members").texts,
        leads=node.get("leads").texts,
        trusts={
            trusted: child.texts
            for trusted, child in node.get("trusts").table.items()
            if not merged.lost(trusted, child)
        },
    )


def _naming_calls(written: tuple[str, ...]) -> tuple[NamingCall, ...]:
    return tuple(map(naming_call, dict.fromkeys((*USUAL, *written))))


def _mentions(document: Node) -> Iterator[Mention]:
    """What the project's own files say is in the tree; of a dotted name, the first part."""
    for shape, node in keys.POLICY.leaves(document):
        if shape in (keys.MODULE, keys.TARGET, keys.OBJECT) and not node.source.shipped:
            module, colon, name = (node.value or "").partition(":")
            if module:
                target = f"{module}{colon}{name.partition('.')[0]}"
                yield Mention(target, node.source.named, *node.source.at(node.start))
