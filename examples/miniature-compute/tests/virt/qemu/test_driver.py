"""Tests of the QEMU driver: part of its subsystem, so they may see its private parts."""

from virt.qemu import disks
from virt.qemu.driver import Driver


def test_a_host_takes_more_instances_than_fit_into_its_memory():
    assert Driver()._allocation_ratio() > 1


def test_a_disk_has_the_size_that_was_asked_for(tmp_path):
    disks._resize(tmp_path / "disk", gigabytes=1)
    assert (tmp_path / "disk").stat().st_size == 1 << 30
