"""Paths of this machine as Spark takes them: as they are, for it does not undo the `%20` of an address."""

from pathlib import Path

_GLOB = "*?[]{}\\,"


def local_address(path: str | Path) -> str:
    """Where Spark writes."""
    return f"file:{path}"


def plain(text: str) -> str:
    """An address to read from, which Spark would else take for a glob."""
    return "".join(f"\\{sign}" if sign in _GLOB else sign for sign in text)
