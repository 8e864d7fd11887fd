"""All failure at the top, in one place: what went wrong becomes words and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bailiwick import PolicyError

USER_MISTAKE = 2
OUR_FAULT = 3
# As a shell reports a process that a signal ended: 128 + SIGINT, 128 + SIGPIPE.
INTERRUPTED = 130
PIPE_CLOSED = 141


def error_handler(run: Callable[[], int], arguments: Sequence[str]) -> int:
    """Return what `run` returns, or the exit code that stands for its failure."""
    try:
        code = run()
        # Here, where a reader that has gone away can still be answered for.
        if not sys.stdout.closed:
            sys.stdout.flush()
    except SystemExit as done:  # argparse has said what there is to say
        return done.code if isinstance(done.code, int) else USER_MISTAKE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        if _reader_is_gone(error):
            _drop_output()
            return PIPE_CLOSED
        return _explain(error, arguments)
    return code


def _reader_is_gone(error: Exception) -> bool:
    """Whether stdout is a closed pipe, for which Windows has no name of its own."""
    if not isinstance(error, OSError) or error.filename is not None:
        return False
    return isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL)


def _drop_output() -> None:
    """Let the flush at exit go nowhere, which would otherwise complain of the closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explain(error: Exception, arguments: Sequence[str]) -> int:
    from bailiwick import PolicyError, UserError

    if isinstance(error, PolicyError):
        print(_policy_mistakes(error), file=sys.stderr)
        return USER_MISTAKE
    if isinstance(error, UserError):
        print(f"error: {error}", file=sys.stderr)
        return USER_MISTAKE
    print(_our_fault(error, arguments), file=sys.stderr)
    return OUR_FAULT


def _policy_mistakes(error: PolicyError) -> str:
    count = len(error.mistakes)
    noun = "mistake" if count == 1 else "mistakes"
    return (
        f"{error}\n\n"
        f"error: {count} {noun} in the policy; nothing was checked. "
        "`bailiwick schema` prints what a policy may hold."
    )


def _our_fault(error: Exception, arguments: Sequence[str]) -> str:
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    return (
        f"error: bailiwick itself failed: {what}\n"
        f"    {_save_traceback(error, arguments)}\n"
        "    Please report it on the project's issue tracker, with that file."
    )


def _save_traceback(error: Exception, arguments: Sequence[str]) -> str:
    import platform
    import tempfile
    import traceback

    from bailiwick import __version__

    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix="bailiwick-", suffix=".txt", delete=False
        ) as file:
            file.write(f"bailiwick {__version__}, Python {platform.python_version()}, ")
            file.write(f"{platform.platform()}\narguments: {list(arguments)}\n\n")
            file.writelines(traceback.format_exception(error))
    except OSError as unsaved:
        return f"The traceback could not be saved: {unsaved}."
    return f"The traceback is in {file.name}."
