"""The mainframe driver."""

from image.transfer import fetch
from virt.driver import ComputeDriver
from virt.zone import console


class Driver(ComputeDriver):
    """Gives each instance a zone."""

    def spawn(self, instance) -> None:
        console.say(f"IPL {fetch(instance.image)}")

    def _remember(self, instance) -> None:
        console.say(f"{instance.name} is up")

    def stop(self, instance) -> None:
        console.say(f"SHUTDOWN {instance.name}")

    def suspend(self, instance) -> None:
        console.say(f"QUIESCE {instance.name}")
