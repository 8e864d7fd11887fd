"""The QEMU driver. Nothing in this subsystem crosses a line."""

import libvirt

import image
from virt.driver import ComputeDriver
from virt.qemu import disks


class Driver(ComputeDriver):
    """Runs each instance in a QEMU process."""

    def spawn(self, instance) -> None:
        disks.grow(image.fetch(instance.image), gigabytes=10)
        self._connect().createXML(f"<domain><name>{instance.name}</name></domain>")

    def stop(self, instance, hard=False) -> None:
        domain = self._connect().lookupByName(instance.name)
        domain.destroy() if hard else domain.shutdown()

    # Protected by the contract: drivers may override it.
    def _allocation_ratio(self) -> float:
        return 1.5

    def _connect(self):
        return libvirt.open("qemu:///system")
