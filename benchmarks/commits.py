"""A commit of ten files in a repository of Nova: what each hook adds to it, as pre-commit says."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from benchmarks import edits, nova, ours, peers
from benchmarks.measure import Case, RunFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    # By what is committed and by hook, the seconds of each round.
    Durations = Mapping[str, Mapping[str, tuple[float, ...]]]

# Of the files that `edits` can edit, in the order of size, the middle one of each tenth.
OF_ALL_SIZES = (
    "nova/scheduler/weights/hypervisor_version.py",
    "nova/tests/functional/api_sample_tests/test_versions.py",
    "nova/notifications/objects/exception.py",
    "nova/tests/unit/api/openstack/compute/test_tenant_networks.py",
    "nova/cmd/common.py",
    "nova/tests/functional/regressions/test_bug_1896463.py",
    "nova/manager.py",
    "nova/objects/block_device.py",
    "nova/tests/unit/objects/test_compute_node.py",
    "nova/tests/unit/test_quota.py",
)
NEW_BESIDE = "ten of all sizes and a new module"
TENS = {
    "ten files of all sizes": OF_ALL_SIZES,
    "ten large files": edits.TEN,
    NEW_BESIDE: OF_ALL_SIZES,
}
HOOK = "bailiwick"
WHOLE = "bailiwick, warm, in the repository"
SINCE = "bailiwick --since HEAD~1, ten files changed"
# A file that was changed so shortly ago, in seconds, may change again without a new time: we do not
# trust it, and nobody commits so fast.
SETTLED = 2.1
IDENTITY = ("-c", "user.name=Bench", "-c", "user.email=bench@example.org")
_DURATION = re.compile(r"^- hook id: (\S+)\n(?:- .*\n)*?- duration: ([\d.]+)s", re.MULTILINE)


def repository(tree: Path, programs: Path | None, folder: Path) -> Path:
    """Put a copy of `tree` under git, with every hook configured and pre-commit installed."""
    folder.mkdir()
    subprocess.run(["cp", "-r", str(tree / nova.PACKAGE), str(folder)], check=True)
    folder.joinpath(ours.POLICY).write_text((tree / ours.POLICY).read_text())
    hooks = [_hook(HOOK, ours.CHECK[0], "check", "--staged")]
    if programs:
        peers.configure(folder)
        hooks += [
            _hook("import-linter", *peers.import_linter(programs), pass_filenames=False),
            _hook("tach", *peers.tach(programs), pass_filenames=False),
            _hook("ruff", *peers.ruff(programs), "--force-exclude"),
        ]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    folder.joinpath(".pre-commit-config.yaml").write_text(json.dumps(config))
    _git(folder, "init", "--quiet")
    folder.joinpath(".git", "info", "exclude").write_text(".*_cache\n.tach\n")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "as released")
    pre_commit = [sys.executable, "-m", "pre_commit", "install"]
    subprocess.run(pre_commit, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder


def cases(folder: Path) -> list[Case]:
    """The whole tree, and what is new in it since the commit before, which changed ten files."""
    with edits.changed(folder, edits.TEN, 0):
        _git(folder, "commit", "--quiet", "--no-verify", "--all", "--message", "ten files")
    _git(folder, "reset", "--quiet", "--hard")
    return [
        Case(WHOLE, ours.CHECK, folder, ours.FINDING),
        Case(SINCE, (*ours.CHECK, "--since", "HEAD~1"), folder, ours.FINDING),
    ]


def durations(folder: Path, rounds: int, say: Callable[[str], None]) -> Durations:
    """Commit ten changed files again and again; the hooks have seen what was before, not these."""
    found: dict[str, dict[str, list[float]]] = {name: {} for name in TENS}
    for number in range(rounds + 1):
        for mark, (name, files) in enumerate(TENS.items(), start=len(TENS) * number):
            found_here = _commit(folder, files, mark, new=name == NEW_BESIDE)
            for hook, seconds in found_here.items():
                say(f"round {number} of {rounds}: {name}: {hook}: {seconds:.2f} s")
                if number:
                    found[name].setdefault(hook, []).append(seconds)
    return {
        name: {hook: tuple(runs) for hook, runs in hooks.items()} for name, hooks in found.items()
    }


def _commit(folder: Path, files: Sequence[str], mark: int, *, new: bool) -> dict[str, float]:
    """What each hook took, in the words of pre-commit; the commit itself is taken back.

    `new`: it brings a new module, too
    """
    head = _git(folder, "rev-parse", "HEAD")
    time.sleep(SETTLED)
    run = [sys.executable, "-m", "pre_commit", "run", "--files", *files]
    subprocess.run(run, cwd=folder, stdout=subprocess.DEVNULL, check=False)
    beside = edits.added(folder, mark) if new else nullcontext()
    with edits.changed(folder, files, mark), beside:
        _git(folder, "add", "--all")
        done = subprocess.run(
            ["git", *IDENTITY, "commit", "--message", "ten files"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    _git(folder, "reset", "--quiet", head)
    found = {hook: float(seconds) for hook, seconds in _DURATION.findall(done.stdout + done.stderr)}
    if HOOK not in found:
        raise RunFailedError(f"git commit: {done.stdout}{done.stderr}")
    return found


def _hook(name: str, *command: str, pass_filenames: bool = True) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "entry": shlex.join(command),
        "language": "system",
        "types": ["python"],
        "pass_filenames": pass_filenames,
        "require_serial": True,
        # Makes pre-commit say how long it took.
        "verbose": True,
    }


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *IDENTITY, *words], cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()
