"""`bailiwick schema`: the JSON Schema of the policy, for editors and validators."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bailiwick import schema

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EPILOG = """\
example:
  bailiwick schema > bailiwick.schema.json

It describes bailiwick.toml, and what stands under [tool.bailiwick] in pyproject.toml.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare that `schema` takes nothing."""
    parser.epilog = EPILOG


def run(args: Namespace) -> int:  # noqa: ARG001 - a command
    """Print the schema."""
    print(json.dumps(schema(), indent=2))
    return 0
