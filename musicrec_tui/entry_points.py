"""What other packages offer this one: the entry points of a group, found without reading more than their lists."""

import contextlib
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from musicrec_tui import files
from musicrec_tui.text import printable

MODELS, LAYOUTS = GROUPS = ("musicrec_tui.recommenders", "musicrec_tui.layouts")
_LARGEST = 2**20


class Installed(NamedTuple):
    """An entry point: its name and "module:attribute", and the distribution that it is of."""

    name: str
    value: str
    distribution: str
    version: str

    @property
    def label(self) -> str:
        """Which package this is, for people."""
        return printable(f"{self.distribution} {self.version}", 80)


def installed(group: str) -> list[Installed]:
    """The entry points of a group; where no package names it, nothing but their lists is read."""
    if not any(f"[{group}]".encode() in content for content in _entry_lists()):
        return []
    from importlib import metadata

    return sorted(
        Installed(one.name, one.value, one.dist.name, one.dist.version)
        for one in metadata.entry_points(group=group)
        if one.dist is not None
    )


def culprit(error: BaseException) -> str:
    """Whose defect an unexpected error is: the extension's whose code it went through, else this program's."""
    owners = {one.value.partition(":")[0].partition(".")[0]: one.label for group in GROUPS for one in installed(group)}
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if (package := str(frame.f_globals.get("__name__", "")).partition(".")[0]) in owners:
            return owners[package]
    return "musicrec-tui"


def _entry_lists() -> Iterator[bytes]:
    """The entry points of all packages as they are written: a tenth of the time that importlib.metadata takes."""
    for place in dict.fromkeys(sys.path):
        with contextlib.suppress(OSError), os.scandir(place or ".") as entries:
            folders = [entry.path for entry in entries if entry.name.endswith((".dist-info", ".egg-info"))]
            for folder in folders:
                with contextlib.suppress(OSError):
                    yield files.read_bytes(Path(folder, "entry_points.txt"), _LARGEST)
