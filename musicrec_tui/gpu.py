"""Whether this machine has a driver for a GPU, seen from its device files. Light: no library is asked."""

from pathlib import Path

_DEVICES = tuple(map(Path, ("/dev/nvidiactl", "/dev/dxg", "/dev/nvmap", "/dev/kfd")))
"""Files that exist where a GPU is: NVIDIA's driver, Windows' beneath WSL, Jetson's, AMD's."""


def devices() -> tuple[str, ...]:
    """The device files of a GPU's driver that exist here."""
    return tuple(str(device) for device in _DEVICES if device.exists())
