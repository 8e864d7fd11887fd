"""Which hosts are good enough for an instance."""

from oslo_config import cfg

from compute.instance import Instance

CONF = cfg.CONF


def fits(instance: Instance, free_memory: int) -> bool:
    """Whether a host with so much memory left can take the instance."""
    return instance.memory <= free_memory - CONF.qemu.reserved_memory
