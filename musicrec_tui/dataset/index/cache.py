"""The folder of indexes: the name of a log's index, how long building it may take, and what killed builders left."""

import contextlib
import os
import shutil
from pathlib import Path

from musicrec_tui import files
from musicrec_tui.dataset.index.opened import Dataset, damage_mark
from musicrec_tui.dataset.index.schema import index_name
from musicrec_tui.dataset.log import Log
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home
from musicrec_tui.shortage import ShortageError

_BYTES_PER_SECOND = {".parquet": 5e6, ".csv": 5e6}
"""What two busy cores index, measured with 2 million listens whose users, artists and recordings hardly repeat."""


def index_path(log: Log, home: Home) -> Path:
    """Where the index of a log is, or would be; errors as `index_name` raises them."""
    return home.indexes / index_name(log)


def find_index(log: Log, home: Home) -> Path | None:
    """The index of a log, or None where it has yet to be built; errors as `index_name` raises them."""
    path = index_path(log, home)
    return path if is_whole(path) else None


def open_index(log: Log, home: Home) -> Dataset | None:
    """The index as `find_index` finds it, with its `info` loaded: it is opened once."""
    return _whole(index_path(log, home))


def is_whole(path: Path) -> bool:
    """Whether an index is there, complete, and of this schema."""
    dataset = _whole(path)
    if dataset is not None:
        dataset.close()
    return dataset is not None


def _whole(path: Path) -> Dataset | None:
    """The index, open, where it is whole."""
    if not path.is_file() or damage_mark(path).exists():
        return None
    dataset = Dataset(path)
    try:
        if dataset.info.rows >= 0:
            return dataset
    except ShortageError:  # it may be whole: building it anew would not help
        dataset.close()
        raise
    except UserError:
        pass
    dataset.close()
    return None


def estimate_seconds(log: Log) -> float:
    """About how long building the index takes: good for choosing between "at once" and "ask first", no more.

    Raises:
        UserError: there is no such log.
    """
    sizes = ((file.suffix.lower(), file.stat().st_size) for file in log.files)
    return 0.5 + sum(size / _BYTES_PER_SECOND.get(suffix, _BYTES_PER_SECOND[".csv"]) for suffix, size in sizes)


def lock_of(path: Path) -> Path:
    """The lock file of an index; who builds it holds it."""
    return path.with_name(f"{path.name}.lock")


def sweep_own(path: Path) -> None:
    """Remove what killed builders of one index left; the caller holds its lock."""
    for leftover in path.parent.glob(f".{path.name}.*"):
        remove(leftover)


def sweep(folder: Path) -> None:
    """Remove what killed builders left: temporary files and spill folders of indexes whose lock no process holds."""
    for leftover in folder.glob(".*.duckdb.*"):
        name = leftover.name[1:].partition(".duckdb.")[0] + ".duckdb"
        lock = files.try_lock(lock_of(folder / name))
        if lock is None:
            continue
        try:
            remove(leftover)
        finally:
            os.close(lock)


def remove(leftover: Path) -> None:
    """Remove a file or a folder, whatever is still there of it."""
    if leftover.is_dir():
        shutil.rmtree(leftover, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            leftover.unlink()
