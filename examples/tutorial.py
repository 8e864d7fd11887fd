"""Makes docs/tutorial.md: a new user's first hour on OpenStack Nova, every command really run.

    python examples/tutorial.py [FOLDER] [--write]

FOLDER holds `nova/` as released; without it, the one that the tests keep. With `--write` the page
is written, else printed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "tutorial.md"
KEPT = Path("~/.cache/bailiwick-tests/nova-34.0.0").expanduser()

HOOKS = """\
repos:
  - repo: local
    hooks:
      - id: bailiwick
        name: bailiwick
        entry: bailiwick check --staged
        language: system
        types_or: [python]
        always_run: true
        require_serial: true
"""
WRONG = '''\
"""Fetches images for deploy interfaces that read them from disk."""

from nova.virt.libvirt.utils import images


def fetch(context, image_href, path):
    """Download an image to a path."""
    images.fetch(context, image_href, path)
'''
RIGHT = WRONG.replace("nova.virt.libvirt.utils import", "nova.virt import")
HASTY = '''\
"""Weighs what a guest may take of its host."""

from nova.virt.libvirt import guest


def weight(domain):
    """How much a guest takes."""
    return guest.Guest(domain)._domain.info()
'''


# What is not suppressed, as jq would say it.
RESULTS = """\
python3 -c '
import json
for found in json.load(open("bailiwick.sarif"))["runs"][0]["results"]:
    if not found.get("suppressions"):
        print(found["ruleId"], found["message"]["text"].splitlines()[0])
'"""


@dataclass(frozen=True)
class Write:
    """A file that the reader writes, shown as it is."""

    path: str
    text: str

    def done_in(self, folder: Path) -> str:
        """Write it; returns how the page shows it."""
        path = folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.text, encoding="utf-8")
        kind = {".py": "python", ".toml": "toml", ".yaml": "yaml"}[path.suffix]
        return f"`{self.path}`:\n\n```{kind}\n{self.text}```"


@dataclass(frozen=True)
class Run:
    """Commands that the reader types, each with its output and, if it is not 0, its exit code."""

    commands: tuple[str, ...]

    def done_in(self, folder: Path) -> str:
        """Run them; returns how the page shows them."""
        shown = [_shown(command, folder) for command in self.commands]
        return "```console\n{}```".format("".join(shown))


def run(*commands: str) -> Run:
    """Some commands in a row."""
    return Run(commands)


STORY: tuple[str | Write | Run, ...] = (
    """\
# A first hour with Bailiwick

<!-- Made by `make tutorial`: every command here was run, and this is what it said. -->

Nova's virt drivers lie in a package each, and nobody wants one of them to lean on another. This
page takes the tree of Nova 34.0.0 as it was released, draws that line, and holds it from the next
commit on. The tree is under git; `bailiwick` and `pre-commit` are installed.""",
    run("git log --oneline --format=%s", "ls"),
    """\
## A policy

Bailiwick ships a policy for Nova, so one line will do. For a project of your own,
[policy.md](policy.md) has the language.""",
    Write("bailiwick.toml", 'extends = ["nova"]\n'),
    run("bailiwick policy", "bailiwick check --statistics"),
    """\
## What is there already

A line that is drawn into an old tree is broken in many places on the first day. Nobody will mend
them today; so they are written down, and the next check is clean. The record may only shrink from
now on.""",
    run('bailiwick baseline write --reason "older than the policy"', "bailiwick check"),
    """\
## At every commit""",
    Write(".pre-commit-config.yaml", HOOKS),
    run(
        "pre-commit install",
        "git add bailiwick.toml bailiwick-baseline.toml .pre-commit-config.yaml",
        'git commit --quiet --message "Hold the line between the drivers"',
    ),
    """\
## A commit that crosses the line

The ironic driver needs to fetch images. libvirt's utilities have something of that name:""",
    Write("nova/virt/ironic/image_files.py", WRONG),
    run("git add nova", 'git commit --message "Fetch images for ironic"'),
    """\
The commit is refused. The finding says what is wrong, how Bailiwick knows, which line of the
policy decides, what to use instead, and whom to ask. So, through the public API:""",
    Write("nova/virt/ironic/image_files.py", RIGHT),
    run(
        "git add nova",
        'git commit --quiet --message "Fetch images for ironic"',
        "git log -1 --format=%s",
    ),
    """\
## In CI

Somebody else is in a hurry, and commits without the hook:""",
    Write("nova/virt/vmwareapi/weights.py", HASTY),
    run(
        "git switch --quiet --create weights",
        "git add nova",
        'git commit --quiet --no-verify --message "Weigh guests"',
    ),
    """\
CI judges the whole tree. It prints for people, and writes SARIF for the platform that shows the
findings beside the code:""",
    run("bailiwick check --format concise --output sarif=bailiwick.sarif"),
    """\
What is in the record is in the report, too, but as suppressed; what is left is what is new:""",
    run(RESULTS),
    """\
A branch can also be asked only for what it brings, record or no record:""",
    run("bailiwick check --since main --format concise"),
    """\
## Further

- [hooks.md](hooks.md): the other hooks, and what exactly they judge
- [cli.md](cli.md): baselines, suppressions, output formats, fixes
- [prove.md](prove.md): whether the line is really held, in the setup that runs""",
)


def page(tree: Path) -> str:
    """The page, made in a repository of its own from a folder with `nova/` in it."""
    with tempfile.TemporaryDirectory(prefix="bailiwick-tutorial-") as scratch:
        folder = Path(os.path.realpath(scratch)) / "nova"
        shutil.copytree(
            tree / "nova", folder / "nova", ignore=shutil.ignore_patterns("__pycache__")
        )
        for command in (
            "git init --quiet",
            "git add .",
            "git commit --quiet --message 'Nova 34.0.0'",
        ):
            _run(command, folder)
        parts = [part if isinstance(part, str) else part.done_in(folder) for part in STORY]
    return "\n\n".join(parts) + "\n"


def _shown(command: str, folder: Path) -> str:
    done = _run(command, folder)
    code = f"(exit code {done.returncode})\n" if done.returncode else ""
    output = done.stdout.replace(str(folder), "/home/ann/nova")
    return f"$ {command}\n{_plain(output)}{code}"


def _plain(output: str) -> str:
    """Without what differs from day to day."""
    return re.sub(r"\d{4}-\d\d-\d\d", "2026-11-21", output)


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    identity = {"NAME": "Ann", "EMAIL": "ann@example.org"}
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PRE_COMMIT"))
    }
    environment |= {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PRE_COMMIT_HOME": str(folder.parent / "pre-commit"),
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "init.defaultBranch",
        "GIT_CONFIG_VALUE_0": "main",
        **{
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in identity.items()
        },
    }
    return subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )


def main(arguments: list[str]) -> int:
    """Print the page, or write it."""
    folders = [Path(word) for word in arguments if not word.startswith("-")]
    tree = folders[0] if folders else KEPT
    if not (tree / "nova").is_dir():
        print(
            f"{tree} has no nova/ in it: give a folder that has, or run the tests first.",
            file=sys.stderr,
        )
        return 2
    text = page(tree)
    if "--write" in arguments:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
