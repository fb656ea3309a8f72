"""The folder of indexes: which one a log has, how long making it may take, and what dead builders left behind."""

import contextlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from musicrec_tui import files
from musicrec_tui.dataset.index.fingerprint import index_name, inputs
from musicrec_tui.dataset.index.opened import Dataset, damage_mark
from musicrec_tui.dataset.sources.files import list_files
from musicrec_tui.errors import UserError
from musicrec_tui.paths import Home

_BYTES_PER_SECOND = {".parquet": 5e6, ".csv": 5e6}
"""What two busy cores index, measured with 2 million listens whose users, artists and recordings hardly repeat."""


def place(data: Sequence[Path], home: Home, layout: str = "") -> Path:
    """Where the index of a log is, or would be.

    Raises:
        UserError: there is no such log.
    """
    return home.indexes / index_name(data, inputs(data), layout)


def find(data: Sequence[Path], home: Home, layout: str = "") -> Path | None:
    """The index of a log as it lies there now, or None where it has yet to be built.

    Raises:
        UserError: there is no such log.
    """
    path = place(data, home, layout)
    return path if is_whole(path) else None


def opened(data: Sequence[Path], home: Home, layout: str = "") -> Dataset | None:
    """The index as `find` finds it, with its `info` loaded: it is opened once.

    Raises:
        UserError: there is no such log.
    """
    return _whole(place(data, home, layout))


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
    except UserError:
        pass
    dataset.close()
    return None


def estimate_seconds(data: Sequence[Path]) -> float:
    """About how long building the index takes: good for choosing between "at once" and "ask first", no more.

    Raises:
        UserError: there is no such log.
    """
    sizes = ((file.suffix.lower(), file.stat().st_size) for file in list_files(data))
    return 0.5 + sum(size / _BYTES_PER_SECOND.get(suffix, _BYTES_PER_SECOND[".csv"]) for suffix, size in sizes)


def lock_of(path: Path) -> Path:
    """The lock file of an index; who builds it holds it."""
    return path.with_name(f"{path.name}.lock")


def sweep_own(path: Path) -> None:
    """Remove what killed builders of one index left; the caller holds its lock."""
    for leftover in path.parent.glob(f".{path.name}.*"):
        remove(leftover)


def sweep(folder: Path) -> None:
    """Remove what killed builders left: temporary files and spill folders of indexes whose lock nobody holds."""
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
