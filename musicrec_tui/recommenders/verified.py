"""Which files of a saved model were checked before, so that a large one is hashed once and not whenever it is opened.

What is remembered lies beside the model's folder, outside of what is sealed: for each file its size, times and inode
when its content had the checksum of the manifest. A file that changed since, or just before it was hashed, is hashed
again. `doctor` believes none of it.
"""

import contextlib
import os
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from musicrec_tui import files
from musicrec_tui.errors import UserError

WORTH_REMEMBERING = 2**26
"""Bytes of a model below which hashing it takes no time that matters: its files are hashed whenever it is opened."""
_MOST_BYTES = 2**24
_SETTLED_NS = 2 * 10**9
"""How long before it was hashed a file must have changed last: clocks of file systems are coarse."""


class FileStamp(NamedTuple):
    """Changes when a file's content does: a write alters the times, and ctime cannot be set."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Verified(msgspec.Struct, frozen=True):
    """The files of a model that were checked, by name; `manifest` is the SHA-256 that the manifest then had."""

    manifest: str
    files: dict[str, FileStamp]


def path_of(folder: Path) -> Path:
    """The file of a model's folder."""
    return folder.with_name(f"{folder.name}_verified.json")


def stamp_of(descriptor: int) -> FileStamp:
    """The stamp of an open file."""
    found = os.fstat(descriptor)
    return FileStamp(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def read(folder: Path, manifest: str) -> dict[str, FileStamp]:
    """The files of a model that were checked under this manifest; none where that is not remembered."""
    with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        found = msgspec.json.decode(files.read_bytes(path_of(folder), _MOST_BYTES), type=Verified)
        if found.manifest == manifest:
            return found.files
    return {}


def remember(folder: Path, manifest: str, stamps: dict[str, FileStamp]) -> None:
    """Remember that these files were just checked; where nothing can be written, they are checked again next time.

    A model of few bytes is not worth it, and a file that has just changed may change again unnoticed.
    """
    newest = max((max(stamp.mtime_ns, stamp.ctime_ns) for stamp in stamps.values()), default=0)
    if sum(stamp.size for stamp in stamps.values()) < WORTH_REMEMBERING or newest > time.time_ns() - _SETTLED_NS:
        return
    with contextlib.suppress(UserError, OSError):
        files.write_bytes(path_of(folder), msgspec.json.encode(Verified(manifest, stamps)))
