"""`bailiwick server`: start the language server, which an editor talks to."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from bailiwick import UserError

from bailiwick_server import late_classes

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EPILOG = """\
examples:
  bailiwick server                 for editors, which start it themselves
  bailiwick server --tcp 2087      for one that connects to a port

How to set up an editor: docs/editors.md. What the server understands: docs/server.md.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare what `server` takes."""
    parser.epilog = EPILOG
    parser.add_argument("--stdio", action="store_true", help="talk over stdin and stdout (default)")
    parser.add_argument("--tcp", type=int, metavar="PORT", help="talk to one client on a port")
    parser.add_argument("--host", default="127.0.0.1", help="with --tcp (default: 127.0.0.1)")


def run(args: Namespace) -> int:
    """Serve until the editor is done."""
    if args.stdio and args.tcp is not None:
        raise UserError("--stdio and --tcp exclude each other.")
    # Thousands of objects come with pygls, and none of them goes: to look at them is in vain.
    gc.disable()
    try:
        late_classes.load()
        from bailiwick_server.serving import serve
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        raise UserError(
            "the language server needs pygls: pip install 'bailiwick[server]'"
        ) from None
    gc.freeze()
    gc.enable()
    return serve(args.host, args.tcp)
