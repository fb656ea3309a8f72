"""The pairs of users and artists with their plays in each part of the split, as Parquet that Spark and we read.

part-*.parquet of the columns `user`, `artist` (int32, codes of the log's index), `train`, `validation` and `test`
(float32 plays; 0 where the pair is not in the part). By user and then by artist, over all files in the order of names.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from musicrec_tui.dataset.splits import PartsBatch
from musicrec_tui.spark import disk_matrix
from musicrec_tui.spark.disk_matrix import DiskMatrix

PARTS = ("train", "validation", "test")
_SCHEMA = pa.schema([("user", pa.int32()), ("artist", pa.int32()), *((part, pa.float32()) for part in PARTS)])
_ROWS = 1_000_000


def write(batches: Iterable[PartsBatch], folder: Path) -> tuple[int, int, int]:
    """Write pairs into one file, some at a time.

    Args:
        batches: in order.
        folder: is made.

    Returns:
        How many pairs are in train, validation and test.
    """
    folder.mkdir()
    counts = np.zeros(len(PARTS), np.int64)
    with pq.ParquetWriter(folder / "part-00000.parquet", _SCHEMA, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(pa.record_batch(list(batch), schema=_SCHEMA), row_group_size=_ROWS)
            counts += [np.count_nonzero(plays) for plays in batch[2:]]
    train, validation, test = counts.tolist()
    return train, validation, test


def files_of(folder: Path) -> list[Path]:
    """The Parquet files of a folder, in order."""
    return sorted(folder.glob("part-*.parquet"))


def matrix(
    source: Path, parts: Sequence[str], target: Path, name: str, shape: tuple[int, int],
) -> DiskMatrix:  # fmt: skip
    """The (users, artists) matrix of one part, or of several whose plays add up, in files.

    Args:
        source: the folder of pairs.
        parts: of `PARTS`.
        target: the folder of the matrix.
        name: of the matrix.
        shape: (users, artists).
    """
    return disk_matrix.write(lambda: _cells(source, parts), target, name, shape)


def _cells(source: Path, parts: Sequence[str]) -> Iterator[disk_matrix.Pairs]:
    for path in files_of(source):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_ROWS, columns=["user", "artist", *parts]):
                users, artists, *values = (column.to_numpy() for column in batch.columns)
                plays: NDArray[np.float32] = np.sum(values, axis=0, dtype=np.float32)
                inside = plays > 0
                yield disk_matrix.Pairs(users[inside], artists[inside], plays[inside])


def listeners(source: Path, target: Path, name: str, shape: tuple[int, int]) -> DiskMatrix:
    """The (artists, users) matrix whose rows are the listeners of each artist, without values.

    Args:
        source: Parquet of the columns `artist` and `user`, by artist and then by user.
        target: the folder of the matrix.
        name: of the matrix.
        shape: (artists, users).
    """

    def cells() -> Iterator[disk_matrix.Pairs]:
        for path in files_of(source):
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_ROWS, columns=["artist", "user"]):
                    artists, users = (column.to_numpy() for column in batch.columns)
                    yield disk_matrix.Pairs(artists, users, np.zeros(0, np.float32))

    return disk_matrix.write(cells, target, name, shape, values=False)
