"""Runs instances on this host."""

import libvirt

from compute.instance import Instance
from scheduler import filters
from virt import driver


class ComputeManager:
    """Carries out what the API asks for."""

    def __init__(self, name: str) -> None:
        self.driver: driver.ComputeDriver = driver.load_driver(name)

    def run(self, instance: Instance) -> None:
        """Start the instance, if there is room for it."""
        if not filters.fits(instance, self.driver.free_memory()):
            raise RuntimeError(f"{instance.name} does not fit on this host")
        self.driver.start(instance)

    def count(self) -> int:
        """How many instances run here."""
        return len(self.driver._running)

    def suspend(self, instance: Instance) -> None:
        """Put an instance to sleep, where the hypervisor can."""
        if type(self.driver).__module__ != "virt.metal.driver":
            self.driver.suspend(instance)

    def hypervisor_version(self) -> int:
        """What runs them, as a number."""
        return libvirt.getVersion()

    def kill(self, instance: Instance) -> None:
        """Stop an instance that does not listen any more."""
        self.driver.stop(instance, hard=True)
