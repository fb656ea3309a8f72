"""The end of log.txt: what libraries printed, and what Python said of a crash."""

import os
from pathlib import Path

from musicrec_tui.text import printable

_BLOCK = 8192


def last_lines(folder: Path, lines: int = 50) -> list[str]:
    """The last lines of a run's log.txt, cleaned; none where there is no such file."""
    try:
        with (folder / "log.txt").open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _BLOCK))
            block = file.read(_BLOCK)
    except OSError:
        return []
    found = block.decode("utf-8", "replace").splitlines()
    if size > _BLOCK:
        found = found[1:]  # cut somewhere in the middle
    return [printable(line, 1000) for line in found if line.strip()][-lines:]
