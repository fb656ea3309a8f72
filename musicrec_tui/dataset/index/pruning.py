"""What the cache may hold: what was used lately, and not more than so many gigabytes of it."""

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from musicrec_tui import days_of_use
from musicrec_tui.dataset.index.opened import damage_mark

_DAY = 24 * 3600
_GIGABYTE = 10**9
_YOUNG = 3600
"""Indexes used within so many seconds stay: a process may be about to open one."""


class _Kept(NamedTuple):
    """An index, or a folder of unpacked files, with its bytes, when it was last used, and the seconds since then."""

    path: Path
    size: int
    used: int
    age: float

    @property
    def entry(self) -> str:
        """Its name among the days of use: another one when it was used again."""
        return f"{self.path.name} {self.used}"


def prune(folder: Path, keep: Path, *, days: float, gigabytes: float) -> None:
    """Remove indexes that were not opened for long, and those opened longest ago where there are too many bytes.

    The folders in `unpacked` count as well. Who has an index open holds a lock on it (see `opened.Dataset`), and it is
    left alone. The clock alone does not make an index old: the program must also have been used on as many days.

    Args:
        folder: the folder of indexes.
        keep: an index that stays in any case.
        days: what was opened within so many stays, as long as there is room.
        gigabytes: how much is kept at most.
    """
    kept = sorted(_listed(folder), key=lambda one: one.age)
    use = days_of_use.count_today(folder, [one.entry for one in kept])
    total = 0
    for one in kept:
        total += one.size
        if one.path == keep or one.age < _YOUNG:
            continue
        old = one.age > days * _DAY and use is not None and use.since(one.entry) >= days
        if (old or total > gigabytes * _GIGABYTE) and _removed(one.path):
            total -= one.size


def count_today(folder: Path) -> None:
    """Note that the program is used today, for the next `prune`."""
    if folder.is_dir():
        days_of_use.count_today(folder, [one.entry for one in _listed(folder)])


def _listed(folder: Path) -> Iterator[_Kept]:
    """All that may be removed."""
    now = time.time()
    for path in (*folder.glob("*.duckdb"), *folder.glob("unpacked/[!.]*")):
        with contextlib.suppress(OSError):
            seen = path.stat()
            size = sum(file.stat().st_size for file in path.iterdir()) if path.is_dir() else seen.st_size
            # An index is read at `atime`; a folder's is only that of somebody's listing it.
            used = seen.st_mtime_ns if path.is_dir() else max(seen.st_atime_ns, seen.st_mtime_ns)
            yield _Kept(path, size, used, now - used / 1e9)


def _removed(path: Path) -> bool:
    """Remove an index or a folder, unless somebody has it open; returns whether it is gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
            damage_mark(path).unlink(missing_ok=True)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
