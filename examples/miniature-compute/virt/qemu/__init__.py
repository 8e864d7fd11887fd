"""Runs instances as QEMU processes, through libvirt."""
