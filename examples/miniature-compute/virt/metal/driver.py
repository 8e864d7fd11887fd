"""The bare metal driver."""

import image
from virt.driver import ComputeDriver
from virt.qemu import disks


class Driver(ComputeDriver):
    """Gives each instance a machine of its own."""

    def spawn(self, instance) -> None:
        disks.grow(image.fetch(instance.image), gigabytes=100)
