"""What a contributor changes between two runs: a line in a function and an import, in ten files."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ONE = "nova/compute/manager.py"
TEN = (
    ONE,
    "nova/api/openstack/compute/servers.py",
    "nova/objects/instance.py",
    "nova/scheduler/manager.py",
    "nova/virt/ironic/driver.py",
    "nova/virt/libvirt/driver.py",
    "nova/virt/vmwareapi/vmops.py",
    "nova/virt/zvm/driver.py",
    "nova/tests/unit/compute/test_compute.py",
    "nova/tests/unit/virt/libvirt/test_driver.py",
)
OFFENDER = "nova/virt/zvm/driver.py"
ALLOWED = "from nova import exception as changed_{mark}"
FORBIDDEN = "from nova.virt.libvirt import utils as changed_{mark}"
USE = "changed_{mark} = {mark}"
NEW = "nova/virt/changed_{mark}.py"
NEW_TEXT = """\
from nova import exception


def changed():
    return exception.NovaException({mark})
"""


@contextmanager
def changed(tree: Path, files: Sequence[str], mark: int, offender: str = "") -> Iterator[None]:
    """Edit `files` while the context lasts; `offender` among them gets a forbidden import.

    `mark` makes the texts different from those of any other run, so that none of them is known.
    """
    before = {tree / name: (tree / name).read_bytes() for name in files}
    try:
        for path, text in before.items():
            statement = FORBIDDEN if path == tree / offender else ALLOWED
            path.write_text(_edited(text.decode(), statement, mark))
        yield
    finally:
        for path, text in before.items():
            path.write_bytes(text)


@contextmanager
def added(tree: Path, mark: int) -> Iterator[None]:
    """Let there be a module more while the context lasts; `mark` is as for `changed`."""
    path = tree / NEW.format(mark=mark)
    path.write_text(NEW_TEXT.format(mark=mark))
    try:
        yield
    finally:
        path.unlink()


def _edited(text: str, statement: str, mark: int) -> str:
    """Add `statement` behind the last import of the module, and a line to a function."""
    tree = ast.parse(text)
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    returns = [node for node in ast.walk(tree) if isinstance(node, ast.Return)]
    middle = returns[len(returns) // 2]
    lines = text.splitlines(keepends=True)
    # The later place first: what is inserted there moves nothing before it.
    lines.insert(middle.lineno - 1, " " * middle.col_offset + USE.format(mark=mark) + "\n")
    lines.insert(imports[-1].end_lineno or 0, statement.format(mark=mark) + "\n")
    return "".join(lines)
