"""Says in one line of JSON what a Python is worth to Bailiwick.

Runs on any Python 3, also on one that is too old for Bailiwick, and imports nothing but the
standard library: what is installed is looked up, never loaded.
"""

from __future__ import annotations

import json
import os
import sys

BUNDLED = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "native")


def main() -> None:
    """Print what `Probe` in src/discovery.ts describes."""
    answer: dict[str, object] = {
        "python": list(sys.version_info[:3]),
        "executable": sys.executable,
        "bailiwick": None,
        "server": False,
        "libcst": False,
        "bundledLibcst": False,
    }
    if sys.version_info >= (3, 10):
        answer.update(_installed())
    print(json.dumps(answer))


def _installed() -> dict[str, object]:
    from importlib import machinery, metadata
    from importlib.util import find_spec

    try:
        version = metadata.version("bailiwick")
    except metadata.PackageNotFoundError:
        version = None
    native = os.path.join(BUNDLED, "libcst", "native")
    return {
        "bailiwick": version,
        "server": find_spec("bailiwick_server") is not None and find_spec("pygls") is not None,
        "libcst": find_spec("libcst") is not None,
        "bundledLibcst": any(
            os.path.exists(native + suffix) for suffix in machinery.EXTENSION_SUFFIXES
        ),
    }


main()
