"""Builds the extension's .vsix, for one platform each, with a copy of Bailiwick inside.

    package.py [--target TARGET | --all] [--out FILE]

The copy is the distribution's own wheel and what it requires, from pip, pinned in
bundled/requirements.txt, libcst also in a file of its own for a platform that has other wheels. All
of it is pure Python but libcst, of which the wheels of one platform are laid together: they differ
in one compiled file each, and that bears the name of its Python.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from toolchain import UnavailableError, with_node

EXTENSION = Path(__file__).resolve().parent.parent
ROOT = EXTENSION.parent
BUNDLE = EXTENSION / "bundled"
REQUIREMENTS = BUNDLE / "requirements.txt"
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
# Visual Studio Code's names for platforms, and the wheels that run on each.
WHEELS = {
    "linux-x64": ["manylinux_2_28_x86_64", "manylinux2014_x86_64", "manylinux_2_17_x86_64"],
    "linux-arm64": ["manylinux_2_28_aarch64", "manylinux2014_aarch64", "manylinux_2_17_aarch64"],
    "alpine-x64": ["musllinux_1_2_x86_64"],
    "alpine-arm64": ["musllinux_1_2_aarch64"],
    "darwin-x64": ["macosx_10_15_x86_64", "macosx_10_13_x86_64", "macosx_10_12_x86_64"],
    "darwin-arm64": ["macosx_11_0_arm64"],
    "win32-x64": ["win_amd64"],
    "win32-arm64": ["win_arm64"],
}
COMPILED = ("*.so", "*.pyd", "*.dylib")


def main() -> int:
    """Build; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the extension's .vsix.")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--target", choices=sorted(WHEELS), default=here())
    which.add_argument("--all", action="store_true", help="for every platform, into dist")
    parser.add_argument("--out", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    if arguments.all and arguments.out:
        parser.error("--out is for one platform")
    try:
        environment = with_node()
    except UnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    prepare(environment)
    targets = sorted(WHEELS) if arguments.all else [arguments.target]
    with tempfile.TemporaryDirectory() as scratch:
        _pure(BUNDLE / "libs", Path(scratch))
        for target in targets:
            out = (arguments.out or _file(target)).resolve()
            print(f"Building {out} ...")
            _compiled(BUNDLE / "native", target, Path(scratch) / target)
            package(target, out, environment)
            print(f"{out.stat().st_size / 1e6:.1f} MB")
    return 0


def prepare(environment: dict[str, str]) -> None:
    """Bundle the TypeScript, and put the policy's schema beside it."""
    npm = shutil.which("npm", path=environment["PATH"]) or "npm"
    if not (EXTENSION / "node_modules" / ".package-lock.json").exists():
        _run([npm, "ci", "--no-audit", "--no-fund"], environment)
    _run([npm, "run", "--silent", "build"], environment)
    schema = [sys.executable, "-m", "bailiwick_hooks", "schema"]
    written = subprocess.run(schema, stdout=subprocess.PIPE, cwd=ROOT, check=True).stdout
    (EXTENSION / "dist" / "policy.schema.json").write_bytes(written)


def package(target: str, out: Path, environment: dict[str, str]) -> None:
    """Put what has been laid into a .vsix."""
    out.parent.mkdir(parents=True, exist_ok=True)
    npx = shutil.which("npx", path=environment["PATH"]) or "npx"
    _run(
        [
            *(npx, "--no-install", "vsce", "package"),
            *("--target", target, "--out", str(out)),
            "--no-dependencies",  # all that runs is in the bundle
            "--allow-missing-repository",  # the manifest names none until there is one to name
            "--no-rewrite-relative-links",  # for the same reason; pictures are in the text itself
            "--readme-path",
            "dist/README.md",
        ],
        environment,
    )


def _file(target: str) -> Path:
    version = json.loads((EXTENSION / "package.json").read_text("utf-8"))["version"]
    return ROOT / "dist" / f"bailiwick-{target}-{version}.vsix"


def here() -> str:
    """This machine's platform, as Visual Studio Code calls it."""
    system = {"linux": "linux", "darwin": "darwin", "win32": "win32"}.get(sys.platform, "linux")
    arm = platform.machine().lower() in ("arm64", "aarch64")
    return f"{system}-{'arm64' if arm else 'x64'}"


def _pure(libs: Path, scratch: Path) -> None:
    """Lay `bundled/libs` anew: Bailiwick and what it requires, all of it pure Python."""
    shutil.rmtree(libs, ignore_errors=True)
    wheels = scratch / "own"
    _run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)], folder=ROOT
    )
    (own,) = wheels.glob("*.whl")
    # No package but libcst needs what it has compiled, and where there is a choice the pure wheel
    # is taken; markers of the lock file are those of the oldest Python, which needs the most.
    pins = {name: pin for name, pin in _pins().items() if name != "libcst"}
    lock = scratch / "pure.txt"
    lock.write_text("\n".join(pins.values()), encoding="utf-8")
    found = scratch / "pure"
    _download(lock, found, "3.10", ["any", *WHEELS["linux-x64"]])
    for wheel in [own, *sorted(found.glob("*.whl"))]:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(libs)
    for pattern in COMPILED:
        for path in libs.rglob(pattern):
            path.unlink()
    for leftover in [*libs.rglob("bin"), *libs.rglob("__pycache__"), *libs.rglob("tests")]:
        shutil.rmtree(leftover, ignore_errors=True)


