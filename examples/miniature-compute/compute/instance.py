"""What an instance is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Instance:
    """One virtual machine, as its owner ordered it."""

    name: str
    memory: int
    image: str
