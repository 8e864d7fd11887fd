"""Lets `python -m bailiwick_hooks` stand for the `bailiwick` command."""

from __future__ import annotations

import sys

from bailiwick_hooks.cli import main

if __name__ == "__main__":
    sys.exit(main())
