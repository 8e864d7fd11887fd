"""Tests of the core, and part of it. What the core may not reach, they may not patch."""

from unittest import mock

from compute.instance import Instance
from compute.manager import ComputeManager


@mock.patch("virt.qemu.driver.Driver._connect")
def test_an_instance_that_fits_is_started(connect):
    ComputeManager("qemu").run(Instance("web", memory=1, image="web"))
    assert connect.called


@mock.patch("compute.manager.ComputeManager.reserve")
def test_a_host_that_is_full_starts_nothing(reserve):
    assert not reserve.called