def _compiled(native: Path, target: str, scratch: Path) -> None:
    """Lay `bundled/native` anew: libcst for the Pythons of one platform."""
    shutil.rmtree(native, ignore_errors=True)
    scratch.mkdir()
    lock = scratch / "libcst.txt"
    own = BUNDLE / f"requirements-{target}.txt"
    pins = _pins(own) if own.exists() else _pins()
    lock.write_text(pins["libcst"], encoding="utf-8")
    for python in PYTHONS:
        wheels = scratch / python
        _download(lock, wheels, python, WHEELS[target])
        (wheel,) = wheels.glob("*.whl")
        unpacked = scratch / f"unpacked-{python}"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked)
        for path in sorted(unpacked.rglob("*")):
            if path.is_file() and not _spare(path.relative_to(unpacked)):
                _lay(path, native / path.relative_to(unpacked))


def _spare(path: Path) -> bool:
    """Whether a file of libcst's wheel serves nothing here."""
    return path.parts[0] != "libcst" or "tests" in path.parts or "codemod" in path.parts


def _lay(source: Path, target: Path) -> None:
    if target.exists() and not filecmp.cmp(source, target, shallow=False):
        raise SystemExit(
            f"the wheels of libcst differ in {target.name}: they cannot be laid together"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _pins(file: Path = REQUIREMENTS) -> dict[str, str]:
    """The lock file's entries, with their hashes, by the name of the package."""
    text = file.read_text(encoding="utf-8")
    entries = re.findall(r"^([A-Za-z0-9][\w.-]*)==(?:.*\\\n)*.*$", text, re.MULTILINE)
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    return dict(zip(entries, blocks, strict=True))


def _download(lock: Path, folder: Path, python: str, platforms: list[str]) -> None:
    _run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--quiet"),
            *("--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"),
            *("--require-hashes", "--requirement", str(lock), "--dest", str(folder)),
            *("--implementation", "cp", "--python-version", python),
            *(word for name in platforms for word in ("--platform", name)),
        ]
    )


def _run(
    command: list[str], environment: dict[str, str] | None = None, folder: Path = EXTENSION
) -> None:
    ran = subprocess.run(command, cwd=folder, env=environment, check=False)
    if ran.returncode != 0:
        raise SystemExit(f"{' '.join(command[:4])} … failed with exit code {ran.returncode}")


if __name__ == "__main__":
    sys.exit(main())
