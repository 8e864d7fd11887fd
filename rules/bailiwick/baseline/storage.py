"""The baseline file of a policy: where it is, read and written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.source.text import read
from bailiwick.vocabulary.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from bailiwick.baseline.entry import Baseline
    from bailiwick.source.tree import Overlay
    from bailiwick.vocabulary.policy import Policy


def baseline_path(policy: Policy) -> Path:
    """Where the baseline of a policy is, or would be."""
    return policy.root / policy.baseline


def read_baseline(policy: Policy) -> Baseline | None:
    """The baseline of a policy, None if it has none.

    Raises:
        UserError: if the file cannot be read, or is no baseline.
    """
    from bailiwick.baseline import document

    text = read_text(policy)
    return None if text is None else document.read(text, policy.baseline)


def read_text(policy: Policy, overlay: Overlay | None = None) -> str | None:
    r"""The text of a policy's baseline with `\n` line ends, None if there is no such file.

    Raises:
        UserError: if it cannot be read.
    """
    try:
        if overlay is not None and policy.baseline in overlay:
            raw = overlay[policy.baseline]
        else:
            raw = read(str(baseline_path(policy)), is_file=False)
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"cannot read {policy.baseline}: {reason}") from None
    if raw is None:
        return None
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise UserError(f"{policy.baseline} is not UTF-8, so it is no baseline") from None


def text_of(policy: Policy, baseline: Baseline) -> str:
    r"""The text of a policy's baseline, with `\n` line ends."""
    from bailiwick.baseline.document import write

    owners = {name: subsystem.owners for name, subsystem in policy.subsystems.items()}
    return write(baseline, owners)


def write_baseline(policy: Policy, baseline: Baseline) -> bool:
    """Write the baseline of a policy, whole or not at all; False if it stands there already.

    Raises:
        UserError: if it cannot be written; the old file is then as it was.
    """
    from bailiwick.source.replacing import replace_file

    text = text_of(policy, baseline)
    if text == read_text(policy):
        return False
    try:
        replace_file(baseline_path(policy), text.encode())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"cannot write {policy.baseline}: {reason}; what stood there is as it was"
        raise UserError(message) from None
    return True
