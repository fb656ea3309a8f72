"""The calls by which Python changes a disk, counted; at any of them the process can be killed, or be refused."""

# ruff: noqa: PTH100, PTH115, PTH119
import builtins
import errno
import io
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults.forked import KILLED

CHANGES = (
    "rename",
    "replace",
    "unlink",
    "remove",
    "rmdir",
    "mkdir",
    "fsync",
    "fdatasync",
    "write",
    "pwrite",
    "utime",
    "chmod",
)
NEEDS_ROOM = ("open", "mkdir", "fsync", "write", "pwrite", "rename", "replace")
"""What a full disk refuses."""

_real = {name: getattr(os, name) for name in (*CHANGES, "open")}
_real_open = builtins.open


class Watcher:
    """Hears of each call before and after it is made."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def before(self, name: str, target: object) -> None:
        """It is about to be made."""
        self.calls.append(f"{name} {_shown(target)}")

    def after(self, name: str, target: object) -> None:
        """It was made."""


class Killer(Watcher):
    """Kills this process at one call.

    Args:
        at: which call, counted from 0.
        late: after it was made, not before.
    """

    def __init__(self, at: int, *, late: bool) -> None:
        super().__init__()
        self._at, self._late = at, late

    def before(self, name: str, target: object) -> None:
        super().before(name, target)
        if len(self.calls) - 1 == self._at and not self._late:
            os._exit(KILLED)

    def after(self, name: str, target: object) -> None:
        if len(self.calls) - 1 == self._at and self._late:
            os._exit(KILLED)


class Refuser(Watcher):
    """Refuses one call that needs room, and all such calls after it, as a full disk does.

    Args:
        at: which of these calls is the first, counted from 0.
        code: the error, such as `errno.ENOSPC`.
    """

    def __init__(self, at: int, code: int = errno.ENOSPC) -> None:
        super().__init__()
        self._at, self._code = at, code

    def before(self, name: str, target: object) -> None:
        if name in NEEDS_ROOM:
            super().before(name, target)
            if len(self.calls) > self._at:
                raise OSError(self._code, os.strerror(self._code), str(target))


class Synced(Killer):
    """Kills, and keeps what a power cut would have left: each file as it was at its last fsync.

    Args:
        at, late: as of `Killer`.
        kept: the folder that these contents go to, by inode.
    """

    def __init__(self, at: int, kept: Path, *, late: bool) -> None:
        super().__init__(at, late=late)
        self._kept = kept

    def after(self, name: str, target: object) -> None:
        if name in ("fsync", "fdatasync") and isinstance(target, int):
            keep_synced(target, self._kept)
        super().after(name, target)


def keep_synced(descriptor: int, kept: Path) -> None:
    """Remember a file's content, or a folder's entries, as what is on the disk for sure."""
    found = os.fstat(descriptor)
    target = f"{kept}/{found.st_ino}"
    if stat.S_ISDIR(found.st_mode):
        entries = {entry.name: entry.inode() for entry in os.scandir(f"/proc/self/fd/{descriptor}")}
        content = json.dumps(entries).encode()
        target += ".folder"
    else:
        content = _read_whole(descriptor)
    out = _real["open"](target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    while content:
        content = content[_real["write"](out, content) :]
    os.close(out)


def _read_whole(descriptor: int) -> bytes:
    """A file's content, though it may be open for writing only."""
    source = _real["open"](f"/proc/self/fd/{descriptor}", os.O_RDONLY)
    try:
        return os.pread(source, os.fstat(source).st_size, 0)
    finally:
        os.close(source)


def install(watcher: Watcher, root: Path) -> None:
    """From now on a watcher hears of the calls of this process that change something below `root`."""
    below = str(root)

    def wrapped(name: str) -> Callable[..., Any]:
        real = _real[name]

        def call(target: Any, *given: Any, **named: Any) -> Any:
            if not _is_below(target, below, named.get("dir_fd")):
                return real(target, *given, **named)
            watcher.before(name, target)
            result = real(target, *given, **named)
            watcher.after(name, target)
            return result

        return call

    for name in CHANGES:
        setattr(os, name, wrapped(name))
    _watch_opening(watcher, below)


def _watch_opening(watcher: Watcher, below: str) -> None:
    """The same for files that are opened to be written."""

    def open_descriptor(path: Any, flags: int, *given: Any, **named: Any) -> int:
        makes = flags & os.O_CREAT and _is_below(path, below, named.get("dir_fd"))
        if makes:
            watcher.before("open", path)
        descriptor: int = _real["open"](path, flags, *given, **named)
        if makes:
            watcher.after("open", path)
        return descriptor

    def open_file(file: Any, mode: str = "r", *given: Any, **named: Any) -> Any:
        makes = "r" not in mode and not isinstance(file, int) and _is_below(file, below, None)
        if makes:
            watcher.before("open", file)
        opened = _real_open(file, mode, *given, **named)
        if makes:
            watcher.after("open", file)
        return opened

    os.open = open_descriptor
    builtins.open = io.open = open_file


def _is_below(target: object, below: str, folder: int | None) -> bool:
    """Whether a call is about a file below a folder."""
    try:
        if isinstance(target, int):
            return os.readlink(f"/proc/self/fd/{target}").startswith(below)
        path = os.fspath(target)  # type: ignore[call-overload]
        if folder is not None:
            return os.readlink(f"/proc/self/fd/{folder}").startswith(below)
        return os.path.abspath(os.fsdecode(path)).startswith(below)
    except (OSError, TypeError):
        return False


def _shown(target: object) -> str:
    """A file's name."""
    if isinstance(target, int):
        try:
            target = os.readlink(f"/proc/self/fd/{target}")
        except OSError:
            return str(target)
    return os.path.basename(str(target))
