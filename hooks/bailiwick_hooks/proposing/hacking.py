"""The checks that OpenStack projects keep in `hacking/checks.py`, as far as they draw lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bailiwick_hooks.proposing.nouns import Lines, Note, Siblings

if TYPE_CHECKING:
    from bailiwick_hooks.proposing.ground import Ground

# `^\s*(?:import|from) nova\.(?:tests\.)?virt\.(\w+)`: who stands beside whom below a package.
_IMPORT = re.compile(
    r"""\(\?:import\|from\)\)?(?:\ |\\s\+?)((?:\w+\\\.|\(\?:[\w\\.]+\)\?)+)\(\\w\+\)"""
)
_OPTIONAL = re.compile(r"\(\?:[\w\\.]+\)\?")
_CODE = re.compile(r"""["'](?P<code>[A-Z]\d{3}): ?(?P<says>[^"']*)""")
_WORTH = re.compile(r"import|config", re.IGNORECASE)


def is_nova(ground: Ground) -> bool:
    """Whether this is a tree of OpenStack Nova, for which a policy is shipped."""
    text = ground.text("nova/virt/driver.py")
    return text is not None and "class ComputeDriver" in text


def from_hacking(ground: Ground) -> Lines:
    """Siblings that such checks keep apart; what else they say of imports is noted."""
    lines = Lines()
    for path in sorted(file.path for file in ground.tree.files):
        if not path.endswith("hacking/checks.py"):
            continue
        text = ground.text(path) or ""
        for match in _IMPORT.finditer(text):
            package = _OPTIONAL.sub("", match[1]).replace("\\.", ".").strip(".")
            place = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
            members = [m for m in ground.children(package) if m in ground.packages]
            if members:
                lines.read.append(path)
                name = package.rpartition(".")[2] + "-siblings"
                lines.siblings.append(Siblings(name, tuple(members), place, below=package))
                lines.modules.update(dict.fromkeys(members, f"{place}  kept apart"))
        if path in lines.read:
            lines.notes += _others(path, text)
    return lines


def _others(path: str, text: str) -> list[Note]:
    return [
        Note(
            f"{path}:{text.count(chr(10), 0, match.start()) + 1}",
            f"{match['code']} ({match['says'].strip()}) is not taken over",
        )
        for match in _CODE.finditer(text)
        if _WORTH.search(match["says"]) and "driver" not in match["says"]
    ]
