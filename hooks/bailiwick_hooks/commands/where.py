"""`bailiwick where`: whose bailiwick a path or module is, and what that means for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick import Tree, UserError, load_policy

from bailiwick_hooks.here import seen_from_here
from bailiwick_hooks.standing import Standing
from bailiwick_hooks.terminal.policies import governing, named_policy

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EPILOG = """\
examples:
  bailiwick where nova/virt/libvirt/driver.py
  bailiwick where nova.virt.driver --format json

A module that does not exist yet is answered too: whose it would be.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare what `where` takes."""
    parser.epilog = EPILOG
    parser.add_argument("subject", metavar="PATH|MODULE", help="a file, a folder or a dotted name")
    parser.add_argument("--policy", metavar="FILE", help="ask this policy, whatever lies nearer")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: Namespace) -> int:
    """Print where the subject stands."""
    standing = _standing(args.subject, args.policy)
    if args.format == "json":
        import json

        print(json.dumps(standing.document(), indent=1))
    else:
        print("\n".join(standing.lines()))
    return 0


def _standing(subject: str, policy_name: str | None) -> Standing:
    path = Path(os.path.abspath(subject))  # noqa: PTH100 - keeps symlinks
    exists = path.exists()
    if policy_name:
        policy_path = named_policy(policy_name, [path] if exists else [])
    else:
        policy_path = governing(path if exists else Path.cwd())
    policy = load_policy(policy_path)
    tree = Tree.of(policy)
    module = _module_at(tree, path) if exists else subject
    if module is None:
        raise UserError(
            f"{subject} is no module: it is no Python file or package in the source roots of "
            f"{policy_path} ({', '.join(policy.source_roots)}), or lies under another policy."
        )
    if not exists and not all(part.isidentifier() for part in module.split(".")):
        raise UserError(f"there is no file or folder {subject}, and it is no dotted module name.")
    file, seen = tree.path_of(module), seen_from_here(policy.root)
    is_package = path.is_dir() or (file is not None and file.name == "__init__.py")
    return Standing(
        policy=policy,
        module=module,
        path=seen(file.relative_to(policy.root).as_posix()) if file else "",
        subsystem=policy.subsystem_of(module, is_package),
        seen=seen,
    )


def _module_at(tree: Tree, path: Path) -> str | None:
    """Return the module that a file or a folder is; a folder need not have an `__init__`."""
    if not path.is_dir():
        return tree.module_of(path)
    module = tree.module_of(path / "__init__.py")
    if module is not None:
        return module
    below = (tree.module_of(file) for file in sorted(path.glob("*.py")))
    return next((name.rpartition(".")[0] for name in below if name), None)
