"""Runs `bailiwick`: the copy that came with the extension, or the one of the Python that runs this.

    python launch.py bundled|environment COMMAND ...

A bundled copy comes whole: its own requirements stand before whatever the Python has installed.
libcst alone is compiled, for some Pythons of one platform; where none fits, the Python's own is
taken.
"""

import os
import sys
from importlib import machinery

HERE = os.path.dirname(os.path.abspath(__file__))
BUNDLE = os.path.dirname(HERE)


def main() -> int:
    """Hand over to the command line of the chosen copy."""
    which, arguments = sys.argv[1], sys.argv[2:]
    # This folder holds scripts that nobody is to import.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != HERE]
    if which == "bundled":
        libs, native = os.path.join(BUNDLE, "libs"), os.path.join(BUNDLE, "native")
        fits = any(
            os.path.exists(os.path.join(native, "libcst", "native" + suffix))
            for suffix in machinery.EXTENSION_SUFFIXES
        )
        sys.path[:0] = [libs, native] if fits else [libs]
    sys.argv = ["bailiwick", *arguments]
    from bailiwick_hooks.cli import main as bailiwick

    return bailiwick()


# The guard is for processes that Bailiwick starts afresh, which import this file again.
if __name__ == "__main__":
    sys.exit(main())
