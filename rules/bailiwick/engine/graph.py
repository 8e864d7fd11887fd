"""What each module of a tree names in its import statements, under no policy at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.sieve.texts import Texts
from bailiwick.source.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bailiwick.source.tree import Tree


def import_graph(
    tree: Tree, files: Mapping[str, bytes] | None = None
) -> Mapping[str, frozenset[str]]:
    """By module the dotted names that its imports name, in whatever scope they stand.

    `from a.b import c` names `a.b.c`, whether that is a module or not: `Tree.split` tells. A
    module that cannot be read names nothing. `files` are the texts of a tree that is on no disk.
    """
    texts = Texts(tree, Ledger(), files or {})
    graph = {}
    for file in tree.files:
        text = texts.of(file.module)
        graph[file.module] = text.named_modules if text else frozenset()
    return graph
