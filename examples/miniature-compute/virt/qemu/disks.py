"""The disks of QEMU instances."""

from pathlib import Path


def grow(disk: Path, gigabytes: int) -> None:
    """Make the disk this large."""
    disk.touch()
    _resize(disk, gigabytes)


def _resize(disk: Path, gigabytes: int) -> None:
    with disk.open("ab") as file:
        file.truncate(gigabytes << 30)
