"""A proposal as a policy file, with comments from which a reader learns the language."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick_hooks.proposing.nouns import Grouping, Layering, Part, Proposal

_WIDTH = 96
_KEYS = """\
# --- Subsystems ----------------------------------------------------------------------------------
#
#   modules   what belongs to it: these and all below them; the longest prefix claims a module
#   tests     its tests: they may see its private parts
#   public    what others may use of it. Without it, every name without a leading underscore
#   uses      the subsystems that it may use, and no others. Without it, all of them
#   owners    whom a finding tells its reader to ask
#   packages  third-party packages that nobody else may import
#
# Here `uses` lists what is used today. Take out what should not be: the imports that are there
# already go to the baseline, and a new one is refused."""
_GROUPS = """\
# --- Groups: siblings that do not know each other ----------------------------------------------"""
_LAYERS = """\
# --- Layers, the highest first: each may use those below it ------------------------------------"""
_NOVA = """\
# Nova's subsystems, its core and its virt drivers, as they are shipped with Bailiwick. Tables are
# merged key by key, so what your team knows better needs no more than this:
#
#     [subsystem.libvirt]
#     owners = ["the-people-who-review-libvirt"]
#
# `bailiwick where nova/virt/libvirt` says what the policy says of a folder."""


def write(proposal: Proposal) -> str:
    """Return the text of the policy file."""
    blocks = [_head(proposal)]
    if proposal.extends:
        blocks.append(f"{_NOVA}\n\nextends = {_list(proposal.extends)}")
        return "\n\n".join([*blocks, *_left_over(proposal)]) + "\n"
    blocks += _settings(proposal)
    blocks.append(_KEYS)
    blocks += map(_part, proposal.parts)
    if proposal.groups:
        blocks += [_GROUPS, *map(_group, proposal.groups)]
    if proposal.layers:
        blocks += [_LAYERS, *map(_layering, proposal.layers)]
    return "\n\n".join([*blocks, *_left_over(proposal)]) + "\n"


def _head(proposal: Proposal) -> str:
    sources = ", ".join(proposal.read)
    read = f" and from {sources}" if sources else ""
    return (
        "# Where the lines between this project's subsystems run. `bailiwick check` holds them.\n"
        f"# Proposed by `bailiwick init` from the packages and their imports{_comment(read)}.\n"
        "# It is a first draft: change what your team knows better."
    )


def _settings(proposal: Proposal) -> Iterator[str]:
    if proposal.source_roots != (".",):
        roots = _list(proposal.source_roots)
        yield f"# The folders in which the top-level packages lie.\nsource-roots = {roots}"
    if proposal.exclude:
        yield f"# Not judged, as in .gitignore.\nexclude = {_list(proposal.exclude)}"
    if proposal.unclaimed == "error":
        yield (
            "# Every module belongs to somebody. A new one that no subsystem claims is an error.\n"
            'unclaimed = "error"'
        )
    else:
        yield (
            "# What a module that no subsystem claims costs: error, warning, or ignore.\n"
            'unclaimed = "warning"'
        )


def _part(part: Part) -> str:
    lines = [f"[subsystem.{part.name}]"]
    if part.origin:
        lines.append(f"# {_comment(part.origin)}")
    lines.append(f"modules = {_list(part.modules)}")
    if part.tests:
        lines.append(f"tests = {_list(part.tests)}")
    if part.public is not None:
        lines.append(f"public = {_list(part.public)}")
    elif part.offered:
        lines.append(
            "# All that others import of it today. As `public`, it makes the rest private:"
        )
        lines += [f"# {line}" for line in f"public = {_list(part.offered)}".split("\n")]
    if part.uses is not None:
        lines.append(f"uses = {_list(part.uses)}")
    if part.packages:
        lines.append(f"packages = {_list(part.packages)}")
    if part.owners:
        lines.append(f"owners = {_list(part.owners)}")
    if part.public_to:
        lines += ["", f"[subsystem.{part.name}.public-to]"]
        lines += [f'{friend} = "all"' for friend in part.public_to]
    return "\n".join(lines)


def _group(group: Grouping) -> str:
    lines = [f"[group.{group.name}]", f"# {_comment(group.origin)}"]
    lines += [f"members = {_list(group.members)}", "independent = true"]
    if group.below:
        lines.append("# A package that is born there is a sibling from its first commit.")
        lines.append(f"siblings-of = {_text(group.below)}")
    return "\n".join(lines)


def _layering(layering: Layering) -> str:
    order = [
        f"    {_text(level[0])}," if len(level) == 1 else f"    {_inline(level)},"
        for level in layering.levels
    ]
    lines = [f"[layers.{layering.name}]", f"# {_comment(layering.origin)}"]
    lines += ["order = [", *order, "]"]
    return "\n".join([*lines, "closed = true"] if layering.closed else lines)


def _left_over(proposal: Proposal) -> Iterator[str]:
    if proposal.notes:
        notes = [f"#   {_comment(str(note))}" for note in proposal.notes]
        yield "\n".join(["# Not taken over as it was:", *notes])


def _list(entries: Iterable[str]) -> str:
    """On one line if that is not too long, else one line for each."""
    inline = _inline(tuple(entries))
    if len(inline) <= _WIDTH - len("source-roots = "):
        return inline
    return "[\n" + "".join(f"    {_text(entry)},\n" for entry in entries) + "]"


def _inline(entries: tuple[str, ...] | list[str]) -> str:
    return f"[{', '.join(map(_text, entries))}]"


def _text(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for the one that TOML does not leave out."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """Words of other files on one line, without what TOML does not allow in a comment."""
    return re.sub(r"[\x00-\x08\x0a-\x1f\x7f]+", " ", text)
