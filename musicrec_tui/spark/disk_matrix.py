"""A sparse matrix in files: written pair by pair, mapped into memory, and read by blocks of rows in any process.

Its three arrays are those of SciPy's CSR, as NAME_indptr.npy, NAME_indices.npy and NAME_data.npy in one folder.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

_AT_ONCE = 4_000_000
_MOST_SMALL = np.iinfo(np.int32).max


class Pairs(NamedTuple):
    """Some cells, by row and then by column."""

    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]


class DiskMatrix(NamedTuple):
    """The files of a matrix.

    Attributes:
        folder: where they are; processes on other machines must find it under the same path.
        name: the beginning of their names.
        shape: (rows, columns).
    """

    folder: str
    name: str
    shape: tuple[int, int]

    def array(self, part: str) -> NDArray[Any]:
        """One of the three arrays, mapped."""
        mapped: NDArray[Any] = np.load(Path(self.folder, f"{self.name}_{part}.npy"), mmap_mode="r")
        return mapped

    @property
    def cells(self) -> int:
        """How many are stored."""
        return int(self.array("indptr")[-1])

    def counts(self) -> NDArray[np.int64]:
        """(rows,), the cells of each."""
        counts: NDArray[np.int64] = np.diff(self.array("indptr")).astype(np.int64)
        return counts

    def column_counts(self) -> NDArray[np.int64]:
        """(columns,), the cells of each."""
        indices, counts = self.array("indices"), np.zeros(self.shape[1], np.int64)
        for start in range(0, len(indices), _AT_ONCE):
            counts += np.bincount(indices[start : start + _AT_ONCE], minlength=self.shape[1])
        return counts

    def block(self, start: int, stop: int) -> csr_matrix:
        """The rows from `start` up to `stop`, in memory."""
        starts = np.asarray(self.array("indptr")[start : stop + 1])
        part = slice(starts[0], starts[-1])
        cells = (np.array(self.array("data")[part]), np.array(self.array("indices")[part]), starts - starts[0])
        block = csr_matrix(cells, shape=(stop - start, self.shape[1]))
        block.has_canonical_format = True
        return block

    def mapped(self) -> csr_matrix:
        """The whole matrix, its arrays mapped from the files."""
        return csr_matrix(
            (self.array("data"), self.array("indices"), self.array("indptr")), shape=self.shape, copy=False
        )


def write(
    pairs: Callable[[], Iterable[Pairs]], folder: Path, name: str, shape: tuple[int, int], *, values: bool = True
) -> DiskMatrix:
    """Write a matrix from its cells; memory is taken for the row counts and for a batch of them.

    Args:
        pairs: gives all cells in batches, in order; called twice, once to count them.
        folder: exists.
        name: of the matrix.
        shape: (rows, columns).
        values: whether to write them; without them the matrix is of use for its places only.
    """
    counts = np.zeros(shape[0], np.int64)
    for part in pairs():
        if len(part.rows):
            first = int(part.rows[0])
            found = np.bincount(part.rows - first)
            counts[first : first + len(found)] += found
    cells = int(counts.sum())
    kind = np.int32 if cells < _MOST_SMALL else np.int64  # SciPy wants both index arrays of one type
    _save(folder / f"{name}_indptr.npy", np.concatenate([[0], np.cumsum(counts)]).astype(kind))
    indices = open_memmap(folder / f"{name}_indices.npy", "w+", kind, (cells,))
    data = open_memmap(folder / f"{name}_data.npy", "w+", np.float32, (cells if values else 0,))
    done = 0
    for part in pairs():
        place = slice(done, done + len(part.rows))
        indices[place] = part.columns
        if values:
            data[place] = part.values
        done = place.stop
    indices.flush()
    data.flush()
    return DiskMatrix(str(folder), name, shape)


def _save(path: Path, array: NDArray[Any]) -> None:
    np.save(path, array, allow_pickle=False)
