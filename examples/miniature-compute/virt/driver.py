"""The API between the core and the drivers."""

import importlib


class ComputeDriver:
    """What the core may ask of a hypervisor."""

    def __init__(self) -> None:
        self._running = []

    def start(self, instance) -> None:
        """Start an instance and keep count of it."""
        self.spawn(instance)
        self._remember(instance)

    def spawn(self, instance) -> None:
        """Start an instance, each driver in its own way."""
        raise NotImplementedError

    def stop(self, instance, hard=False) -> None:
        """Stop an instance; `hard` is to pull the plug."""
        raise NotImplementedError

    def free_memory(self) -> int:
        """Megabytes that are left for instances."""
        return int(4096 * self._allocation_ratio())

    def _allocation_ratio(self) -> float:
        return 1.0

    def _remember(self, instance) -> None:
        self._running.append(instance.name)


def load_driver(name: str) -> ComputeDriver:
    """The driver that the operator has chosen."""
    return importlib.import_module(f"virt.{name}.driver").Driver()
