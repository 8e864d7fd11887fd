"""Disk images: what drivers start instances from."""

from image.transfer import fetch

__all__ = ["fetch"]
